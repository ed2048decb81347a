"""A search as it was asked for, and its hits counted, ordered and folded into stories."""

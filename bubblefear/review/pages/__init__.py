"""The pages, one module each: what it reads, in one go, and what it answers."""

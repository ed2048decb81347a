"""The account of a session as pages tell it: stories, filters, revisions, one article's share."""

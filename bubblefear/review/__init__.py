"""Where a person reads the index and the articles behind it, and disagrees: a Datasette plugin."""

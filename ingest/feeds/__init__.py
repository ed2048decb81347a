"""Feeds: fetching, parsing, polling, and lists of them."""

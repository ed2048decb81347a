"""Canned queries: the questions that an analyst asks every morning, by theme.

Each has a description of what it answers, of its parameters and of its columns; Datasette shows
them on the query's page, where the answer is also to be had as CSV and JSON.
"""

from __future__ import annotations

from typing import Final

from bubblefear.review.canned import fear, index, reviewing, running, stories

QUERIES: Final = {
    **fear.QUERIES,
    **index.QUERIES,
    **stories.QUERIES,
    **reviewing.QUERIES,
    **running.QUERIES,
}
# As Datasette's metadata has them.
CANNED: Final = {name: query.metadata() for name, query in QUERIES.items()}

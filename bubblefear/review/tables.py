"""How Datasette shows each table: its facets, its order, what names a row, what is hidden."""

from __future__ import annotations

from typing import Any, Final

from bubblefear.store import publish_tables

_SEARCHED: Final = {"fts_table": "articles_fts", "fts_pk": "number"}

# Sorted only by what no two rows share: of rows with the same value Datasette leaves some out and
# shows others twice where a page or an export ends between them. Other tables are in the order of
# their keys; canned queries have the newest first.
MANNERS: Final[dict[str, dict[str, Any]]] = {
    "article_scores": {"facets": ["source", "language", "channel", "kind"], **_SEARCHED},
    "entries": {
        "facets": ["source", "origin"],
        "sort_desc": "number",
        "label_column": "title",
        **_SEARCHED,
    },
    "articles": {"facets": ["language", "body_status"]},
    "scores": {"facets": ["scorer", "channel", "kind"]},
    "score_history": {"facets": ["scorer"]},
    "evidence": {"facets": ["field", "channel", "kind"]},
    "mentions": {"facets": ["kind", "name"]},
    "stories": {"label_column": "first_article_id"},
    "story_links": {"facets": ["how"]},
    "entry_versions": {"label_column": "title"},
    "entry_aliases": {"facets": ["kind"], "label_column": "value"},
    "sources": {"facets": ["language", "kind"], "sort": "name", "label_column": "name"},
    "feeds": {"facets": ["language", "enabled"], "label_column": "source"},
    "polls": {"facets": ["status"], "sort_desc": "id", "label_column": "feed_url"},
    "feed_states": {"facets": ["host"]},
    "poll_redirects": {"facets": ["status"]},
    "backfill": {"facets": ["state", "list"], "label_column": "link"},
    "index_points": {"facets": ["series"]},
    "vintages": {"facets": ["version", "kind"]},
    "coverage": {"facets": ["language"]},
    "alerts": {"facets": ["rule", "delivery"]},
    "prices": {"facets": ["symbol"]},
    "intraday_prices": {"facets": ["symbol"]},
    "runs": {"facets": ["command", "outcome"], "sort_desc": "id",
             "label_column": "command"},
    "problems": {"facets": ["code"], "label_column": "reason"},
    "reviews": {"facets": ["reviewer", "fear"], "sort_desc": "id", "label_column": "reviewer"},
    "review_topics": {"facets": ["topic"], "sort_desc": "review_id"},
    "review_undos": {"sort_desc": "review_id"},
    "audit_samples": {"sort_desc": "name", "label_column": "name"},
    "audit_items": {"facets": ["sample", "source_group"]},
    "calibrations": {"sort_desc": "name", "label_column": "name"},
    "test_results": {"facets": ["run_id", "family", "status"]},
    "declarations": {"label_column": "name"},
}  # fmt: skip
# The same of the tables that a published file has beside those.
PUBLISHED_MANNERS: Final[dict[str, dict[str, Any]]] = {
    "news": {
        "facets": list(publish_tables.FACETS["news"]),
        "sort_desc": "number",
        "label_column": "title",
    },
    "facet_counts": {"facets": ["name", "facet"]},
    "left_out": {"facets": ["language"]},
}
# What a build or a search keeps for itself: still there by its address, left out of the list.
HIDDEN: Final = frozenset({"cells", "counters", "kept_results", "story_marks", "touched"})
HIDDEN_BEGINNINGS: Final = ("articles_fts_", "_sqlite", "sqlite_")

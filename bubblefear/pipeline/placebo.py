"""Placebo indices: bad news of topics that have nothing to do with AI, through the same pipeline.

An article's relevance is whether its headline speaks of the topic, its fear how negative the
scorer found it; everything after that (stories, sources, base window, expected coverage) is the
fear index's own.
"""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING

from bubblefear.pipeline.known import Wanted, known_articles
from bubblefear.pipeline.specification import index_spec
from bubblefear.store import kept_results, placebo_queries, snapshot, transaction

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping

    import pandas as pd

    from bubblefear.config import Settings

_FAMILY = "placebo index"


def placebo_indices(
    conn: sqlite3.Connection, settings: Settings, vintage: str, now: Callable[[], str]
) -> pd.DataFrame:
    """One column `placebo:TOPIC` for each topic, by session; computed once for a vintage.

    A topic of which there is too little news for an index is all missing.

    Args:
        conn: The database.
        settings: Scorer and specification of the fear index.
        vintage: Nothing first seen later is read.
        now: The clock.
    """
    import pandas as pd

    key = f"{_FAMILY} {settings.index_version} {settings.specification} {vintage}"
    kept = kept_results.get(conn, key)
    if kept is None:
        found = _computed(conn, settings, vintage)
        kept = json.dumps(found)
        with transaction(conn):
            kept_results.put(conn, key, _FAMILY, kept, now())
    columns = {
        name: pd.Series(values, dtype="float64") for name, values in json.loads(kept).items()
    }
    return pd.DataFrame(columns).rename_axis("date")


def _computed(
    conn: sqlite3.Connection, settings: Settings, vintage: str
) -> dict[str, dict[str, float | None]]:
    from nlp.placebo import topics, topics_of

    wanted = Wanted(settings.scorer_id, vintage)
    articles = known_articles(conn, wanted).at_instant
    about: dict[str, dict[str, float]] = {topic: {} for topic in topics()}
    # One state of the file: what is restored from the archive meanwhile is not missed.
    with snapshot(conn):
        for article, title, negative in placebo_queries.headlines(conn, settings.scorer_id):
            for topic in topics_of(title):
                about[topic][article] = negative
    return {
        f"placebo:{topic}": _index(articles, members, settings) for topic, members in about.items()
    }


def _index(
    articles: pd.DataFrame, members: Mapping[str, float], settings: Settings
) -> dict[str, float | None]:
    """Session -> value of the topic's index."""
    import pandas as pd

    from models.index import build

    negative = articles["article_id"].map(pd.Series(members, dtype="float64"))
    topical = articles.assign(
        relevance=negative.notna().astype("float64"),
        fear=negative.fillna(0.0),
        relief=0.0,
        kind=None,
        channel=None,
        recap=False,
    )
    spec = dataclasses.replace(index_spec(settings), entities=(), bootstrap_draws=0)
    points = build(topical, spec).points
    total = points[points["series"] == "total"]
    return {
        str(date): None if pd.isna(value) else float(value)
        for date, value in zip(total["date"], total["value"], strict=True)
    }

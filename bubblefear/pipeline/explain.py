"""What moved the index on a date: every article's part in the value and in its change."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bubblefear.errors import NothingToDo
from bubblefear.pipeline import build_index
from bubblefear.store import articles, points

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Hashable, Mapping

    from bubblefear.config import Settings

# A recomputed total may differ from the stored one by rounding, and by no more.
TOLERANCE = 1e-4


@dataclass(frozen=True)
class Part:
    """One article's part, in index points; ``change`` is None without a session before."""

    article_id: str
    title: str
    source: str
    language: str
    level: float
    change: float | None


@dataclass(frozen=True)
class Explained:
    """A session's value, its change and the articles that add up to both."""

    date: str
    value: float
    before: float | None
    stored: float | None
    parts: list[Part]

    @property
    def revised(self) -> bool:
        """Whether news that came in since the last vintage would change the value."""
        return self.stored is None or abs(self.stored - self.value) > TOLERANCE


def explain(conn: sqlite3.Connection, settings: Settings, date: str, *, as_of: str) -> Explained:
    """Account for one session of ``total`` from everything first seen by ``as_of``.

    Raises:
        ModelError: the date is no session of the index, or its value is missing.
        NothingToDo: nothing is scored.
    """
    from models.index import explain as explain_model

    build_index.need_scores(conn, settings)
    computed = build_index.compute(conn, settings, as_of=as_of, band=False)
    table = explain_model(computed.result, date)
    total = [p for p in computed.points if p.series == "total" and p.value is not None]
    earlier = [p.value for p in total if p.date < date]
    names = articles.titles(conn, [str(i) for i in table["article_id"]])
    parts = [_part(row, names) for row in table.to_dict("records")]
    value = next(p.value for p in total if p.date == date)
    if value is None:
        raise NothingToDo(f"the index has no value on {date}")
    return Explained(
        date, value, earlier[-1] if earlier else None, _stored(conn, settings, date), parts
    )


def _part(row: Mapping[Hashable, Any], names: Mapping[str, tuple[str, str]]) -> Part:
    title, source = names.get(row["article_id"], ("", row["source"]))
    change = row["change_points"]
    return Part(
        row["article_id"],
        title,
        source,
        row["language"],
        row["level_points"],
        None if math.isnan(change) else change,
    )


def last_session(conn: sqlite3.Connection, settings: Settings) -> str | None:
    """The last session with a value in the last vintage."""
    vintage = points.vintage_at(conn, settings.index_version)
    if vintage is None:
        return None
    found = points.read(conn, settings.index_version, vintage)
    return next((p.date for p in reversed(found) if p.value is not None), None)


def _stored(conn: sqlite3.Connection, settings: Settings, date: str) -> float | None:
    vintage = points.vintage_at(conn, settings.index_version)
    if vintage is None:
        return None
    found = points.read(conn, settings.index_version, vintage, since=date, until=date)
    return found[0].value if found else None

"""The index as a query reads it: the last vintage, an earlier one, or a reconstruction.

Nothing heavy is imported here: pandas comes in only when a vintage must be built.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bubblefear.errors import ConfigError, NothingToDo, UsageError
from bubblefear.store import counters, database, feeds, points

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable
    from pathlib import Path

    from bubblefear.config import Settings

ALL = "all"
_INSTANT = re.compile(r"[T ]\d\d")


@dataclass(frozen=True)
class Question:
    """What is asked of the index; ``None`` = no limit, the last vintage, the settings' version."""

    series: tuple[str, ...] = ("total",)
    since: str | None = None
    until: str | None = None
    as_of: str | None = None
    version: str | None = None


@dataclass(frozen=True)
class Shown:
    """The answer: points by series and date, with where they come from."""

    version: str
    vintage: str
    points: list[points.Point]
    sample: bool = False

    def rows(self) -> list[dict[str, Any]]:
        """As printed by ``index --json``."""
        return [
            {
                "date": p.date,
                "series": p.series,
                "value": p.value,
                "ma7": p.ma7,
                "ma30": p.ma30,
                "lo": p.lo,
                "hi": p.hi,
                "n": p.n,
                "version": self.version,
                "vintage": self.vintage,
            }
            for p in self.points
        ]


def read(
    path: Path,
    settings: Settings,
    question: Question,
    *,
    now: Callable[[], str],
    say: Callable[[str], None],
) -> Shown:
    """Answer a question, building a vintage first where the inputs changed since the last.

    Args:
        path: The database, which must exist.
        settings: Scorer and specification of the index.
        question: What is asked.
        now: The clock.
        say: Gets a line when a vintage is built, or when there is no value and why.

    Raises:
        NothingToDo: there is nothing to build an index from, or no such version.
        UsageError: a date or series that cannot be.
        StoreError: the database cannot be used.
    """
    since, until = _day(question.since), _day(question.until)
    instant = end_of(question.as_of) if question.as_of else None
    with database(path, create=False) as conn:
        asked = _asked(conn, settings, question.version)
        version = asked.index_version if asked else str(question.version)
        if asked and instant is None:
            _bring_up_to_date(conn, asked, now, say)
        vintage = points.vintage_at(conn, version, instant)
        if vintage is None and instant and asked:
            return _reconstruct(conn, asked, question, instant)
        if vintage is None:
            raise NothingToDo(f"there is no index of version {version}: {_versions(conn)}")
        series = _series(question.series, points.series_names(conn, version))
        found = points.read(conn, version, vintage, series, since=since, until=until)
        if found and all(p.value is None for p in found):
            say(f"bubblefear: no value yet: {points.reason(conn, version)}")
        return Shown(version, vintage, found, feeds.is_sample(conn))


def _asked(conn: sqlite3.Connection, settings: Settings, version: str | None) -> Settings | None:
    """The settings of the version asked for; None for one that is only stored, not computed.

    Raises:
        NothingToDo: there is no such version, neither stored nor registered.
    """
    if version is None or version == settings.index_version:
        return settings
    try:
        return settings.with_version(version)
    except ConfigError as error:
        if points.vintage_at(conn, version) is None:
            raise NothingToDo(f"{error}; {_versions(conn)}") from error
        return None


def end_of(text: str) -> str:
    """An instant as UTC text; a bare date stands for its end.

    Raises:
        UsageError: neither a date nor an instant.
    """
    from datetime import UTC, datetime

    try:
        moment = datetime.fromisoformat(text)
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        utc = aware.astimezone(UTC)
    except (ValueError, OverflowError) as error:  # 9999-12-31T23:59:59-05:00 has no UTC year
        raise UsageError(f"not a date or time: {text!r} (try 2025-12-01)") from error
    # Also 20251201 and 2025-W49-1 are days; every form of an instant has a time after its date.
    if not _INSTANT.search(text):
        return f"{moment.date()}T23:59:59Z"
    # Not strftime: it writes the year 1 as "1", which sorts after 2025.
    return f"{utc.replace(tzinfo=None).isoformat(timespec='seconds')}Z"


def _day(text: str | None) -> str | None:
    return end_of(text)[:10] if text else None


def _bring_up_to_date(
    conn: sqlite3.Connection,
    settings: Settings,
    now: Callable[[], str],
    say: Callable[[str], None],
) -> None:
    if counters.is_built(conn, settings.index_version, settings.specification):
        return
    from bubblefear.pipeline import build_index

    built = build_index.build_recorded(conn, settings, now=now)
    say(f"bubblefear: {built}")


def _reconstruct(
    conn: sqlite3.Connection, settings: Settings, question: Question, instant: str
) -> Shown:
    from bubblefear.pipeline.computing import compute

    found = compute(conn, settings, as_of=instant).found.points
    wanted = _series(question.series, sorted({p.series for p in found}))
    since, until = _day(question.since) or "", _day(question.until) or "9999"
    kept = [p for p in found if p.series in wanted and since <= p.date <= until]
    kept.sort(key=lambda p: (p.series, p.date))
    return Shown(settings.index_version, f"reconstructed {instant}", kept, feeds.is_sample(conn))


def _series(asked: tuple[str, ...], known: list[str]) -> tuple[str, ...]:
    if ALL in asked:
        return tuple(known)
    unknown = [name for name in asked if name not in known]
    if unknown:
        raise UsageError(f"no series {unknown[0]!r}; there are {', '.join(known)}")
    return asked


def _versions(conn: sqlite3.Connection) -> str:
    rows = conn.execute("SELECT DISTINCT version FROM vintages ORDER BY version").fetchall()
    names = ", ".join(row[0] for row in rows)
    return f"stored are {names}" if names else "none is stored yet"

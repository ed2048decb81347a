"""The index as a table of rows, ready to be printed, written or drawn.

The standard library is enough here, unless weights are asked for or a session's close must be
looked up for a reconstruction.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from bubblefear.errors import UsageError
from bubblefear.pipeline import output_periods as periods
from bubblefear.pipeline import read_index
from bubblefear.store import database, vintage_queries
from bubblefear.store.vintage_queries import Provenance

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable
    from pathlib import Path

    from bubblefear.config import Settings
    from bubblefear.pipeline.read_index import Question, Shown

RECONSTRUCTED: Final = "reconstructed "
LAGS: Final = 30


@dataclass(frozen=True)
class Choice:
    """How the points become rows.

    Attributes:
        frequency: ``session``, ``week`` or ``month``.
        weights: A curve of ``models.index.time_weights`` for the column ``smoothed``, or None.
        lags: Values in its window.
    """

    frequency: str = periods.SESSION
    weights: str | None = None
    lags: int = LAGS


@dataclass(frozen=True)
class Table:
    """Rows by series and date, with where they come from.

    Attributes:
        rows: As ``index --json`` prints them.
        version: Of the index.
        vintage: The instant of the build, or ``reconstructed T``.
        frequency: Of the rows.
        sample: The database holds the shipped sample.
        provisional: The session that was not finished, or None.
        closes: Its close (UTC text), or None.
    """

    rows: list[dict[str, Any]]
    version: str
    vintage: str
    frequency: str
    sample: bool
    provisional: str | None
    closes: str | None = None


def read(
    path: Path,
    settings: Settings,
    question: Question,
    choice: Choice,
    *,
    now: Callable[[], str],
    say: Callable[[str], None],
) -> Table:
    """Answer a question as rows; arguments and errors as ``read_index.read``.

    Weights and whole weeks or months need sessions from before ``since``: these are read, take
    part, and are not shown.

    Raises:
        UsageError: an unknown frequency or curve, or lags below 1.
    """
    check(choice)
    since, until = question.since, question.until
    plain = choice == Choice()
    wide = question if plain else replace(question, since=None, until=None)
    shown = read_index.read(path, settings, wide, now=now, say=say)
    with database(path, create=False) as conn:
        table = arrange(conn, shown, choice)
    if plain:
        return table
    first = periods.label(_day(since), choice.frequency) if since else ""
    last = periods.label(_day(until), choice.frequency) if until else "9999"
    return replace(table, rows=[row for row in table.rows if first <= row["date"] <= last])


def made(choice: Choice) -> dict[str, Any]:
    """The choice as the metadata of a file says it."""
    lags = choice.lags if choice.weights else None
    return {"frequency": choice.frequency, "weights": choice.weights, "lags": lags}


def check(choice: Choice) -> None:
    """Refuse what cannot be, before anything is read.

    Raises:
        UsageError: an unknown frequency or curve, or lags below 1.
    """
    if choice.frequency not in periods.FREQUENCIES:
        known = ", ".join(periods.FREQUENCIES)
        raise UsageError(f"no frequency {choice.frequency!r}; there are {known}")
    if choice.lags < 1:
        raise UsageError(f"--lags is at least 1, not {choice.lags}")
    if choice.weights is not None:
        from models.errors import ModelError
        from models.index import time_weights

        try:
            time_weights.parse(choice.weights)
        except ModelError as error:
            raise UsageError(str(error)) from error


def arrange(conn: sqlite3.Connection, shown: Shown, choice: Choice) -> Table:
    """The points as rows of the frequency, with ``provisional`` and, if asked, ``smoothed``."""
    open_session, until = provisional_session(conn, shown)
    rows = [row | {"provisional": row["date"] == open_session} for row in shown.rows()]
    if choice.frequency != periods.SESSION:
        rows = periods.aggregated(rows, choice.frequency, _as_of(conn, shown))
    if choice.weights is not None:
        rows = _smoothed(rows, choice.weights, choice.lags)
    return Table(
        rows, shown.version, shown.vintage, choice.frequency, shown.sample, open_session, until
    )


def only(table: Table, series: str) -> Table:
    """The rows of one series."""
    return replace(table, rows=[row for row in table.rows if row["series"] == series])


def origin(conn: sqlite3.Connection, table: Table, settings: Settings) -> Provenance:
    """Where a table comes from; of a reconstruction only what is known without a build."""
    found = vintage_queries.provenance(conn, table.version, table.vintage)
    if found is not None:
        return found
    instant = table.vintage.removeprefix(RECONSTRUCTED)
    return Provenance(table.version, table.vintage, "reconstructed", instant, settings.scorer_id)


def provisional_session(conn: sqlite3.Connection, shown: Shown) -> tuple[str | None, str | None]:
    """The session that had not closed at the instant that the points stand for, and its close."""
    if not shown.vintage.startswith(RECONSTRUCTED):
        return vintage_queries.provisional(conn, shown.version, shown.vintage)
    import pandas as pd

    from models.sessions import closes, session_of

    instant = pd.Timestamp(shown.vintage.removeprefix(RECONSTRUCTED))
    session = str(session_of(pd.Series([instant])).iloc[0])
    close = closes(session, session).iloc[0]
    return (session, f"{close:%Y-%m-%dT%H:%M:%SZ}") if instant < close else (None, None)


def _as_of(conn: sqlite3.Connection, shown: Shown) -> str:
    stored = vintage_queries.as_of(conn, shown.version, shown.vintage)
    return stored or shown.vintage.removeprefix(RECONSTRUCTED)


def _day(text: str) -> str:
    return read_index.end_of(text)[:10]


def _smoothed(rows: list[dict[str, Any]], weights: str, lags: int) -> list[dict[str, Any]]:
    """The rows with the weighted mean of each one's own series."""
    from models.index import time_weights

    name, parameters = time_weights.parse(weights)
    by_series: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_series.setdefault(row["series"], []).append(row)
    found = []
    for own in by_series.values():
        means = time_weights.smoothed([row["value"] for row in own], name, lags, parameters)
        found += [row | {"smoothed": mean} for row, mean in zip(own, means, strict=True)]
    return found

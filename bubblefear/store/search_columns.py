"""What a search counts by, of every article at once, kept in memory.

To count ten thousand hits by source, language, channel and month, SQLite would look up each hit
in three tables; from columns it is a few additions. When articles, stories or scores have changed,
their hours are read again: the triggers that fill ``touched`` tell which.
"""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from bubblefear.store import cells, counters, views

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence

    Integers = np.ndarray[Any, np.dtype[np.int64]]
    Reals = np.ndarray[Any, np.dtype[np.float64]]

# The values of a column for articles that have none of their own.
NO_TEXT: Final = "no text"
NOT_SCORED: Final = "not scored"
ABSTAINED: Final = "abstained"
NONE: Final = "none"

# Every score has its entry; story and language are the article's.
_ROWS: Final = f"""SELECT e.number, CAST(strftime('%s', e.first_seen_at) AS INTEGER),
  s.fear, {views.CONTRIBUTION}, e.source, coalesce(a.language, '{NO_TEXT}'),
  CASE WHEN s.scorer IS NULL THEN '{NOT_SCORED}' WHEN s.abstained IS NOT NULL THEN '{ABSTAINED}'
    ELSE coalesce(s.kind, '{NONE}') END,
  CASE WHEN s.scorer IS NULL THEN '{NOT_SCORED}' WHEN s.abstained IS NOT NULL THEN '{ABSTAINED}'
    ELSE coalesce(s.channel, '{NONE}') END,
  substr(e.first_seen_at, 1, 7), coalesce(a.story_id, e.id)
FROM entries e
LEFT JOIN articles a ON a.id = e.id
LEFT JOIN scores s ON s.article_id = e.id AND s.scorer = ?"""
# The names of the last six.
TEXTS: Final = ("source", "language", "kind", "channel", "month", "story")
_OF_THESE: Final = " WHERE e.number IN (SELECT value FROM json_each(?))"
# Of hours as in `touched`: 2025-11-21T14 begins before 2025-11-21T14:00:00Z, and ":" < ";".
_IN_HOURS: Final = """ WHERE e.number IN (SELECT c.number FROM json_each(?) h
  JOIN entries c ON c.first_seen_at >= h.value AND c.first_seen_at < h.value || ';')"""


@dataclass(frozen=True)
class Coded:
    """Texts of few values: ``names[codes[position]]`` is an article's."""

    names: list[str]
    codes: Integers


@dataclass(frozen=True)
class Columns:
    """One position for each entry, in the order of ``entries.number``.

    Attributes:
        number: ``entries.number``, increasing.
        seen: ``first_seen_at`` in seconds since 1970, UTC.
        fear: 0-1; NaN = not scored.
        contribution: 0-1, as in ``article_scores``; NaN = not scored.
        texts: source, language, kind, channel, month (YYYY-MM, UTC) and story; an article of no
            story is one of its own.
    """

    number: Integers
    seen: Integers
    fear: Reals
    contribution: Reals
    texts: dict[str, Coded]

    def positions(self, numbers: Integers) -> Integers:
        """Where entries of these numbers stand; those that are not here are left out."""
        places: Integers = np.searchsorted(self.number, numbers).astype(np.int64)
        there = places < len(self.number)
        there[there] = self.number[places[there]] == numbers[there]
        return places[there]


def read(conn: sqlite3.Connection, scorer: str | None, numbers: Integers | None = None) -> Columns:
    """Read the columns with a scorer's scores; ``None`` for none.

    Args:
        conn: The database.
        scorer: Its stored name.
        numbers: Of the entries wanted; ``None`` = all.
    """
    if numbers is None:
        rows = conn.execute(f"{_ROWS} ORDER BY e.number", (scorer,)).fetchall()
    else:
        these = json.dumps(numbers.tolist())
        rows = conn.execute(f"{_ROWS}{_OF_THESE} ORDER BY e.number", (scorer, these)).fetchall()
    return _columns(rows, {name: {} for name in TEXTS})


def refreshed(
    conn: sqlite3.Connection, scorer: str | None, columns: Columns, since: int
) -> Columns:
    """The columns with what has changed since ``counters.inputs`` was ``since``."""
    hours = json.dumps(cells.touched_since(conn, since))
    rows = conn.execute(f"{_ROWS}{_IN_HOURS} ORDER BY e.number", (scorer, hours)).fetchall()
    if not rows:
        return columns
    known = {
        name: {value: code for code, value in enumerate(columns.texts[name].names)}
        for name in TEXTS
    }
    return _joined(columns, _columns(rows, known))


def _columns(rows: Sequence[Sequence[Any]], known: Mapping[str, dict[str, int]]) -> Columns:
    """Columns of some rows; texts have the codes that they are known by, new ones the next."""
    number, seen, fear, contribution, *texts = zip(*rows, strict=True) if rows else [()] * 10
    coded = {
        name: [known[name].setdefault(value, len(known[name])) for value in values]
        for name, values in zip(TEXTS, texts, strict=True)
    }
    return Columns(
        np.array(number, dtype=np.int64),
        np.array(seen, dtype=np.int64),
        np.array(fear, dtype=np.float64),
        np.array(contribution, dtype=np.float64),
        {
            name: Coded(list(known[name]), np.array(codes, np.int64))
            for name, codes in coded.items()
        },
    )


def _joined(old: Columns, new: Columns) -> Columns:
    """All entries of both, as in ``new`` where they are in both."""
    stays = ~np.isin(old.number, new.number)
    order = np.argsort(np.concatenate([old.number[stays], new.number]))

    def both(one: Any, other: Any) -> Any:  # noqa: ANN401 - arrays of integers or of reals
        return np.concatenate([one[stays], other])[order]

    return Columns(
        both(old.number, new.number),
        both(old.seen, new.seen),
        both(old.fear, new.fear),
        both(old.contribution, new.contribution),
        {
            name: Coded(coded.names, both(old.texts[name].codes, coded.codes))
            for name, coded in new.texts.items()
        },
    )


@dataclass
class Kept:
    """The columns of one database, brought up to date when it has changed; shared by threads."""

    _lock: threading.Lock = field(default_factory=threading.Lock)
    _mark: tuple[int, int, str | None] | None = None
    _columns: Columns | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing was read yet."""
        return self._columns is None

    def of(self, conn: sqlite3.Connection, scorer: str | None) -> Columns:
        """The columns as they are now, with a scorer's scores."""
        with self._lock:
            # Taken first: a change during the reading is then seen by the next question.
            mark = (*_changes(conn), scorer)
            if self._columns is None or self._mark is None or self._mark[2] != scorer:
                self._columns = read(conn, scorer)
            elif mark != self._mark:
                self._columns = refreshed(conn, scorer, self._columns, self._mark[0])
            self._mark = mark
            return self._columns


def _changes(conn: sqlite3.Connection) -> tuple[int, int]:
    last = conn.execute("SELECT max(number) FROM entries").fetchone()[0]
    return counters.inputs(conn), int(last or 0)

"""The index, append-only: a vintage stores the points that differ from the vintage before it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from bubblefear.instants import seconds_after
from bubblefear.store import accounts, coverage, seals

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping, Sequence

DIGITS: Final = 6
WITHDRAWN: Final = (None,) * 6
Figures = tuple[float | None, float | None, float | None, float | None, float | None, int | None]


@dataclass(frozen=True, slots=True)
class Point:
    """One session of one series; ``None`` = missing."""

    series: str
    date: str
    value: float | None
    ma7: float | None
    ma30: float | None
    lo: float | None
    hi: float | None
    n: int | None


@dataclass(frozen=True, slots=True)
class Build:
    """What a vintage says of itself; ``kind`` is ``real-time`` or ``reconstructed``."""

    version: str
    kind: str
    as_of: str
    inputs_sha256: str
    constants: str


@dataclass(frozen=True)
class Found:
    """An index as computed.

    Attributes:
        points: Every series and session.
        accounts: Parts of the total by date, of the sessions whose articles were read.
        rates: Every source's usual coverage.
    """

    points: Sequence[Point]
    accounts: Mapping[str, Sequence[accounts.Part]] = field(default_factory=dict)
    rates: Sequence[coverage.Rate] = ()


@dataclass(frozen=True, slots=True)
class Written:
    """What came of a build: its vintage (``None`` = nothing changed) and the points changed."""

    vintage: str | None
    changed: int


def vintage_at(conn: sqlite3.Connection, version: str, instant: str | None = None) -> str | None:
    """The last vintage at or before ``instant`` (default: the last one of all)."""
    row = conn.execute(
        "SELECT max(vintage) FROM vintages WHERE version = ? AND vintage <= ?",
        (version, instant or "9999"),
    ).fetchone()
    return row[0] if row else None


def known_until(conn: sqlite3.Connection, version: str) -> str | None:
    """The latest instant that a vintage of the version says it knows of."""
    row = conn.execute("SELECT max(as_of) FROM vintages WHERE version = ?", (version,)).fetchone()
    return row[0] if row else None


def after_vintages(conn: sqlite3.Connection, moment: str) -> str:
    """The moment, or the first second that no vintage says it knows of.

    To be asked inside the transaction that stores what came: `ingest` may run beside a build, and
    what came before the build's instant but is stored after it was not known to that vintage, and
    must not be to one rebuilt as of the same instant.
    """
    known = conn.execute("SELECT max(as_of) FROM vintages").fetchone()[0]
    return moment if known is None or moment > known else seconds_after(known, 1)


def read(
    conn: sqlite3.Connection,
    version: str,
    vintage: str,
    series: Sequence[str] | None = ("total",),
    *,
    since: str | None = None,
    until: str | None = None,
) -> list[Point]:
    """The series as they stood at a vintage, by series and date; ``series=None`` reads all."""
    chosen = "" if series is None else f"AND series IN ({', '.join('?' * len(series))})"
    # SQLite takes the other columns of a group from the row that max() chose.
    rows = conn.execute(
        "SELECT series, date, value, ma7, ma30, lo, hi, n, max(vintage) FROM index_points "
        f"WHERE version = ? AND vintage <= ? AND date BETWEEN ? AND ? {chosen} "
        "GROUP BY series, date ORDER BY series, date",
        (version, vintage, since or "0000", until or "9999", *(series or ())),
    )
    return [Point(*row[:8]) for row in rows if row[7] is not None]


def reason(conn: sqlite3.Connection, version: str) -> str:
    """Why the last build of a version gave no values, as its constants say."""
    row = conn.execute(
        "SELECT json_extract(constants, '$.reason') FROM vintages WHERE version = ? "
        "ORDER BY vintage DESC LIMIT 1",
        (version,),
    ).fetchone()
    return str(row[0]) if row and row[0] else "too little news in these sessions"


def series_names(conn: sqlite3.Connection, version: str) -> list[str]:
    """Every series of a version."""
    rows = conn.execute(
        "SELECT DISTINCT series FROM index_points WHERE version = ? ORDER BY series", (version,)
    )
    return [row[0] for row in rows]


def constants(conn: sqlite3.Connection, version: str, vintage: str) -> str:
    """The constants of a vintage, as JSON."""
    row = conn.execute(
        "SELECT constants FROM vintages WHERE version = ? AND vintage = ?", (version, vintage)
    ).fetchone()
    return str(row[0])


def write(
    conn: sqlite3.Connection,
    build: Build,
    found: Found,
    *,
    now: str,
) -> Written:
    """Append a vintage with what changed, inside a transaction of the caller, and seal it.

    Figures are rounded to six digits, so that the order of a sum makes no vintage. A point that
    exists no more is stored with every figure missing.

    Args:
        conn: The database.
        build: What the vintage says of itself.
        found: The index.
        now: The clock's instant.

    Returns:
        The new vintage's instant, or ``None`` when nothing changed, and how many points did.
    """
    before = vintage_at(conn, build.version)
    old = _figures(read(conn, build.version, before, None)) if before else {}
    new = _figures(found.points)
    changed = {key: figures for key, figures in new.items() if old.get(key) != figures}
    changed |= dict.fromkeys(old.keys() - new.keys(), WITHDRAWN)
    moved = accounts.changed(conn, build.version, found.accounts)
    rates = coverage.changed(conn, build.version, before, found.rates)
    if before and not (changed or moved or rates):
        return Written(None, 0)
    vintage = _next_instant(before, now)
    row = (
        build.version,
        vintage,
        build.kind,
        build.as_of,
        build.inputs_sha256,
        build.constants,
        len(changed),
    )
    conn.execute("INSERT INTO vintages VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    conn.executemany(
        "INSERT INTO index_points VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [(build.version, vintage, *key, *changed[key]) for key in sorted(changed)],
    )
    accounts.write(conn, build.version, vintage, moved)
    coverage.write(conn, build.version, vintage, rates)
    seals.seal(conn, build.version, vintage)
    return Written(vintage, len(changed))


def _figures(points: Iterable[Point]) -> dict[tuple[str, str], Figures]:
    return {
        (p.series, p.date): (_r(p.value), _r(p.ma7), _r(p.ma30), _r(p.lo), _r(p.hi), p.n)
        for p in points
    }


def _r(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else round(value, DIGITS)


def _next_instant(before: str | None, now: str) -> str:
    """``now``, or one second after the last vintage where the clock has not moved on."""
    if before is None or now > before:
        return now
    later = datetime.fromisoformat(before) + timedelta(seconds=1)
    return later.strftime("%Y-%m-%dT%H:%M:%SZ")

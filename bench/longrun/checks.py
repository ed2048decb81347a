"""What must hold at the end: each vintage as it was served is the one that can be rebuilt.

Three tellings of one vintage are compared: its points as they stood on the day, kept beside the
database; what ``index --as-of T --json`` prints at the end; and the index as ``index --as-of T``
computes it from the articles of the final database where no vintage is stored.
"""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING, Final

from bench.texts import ROOT
from bubblefear.pipeline.computing import compute
from bubblefear.pipeline.explain import OVERLAPPING, TOLERANCE, explain
from bubblefear.store import accounts, database, points, seals

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from bench.longrun.days import Place

FIGURES: Final = ("value", "ma7", "ma30", "lo", "hi", "n")
Table = dict[tuple[str, str], tuple[float | None, ...]]
# What a rebuilt index is made without.
_BUILT: Final = ("index_points", "accounts", "coverage", "seals", "vintages", "cells")


def vintages(place: Place) -> list[tuple[str, str, str]]:
    """Instant, ``as_of`` and kind of every vintage, in order."""
    sql = "SELECT vintage, as_of, kind FROM vintages WHERE version = ? ORDER BY vintage"
    with closing(sqlite3.connect(place.db)) as conn:
        return [tuple(row) for row in conn.execute(sql, (place.settings.index_version,))]


def first_difference(told: Table, other: Table) -> str | None:
    """Where two tellings part first, in words; None where they are the same."""
    for key in sorted(told.keys() | other.keys(), key=lambda key: (key[1], key[0])):
        ours, theirs = told.get(key), other.get(key)
        if ours == theirs:
            continue
        if ours is None or theirs is None:
            return (
                f"{key[0]} of {key[1]} is only in {'the second' if ours is None else 'the first'}"
            )
        name, a, b = next(
            row for row in zip(FIGURES, ours, theirs, strict=True) if row[1] != row[2]
        )
        return f"{name} of {key[0]} on {key[1]}: {a} and {b}"
    return None


def kept(place: Place, vintage: str) -> Table:
    """A vintage as it stood on its day; empty where it was not kept."""
    file = place.record(vintage)
    rows = json.loads(file.read_text(encoding="utf-8")) if file.exists() else []
    return {(row[0], row[1]): tuple(row[2:]) for row in rows}


def printed(place: Place, db: Path, as_of: str) -> Table:
    """What ``index --as-of T --json`` prints of every series.

    Raises:
        subprocess.CalledProcessError: the command failed.
    """
    words = ("index", "--db", db, "--config", place.config, "--as-of", as_of, "--series", "all")
    done = subprocess.run(
        [sys.executable, "-m", "bubblefear", *map(str, words), "--json"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    rows = json.loads(done.stdout)
    return {(r["series"], r["date"]): tuple(_rounded(r[name]) for name in FIGURES) for r in rows}


def rebuilt(place: Place, as_of: str) -> tuple[Table, dict[str, list[accounts.Part]]]:
    """Points and accounts as of an instant, from the articles of the final database alone."""
    with database(place.db, create=False) as conn:
        found = compute(conn, place.settings, as_of=as_of).found
    table = {
        (p.series, p.date): tuple(_rounded(getattr(p, f)) for f in FIGURES) for p in found.points
    }
    return table, {date: list(parts) for date, parts in found.accounts.items() if parts}


def stored_accounts(place: Place, vintage: str) -> dict[str, list[accounts.Part]]:
    """The accounts that stand at a vintage."""
    with database(place.db, create=False) as conn:
        found = accounts.read_all(conn, place.settings.index_version, vintage)
    return {account.date: list(account.parts) for account in found if account.parts}


def stripped(place: Place) -> Path:
    """A copy of the final database in which no index is built."""
    path = place.folder / "stripped.db"
    with closing(sqlite3.connect(place.db)) as conn, closing(sqlite3.connect(path)) as copy:
        conn.backup(copy)
        for table in _BUILT:
            copy.execute(f"DELETE FROM {table}")
        copy.execute("DELETE FROM counters WHERE name LIKE 'built:%'")
        copy.commit()
    return path


def equal_vintages(
    place: Place, *, every: int, progress: Callable[[str], None]
) -> tuple[int, list[str]]:
    """How many vintages there are, and what is wrong with them.

    Args:
        place: The run's folders.
        every: One vintage in so many is also rebuilt by the command, on a copy without any.
        progress: Told of each vintage.
    """
    known = vintages(place)
    bare = stripped(place)
    wrong: list[str] = []
    for number, (vintage, as_of, kind) in enumerate(known):
        if kind != "real-time":
            wrong.append(f"{vintage} is {kind}")
        for what, other in _tellings(place, bare, (vintage, as_of), number % every == 0):
            found = first_difference(kept(place, vintage), other)
            if found:
                wrong.append(f"{vintage}, as kept and {what}: {found}")
        progress(vintage)
    bare.unlink()
    wrong += _accounts(place, known)
    return len(known), wrong


def _tellings(
    place: Place, bare: Path, when: tuple[str, str], by_command: bool
) -> Iterable[tuple[str, Table]]:
    vintage, as_of = when
    yield "as printed", printed(place, place.db, vintage)
    yield "rebuilt", rebuilt(place, as_of)[0]
    if by_command:
        yield "rebuilt by the command", printed(place, bare, as_of)


def _accounts(place: Place, known: Sequence[tuple[str, str, str]]) -> list[str]:
    """Where the accounts of the last vintage are not those that are rebuilt."""
    if not known:
        return ["no vintage was built at all"]
    vintage, as_of, _ = known[-1]
    ours, theirs = stored_accounts(place, vintage), rebuilt(place, as_of)[1]
    return [
        f"{vintage}: account of {date} is another rebuilt"
        for date in sorted(ours.keys() | theirs.keys())
        if _as_set(ours.get(date, [])) != _as_set(theirs.get(date, []))
    ]


def _as_set(parts: Iterable[accounts.Part]) -> set[tuple[str, str, float, float]]:
    return {(p.article, p.story, p.novelty, p.points) for p in parts}


def explained(place: Place) -> tuple[int, list[str]]:
    """How many vintages have a value to explain, and those whose explanation does not add up."""
    wrong: list[str] = []
    told = 0
    settings = place.settings
    with database(place.db, create=False) as conn:
        for vintage, _, _ in vintages(place):
            found = points.read(conn, settings.index_version, vintage)
            if all(point.value is None for point in found):
                continue
            told += 1
            account = explain(conn, settings, "last", as_of=vintage)
            sums = {
                name: sum(row.points for row in rows)
                for name, rows in account.by.items()
                if name not in OVERLAPPING
            }
            wrong += _off(vintage, account.value, sums | {"total": account.session.total})
    return told, wrong


def _off(vintage: str, value: float, sums: Mapping[str, float]) -> list[str]:
    return [
        f"{vintage}: {name} adds up to {found}, not to {value}"
        for name, found in sums.items()
        if abs(found - value) > TOLERANCE
    ]


def broken_seals(place: Place) -> list[str]:
    """Vintages whose seal does not verify, and what else SQLite finds wrong."""
    with database(place.db, create=False) as conn:
        found = [f"{one.vintage}: {one.reason}" for one in seals.verify(conn)]
        sound = str(conn.execute("PRAGMA integrity_check").fetchone()[0])
    return found if sound == "ok" else [*found, f"integrity_check: {sound}"]


def lost_or_doubled(place: Place, served: set[int]) -> list[str]:
    """Items that stood in an answer and are not stored, and those that are stored twice."""
    sql = (
        "SELECT id, url FROM entries UNION SELECT entry_id, value FROM entry_aliases "
        "WHERE kind = 'url'"
    )
    bearers: dict[int, set[str]] = {}
    with closing(sqlite3.connect(place.db)) as conn:
        for entry, url in conn.execute(sql):
            number = str(url).partition("?")[0].rpartition("/")[2]
            bearers.setdefault(int(number), set()).add(entry)
    lost = [f"item {one} is lost" for one in sorted(served - bearers.keys())]
    return lost + [f"item {one} is stored twice" for one, of in bearers.items() if len(of) > 1]


def _rounded(value: float | None) -> float | None:
    """To the digits that are stored; counts stay counts."""
    return round(value, points.DIGITS) if isinstance(value, float) else value

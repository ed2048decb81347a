"""Counts of changes, so that whether the index is out of date costs one look-up and no scan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

INPUTS: Final = "inputs"
Found = TypeVar("Found")


def bump(conn: sqlite3.Connection, by: int = 1) -> None:
    """Note that ``by`` articles, stories or scores changed, inside the change's transaction."""
    if by:
        conn.execute(
            "INSERT INTO counters VALUES (?, ?) "
            "ON CONFLICT(name) DO UPDATE SET value = CAST(value AS INTEGER) + excluded.value",
            (INPUTS, str(by)),
        )


def inputs(conn: sqlite3.Connection) -> int:
    """How many changes there were since the file was made."""
    row = conn.execute("SELECT value FROM counters WHERE name = ?", (INPUTS,)).fetchone()
    return int(row[0]) if row else 0


def mark(conn: sqlite3.Connection) -> tuple[int, ...]:
    """What is another once an article, story or score has come, changed or gone to the archive."""
    row = conn.execute("SELECT (SELECT max(number) FROM entries), (SELECT count(*) FROM archives)")
    last, months = row.fetchone()
    return inputs(conn), int(last or 0), int(months)


class Kept:
    """What a server read of articles, stories and scores, until one of them changes."""

    def __init__(self) -> None:
        self._found: dict[str, tuple[tuple[int, ...], Any]] = {}

    def of(self, conn: sqlite3.Connection, name: str, read: Callable[[], Found]) -> Found:
        """What was read under a name, read anew where it may have become another."""
        now = mark(conn)
        found: Found | None = self.known(name, now)
        return self.keep(name, now, read()) if found is None else found

    def known(self, name: str, now: tuple[int, ...]) -> Any:  # noqa: ANN401 - of any kind
        """What was kept under a name at this ``mark``; None = nothing was."""
        at, found = self._found.get(name, (None, None))
        return found if at == now else None

    def keep(self, name: str, now: tuple[int, ...], found: Found) -> Found:
        """Keep what was read under a name; ``now`` is the ``mark`` from before the reading."""
        self._found[name] = (now, found)
        return found


@dataclass(frozen=True, slots=True)
class LastBuild:
    """The last build of a version: the inputs as they were counted, its settings, its instant."""

    count: int
    specification: str
    instant: str


def mark_built(conn: sqlite3.Connection, version: str, built: LastBuild) -> None:
    """Note a build of the index ``version``."""
    conn.execute(
        "INSERT INTO counters VALUES (?, ?) ON CONFLICT(name) DO UPDATE SET value = excluded.value",
        (f"built:{version}", f"{built.count} {built.specification} {built.instant}"),
    )


def last_build(conn: sqlite3.Connection, version: str) -> LastBuild | None:
    """The last build of a version."""
    row = conn.execute(
        "SELECT value FROM counters WHERE name = ?", (f"built:{version}",)
    ).fetchone()
    # Before accounts were kept, a mark had no instant: such a build counts as none.
    parts = row[0].split() if row else []
    return LastBuild(int(parts[0]), parts[1], parts[2]) if len(parts) == 3 else None


def is_built(conn: sqlite3.Connection, version: str, specification: str) -> bool:
    """Whether the last build of ``version`` had the present inputs and this specification."""
    last = last_build(conn, version)
    return last is not None and (last.count, last.specification) == (inputs(conn), specification)

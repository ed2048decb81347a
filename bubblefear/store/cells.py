"""Sums of sessions kept for the next build of the index, and what has changed since."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

INSTANT: Final = "instant"
CLOSE: Final = "close"


def read(conn: sqlite3.Connection, recipe: str, known: str) -> dict[str, str]:
    """The sums of every session kept under a recipe, by date."""
    rows = conn.execute(
        "SELECT date, sums FROM cells WHERE recipe = ? AND known = ? ORDER BY date",
        (recipe, known),
    )
    return {row[0]: row[1] for row in rows}


def any_kept(conn: sqlite3.Connection, recipe: str) -> bool:
    """Whether sums are kept under a recipe."""
    row = conn.execute("SELECT 1 FROM cells WHERE recipe = ? LIMIT 1", (recipe,)).fetchone()
    return row is not None


def replace(
    conn: sqlite3.Connection,
    recipe: str,
    known: str,
    sums: Mapping[str, str],
    stale: frozenset[str] | None,
) -> None:
    """Keep new sums in place of those of the stale sessions (None = of all of them).

    Sums under an older recipe of the same version are dropped with them.
    """
    if stale is None:
        version = recipe.partition(" ")[0]
        conn.execute(
            "DELETE FROM cells WHERE known = ? AND (recipe = ? OR recipe LIKE ? || ' %')",
            (known, recipe, version),
        )
    else:
        conn.executemany(
            "DELETE FROM cells WHERE recipe = ? AND known = ? AND date = ?",
            [(recipe, known, date) for date in sorted(stale)],
        )
    conn.executemany(
        "INSERT INTO cells VALUES (?, ?, ?, ?)",
        [(recipe, date, known, text) for date, text in sorted(sums.items())],
    )


def touched_since(conn: sqlite3.Connection, change: int) -> list[str]:
    """Hours (``YYYY-MM-DDTHH``) with an entry, story or score that changed since, in order."""
    rows = conn.execute("SELECT hour FROM touched WHERE change >= ? ORDER BY hour", (change,))
    return [row[0] for row in rows]

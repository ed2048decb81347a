"""Results of families of tests, by a hash of all that they depend on.

Simulated nulls take most of a test's time: on the same sample, with the same choices, they are the
same. A run that was stopped goes on with the first family that it had not finished.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3

# Families of some forty runs; older ones are of samples that are gone.
MOST = 1_000


def get(conn: sqlite3.Connection, key: str) -> str | None:
    """The results under a key as JSON, or None."""
    row = conn.execute("SELECT results FROM kept_results WHERE key = ?", (key,)).fetchone()
    return None if row is None else str(row[0])


def put(conn: sqlite3.Connection, key: str, family: str, results: str, now: str) -> None:
    """Keep results and let the oldest go."""
    conn.execute(
        "INSERT OR REPLACE INTO kept_results VALUES (?, ?, ?, ?)", (key, family, results, now)
    )
    conn.execute(
        "DELETE FROM kept_results WHERE key NOT IN "
        "(SELECT key FROM kept_results ORDER BY made_at DESC, rowid DESC LIMIT ?)",
        (MOST,),
    )

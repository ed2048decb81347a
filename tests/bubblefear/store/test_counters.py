"""What a server keeps of articles and scores goes when one of them changes."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from bubblefear.store import counters

if TYPE_CHECKING:
    import sqlite3


def test_kept_until_an_article_changes_or_a_month_is_archived(conn: sqlite3.Connection) -> None:
    kept, numbers = counters.Kept(), count()

    def read() -> int:
        return next(numbers)

    assert [kept.of(conn, "a", read), kept.of(conn, "a", read)] == [0, 0]
    assert kept.of(conn, "b", read) == 1
    counters.bump(conn)
    assert [kept.of(conn, "a", read), kept.of(conn, "a", read)] == [2, 2]
    conn.execute("PRAGMA foreign_keys = OFF")
    columns = [row["name"] for row in conn.execute("PRAGMA table_info(archives)")]
    values = ", ".join(["1"] * len(columns))
    conn.execute(f"INSERT INTO archives VALUES ({values})")
    assert kept.of(conn, "a", read) == 3


def test_what_is_empty_is_kept_too(conn: sqlite3.Connection) -> None:
    kept = counters.Kept()
    first = kept.of(conn, "none yet", list)
    assert kept.of(conn, "none yet", list) is first


def test_what_was_read_beside_a_change_is_kept_for_the_time_before_it(
    conn: sqlite3.Connection,
) -> None:
    kept, before = counters.Kept(), counters.mark(conn)
    counters.bump(conn)
    kept.keep("a", before, "old")
    assert kept.known("a", counters.mark(conn)) is None
    assert kept.of(conn, "a", lambda: "new") == "new"

"""Columns in memory against the tables that they are read from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from bubblefear.store import counters, database, search_columns, transaction

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

    from bubblefear.store.search_columns import Columns

NEWSROOM = Path(__file__).resolve().parent.parent / "newsroom.sql"
SCORER = "finbert-multi.v1"


def add_entries(conn: sqlite3.Connection) -> None:
    conn.execute(
        "INSERT INTO entries(number, id, source, title, first_seen_at, origin) VALUES "
        "(50, 'cccc000000000050', 'Harbour Gazette', 'x', '2025-11-02T00:00:00Z', 'feed'), "
        "(51, 'cccc000000000051', '海港日报', 'y', '2026-01-02T23:59:59Z', 'feed')"
    )


def score_again(conn: sqlite3.Connection) -> None:
    conn.execute(
        "INSERT OR REPLACE INTO scores SELECT article_id, scorer, text_sha256, text_known_at, "
        "negative, neutral, positive, 0.5, 0.9, 0.0, 'act', 'capex', recap, abstained, scored_at "
        "FROM scores WHERE article_id = 'aaaa000000000004'"
    )
    counters.bump(conn)


def group(conn: sqlite3.Connection) -> None:
    conn.execute("UPDATE articles SET story_id = 'story-2' WHERE id = 'aaaa000000000003'")
    counters.bump(conn)


def nothing(conn: sqlite3.Connection) -> None:
    counters.bump(conn, 7)


def told(columns: Columns) -> list[tuple[object, ...]]:
    texts = [[c.names[code] for code in c.codes] for c in columns.texts.values()]
    figures = (np.nan_to_num(columns.fear, nan=-1), np.nan_to_num(columns.contribution, nan=-1))
    return list(zip(columns.number, columns.seen, *figures, *texts, strict=True))


def test_columns_say_what_the_tables_say(tmp_path: Path) -> None:
    with database(tmp_path / "news.db") as conn:
        conn.executescript(NEWSROOM.read_text(encoding="utf-8"))
        columns = search_columns.read(conn, SCORER)
    assert list(columns.texts) == list(search_columns.TEXTS)
    first, *_, sixth, _, eighth = told(columns)
    assert first == (
        1, 1763733600, 0.8, pytest.approx(0.72), "Harbour Gazette", "en", "threat", "credit",
        "2025-11", "story-1",
    )  # fmt: skip
    assert sixth[2:] == (
        -1, -1, "Harbour Gazette", "other", "abstained", "abstained", "2025-11",
        "aaaa000000000006",
    )  # fmt: skip
    assert eighth[5:8] == ("no text", "not scored", "not scored")


@pytest.mark.parametrize("change", [add_entries, score_again, group, nothing])
def test_what_is_brought_up_to_date_is_as_if_read_anew(
    tmp_path: Path, change: Callable[[sqlite3.Connection], None]
) -> None:
    with database(tmp_path / "news.db") as conn:
        conn.executescript(NEWSROOM.read_text(encoding="utf-8"))
        kept = search_columns.Kept()
        before = kept.of(conn, SCORER)
        assert kept.of(conn, SCORER) is before
        with transaction(conn):
            change(conn)
        assert told(kept.of(conn, SCORER)) == told(search_columns.read(conn, SCORER))
        assert (told(before) != told(kept.of(conn, SCORER))) is (change is not nothing)
        assert told(kept.of(conn, None)) == told(search_columns.read(conn, None))


def test_positions_leave_out_what_is_not_there(tmp_path: Path) -> None:
    with database(tmp_path / "news.db") as conn:
        conn.executescript(NEWSROOM.read_text(encoding="utf-8"))
        columns = search_columns.read(conn, SCORER)
    assert columns.positions(np.array([0, 2, 8, 9, 99])).tolist() == [1, 7]


def test_an_empty_database_has_empty_columns(tmp_path: Path) -> None:
    with database(tmp_path / "news.db") as conn:
        columns = search_columns.read(conn, None)
    assert len(columns.number) == 0
    assert columns.positions(np.array([1])).tolist() == []

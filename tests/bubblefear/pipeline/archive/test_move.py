"""What is moved, what stays and why; exact rows back; files that are lost or damaged."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest

from bubblefear.errors import ArchiveBroken, NothingToDo, StoreError, UsageError
from bubblefear.pipeline import archive, audit, computing
from bubblefear.store import database_file, entries, transaction, unused
from bubblefear.store.archive import ledger, moving, parquet

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable
    from pathlib import Path

    from bubblefear.config import Settings

NOW = "2025-06-02T12:00:00Z"


def move(conn: sqlite3.Connection, before: str = "2025-04") -> archive.Move:
    return archive.move(conn, database_file(conn), before=before, now=lambda: NOW)


def plain_ids(conn: sqlite3.Connection, count: int) -> list[str]:
    """Entries of February alone in their stories and without relevance."""
    rows = conn.execute(
        "SELECT e.id FROM entries e JOIN articles a ON a.id = e.id JOIN scores s "
        "ON s.article_id = e.id WHERE e.first_seen_at BETWEEN '2025-02-05' AND '2025-02-20' "
        "AND s.relevance = 0 AND (SELECT count(*) FROM articles o WHERE o.story_id = a.story_id) "
        "= 1 ORDER BY e.number LIMIT ?",
        (count,),
    )
    return [row[0] for row in rows]


def test_what_is_relevant_and_its_story_stay(old: sqlite3.Connection) -> None:
    stay = old.execute(
        "SELECT count(*), sum(s.relevance > 0), count(DISTINCT substr(e.first_seen_at, 1, 7)) "
        "FROM entries e JOIN scores s ON s.article_id = e.id WHERE e.first_seen_at < '2025-04'"
    ).fetchone()
    assert stay[0] >= stay[1] > 50
    files = [ledger.folder(old) / f.file for f in ledger.files(old) if f.name == "scores"]
    names = parquet.columns(files[0])
    rows = [row for file in files for batch in parquet.rows(file) for row in batch]
    assert {row[names.index("relevance")] for row in rows} == {0.0}
    stories = {row[0] for row in old.execute("SELECT story_id FROM articles")}
    of_files = [ledger.folder(old) / f.file for f in ledger.files(old) if f.name == "articles"]
    gone = {row[0] for f in of_files for batch in parquet.rows(f, ["story_id"]) for row in batch}
    assert not gone & stories


def test_a_source_lies_together_and_in_order(old: sqlite3.Connection) -> None:
    file = next(f for f in ledger.files(old) if f.name == "entries")
    columns = ["source", "first_seen_at", "number"]
    place = ledger.folder(old) / file.file
    rows = [row for batch in parquet.rows(place, columns) for row in batch]
    assert rows == sorted(rows)
    assert len({row[0] for row in rows}) > 5


def test_what_somebody_refers_to_stays(plain: sqlite3.Connection, settings: Settings) -> None:
    reviewed, drawn, waiting, failed, given_up, read, counted, free = plain_ids(plain, 8)
    with transaction(plain):
        plain.execute(
            "INSERT INTO reviews VALUES (NULL, ?, 'Ann', 0, 'none', NULL, NULL, NULL, ?)",
            (reviewed, NOW),
        )
        plain.execute(
            "INSERT INTO audit_samples VALUES ('a', ?, 'x', 1, 1, NULL, NULL, '{}')", (NOW,)
        )
        plain.execute("INSERT INTO audit_items VALUES ('a', 1, ?, 'g', 's', 1, 1, 1.0)", (drawn,))
        for key, state, tries in ((waiting, "waiting", 0), (failed, "failed", 2),
                                  (given_up, "failed", 3)):  # fmt: skip
            plain.execute(
                "INSERT INTO backfill(url, link, source, published_at, first_seen_at, list, "
                "titled, state, tries, entry_id) VALUES (?1, ?1, 's', ?2, ?2, 'l', 1, ?3, ?4, ?1)",
                (key, NOW, state, tries),
            )
        plain.execute(
            "INSERT INTO scores SELECT article_id, 'other.v1', text_sha256, text_known_at, 0, 0, "
            "1, 0.7, 0.1, 0, NULL, NULL, 0, NULL, scored_at FROM scores WHERE article_id = ?",
            (read,),
        )
        plain.execute(
            "INSERT INTO accounts VALUES ('fear.v9', '2025-02-10', ?, json_array(json_object("
            "'article', ?)))", (NOW, counted),
        )  # fmt: skip
    move(plain)
    gone = ledger.months_of(
        plain, [reviewed, drawn, waiting, failed, given_up, read, counted, free]
    )
    assert gone.keys() == {given_up, free}
    assert plain.execute("PRAGMA foreign_key_check").fetchall() == []


def test_a_story_that_goes_on_after_the_limit_stays(plain: sqlite3.Connection) -> None:
    told = plain.execute(
        "SELECT a.id FROM articles a JOIN entries e ON e.id = a.id JOIN articles o "
        "ON o.story_id = a.story_id JOIN entries l ON l.id = o.id "
        "WHERE e.first_seen_at < '2025-04' AND l.first_seen_at >= '2025-04'"
    ).fetchall()
    assert told
    move(plain)
    assert ledger.months_of(plain, [row[0] for row in told]) == {}
    move(plain, "2025-06")  # a second part of the same month
    assert {f.part for f in ledger.files(plain, ["2025-03"])} == {1, 2}
    assert archive.verify(plain).faults == ()


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        ("UPDATE articles SET text_sha256 = 'new' WHERE id = ?", "1 articles not scored yet"),
        ("DELETE FROM scores WHERE article_id = ?", "1 articles not scored yet"),
        ("UPDATE articles SET story_id = NULL WHERE id = ?", "1 articles not grouped yet"),
    ],
)
def test_a_month_with_work_left_is_not_moved(
    plain: sqlite3.Connection, spoil: str, told: str
) -> None:
    plain.execute(spoil, plain_ids(plain, 1))
    moved = move(plain)
    assert [month.entries > 0 for month in moved.months] == [True, False, True]
    assert told in str(moved.months[1].reason)
    assert "2025-02: nothing moved" in str(moved)


def test_every_row_comes_back_as_it_was(
    plain: sqlite3.Connection,
    old: sqlite3.Connection,
    whole: Callable[[sqlite3.Connection], dict[str, list[tuple[Any, ...]]]],
) -> None:
    before = whole(plain)
    assert whole(old) == before
    done = archive.restore(old, database_file(old), ["2025-02", "2025-01"])
    assert list(done.months) == ["2025-02", "2025-01"]
    assert ledger.months(old) == ["2025-03"]
    assert whole(old) == before
    archive.restore(old, database_file(old), ["all"])
    tables = ("entries", "articles", "scores", "touched", "archived_entries", "archives")
    for table in tables:
        sql = f"SELECT * FROM {table} ORDER BY 1, 2"
        assert [tuple(r) for r in old.execute(sql)] == [tuple(r) for r in plain.execute(sql)]
    found = "SELECT rowid FROM articles_fts WHERE articles_fts MATCH 'earthquake' ORDER BY rowid"
    assert [tuple(r) for r in old.execute(found)] == [tuple(r) for r in plain.execute(found)]
    old.execute("INSERT INTO articles_fts(articles_fts, rank) VALUES ('integrity-check', 1)")


def test_the_search_no_longer_finds_what_was_moved(old: sqlite3.Connection) -> None:
    sql = "SELECT count(*) FROM articles_fts WHERE rowid NOT IN (SELECT number FROM entries)"
    assert old.execute(sql).fetchone()[0] == 0
    sql = "SELECT rowid FROM articles_fts WHERE articles_fts MATCH 'title'"
    found = {row[0] for row in old.execute(sql)}
    assert 1000 < len(found) < entries.count(old)
    assert found <= {row[0] for row in old.execute("SELECT number FROM entries")}


def test_vacuum_gives_the_bytes_back(plain: sqlite3.Connection) -> None:
    path = database_file(plain)
    size = path.stat().st_size
    moved = archive.move(plain, path, before="2025-05", now=lambda: NOW, vacuum=True)
    assert moved.vacuumed
    assert moved.free == 0
    assert path.stat().st_size == moved.size < size * 0.7
    assert archive.verify(plain).faults == ()


def test_the_default_leaves_this_month_and_three(plain: sqlite3.Connection) -> None:
    path = database_file(plain)
    moved = archive.move(plain, path, now=lambda: "2025-05-31T23:00:00Z")
    assert [month.month for month in moved.months] == ["2025-01"]
    assert archive.months_back("2025-01-15T00:00:00Z", 3) == "2024-10"


def broken(conn: sqlite3.Connection, how: str) -> Path:
    file = next(f for f in ledger.files(conn, ["2025-02"]) if f.name == "scores")
    place = ledger.folder(conn) / file.file
    if how == "missing":
        place.unlink()
    elif how == "short":
        place.write_bytes(place.read_bytes()[:-7])
    else:
        bytes_ = bytearray(place.read_bytes())
        bytes_[len(bytes_) // 2] ^= 1
        place.write_bytes(bytes(bytes_))
    return place


@pytest.mark.parametrize("how", ["missing", "short", "one bit"])
def test_a_lost_or_damaged_file_is_one_line_and_never_an_index(
    old: sqlite3.Connection, settings: Settings, how: str
) -> None:
    place = broken(old, how)
    with pytest.raises(ArchiveBroken, match=f"{place} is .*put back") as told:
        computing.compute(old, settings, as_of=NOW)
    assert "\n" not in str(told.value)
    with pytest.raises(ArchiveBroken, match=str(place)):
        archive.restore(old, database_file(old), ["2025-02"])
    assert ledger.months(old) == ["2025-01", "2025-02", "2025-03"]
    assert [str(place) in line for line in archive.verify(old).faults] == [True]
    fine, line = archive.check(old, database_file(old))
    assert fine is (how == "one bit")  # doctor looks at sizes alone
    assert ("put back" in line) is not fine


def test_files_of_another_database_are_left_alone(
    old: sqlite3.Connection, plain: sqlite3.Connection
) -> None:
    folder = ledger.folder(plain)
    with transaction(plain):  # a copy of the database from before the news of these files
        plain.execute("PRAGMA defer_foreign_keys = ON")
        for table in ("mentions", "scores", "articles"):
            plain.execute(f"DELETE FROM {table}")
        plain.execute("DELETE FROM entries")
    shutil.copytree(ledger.folder(old), folder)
    moved = move(plain)
    assert len(moved.strangers) == len(ledger.files(old))
    assert "left alone" in str(moved)
    assert all((folder / name).is_file() for name in moved.strangers)
    assert len(archive.verify(plain).faults) == len(moved.strangers)


def test_a_move_writes_over_no_file_of_another_database(
    old: sqlite3.Connection, plain: sqlite3.Connection
) -> None:
    (file,) = (f for f in ledger.files(old, ["2025-02"]) if f.name == "entries")
    place = ledger.folder(plain) / file.file
    place.parent.mkdir(parents=True)
    shutil.copy(ledger.folder(old) / file.file, place)
    held = place.read_bytes()
    with transaction(plain):  # one of its entries is not known here
        some = next(row[0] for batch in parquet.rows(place, ["id"]) for row in batch)
        plain.execute("PRAGMA defer_foreign_keys = ON")
        for table, key in reversed(moving.TABLES.items()):
            plain.execute(f"DELETE FROM {table} WHERE {key} = ?", (some,))
    assert move(plain).strangers == (file.file,)
    assert place.read_bytes() == held
    assert {f.part for f in ledger.files(plain, ["2025-02"])} == {file.part + 1}


def test_nothing_to_restore_and_no_month(old: sqlite3.Connection) -> None:
    path = database_file(old)
    with pytest.raises(NothingToDo, match="it holds 2025-01, 2025-02, 2025-03"):
        archive.restore(old, path, ["2024-12"])
    with pytest.raises(UsageError, match="is no month"):
        archive.restore(old, path, ["February"])
    with pytest.raises(UsageError, match="is no month"):
        move(old, "2025")


def test_a_month_named_twice_is_restored_once(old: sqlite3.Connection) -> None:
    (file,) = (f for f in ledger.files(old, ["2025-02"]) if f.name == "entries")
    done = archive.restore(old, database_file(old), ["2025-02", "2025-02"])
    assert done.months == {"2025-02": file.rows}


def test_too_little_disk_is_said(plain: sqlite3.Connection) -> None:
    path = database_file(plain)
    with pytest.raises(StoreError, match="--vacuum needs"):
        unused.give_back(plain, path, there=1000)


def test_an_audit_is_not_drawn_from_half_of_the_news(
    old: sqlite3.Connection, settings: Settings
) -> None:
    ask: dict[str, Any] = {"size": 20, "seed": 1, "until": None, "now": lambda: NOW}
    with pytest.raises(UsageError, match="2025-01, 2025-02, 2025-03 lie in the archive"):
        audit.draw(old, settings, since=None, **ask)
    assert audit.draw(old, settings, since="2025-04-02", **ask).items == 20


def test_numbers_go_on_after_those_in_the_archive(
    plain: sqlite3.Connection, make_entry: Callable[..., Any]
) -> None:
    last = plain.execute("SELECT max(number) FROM entries").fetchone()[0]
    plain.execute("DELETE FROM mentions")
    plain.execute("UPDATE scores SET relevance = 0, fear = 0")
    plain.execute("DELETE FROM accounts")
    move(plain, "2025-12")
    assert plain.execute("SELECT count(*) FROM entries").fetchone()[0] == 0
    with transaction(plain):
        entries.insert(plain, [make_entry("New")], origin="import", now=NOW)
    assert plain.execute("SELECT number FROM entries").fetchone()[0] == last + 1

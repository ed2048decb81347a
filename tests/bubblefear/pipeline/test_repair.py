"""``doctor --repair``: what follows from the rest is made again, and nothing else is touched."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bubblefear.cli import main
from bubblefear.config import Settings
from bubblefear.errors import Damaged, DatabaseMissing, Locked, NotADatabase
from bubblefear.pipeline import doctor
from bubblefear.pipeline.build_index import build_recorded
from bubblefear.pipeline.doctor import examine
from bubblefear.pipeline.repair import Repair, repair
from bubblefear.pipeline.restore import restore
from bubblefear.store import backups, database, mending, seals
from tests.bubblefear.pipeline.released import corrupt, rows, written

if TYPE_CHECKING:
    from collections.abc import Callable

SETTINGS = Settings(index=(("bootstrap_draws", 20), ("min_count", 3)))
NOW = "2025-11-21T22:00:00Z"


def now() -> str:
    return NOW


@pytest.fixture
def full(tmp_path: Path) -> Path:
    """A sound database whose runs have all ended."""
    path = written(tmp_path / "data" / "news.db")
    with database(path) as conn:
        conn.execute("UPDATE runs SET outcome = 'done' WHERE outcome IS NULL")
    return path


def mend(path: Path) -> Repair:
    return repair(path, SETTINGS, now=now)


def states(path: Path) -> dict[str, tuple[str, str]]:
    names = ("database", "schema", "search", "counts", "sums", "runs", "orphans", "leftovers",
             "vintages", "archive", "backups", "clock", "disk")  # fmt: skip
    with database(path, create=False) as conn:
        found = examine(conn, SETTINGS, now=now, names=names)
    return {check.name: (check.state, check.text) for check in found}


def done(found: Repair) -> dict[str, str | None]:
    return {one.name: one.done for one in found.mended}


def test_a_sound_database_is_left_as_it_is(full: Path) -> None:
    assert {state for state, _ in states(full).values()} == {"ok"}
    backups.settle(full)
    before = full.read_bytes()
    assert mend(full) == Repair()
    assert full.read_bytes() == before
    assert {p.name for p in full.parent.iterdir()} <= {"news.db", "news.db.lock"}


@pytest.mark.parametrize(
    "harm",
    [
        "DELETE FROM articles_fts WHERE rowid = 709",
        "INSERT INTO articles_fts(rowid, title) VALUES (5000, 'of nothing')",
        "UPDATE entries SET title = 'Another title' WHERE number = 3",
        "DELETE FROM articles_fts_data WHERE id > 10",
        "UPDATE articles_fts_content SET c0 = 'other words' WHERE id = 5",
        "DELETE FROM articles_fts_docsize WHERE id = 5",
    ],
)
def test_the_search_table_is_filled_again(full: Path, harm: str) -> None:
    with database(full) as conn:
        conn.execute(harm)
    state, text = states(full)["search"]
    assert state == "broken"
    assert text.endswith("`bubblefear doctor --repair` fills it again from the texts")
    assert done(mend(full)) == {"search": "the search table was filled again with 720 articles"}
    assert states(full)["search"] == ("ok", "every article is in it")
    with database(full) as conn:
        asked = "SELECT rowid FROM articles_fts WHERE articles_fts MATCH ?"
        assert [row[0] for row in conn.execute(asked, ('"credit lines"',))] == [709]
        assert len(conn.execute(asked, ('"泡 沫"',)).fetchall()) == 60


def test_indices_are_made_again_from_rows(full: Path) -> None:
    with closing(sqlite3.connect(full, isolation_level=None)) as conn:
        conn.execute("PRAGMA writable_schema = ON")
        master = conn.execute("SELECT * FROM sqlite_master WHERE name = 'mentions_name'").fetchone()
        conn.execute("DELETE FROM sqlite_master WHERE name = 'mentions_name'")
    with closing(sqlite3.connect(full, isolation_level=None)) as conn:
        # An insert that the index does not hear of.
        conn.execute(
            "INSERT INTO mentions VALUES ('0000000000000001', 'entity', 'X', 'X', 'title', 0, 1)"
        )
        conn.execute("PRAGMA writable_schema = ON")
        conn.execute("INSERT INTO sqlite_master VALUES (?, ?, ?, ?, ?)", master)
    assert "missing from index mentions_name" in states(full)["database"][1]
    assert done(mend(full)) == {"database": "every index was made again from its rows"}
    assert states(full)["database"] == ("ok", "sound")
    with database(full) as conn:
        asked = "SELECT count(*) FROM mentions INDEXED BY mentions_name WHERE name = 'X'"
        assert conn.execute(asked).fetchone()[0] == 1


def test_what_is_missing_of_the_schema_is_made(full: Path) -> None:
    with database(full) as conn:
        conn.execute("DROP INDEX polls_feed")
        conn.execute("DROP TRIGGER reviews_never_deleted")
        conn.execute("DROP VIEW article_scores")
    state, text = states(full)["schema"]
    assert (state, "polls_feed" in text) == ("broken", True)
    assert set(done(mend(full))) == {"schema"}
    assert states(full)["schema"][0] == "ok"
    with database(full) as conn, pytest.raises(sqlite3.IntegrityError, match="append-only"):
        conn.execute("DELETE FROM reviews")


def test_a_table_of_another_make_is_told_and_left(full: Path) -> None:
    with database(full) as conn:
        conn.execute("ALTER TABLE alerts ADD COLUMN own TEXT")
    assert done(mend(full)) == {"schema": None}
    assert "not as bubblefear makes it: alerts" in states(full)["schema"][1]


@pytest.mark.slow
def test_kept_sums_that_are_not_the_articles_lead_to_a_whole_build(full: Path) -> None:
    with database(full) as conn:
        first = build_recorded(conn, SETTINGS, now=now)
        recipe = f"{SETTINGS.index_version} {SETTINGS.specification}"
        kept = conn.execute("SELECT date, sums FROM cells WHERE recipe = ?", (recipe,)).fetchall()
        conn.execute("DELETE FROM cells WHERE recipe = ? AND date = ?", (recipe, kept[3]["date"]))
        conn.execute(
            "UPDATE cells SET sums = replace(sums, '1', '2') WHERE recipe = ? AND date = ?",
            (recipe, kept[7]["date"]),
        )
    assert first.vintage
    assert states(full)["sums"][1].startswith("kept sums of 2 sessions")
    found = done(mend(full))
    assert set(found) == {"sums"}
    assert "no point changed, from 721 entries" in str(found["sums"])
    assert states(full)["sums"][0] == "ok"
    with database(full) as conn:
        again = conn.execute("SELECT date, sums FROM cells WHERE recipe = ?", (recipe,)).fetchall()
    assert list(map(tuple, again)) == list(map(tuple, kept))


def test_the_count_of_changes_is_raised(full: Path) -> None:
    with database(full) as conn:
        conn.execute("UPDATE touched SET change = 5000 WHERE hour = '2025-10-01T03'")
    assert states(full)["counts"][0] == "broken"
    assert done(mend(full)) == {"counts": "the count of changes was raised by 4,279"}
    assert states(full)["counts"][0] == "ok"


def test_runs_of_earlier_days_are_closed(full: Path) -> None:
    with database(full) as conn:
        for day in ("2025-11-19", "2025-11-21"):
            conn.execute(
                "INSERT INTO runs(id, command, settings, versions, started_at) "
                "VALUES (?, 'score', '{}', '{}', ?)",
                (day, f"{day}T10:00:00Z"),
            )
    assert states(full)["runs"][0] == "look"
    assert done(mend(full)) == {"runs": "1 runs were closed as failed"}
    with database(full) as conn:
        found = conn.execute(
            "SELECT id, outcome, finished_at, note FROM runs WHERE command = 'score'"
        )
        assert list(map(tuple, found)) == [
            ("2025-11-19", "failed", NOW, "killed, not taken up again"),
            ("2025-11-21", None, None, None),
        ]


def test_orphans_are_noted_and_kept(full: Path) -> None:
    with closing(sqlite3.connect(full, isolation_level=None)) as conn:
        conn.execute("DELETE FROM stories WHERE id = 'story-00000000000002c5'")
    before = rows(full)
    state, text = states(full)["orphans"]
    assert state == "broken"
    assert "2 rows of articles name what is not in stories (story-00000000000002c5)" in text
    assert "no row was deleted" in str(done(mend(full))["orphans"])
    after = rows(full)
    assert after == before | {"problems": before["problems"] + 1}
    with database(full) as conn:
        noted = conn.execute("SELECT subject, reason FROM problems WHERE code = 'store.orphan'")
        assert [row["subject"] for row in noted] == ["articles"]


def test_what_killed_commands_left_goes(full: Path, clock: Callable[[], str]) -> None:
    folder = full.parent / "backups"
    folder.mkdir()
    month = full.with_name("news.db.archive") / "month=2025-09"
    month.mkdir(parents=True)
    gone = [full.with_name("news.db.restoring"), month / "entries.1.parquet.restoring",
            full.with_name("news.db.before-repair-20251119T000000Z.partial"),
            full.with_name("news.salvaged-20251119T000000Z.db.partial"),
            full.with_name("news.salvaged-20251119T000000Z.db.partial-wal"),
            folder / "news-20251119T000000Z.db.partial",
            folder / "news-20251118T000000Z.db.sha256"]  # fmt: skip
    kept = [folder / "own.db", folder / "own.sha256", folder / "film.partial",
            full.with_name("film.partial"), full.with_name("news.salvaged-20251119T000000Z.db"),
            full.with_name("news.db.before-repair-20251119T000000Z")]  # fmt: skip
    for place in (*gone, *kept):
        place.write_text("x")
    assert states(full)["leftovers"][0] == "look"
    found = mend(full)
    assert (done(found), found.backup) == ({"leftovers": "7 removed"}, None)
    assert not any(place.exists() for place in gone)
    assert all(place.exists() for place in kept)


def test_seals_are_told_and_never_mended(full: Path) -> None:
    with database(full) as conn:
        conn.execute("UPDATE index_points SET value = 1 WHERE date = '2025-11-20'")
        before = seals.verify(conn)
    assert mend(full) == Repair()
    assert states(full)["vintages"][0] == "broken"
    with database(full) as conn:
        assert seals.verify(conn) == before


def test_a_copy_is_made_before_the_first_change(full: Path) -> None:
    with database(full) as conn:
        conn.execute("DELETE FROM articles_fts WHERE rowid = 709")
        conn.execute("DROP INDEX polls_feed")
    told: list[str] = []
    found = repair(full, SETTINGS, now=now, tell=told.append)
    assert found.backup == f"{full}.before-repair-20251121T220000Z"
    assert [line.partition(":")[0] for line in told[1:]] == ["schema", "search"]
    assert told[0].startswith("a copy of the file as it is goes to")
    with backups.as_it_is(Path(found.backup)) as conn:
        assert "polls_feed" in mending.missing_objects(conn)


@pytest.mark.parametrize(
    ("table", "leaf", "most"),
    [("entries", 3, 25), ("evidence", -1, 40), ("scores", 0, 40), ("touched", 1, 200)],
)
def test_a_damaged_page_costs_its_own_rows_alone(
    full: Path, table: str, leaf: int, most: int
) -> None:
    before = rows(full)
    corrupt(full, table, leaf)
    damaged = full.read_bytes()
    assert states(full)["database"][0] == "broken"
    found = mend(full)
    assert full.read_bytes() == damaged
    assert found.salvaged is not None
    path = Path(found.salvaged)
    after = rows(path)
    derived = {"cells": 0, "counters": 1}
    assert {n: v for n, v in after.items() if n not in (table, *derived)} == {
        n: v for n, v in before.items() if n not in (table, *derived)
    }
    assert {name: after[name] for name in derived} == derived
    assert 0 < before[table] - after[table] < most
    assert found.saved[table] == {"rows": after[table], "refused": 0, "gaps": 1}
    assert backups.contents(path).broken == []
    searched = states(path)
    assert (searched["search"][0], searched["schema"][0]) == ("ok", "ok")
    restored = restore(path, full, now=now)
    assert rows(full) == after
    assert restored.kept is not None
    # The first hundred bytes also say how the file is written: without a log since it gave way.
    assert Path(restored.kept).read_bytes()[100:] == damaged[100:]


def test_a_value_that_cannot_be_is_refused_and_counted(full: Path) -> None:
    """A flipped bit inside a text: its page reads well, and the row does not."""
    with database(full) as conn:
        conn.execute("UPDATE entries SET author = 'QQQQQQQQQQQQ' WHERE number = 300")
    backups.settle(full)
    full.write_bytes(
        full.read_bytes().replace(
            b"QQQQQQQQQQQQ", b"\xff\xfe\xff\xfe\xff\xfe\xff\xfe\xff\xfe\xff\xfe"
        )
    )
    corrupt(full, "evidence")
    found = mend(full)
    assert found.saved["entries"] == {"rows": 720, "refused": 0, "gaps": 1}


def test_names_of_others_in_a_damaged_file_are_not_taken_for_statements(full: Path) -> None:
    with database(full) as conn:
        conn.execute('CREATE TABLE "x"" UNION SELECT ""y"(a)')
        assert backups.count_rows(conn)['x" UNION SELECT "y'] == 0
    before = rows(full)["entries"]
    corrupt(full, "evidence")
    found = mend(full)
    assert found.saved["entries"]["rows"] == before
    assert 'x" UNION SELECT "y' not in found.saved


@pytest.mark.parametrize("size", [16, 100, 4096])
def test_of_a_ruined_header_nothing_can_be_read(full: Path, size: int) -> None:
    backups.settle(full)
    content = b"\x00" * size + full.read_bytes()[size:]
    full.write_bytes(content)
    with pytest.raises(Damaged, match=r"nothing of .* can be read \(.*\): restore a backup"):
        mend(full)
    assert full.read_bytes() == content
    assert {p.name for p in full.parent.iterdir()} == {"news.db", "news.db.lock"}


def test_refused_where_it_cannot_be(full: Path, tmp_path: Path) -> None:
    with database(full) as conn:
        conn.execute("SELECT count(*) FROM entries").fetchone()
        with pytest.raises(Locked, match="another process has"):
            mend(full)
    with pytest.raises(DatabaseMissing):
        mend(tmp_path / "none.db")
    with closing(sqlite3.connect(tmp_path / "songs.db")) as songs:
        songs.execute("CREATE TABLE songs (title)")
    with pytest.raises(NotADatabase, match="not one of bubblefear's"):
        mend(tmp_path / "songs.db")


def test_the_command_says_what_and_how_it_ended(
    full: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(full.parent)
    monkeypatch.setenv("BUBBLEFEAR_SCORER", "lexicon.v1")
    with database(full) as conn:
        conn.execute("DELETE FROM articles_fts WHERE rowid = 709")

    def run(*words: str) -> tuple[int, str, str]:
        code = main(["doctor", *words, "--db", str(full)])
        return code, *capsys.readouterr()

    code, out, _ = run()
    assert (code, "--repair` fills it again" in out) == (1, True)
    code, out, err = run("--repair", "--json")
    found = json.loads(out)
    assert code == 3  # the lexicon has scored nothing
    assert [one["name"] for one in found["repair"]["mended"]] == ["search"]
    assert {c["name"]: c["state"] for c in found["checks"]}["search"] == "ok"
    assert err.startswith("bubblefear: a copy of the file as it is goes to")
    assert "nothing to mend" in run("--repair")[1]
    corrupt(full, "entries", 2)
    code, out, err = run("--repair")
    assert code == 1
    assert "saved   entries: " in out
    assert err.startswith("bubblefear: damaged: ")


def test_clock_disk_and_backups_are_looked_at(full: Path, clock: Any) -> None:
    from bubblefear.pipeline.backup import back_up

    assert states(full)["backups"][1].endswith("`bubblefear backup` makes one")
    back_up(full, None, now=lambda: "2025-11-12T21:00:00Z")
    state, text = states(full)["backups"]
    assert (state, "the newest of 2025-11-12T21:00:00Z" in text) == ("look", True)
    back_up(full, None, now=lambda: "2025-11-20T21:00:00Z")
    assert states(full)["backups"][0] == "ok"
    with database(full) as conn:
        conn.execute("UPDATE entries SET first_seen_at = '2026-01-01T00:00:00Z' WHERE number = 9")
    state, text = states(full)["clock"]
    assert state == "look"
    assert text.startswith("first sight of an entry is of 2026-01-01T00:00:00Z")
    assert "free beside a database of" in states(full)["disk"][1]
    assert {*doctor.DEEP, *doctor.QUICK} < set(_all_names(full))


def _all_names(path: Path) -> list[str]:
    with database(path) as conn:
        settings = Settings(scorer="lexicon.v1")
        return [check.name for check in examine(conn, settings, now=now)]

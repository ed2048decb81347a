"""What is published, what is not, and that counts are those of the rows."""

from __future__ import annotations

import hashlib
import random
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bubblefear.config import Settings
from bubblefear.errors import NothingToDo, StoreError, UsageError
from bubblefear.pipeline.computing import compute
from bubblefear.pipeline.publish import Asked, publish_database
from bubblefear.store import accounts, database, publish_tables, seals, search, transaction

if TYPE_CHECKING:
    from collections.abc import Iterator

NEWSROOM = Path(__file__).resolve().parent.parent / "newsroom.sql"
SCORER = "finbert-multi.v1"


@pytest.fixture
def news(tmp_path: Path) -> Path:
    path = tmp_path / "news.db"
    with database(path) as conn:
        conn.executescript(NEWSROOM.read_text(encoding="utf-8"))
        part = accounts.Part("aaaa000000000003", "s", "m", 0.2, 1.0, 131.0)
        accounts.write(conn, "v1", "2025-11-20T21:10:00Z", {"2025-11-20": [part]})
    return path


@pytest.fixture
def opened(news: Path, tmp_path: Path) -> Iterator[sqlite3.Connection]:
    publish_database(news, tmp_path / "public.db", Asked())
    with closing(sqlite3.connect(tmp_path / "public.db")) as conn:
        yield conn


def rows(conn: sqlite3.Connection, sql: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in conn.execute(sql)]


def test_what_is_on_the_topic_is_in_and_the_rest_is_counted(
    news: Path, opened: sqlite3.Connection
) -> None:
    with database(news) as whole:
        wanted = {row[0] for row in rows(whole, "SELECT article_id FROM scores WHERE relevance > 0"
                                                f" AND scorer = '{SCORER}'")}  # fmt: skip
        entries = rows(whole, "SELECT count(*) FROM entries")[0][0]
    kept = {row[0] for row in rows(opened, "SELECT id FROM entries")}
    assert kept == wanted | {"aaaa000000000003"}
    left = rows(opened, "SELECT sum(entries) FROM left_out")[0][0]
    assert left + len(kept) == entries
    assert rows(opened, "PRAGMA foreign_key_check") == []
    assert rows(opened, "PRAGMA integrity_check") == [("ok",)]
    assert seals.verify(opened) == []


def test_nothing_of_publishers_texts_feeds_or_runs_is_in(opened: sqlite3.Connection) -> None:
    assert rows(opened, "SELECT 1 FROM articles WHERE body IS NOT NULL") == []
    assert rows(opened, "SELECT 1 FROM entries WHERE coalesce(summary, author, guid, feed_url) "
                        "IS NOT NULL") == []  # fmt: skip
    for table in ("feeds", "feed_states", "polls", "runs", "problems", "entry_versions",
                  "entry_aliases", "prices", "reviews", "audit_samples", "hosts"):  # fmt: skip
        assert rows(opened, f"SELECT * FROM {table}") == [], table


def test_three_sentences_at_most_are_quoted_and_all_are_reckoned_with(
    news: Path, tmp_path: Path
) -> None:
    with database(news) as conn:
        for n in range(10, 30):
            conn.execute(
                "INSERT INTO evidence VALUES ('aaaa000000000001', ?, ?, 'body', 0, 9, ?, 0.8, 0.1,"
                " 0.1, 0.9, ?, 0.0, 0.05, 'threat', 'credit', '[]')",
                (SCORER, n, f"Sentence {n} " + "x" * 400, n / 30),
            )
    publish_database(news, tmp_path / "public.db", Asked())
    with closing(sqlite3.connect(tmp_path / "public.db")) as conn:
        told = rows(conn, "SELECT position, length(sentence) FROM evidence WHERE sentence <> '' "
                          "AND article_id = 'aaaa000000000001' AND field <> 'title'")  # fmt: skip
        figures = rows(conn, "SELECT count(*) FROM evidence WHERE position >= 10")
    assert {position for position, _ in told} >= {28, 29}
    assert len(told) == 3
    assert max(size for _, size in told) == 300
    assert figures == [(20,)]


def test_reviews_come_when_asked_for_and_without_names(news: Path, tmp_path: Path) -> None:
    with database(news) as conn:
        for number, who in enumerate(("Ada", "Bo", "Ada"), 11):
            conn.execute(
                "INSERT INTO reviews VALUES (?, 'aaaa000000000001', ?, 2, 'fear', 'threat', "
                "'credit', 'between us', '2025-11-22T08:00:00Z')",
                (number, who),
            )
        conn.execute("INSERT INTO review_undos VALUES (13, '2025-11-22T09:00:00Z')")
    for asked, names in (
        (Asked(reviews=True), ["coder 1", "coder 2"]),
        (Asked(reviews=True, coders=True, force=True), ["Ada", "Bo"]),
    ):
        publish_database(news, tmp_path / "public.db", asked)
        with closing(sqlite3.connect(tmp_path / "public.db")) as conn:
            found = rows(conn, "SELECT id, reviewer, note FROM reviews ORDER BY id")
        assert found == [(11, names[0], None), (12, names[1], None)]


def test_equal_databases_give_equal_bytes(news: Path, tmp_path: Path) -> None:
    hashes = set()
    for name in ("one.db", "two.db"):
        publish_database(news, tmp_path / name, Asked())
        hashes.add(hashlib.sha256((tmp_path / name).read_bytes()).hexdigest())
    assert len(hashes) == 1
    assert sorted(p.name for p in tmp_path.iterdir() if p.name.startswith(("one", "two"))) == [
        "one.db",
        "two.db",
    ]


def test_days_before_the_first_are_left_out_and_counted(news: Path, tmp_path: Path) -> None:
    made = publish_database(news, tmp_path / "public.db", Asked(since="2025-11-21"))
    with closing(sqlite3.connect(tmp_path / "public.db")) as conn:
        early = rows(conn, "SELECT id FROM entries WHERE first_seen_at < '2025-11-21'")
        assert set(early) <= {("aaaa000000000003",)}  # of an account
        left = rows(conn, "SELECT sum(entries) FROM left_out")[0][0]
    assert made.articles + left == made.entries


@pytest.mark.parametrize(
    ("asked", "said"),
    [(Asked(since="yesterday"), "is no date"), (Asked(coders=True), "give --reviews too")],
)
def test_what_cannot_be_asked(news: Path, tmp_path: Path, asked: Asked, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        publish_database(news, tmp_path / "public.db", asked)


def test_nothing_is_replaced_unless_it_is_said(news: Path, tmp_path: Path) -> None:
    out = tmp_path / "public.db"
    out.write_text("precious")
    with pytest.raises(StoreError, match="give --force"):
        publish_database(news, out, Asked())
    assert out.read_text() == "precious"
    with pytest.raises(StoreError, match="the database itself"):
        publish_database(news, news, Asked(force=True))
    publish_database(news, out, Asked(force=True))
    with pytest.raises(StoreError, match="was published itself"):
        publish_database(out, tmp_path / "again.db", Asked())


def test_nothing_is_written_into_it_or_built_from_it(news: Path, tmp_path: Path) -> None:
    out = tmp_path / "public.db"
    publish_database(news, out, Asked())
    with database(out, create=False) as conn:
        with pytest.raises(StoreError, match="was published and is read-only"), transaction(conn):
            conn.execute("DELETE FROM entries")
        with pytest.raises(StoreError, match="not all the news"):
            compute(conn, Settings(), as_of="2025-11-22T00:00:00Z")


def test_an_unscored_database_has_nothing_to_publish(tmp_path: Path) -> None:
    with database(tmp_path / "empty.db"):
        pass
    with pytest.raises(NothingToDo):
        publish_database(tmp_path / "empty.db", tmp_path / "public.db", Asked())
    assert not (tmp_path / "public.db").exists()
    assert not list(tmp_path.glob("*.partial*"))


def _random_news(path: Path, seed: int, count: int) -> None:
    dice = random.Random(seed)
    with database(path) as conn:
        conn.execute("INSERT INTO sources SELECT value, NULL, 'feed', NULL, '2025-01-01T00:00:00Z' "
                     "FROM json_each('[\"A\", \"B\", \"C\"]')")  # fmt: skip
        for n in range(1, count + 1):
            key, at = f"{n:016x}", f"2025-1{dice.choice('012')}-0{dice.randint(1, 9)}T10:00:00Z"
            conn.execute(
                "INSERT INTO entries(number, id, source, title, first_seen_at, origin) "
                "VALUES (?, ?, ?, 't', ?, ?)",
                (n, key, dice.choice("ABC"), at, dice.choice(["feed", "import"])),
            )
            conn.execute(
                "INSERT INTO articles VALUES (?, NULL, ?, NULL, 'none', NULL, 'x')",
                (key, dice.choice(["en", "zh-Hans"])),
            )
            fear, relief = (dice.choice([0.0, round(dice.random(), 2)]) for _ in range(2))
            about = dice.choice([("threat", "credit"), ("act", "capex")]) if fear else (None, None)
            conn.execute(
                "INSERT INTO scores VALUES "
                "(?, ?, 'x', ?, 0.1, 0.8, 0.1, ?, ?, ?, ?, ?, 0, NULL, ?)",
                (key, SCORER, at, dice.choice([0.0, 0.7]), fear, relief, *about, at),
            )
            search.insert(conn, [(n, "t", None, None)])


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 10**6), count=st.integers(1, 40))
def test_facets_are_the_counts_of_the_rows(
    tmp_path_factory: pytest.TempPathFactory, seed: int, count: int
) -> None:
    folder = tmp_path_factory.mktemp("facets")
    _random_news(folder / "news.db", seed, count)
    publish_database(folder / "news.db", folder / "public.db", Asked())
    with closing(sqlite3.connect(folder / "public.db")) as conn:
        for name, facets in publish_tables.FACETS.items():
            for facet in facets:
                stored = rows(conn, "SELECT value, rows FROM facet_counts "
                                    f"WHERE name = '{name}' AND facet = '{facet}'")  # fmt: skip
                counted = rows(conn, f"SELECT {facet}, count(*) FROM {name} "
                                     f"WHERE {facet} IS NOT NULL GROUP BY 1")  # fmt: skip
                assert dict(stored) == dict(counted), (name, facet)
        stances = rows(conn, "SELECT stance, fear > 0, relief > 0 FROM news")
    told = {"mixed": (1, 1), "fear": (1, 0), "relief": (0, 1), "none": (0, 0)}
    assert all(told[stance] == (fear, relief) for stance, fear, relief in stances)

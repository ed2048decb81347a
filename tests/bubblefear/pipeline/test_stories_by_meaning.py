"""Stories across wordings and languages, through the stage and the shipped model."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from bubblefear.pipeline.group_stories import group_stories
from bubblefear.store import entries, transaction
from nlp.errors import NlpError

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from bubblefear.pipeline.recording import Run
    from ingest.records import Entry
    from nlp.embedding import Embedder

NOW = "2025-12-20T12:00:00Z"

# The event that a Chinese article in the shared data tells, told here in English in our words.
REWRITTEN = "Bitcoin's frightening tie to the AI bubble means it would crash first when tech cracks"
REWRITTEN_SUMMARY = (
    "Oracle lost some $80 billion of market value on Dec. 11 after revenue fell short and AI "
    "capex was lifted from $35 billion to about $50 billion, part of it on debt; shares were "
    "down as much as 16%."
)

SAME = [
    (
        ("Amazon to lay off 14,000 corporate workers as it bets on AI", "en"),
        ("亚马逊将裁员1.4万名员工，加码人工智能", "zh-Hans"),
    ),
    (
        ("Amazon to lay off 14,000 corporate workers as it bets on AI", "en"),
        ("亞馬遜宣布裁員1.4萬人，全力投入人工智慧", "zh-Hant"),
    ),
    (
        ("Nvidia becomes the first company worth $5 trillion", "en"),
        ("英伟达市值突破5万亿美元，成史上首家", "zh-Hans"),
    ),
    (
        ("Nvidia becomes the first company worth $5 trillion", "en"),
        ("Nvidia tops $5 trillion in market value, a first for any company", "en"),
    ),
    (
        ("欧盟就谷歌使用网络内容训练人工智能展开反垄断调查", "zh-Hans"),
        ("EU opens antitrust probe into Google over online content used for AI", "en"),
    ),
]

OTHER = [
    (
        ("Amazon to lay off 14,000 corporate workers as it bets on AI", "en"),
        ("微软将裁员1.4万名员工，加码人工智能", "zh-Hans"),
    ),
    (
        ("Nvidia shares fall 4% as traders doubt the AI boom", "en"),
        ("英伟达股价上涨4%，交易员重拾信心", "zh-Hans"),
    ),
    (
        ("Oracle sells $18 billion of bonds to pay for data centres", "en"),
        ("甲骨文任命两位新的联席首席执行官", "zh-Hans"),
    ),
    (
        ("OpenAI signs chip supply deal with Broadcom", "en"),
        ("OpenAI restricts teenagers' use of its video app", "en"),
    ),
    (
        ("美联储宣布降息25个基点", "zh-Hans"),
        ("英国央行宣布降息25个基点", "zh-Hans"),
    ),
]


def put(
    conn: sqlite3.Connection, make_entry: Callable[..., Entry], *rows: tuple[Any, ...]
) -> list[Entry]:
    found = [
        make_entry(
            row[0],
            source=f"Source {n}",
            seen=f"2025-12-12T0{n}:00:00Z",
            language=row[1],
            summary=row[2] if len(row) > 2 else None,
        )
        for n, row in enumerate(rows)
    ]
    with transaction(conn):
        entries.insert(conn, found, origin="feed", now=NOW)
    return found


def stories(conn: sqlite3.Connection, found: Sequence[Entry]) -> list[str]:
    by_id = dict(conn.execute("SELECT id, story_id FROM articles").fetchall())
    return [by_id[one.key] for one in found]


@pytest.mark.parametrize(("first", "second"), SAME)
def test_other_words_and_languages_join(
    conn: sqlite3.Connection,
    run: Run,
    make_entry: Callable[..., Entry],
    first: tuple[str, str],
    second: tuple[str, str],
) -> None:
    found = put(conn, make_entry, first, second)
    group_stories(conn, run)
    assert stories(conn, found) == [found[0].key] * 2
    link = conn.execute("SELECT * FROM story_links").fetchone()
    assert (link["article_id"], link["other_id"]) == (found[1].key, found[0].key)
    assert link["how"] == "meaning"
    assert any(trait.startswith("name:") for trait in json.loads(link["shared"]))
    marks = conn.execute("SELECT model, length(vector) FROM story_marks").fetchall()
    assert [tuple(row) for row in marks] == [("finbert-multi.v1", 768)] * 2


@pytest.mark.parametrize(("first", "second"), OTHER)
def test_near_misses_stay_apart(
    conn: sqlite3.Connection,
    run: Run,
    make_entry: Callable[..., Entry],
    first: tuple[str, str],
    second: tuple[str, str],
) -> None:
    found = put(conn, make_entry, first, second)
    group_stories(conn, run)
    assert stories(conn, found) == [one.key for one in found]


def test_the_seed_article_and_its_rewriting_join(
    conn: sqlite3.Connection, run: Run, make_entry: Callable[..., Entry], shared_data: Path
) -> None:
    title, *body = (shared_data / "seed_article.txt").read_text("utf-8").split("\n")
    rows = [(title, "zh-Hant", "".join(body[:2])), (REWRITTEN, "en", REWRITTEN_SUMMARY)]
    for order in (rows, rows[::-1]):
        conn.execute("DELETE FROM story_links")
        conn.execute("DELETE FROM story_marks")
        conn.execute("UPDATE articles SET story_id = NULL")
        found = put(conn, make_entry, *order)
        group_stories(conn, run)
        assert len(set(stories(conn, found))) == 1


def test_a_stored_mark_is_used_again(
    conn: sqlite3.Connection, run: Run, make_entry: Callable[..., Entry]
) -> None:
    found = put(conn, make_entry, *SAME[0])
    group_stories(conn, run)
    whole = stories(conn, found)
    conn.execute("UPDATE articles SET story_id = NULL WHERE id = ?", (found[1].key,))

    class Counting:
        name = "finbert-multi.v1"

        def embed(self, texts: Sequence[str], languages: Sequence[str]) -> Any:
            assert not texts
            return []

    def load() -> Embedder:
        return Counting()  # type: ignore[return-value]  # it has what is used of an embedder

    group_stories(conn, run, load=load)
    assert stories(conn, found) == whole


def test_without_the_model_words_decide_and_the_run_says_so(
    conn: sqlite3.Connection, run: Run, make_entry: Callable[..., Entry]
) -> None:
    def missing() -> Embedder:
        raise NlpError("no model in this folder")

    found = put(conn, make_entry, *SAME[0], SAME[0][0])
    group_stories(conn, run, load=missing)
    assert stories(conn, found) == [found[0].key, found[1].key, found[0].key]
    assert any("by words alone: no model in this folder" in note for note in run.notes)

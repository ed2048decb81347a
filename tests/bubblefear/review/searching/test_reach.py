"""A large file's search against the one that keeps every entry in memory: same hits, same order."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bubblefear.review.searching import looking
from bubblefear.review.searching.asked import SORTS, Asked
from bubblefear.review.searching.reach import Bounds
from bubblefear.store import database, search
from bubblefear.store.search_columns import Kept

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from pathlib import Path

    import numpy as np

ENTRIES = 120
SCORER = "finbert-multi.v1"
ALL_IN_MEMORY = Bounds(whole=ENTRIES)
LARGE = Bounds(whole=0, looked=ENTRIES)


def _fill(conn: sqlite3.Connection) -> None:
    dice = random.Random(5)
    conn.execute("INSERT INTO sources VALUES ('A', 'en', 'feed', NULL, '2025-10-01T00:00:00Z'),"
                 " ('B', NULL, 'feed', NULL, '2025-10-01T00:00:00Z')")  # fmt: skip
    for n in range(1, ENTRIES + 1):
        key = f"{n:016x}"
        # Some in the same second, and later numbers not always seen later: old news imported.
        at = f"2025-1{dice.choice('012')}-{dice.randint(1, 28):02d}T0{dice.randint(0, 2)}:00:00Z"
        title = " ".join(dice.choices(["bubble", "credit", "calm", "chips", "泡沫"], k=3))
        conn.execute(
            "INSERT INTO entries(number, id, source, title, first_seen_at, origin) "
            "VALUES (?, ?, ?, ?, ?, 'feed')",
            (n, key, dice.choice("AB"), title, at),
        )
        search.insert(conn, [(n, title, None, None)])
        if n % 11 == 0:
            continue  # without text
        story = f"story-{dice.randint(1, 90)}"
        conn.execute("INSERT OR IGNORE INTO stories VALUES (?, ?, ?)", (story, key, at))
        language = dice.choice(["en", "zh-Hans"])
        conn.execute(
            "INSERT INTO articles VALUES (?, ?, ?, NULL, 'none', NULL, 'x')", (key, story, language)
        )
        if n % 13 == 0:
            continue  # not scored
        fear = dice.choice([0.0, 0.0, round(dice.random(), 2)])
        relief = dice.choice([0.0, 0.9])
        about = ("threat", dice.choice(["credit", "capex"])) if fear else (None, None)
        conn.execute(
            "INSERT INTO scores VALUES (?, ?, 'x', ?, 0.1, 0.8, 0.1, 0.5, ?, ?, ?, ?, 0, NULL, ?)",
            (key, SCORER, at, fear, relief, *about, at),
        )
    for n in (1, 2, 30):
        conn.execute(
            "INSERT INTO reviews(article_id, reviewer, fear, stance, created_at) "
            "VALUES (?, 'Ada', 2, 'fear', '2025-12-30T00:00:00Z')",
            (f"{n:016x}",),
        )


@pytest.fixture(scope="module")
def conn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    path: Path = tmp_path_factory.mktemp("reach") / "news.db"
    with database(path) as opened:
        _fill(opened)
        yield opened


words = st.sampled_from(
    ["", "bubble", "泡沫", "credit chips", "bubble -credit", "-calm", "bub*", "absent", "!"]
)
days = st.sampled_from(
    [("", ""), ("2025-10-10", ""), ("", "2025-11-20"), ("2025-10-20", "2025-11-05")]
)
choices = st.fixed_dictionaries(
    {},
    optional={
        "source": st.sampled_from([("A",), ("B",), ("A", "B"), ("C",)]),
        "language": st.sampled_from([("en",), ("en", "no text")]),
        "channel": st.sampled_from([("credit",), ("credit", "capex"), ("none",), ("not scored",)]),
        "kind": st.sampled_from([("threat",), ("act",), ("none", "threat")]),
        "label": st.sampled_from([("grade 2",), ("not reviewed",), ("stance fear", "grade 1")]),
        "month": st.sampled_from([("2025-11",), ("2025-10", "2025-12"), ("2024-01",)]),
    },
)
asks = st.builds(
    lambda words, days, chosen, sort: Asked(
        words=words, since=days[0], until=days[1], chosen=chosen, sort=sort
    ),
    words,
    days,
    choices,
    st.sampled_from(list(SORTS)),
)
many = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@many
@given(asked=asks)
def test_where_all_hits_are_looked_at_the_answer_is_the_same(
    conn: sqlite3.Connection, asked: Asked
) -> None:
    whole = looking.look(conn, Kept(), asked, ALL_IN_MEMORY)
    large = looking.look(conn, Kept(), asked, LARGE)
    assert large.numbers.tolist() == whole.numbers.tolist()
    assert large.leaders.tolist() == whole.leaders.tolist()
    assert large.copies.tolist() == whole.copies.tolist()
    assert large.facets == whole.facets
    assert large.hits is None


@many
@given(asked=asks, most=st.integers(1, 30))
def test_of_too_many_hits_those_come_that_are_first_in_the_order(
    conn: sqlite3.Connection, asked: Asked, most: int
) -> None:
    whole = looking.look(conn, Kept(), asked, ALL_IN_MEMORY).numbers
    some = looking.look(conn, Kept(), asked, Bounds(whole=0, looked=most))
    assert set(some.numbers.tolist()) <= set(whole.tolist())
    if some.hits is None:
        assert some.numbers.tolist() == whole.tolist()
        return
    assert some.hits > some.looked == most
    assert some.hits >= len(whole)
    # Languages, and what an index of fear does not know, are told apart only among those.
    answered = some.looked == len(some.numbers) and some.hits == len(whole)
    if answered and asked.sort in ("newest", "oldest"):
        assert some.numbers.tolist() == whole.tolist()[:most]
    if answered and asked.sort in ("fear", "contribution"):
        strong = _with_strength(conn, whole, asked.sort)[:most]
        assert some.numbers.tolist()[: len(strong)] == strong


def _with_strength(conn: sqlite3.Connection, numbers: np.ndarray, sort: str) -> list[int]:
    rows = conn.execute(f"SELECT number FROM article_scores WHERE {sort} > 0")
    strong = {row[0] for row in rows}
    return [number for number in numbers.tolist() if number in strong]


def test_counts_beside_a_choice_are_told_to_be_of_some(conn: sqlite3.Connection) -> None:
    asked = Asked(chosen={"label": ("grade 2",)})
    assert not looking.look(conn, Kept(), asked, Bounds(whole=0, looked=10)).beside
    assert looking.look(conn, Kept(), asked, ALL_IN_MEMORY).beside


def test_nothing_is_kept_of_a_large_file(conn: sqlite3.Connection) -> None:
    kept = Kept()
    looking.prepare(conn, kept, LARGE)
    assert kept.is_empty
    looking.prepare(conn, kept, ALL_IN_MEMORY)
    assert not kept.is_empty

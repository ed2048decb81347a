"""The draw: every level and stratum is there, weights give the population back, seeds repeat."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.audit.strata import POOLED, allocate, draw_sample
from models.errors import ModelError


def articles(n: int = 4000, seed: int = 3) -> pd.DataFrame:
    """News of two languages: most is irrelevant, a tenth relevant, a fiftieth fearful."""
    rng = np.random.default_rng(seed)
    relevance = np.where(rng.random(n) < 0.12, rng.uniform(0.3, 1, n), 0.0)
    fear = np.where((relevance > 0) & (rng.random(n) < 0.3), rng.uniform(0.05, 1, n), 0.0)
    return pd.DataFrame(
        {
            "article_id": [f"a{i:05d}" for i in range(n)],
            "source": rng.choice(["Big", "Small", "Tiny"], n, p=[0.6, 0.35, 0.05]),
            "language": rng.choice(["en", "zh-Hans"], n, p=[0.7, 0.3]),
            "relevance": relevance,
            "fear": fear,
            "relief": np.where(rng.random(n) < 0.01, 1.0, 0.0),
        }
    )


def test_all_levels_are_drawn_and_weights_give_the_population_back() -> None:
    frame = articles()
    drawn = draw_sample(frame, 200, 1)
    assert len(drawn.items) == 200
    assert drawn.definition["drawn"] == {"irrelevant": 20, "silent": 60, "fearful": 120}
    assert drawn.items["weight"].sum() == pytest.approx(len(frame))
    assert drawn.items["article_id"].is_unique
    by = drawn.items.groupby("stratum")
    assert (by.size() == by["stratum_n"].first()).all()
    assert by["stratum_size"].first().sum() == len(frame)


def test_the_order_of_coding_tells_nothing_of_the_score() -> None:
    frame = articles()
    order = draw_sample(frame, 200, 1).items.merge(frame, on="article_id", how="left")
    fear = order["relevance"] * order["fear"]
    assert abs(np.corrcoef(np.arange(200), fear)[0, 1]) < 0.2


def test_the_seed_decides_and_the_order_of_the_articles_does_not() -> None:
    frame = articles()
    one, again = draw_sample(frame, 80, 5), draw_sample(frame.sample(frac=1, random_state=2), 80, 5)
    pd.testing.assert_frame_equal(one.items, again.items)
    other = draw_sample(frame, 80, 6)
    assert set(other.items["article_id"]) != set(one.items["article_id"])


def test_the_draw_estimates_a_share_without_bias() -> None:
    frame = articles(1500)
    adds = np.where(frame["relief"] > frame["fear"], 0, frame["relevance"] * frame["fear"])
    true = pd.Series(adds, index=frame["article_id"])
    estimates = [
        float((drawn["weight"] * drawn["article_id"].map(true)).sum())
        for drawn in (draw_sample(frame, 60, seed).items for seed in range(25))
    ]
    assert np.mean(estimates) == pytest.approx(true.sum(), rel=0.05)


def test_small_sources_are_pooled_and_large_ones_stand_alone() -> None:
    groups = set(draw_sample(articles(20_000), 1000, 1).items["source_group"])
    assert {"Big", "Small", POOLED} == groups


def test_a_denial_is_silent() -> None:
    frame = articles(10).assign(relevance=1.0, fear=0.3, relief=0.9)
    assert draw_sample(frame, 5, 1).definition["levels"] == {"silent": 10}


def test_a_small_draw_has_coarser_strata() -> None:
    frame = articles()
    assert draw_sample(frame, 400, 1).definition["strata"] > 30
    small = draw_sample(frame, 12, 1)
    assert small.definition["strata"] <= 12
    assert len(small.items) == 12


def test_fewer_articles_than_asked_for_are_all_taken() -> None:
    drawn = draw_sample(articles(30), 200, 1)
    assert sorted(drawn.items["article_id"]) == sorted(articles(30)["article_id"])
    assert (drawn.items["weight"] == 1).all()


def test_what_cannot_be_drawn() -> None:
    with pytest.raises(ModelError, match="relief"):
        draw_sample(articles().drop(columns="relief"), 10, 1)
    with pytest.raises(ModelError, match="cannot draw"):
        draw_sample(articles().head(0), 10, 1)
    with pytest.raises(ModelError, match="cannot draw 0"):
        draw_sample(articles(), 0, 1)


@given(st.lists(st.integers(0, 500), max_size=30), st.integers(0, 400))
def test_allocation(sizes: list[int], total: int) -> None:
    drawn = allocate(sizes, total)
    assert sum(drawn) == min(total, sum(sizes))
    assert all(0 <= n <= size for n, size in zip(drawn, sizes, strict=True))
    if total >= len(sizes):
        assert all(n >= 1 for n, size in zip(drawn, sizes, strict=True) if size)
    for (n, size), (m, other) in zip(
        zip(drawn, sizes, strict=True), zip(drawn[1:], sizes[1:], strict=False), strict=False
    ):
        assert size <= other or n >= m or n == size


def test_allocation_follows_the_square_root() -> None:
    drawn = allocate([100, 400, 900, 1600], 100)
    assert drawn == [math.isqrt(size) for size in (100, 400, 900, 1600)]


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 300), st.integers(1, 120), st.integers(0, 2**31))
def test_any_draw_holds_the_invariants(n: int, size: int, seed: int) -> None:
    frame = articles(n, seed)
    items = draw_sample(frame, size, seed).items
    assert len(items) == min(size, n)
    assert items["article_id"].is_unique
    assert set(items["article_id"]) <= set(frame["article_id"])
    assert (items["weight"] >= 1).all()
    assert (items["stratum_size"] >= items["stratum_n"]).all()

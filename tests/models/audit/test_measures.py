"""Batch measures are the ordinary ones, row by row; the bootstrap redraws within strata."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bubblefear.evaluation import metrics
from models.audit.measures import precision_recall_f1, resampled, spearman

rows = st.lists(
    st.tuples(
        st.booleans(),
        st.booleans(),
        st.integers(0, 5),
        st.integers(0, 3),
        st.floats(0.5, 50),
    ),
    min_size=2,
    max_size=30,
)


@given(rows)
def test_figures_are_those_of_evaluate(found: list[tuple[bool, bool, int, int, float]]) -> None:
    truth, seen = (np.array([row[k] for row in found]) for k in (0, 1))
    x, y, weight = (np.array([row[k] for row in found], float) for k in (2, 3, 4))
    weights = np.stack([weight, np.ones(len(found))])
    batch, order = precision_recall_f1(truth, seen, weights), spearman(x, y, weights)
    for place, one in enumerate(weights):
        for name, value in metrics.precision_recall_f1(truth, seen, one).items():
            got = batch[name][place]
            assert got == pytest.approx(value) or (np.isnan(got) and value == 0)
        expected = metrics.spearman(x, y, one)
        if np.unique(x).size > 1 and np.unique(y).size > 1:
            assert order[place] == pytest.approx(expected)
        else:
            assert np.isnan(order[place])


def test_a_figure_without_items_is_missing() -> None:
    no = np.zeros(3, bool)
    figures = precision_recall_f1(no, no, np.ones((2, 3)))
    assert all(np.isnan(values).all() for values in figures.values())


def test_the_bootstrap_keeps_the_size_of_each_stratum() -> None:
    strata = np.array(["a"] * 5 + ["b"] * 3)
    weight = np.r_[np.full(5, 10.0), np.full(3, 2.0)]
    drawn = resampled(strata, weight, 200, np.random.default_rng(1))
    assert drawn.shape == (201, 8)
    assert (drawn[0] == weight).all()
    assert drawn[:, :5].sum(axis=1) == pytest.approx(50)
    assert drawn[:, 5:].sum(axis=1) == pytest.approx(6)
    assert drawn[1:].std(axis=0).min() > 0


def test_strata_of_one_item_are_redrawn_together() -> None:
    drawn = resampled(np.array(["a", "b", "c"]), np.ones(3), 300, np.random.default_rng(1))
    assert drawn[1:].std(axis=0).min() > 0.5
    assert drawn.sum(axis=1) == pytest.approx(3)


def test_the_interval_of_a_mean_has_the_width_of_theory() -> None:
    rng = np.random.default_rng(2)
    x = rng.random(200) < 0.3
    drawn = resampled(np.full(200, "s"), np.ones(200), 4000, rng)
    means = drawn[1:] @ x / 200
    assert means.std() == pytest.approx(np.sqrt(x.mean() * (1 - x.mean()) / 200), rel=0.05)

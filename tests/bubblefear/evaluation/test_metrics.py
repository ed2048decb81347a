from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bubblefear.evaluation import metrics

PAIRS = st.lists(
    st.tuples(st.booleans(), st.integers(0, 4), st.integers(1, 5)), min_size=2, max_size=40
)


@given(PAIRS)
def test_auc_is_the_chance_that_a_positive_outranks_a_negative(
    rows: list[tuple[bool, int, int]],
) -> None:
    truth = np.array([t for t, _, _ in rows])
    score = np.array([float(s) for _, s, _ in rows])
    weight = np.array([float(w) for _, _, w in rows])
    value = metrics.auc(truth, score, weight)
    pairs = [
        (wi * wj, 1.0 if si > sj else 0.5 if si == sj else 0.0)
        for ti, si, wi in zip(truth, score, weight, strict=True)
        for tj, sj, wj in zip(truth, score, weight, strict=True)
        if ti and not tj
    ]
    if not pairs:
        assert value is None
    else:
        assert value == pytest.approx(sum(w * v for w, v in pairs) / sum(w for w, _ in pairs))


@given(PAIRS)
def test_a_weight_of_two_is_the_row_twice(rows: list[tuple[bool, int, int]]) -> None:
    truth = np.array([t for t, _, _ in rows])
    score = np.array([float(s) for _, s, _ in rows])
    weight = np.array([w for _, _, w in rows])
    repeated = np.repeat(np.arange(len(rows)), weight)
    ones = np.ones(len(repeated))
    weighted = weight.astype(float)
    assert metrics.auc(truth, score, weighted) == pytest.approx(
        metrics.auc(truth[repeated], score[repeated], ones)
    )
    assert metrics.spearman(score, truth.astype(float), weighted) == pytest.approx(
        metrics.spearman(score[repeated], truth[repeated].astype(float), ones)
    )
    found = score > 1
    assert metrics.precision_recall_f1(truth, found, weighted) == pytest.approx(
        metrics.precision_recall_f1(truth[repeated], found[repeated], ones)
    )


def test_spearman_agrees_with_scipy_on_ties() -> None:
    from scipy.stats import spearmanr

    rng = np.random.default_rng(1)
    x, y = rng.integers(0, 6, 200).astype(float), rng.integers(0, 4, 200).astype(float)
    assert metrics.spearman(x, y, np.ones(200)) == pytest.approx(spearmanr(x, y).statistic)


def test_what_rows_cannot_give_is_none() -> None:
    ones = np.ones(3)
    assert metrics.auc(np.array([True] * 3), np.arange(3.0), ones) is None
    assert metrics.spearman(np.zeros(3), np.arange(3.0), ones) is None
    assert metrics.accuracy([], [], np.array([])) is None

"""Cohen's kappa of two coders, by hand and at the edges."""

from __future__ import annotations

import pandas as pd
import pytest

from models.audit.agreement import agreements, enough, kappa


def codes(reviewer: str, fear: list[int], **other: list[object]) -> pd.DataFrame:
    n = len(fear)
    fields = {
        "topic": [1] * n,
        "stance": ["fear" if g else "none" for g in fear],
        "kind": ["threat" if g else "none" for g in fear],
        "channel": ["credit" if g else "none" for g in fear],
    }
    return pd.DataFrame(
        {"article_id": range(n), "reviewer": reviewer, "fear": fear, **(fields | other)}
    )


def test_kappa_by_hand() -> None:
    # 20 / 5 / 10 / 15 of Cohen's own scheme: observed .7, expected .5.
    a = pd.Series([1] * 25 + [0] * 25, name="topic")
    b = pd.Series([1] * 20 + [0] * 5 + [1] * 10 + [0] * 15, name="topic")
    found = kappa(a, b)
    assert found["n"] == 50
    assert found["kappa"] == pytest.approx(0.4)
    assert found["lo"] is not None
    assert found["lo"] < 0.4


def test_quadratic_weights_of_the_grade() -> None:
    a = pd.Series([0, 1, 2, 3, 3, 0], name="fear")
    b = pd.Series([0, 1, 2, 3, 2, 1], name="fear")
    # 1 - sum w o / sum w e with w = (i - j)^2: 2 / 6 observed, and from the margins expected.
    rows, columns = [2, 1, 1, 2], [1, 2, 2, 1]
    expected = sum(
        rows[i] * columns[j] * (i - j) ** 2 / 36 for i in range(4) for j in range(4)
    )  # fmt: skip
    assert kappa(a, b)["kappa"] == pytest.approx(1 - (2 / 6) / expected)
    # A grade two off costs more than twice one off.
    far = pd.Series([0, 1, 2, 3, 1, 0], name="fear")
    near = pd.Series([0, 1, 2, 3, 2, 1], name="fear")
    assert kappa(a, far)["kappa"] < kappa(a, near)["kappa"]  # type: ignore[operator]  # both known


def test_linear_weights_forgive_a_far_grade_more_than_quadratic_ones() -> None:
    a = pd.Series([0, 0, 1, 1, 2, 2, 3, 3], name="fear")
    b = pd.Series([0, 3, 1, 1, 2, 2, 3, 0], name="fear")
    # Linear: 1 - (2 x 3) / sum |i - j| / 4 of uniform margins (1.25 expected for each article).
    assert kappa(a, b, "linear")["kappa"] == pytest.approx(1 - 6 / 10)
    assert kappa(a, b)["kappa"] == pytest.approx(1 - 18 / 20)
    pair = agreements(pd.concat([codes("Ann", [0, 1, 2, 3, 0]), codes("Bo", [0, 1, 2, 0, 0])]))[0]
    assert pair["fear_linear"]["kappa"] > pair["fear"]["kappa"]
    assert pair["fear"]["same"] == 4


def test_more_categories_need_more_articles() -> None:
    assert [enough(name) for name in ("topic", "stance", "fear", "channel")] == [8, 18, 32, 98]


def test_every_two_coders_with_articles_in_common() -> None:
    ann, bo = codes("Ann", [0, 1, 2, 3]), codes("Bo", [0, 1, 2, 2])
    cy = codes("Cy", [0, 1]).assign(article_id=[90, 91])
    pairs = agreements(pd.concat([bo, ann, cy]))
    assert [pair["coders"] for pair in pairs] == [["Ann", "Bo"]]
    assert pairs[0]["n"] == 4
    assert pairs[0]["stance"]["kappa"] == pytest.approx(1)
    assert pairs[0]["fear"]["kappa"] < 1


def test_codes_that_do_not_vary_have_no_kappa() -> None:
    pair = agreements(pd.concat([codes("Ann", [1, 2, 1]), codes("Bo", [1, 2, 2])]))[0]
    assert pair["topic"] == {"n": 3, "same": 3, "kappa": None, "lo": None, "hi": None}
    assert pair["fear"]["kappa"] is not None


def test_a_topic_that_was_not_asked_takes_no_part() -> None:
    ann = codes("Ann", [1, 0, 1], topic=[1, None, 1])
    pair = agreements(pd.concat([ann, codes("Bo", [1, 0, 0], topic=[1, 0, 0])]))[0]
    assert pair["topic"]["n"] == 2


def test_one_coder_agrees_with_nobody() -> None:
    assert agreements(codes("Ann", [0, 1])) == []

"""The curve rises, starts at 0, gives way slowly, and finds what was planted."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.audit.calibration import ALL, OWN_LEAST, PRIOR, apply, fit
from models.errors import ModelError

points = st.lists(
    st.tuples(st.floats(0.001, 1), st.integers(0, 3), st.floats(0.5, 100)),
    min_size=1,
    max_size=120,
)


def coded(fear: list[float], grade: list[float], **other: object) -> pd.DataFrame:
    columns = {"language": "en", "relevance": 1.0, "weight": 1.0} | other
    return pd.DataFrame({"fear": fear, "grade": grade, **columns})


@settings(deadline=None)
@given(points)
def test_any_curve_rises_from_nothing_and_gives_way_slowly(
    found: list[tuple[float, int, float]],
) -> None:
    fear, grade, weight = (list(column) for column in zip(*found, strict=True))
    knots = fit(coded(fear, grade, weight=weight))[ALL]
    x, y = np.array(knots).T
    assert knots[0] == (0, 0)
    assert x[-1] == 1
    assert (np.diff(x) > 0).all()
    assert (np.diff(y) >= 0).all()
    assert (y >= 0).all()
    assert (y <= 1).all()
    effective = sum(weight) ** 2 / sum(w * w for w in weight)
    assert abs(y - x).max() <= effective / (effective + PRIOR) + 1e-5


def test_twenty_items_cannot_wreck_the_index() -> None:
    knots = fit(coded([0.6 + 0.01 * k for k in range(20)], [0] * 20))
    assert apply(np.array([0.7]), ["en"], knots)[0] > 0.7 * 0.74
    assert apply(np.array([1.0]), ["en"], knots)[0] == 1


def test_a_planted_curve_is_found() -> None:
    rng = np.random.default_rng(4)
    fear = rng.uniform(0.05, 1, 6000)
    grade = rng.binomial(3, fear**2)
    knots = fit(coded(fear.tolist(), grade.tolist()))
    at = np.array([0.2, 0.4, 0.6, 0.8])
    assert apply(at, ["en"] * 4, knots) == pytest.approx(at**2, abs=0.04)


def test_a_scorer_that_is_right_stays_as_it_is() -> None:
    rng = np.random.default_rng(4)
    fear = rng.uniform(0.05, 1, 3000)
    knots = fit(coded(fear.tolist(), rng.binomial(3, fear).tolist()))
    at = np.linspace(0, 1, 11)
    assert apply(at, ["en"] * 11, knots) == pytest.approx(at, abs=0.04)


def test_a_language_with_enough_codes_has_a_curve_of_its_own() -> None:
    few, many = OWN_LEAST - 1, OWN_LEAST
    frame = coded(
        [0.5] * (few + many), [1] * few + [3] * many, language=["en"] * few + ["zh-Hans"] * many
    )
    knots = fit(frame)
    assert set(knots) == {ALL, "zh-Hans"}
    half = apply(np.full(3, 0.5), ["en", "zh-Hans", "zh-Hant"], knots)
    assert half[1] > half[0] == half[2]


def test_what_has_no_fear_or_no_relevance_takes_no_part() -> None:
    base = coded([0.5] * 30, [1] * 30)
    more = pd.concat([base, coded([0.0] * 9, [3] * 9), coded([0.5] * 9, [3] * 9, relevance=0.0)])
    assert fit(more) == fit(base)
    with pytest.raises(ModelError, match="nothing to calibrate"):
        fit(coded([0.0], [2]))


def test_missing_stays_missing_and_no_curve_changes_nothing() -> None:
    fear = np.array([np.nan, 0.0, 0.4])
    out = apply(fear, ["en"] * 3, {ALL: [(0.0, 0.0), (1.0, 0.5)]})
    assert np.isnan(out[0])
    assert out[1:].tolist() == [0.0, 0.2]
    assert apply(fear, ["en"] * 3, {"zh-Hans": [(0.0, 0.0), (1.0, 0.5)]})[2] == 0.4
    assert fear[2] == 0.4

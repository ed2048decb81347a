"""Quantile regression: the library's numbers, and draws that cover."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from models.errors import ModelError
from models.resampling import stationary_indices
from models.transmission.inference.quantile_draws import shifts
from models.transmission.quantile import QuantileRegression, drawn, point


def sample(n: int, seed: int, slope: float = -0.5, bend: float = 0.0) -> pd.DataFrame:
    """Heavy tails; the spread of y grows with x by `bend`."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal(n)
    y = slope * x + (1 + bend * x.clip(-2, 2)) * rng.standard_t(5, n)
    return pd.DataFrame({"y": y, "x": x})


def design_of(frame: pd.DataFrame) -> np.ndarray:
    return np.column_stack([np.ones(len(frame)), frame["x"]])


def loss(response: np.ndarray, design: np.ndarray, slopes: np.ndarray, quantile: float) -> float:
    left = response - design @ slopes
    return float((left * (quantile - (left < 0))).sum())


@pytest.mark.parametrize(("n", "quantile"), [(250, 0.05), (750, 0.05), (250, 0.5), (400, 0.9)])
def test_draws_are_the_librarys_regressions(n: int, quantile: float) -> None:
    frame = sample(n, 1, bend=0.3)
    response, design = frame["y"].to_numpy(), design_of(frame)
    start = point(response, design, quantile)
    places = stationary_indices(n, 400, 4.0, np.random.default_rng(2))
    moved = shifts((response - design @ start)[places], places, design, quantile)
    spread = moved.std(axis=0)
    gaps, losses = [], []
    for draw in range(30):
        rows = places[draw]
        library = point(response[rows], design[rows], quantile)
        gaps.append((start + moved[draw] - library) / spread)
        ours, theirs = (
            loss(response[rows], design[rows], slopes, quantile)
            for slopes in (start + moved[draw], library)
        )
        losses.append(ours / theirs)
    # The loss is all but the library's; where it is flat the coefficients may differ a little.
    assert max(losses) < 1.01
    assert np.mean(losses) < 1.002
    assert np.abs(gaps).mean() < 0.25


def test_a_far_out_regressor_and_ties_do_not_break_the_draws() -> None:
    frame = sample(400, 3)
    frame.loc[17, "x"] = 60.0
    frame["y"] = frame["y"].round(1)
    response, design = frame["y"].to_numpy(), design_of(frame)
    start = point(response, design, 0.5)
    places = stationary_indices(400, 60, 4.0, np.random.default_rng(4))
    moved = shifts((response - design @ start)[places], places, design, 0.5)
    for draw in range(0, 60, 5):
        rows = places[draw]
        library = point(response[rows], design[rows], 0.5)
        ours = loss(response[rows], design[rows], start + moved[draw], 0.5)
        assert ours < 1.01 * loss(response[rows], design[rows], library, 0.5)


def test_estimates_are_the_librarys() -> None:
    frame = sample(300, 5)
    found = QuantileRegression(frame, "y", draws=50).fit()
    for row, quantile in enumerate((0.05, 0.5)):
        expected = point(frame["y"].to_numpy(), design_of(frame), quantile)
        assert found.estimates[row] == pytest.approx(expected)
    again = QuantileRegression(frame, "y", draws=50).fit()
    assert np.array_equal(found.deviations, again.deviations)


@pytest.mark.slow
def test_intervals_cover() -> None:
    covered: dict[str, list[bool]] = {"tail": [], "median": [], "difference": []}
    for seed in range(120):
        frame = sample(500, 100 + seed)
        found = QuantileRegression(frame, "y", draws=199, level=0.9, seed=seed).fit()
        numbers = {
            "tail": (found.coefficient("x", 0.05), -0.5),
            "median": (found.coefficient("x", 0.5), -0.5),
            "difference": (found.difference("x", 0.05, 0.5), 0.0),
        }
        for name, (one, truth) in numbers.items():
            covered[name].append(one.interval[0] <= truth <= one.interval[1])
    for name, hits in covered.items():
        # Bootstrap intervals of tail quantiles are known to be wide.
        assert 0.84 <= np.mean(hits) <= 0.99, name


def test_a_steeper_tail_is_found() -> None:
    frame = sample(2000, 6, slope=1.0, bend=-0.3)
    found = QuantileRegression(frame, "y", draws=199).fit()
    gap = found.difference("x", 0.05, 0.5)
    assert gap.estimate > 0.3
    assert gap.interval[0] > 0
    assert gap.p < 0.02
    assert "draws of rows" in found.summary()
    assert found.to_frame().shape == (4, 5)
    assert "<table" in found._repr_html_()
    with pytest.raises(ModelError, match="no coefficient"):
        found.coefficient("z", 0.5)


def test_what_draws_say() -> None:
    one = drawn(2.0, np.array([-1.0, 1.0, 3.0, -1.0]), 0.5)
    assert one.interval == (1.0, 3.0)
    assert one.p == pytest.approx(2 / 5)


BAD: dict[str, tuple[Callable[[pd.DataFrame], pd.DataFrame], str]] = {
    "NaN-ridden": (lambda frame: frame.where(frame["y"] > -0.5), "no finite value"),
    "constant": (lambda frame: frame.assign(x=1.0), "constant"),
    "two rows": (lambda frame: frame.head(2), "2 rows"),
    "non-overlapping": (
        lambda frame: pd.concat([frame[["y"]].head(100), frame[["x"]].tail(100)], axis=1),
        "no finite value",
    ),
    "unsorted": (lambda frame: frame.iloc[::-1], "out of order"),
    "double": (lambda frame: pd.concat([frame, frame.tail(1)]), "double"),
    "thin tail": (lambda frame: frame.head(120), "6 of 120 observations lie beyond"),
    "twice": (lambda frame: frame.assign(w=frame["x"]), "collinear"),
    "itself": (lambda frame: frame.assign(y=2 * frame["x"]), "exactly"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_frames_end_in_one_line(case: str) -> None:
    change, message = BAD[case]
    with pytest.raises(ModelError, match=message) as caught:
        QuantileRegression(change(sample(400, 7)), "y", draws=20).fit()
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "choices", [{"quantiles": (0.0,)}, {"draws": 3}, {"level": 1.0}, {"response": "z"}]
)
def test_senseless_choices(choices: dict[str, Any]) -> None:
    with pytest.raises(ModelError):
        QuantileRegression(**({"frame": sample(300, 8), "response": "y"} | choices)).fit()

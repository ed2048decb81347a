"""Mediation: the library's figures, planted paths, sensitivity, coverage and bad input."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.api import OLS
from statsmodels.stats.mediation import Mediation as Library

from models.errors import ModelError
from models.transmission.mediation import CAUTION, EFFECTS, Mediation, effects

if TYPE_CHECKING:
    from collections.abc import Callable


def frame_of(
    n: int = 500, a: float = 0.5, b: float = 0.6, direct: float = 0.2, seed: int = 0
) -> pd.DataFrame:
    """Treatment, mediator, outcome, and a control that moves both."""
    x, w, first, second = np.random.default_rng(seed).standard_normal((4, n))
    m = a * x + 0.4 * w + first
    y = direct * x + b * m + 0.3 * w + second
    sessions = pd.bdate_range("2021-01-04", periods=n).strftime("%Y-%m-%d")
    return pd.DataFrame({"x": x, "m": m, "y": y, "w": w}, index=sessions)


def model(frame: pd.DataFrame, draws: int = 299, level: float = 0.95) -> Mediation:
    return Mediation(frame["x"], frame["m"], frame["y"], frame[["w"]], draws, level)


@pytest.mark.slow
def test_same_as_the_library() -> None:
    frame = frame_of()
    ours = model(frame).fit()
    np.random.seed(0)  # the library draws from the global generator
    outcome = OLS.from_formula("y ~ x + m + w", frame)
    mediator = OLS.from_formula("m ~ x + w", frame)
    theirs = Library(outcome, mediator, "x", "m").fit(n_rep=60).summary()
    assert ours.value("indirect") == pytest.approx(
        theirs.loc["ACME (average)", "Estimate"], abs=0.02
    )
    assert ours.value("direct") == pytest.approx(theirs.loc["ADE (average)", "Estimate"], abs=0.02)
    assert ours.value("total") == pytest.approx(theirs.loc["Total effect", "Estimate"], abs=0.02)
    assert ours.proportion == pytest.approx(
        theirs.loc["Prop. mediated (average)", "Estimate"], abs=0.03
    )
    # Sobel's error of a product; the library's interval holds the noise of the outcome as well.
    second, first = outcome.fit(), mediator.fit()
    sobel = np.hypot(first.params["x"] * second.bse["m"], second.params["m"] * first.bse["x"])
    assert ours.draws[:, 2].std() == pytest.approx(sobel, rel=0.15)


@settings(max_examples=30, deadline=None)
@given(st.floats(-1, 1), st.floats(-1, 1), st.floats(-1, 1), st.integers(0, 99))
def test_total_is_direct_and_indirect(a: float, b: float, direct: float, seed: int) -> None:
    values = frame_of(60, a, b, direct, seed)[["w", "x", "m", "y"]].to_numpy()
    found = effects(np.column_stack([np.ones(60), values])[None])[0]
    named = dict(zip(EFFECTS, found, strict=True))
    assert named["total"] == pytest.approx(named["direct"] + named["indirect"], abs=1e-9)
    assert named["indirect"] == pytest.approx(named["a"] * named["b"])


def test_planted_paths_come_back() -> None:
    found = model(frame_of(3000, seed=1)).fit()
    assert found.value("indirect") == pytest.approx(0.3, abs=0.06)
    assert found.value("direct") == pytest.approx(0.2, abs=0.06)
    assert found.value("indirect", "p") < 0.02


def test_without_a_total_effect_there_is_no_share_of_it() -> None:
    assert model(frame_of(400, 0.0, 0.5, 0.0)).fit().proportion is None


def test_sensitivity_is_the_estimate_at_no_correlation_and_nothing_at_rho() -> None:
    found = model(frame_of()).fit()
    curve = found.sensitivity([0.0, found.rho, -0.5])
    assert curve.iloc[0] == pytest.approx(found.value("indirect"))
    assert curve.iloc[1] == pytest.approx(0, abs=1e-12)
    assert curve.iloc[2] > curve.iloc[0]
    with pytest.raises(ModelError, match="between -1 and 1"):
        found.sensitivity([1.0])


def test_a_hidden_common_cause_is_undone_at_its_own_correlation() -> None:
    """The mediator does nothing; a hidden cause ties it to the outcome with errors' rho of .5."""
    x, hidden, first, second = np.random.default_rng(2).standard_normal((4, 5000))
    m, y = 0.5 * x + hidden + first, 0.3 * x + hidden + second
    frame = pd.DataFrame({"x": x, "m": m, "y": y})
    found = Mediation(frame["x"], frame["m"], frame["y"], draws=19).fit()
    assert found.value("indirect") > 0.2
    assert found.rho == pytest.approx(0.5, abs=0.04)
    assert found.sensitivity([0.5]).iloc[0] == pytest.approx(0, abs=0.04)


@pytest.mark.slow
def test_nine_intervals_in_ten_hold_the_indirect_effect() -> None:
    held = []
    for seed in range(200):
        low, high = (
            model(frame_of(250, seed=seed), 299, 0.9).fit().value("indirect", end)
            for end in ("lo", "hi")
        )
        held.append(low < 0.3 < high)
    assert 0.84 <= np.mean(held) <= 0.96


@pytest.mark.slow
def test_no_first_step_is_rejected_about_one_time_in_twenty() -> None:
    rejected = [
        model(frame_of(250, a=0.0, seed=seed), 199).fit().value("indirect", "p") < 0.05
        for seed in range(200)
    ]
    assert 0.01 <= np.mean(rejected) <= 0.09


def test_a_result_shows_itself_and_its_caution() -> None:
    found = model(frame_of(100)).fit()
    assert CAUTION in found.summary()
    assert CAUTION in found._repr_html_()
    assert list(found.to_frame().index) == list(EFFECTS)


def nan_at(f: pd.DataFrame) -> pd.DataFrame:
    return f.assign(m=f["m"].where(np.arange(len(f)) != 2))


BAD: list[tuple[Callable[[pd.DataFrame], pd.DataFrame], str]] = [
    (nan_at, "mediator: no finite value in 1 rows: 2021-01-06"),
    (lambda f: f.assign(y=1.0), "outcome is constant"),
    (lambda f: f.head(2), "2 rows where at least"),
    (lambda f: f.iloc[::-1], "out of order at"),
    (lambda f: pd.concat([f.head(5), f.iloc[4:]]), "double: 1 rows: 2021-01-08"),
    (lambda f: f.assign(m=3 * f["x"]), "collinear"),
    (lambda f: f.assign(y=f["m"]), "collinear"),
]


@pytest.mark.parametrize(("spoil", "words"), BAD)
def test_bad_input_is_one_line(spoil: Callable[[pd.DataFrame], pd.DataFrame], words: str) -> None:
    with pytest.raises(ModelError, match=words) as caught:
        model(spoil(frame_of(100))).fit()
    assert "\n" not in str(caught.value)


def test_series_of_other_sessions_are_refused() -> None:
    frame = frame_of(100)
    with pytest.raises(ModelError, match="not of the same sessions"):
        Mediation(frame["x"].head(60), frame["m"].tail(60), frame["y"]).fit()

"""Event study: the model by hand, planted events, placebos, coverage and dates that cannot be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from statsmodels.api import OLS, add_constant

from models.errors import ModelError
from models.transmission.abnormal_returns import abnormal_returns, average, scales
from models.transmission.event_study import EventStudy, placebo_positions, placebo_sets

if TYPE_CHECKING:
    from collections.abc import Callable


def frame_of(n: int = 500, seed: int = 0) -> pd.DataFrame:
    """A market, technology and an asset with betas .5 and .8."""
    market, own, noise = np.random.default_rng(seed).standard_normal((3, n))
    technology = market + 0.5 * own
    asset = 0.5 * market + 0.8 * technology + noise
    sessions = pd.bdate_range("2021-01-04", periods=n).strftime("%Y-%m-%d")
    return pd.DataFrame({"SPY": market, "QQQ": technology, "BTC": asset}, index=sessions)


def shocked(frame: pd.DataFrame, places: list[int], by: float) -> pd.DataFrame:
    moved = frame.copy()
    moved.iloc[places, 2] += by
    return moved


def test_the_market_model_is_fitted_before_the_window_alone() -> None:
    frame = frame_of(200)
    found = abnormal_returns(frame, "BTC", ["SPY", "QQQ"], (-1, 2), 60)
    event = 150
    before = frame.iloc[event - 1 - 60 : event - 1]
    fitted = OLS(before["BTC"], add_constant(before[["SPY", "QQQ"]])).fit()
    inside = frame.iloc[event - 1 : event + 3]
    normal = fitted.predict(add_constant(inside[["SPY", "QQQ"]]))
    assert found.around[event] == pytest.approx((inside["BTC"] - normal).to_numpy())
    assert found.betas[event] == pytest.approx(fitted.params.to_numpy()[1:])
    assert found.spread[event] == pytest.approx(np.sqrt(fitted.mse_resid))
    assert np.isnan(found.around[60]).all()
    assert np.isfinite(found.around[61]).all()
    assert np.isnan(found.around[198]).all()


def test_later_returns_do_not_change_an_earlier_abnormal_return() -> None:
    frame = frame_of(200)
    before = abnormal_returns(frame, "BTC", ["SPY"], (0, 2), 60).around
    after = abnormal_returns(shocked(frame, [150], 9.0), "BTC", ["SPY"], (0, 2), 60).around
    assert after[:148] == pytest.approx(before[:148], nan_ok=True)
    assert after[148:150] != pytest.approx(before[148:150])


def test_a_planted_fall_is_found_on_its_day() -> None:
    frame = shocked(frame_of(), [400], -6.0)
    found = EventStudy(frame, frame.index[400], "BTC", ("SPY", "QQQ")).fit()
    assert found.car == pytest.approx(-6, abs=3)
    assert found.interval[0] < -6 < found.interval[1]
    assert found.p == pytest.approx(1 / (len(found.placebos) + 1))
    assert 400 not in found.placebos
    quiet = EventStudy(frame, frame.index[300], "BTC", ("SPY", "QQQ")).fit()
    assert quiet.interval[0] < 0 < quiet.interval[1]
    assert quiet.p > 0.05


def test_what_moves_with_the_market_is_no_event() -> None:
    frame = frame_of()
    frame.iloc[400] += [-8.0, -8.0, -0.5 * 8 - 0.8 * 8]
    with_market = EventStudy(frame, frame.index[400], "BTC", ("SPY", "QQQ")).fit()
    alone = EventStudy(frame, frame.index[400], "BTC").fit()
    assert with_market.p > 0.05
    assert alone.p < 0.02


def test_several_events_are_one_mean_and_its_path() -> None:
    frame = shocked(frame_of(), [200, 300, 400], -2.5)
    dates = list(frame.index[[200, 300, 400]])
    found = EventStudy(frame, dates, "BTC", ("SPY", "QQQ"), (-1, 2), draws=499).fit()
    assert found.car == pytest.approx(found.each["car"].mean())
    assert list(found.path.index) == [-1, 0, 1, 2]
    assert found.path["estimate"].iloc[-1] == pytest.approx(found.car)
    assert (found.path["band_lo"] == -found.path["band_hi"]).all()
    assert abs(found.path["estimate"].iloc[0]) < 2 < -found.path["estimate"].iloc[1]
    assert found.p < 0.05
    assert found.overlapping == 0
    near = EventStudy(frame, list(frame.index[[200, 202]]), "BTC", (), (0, 4), draws=99).fit()
    assert near.overlapping == 1


def test_an_event_in_a_storm_counts_less() -> None:
    """The same fall, once in calm and once where every session is four times as wild."""
    frame = frame_of(600, seed=3)
    frame.iloc[400:440, 2] = frame.iloc[400:440, 2] * 4
    moved = shocked(frame, [250], -5.0)
    moved.iloc[425, 2] = frame.iloc[425, 2] - 5.0
    calm = EventStudy(moved, frame.index[250], "BTC").fit().each["scale"].iloc[0]
    storm = EventStudy(moved, frame.index[425], "BTC").fit().each["scale"].iloc[0]
    assert storm > 1.5 * calm


def test_no_placebo_shares_a_session_with_an_event() -> None:
    found = abnormal_returns(frame_of(300), "BTC", [], (0, 4), 60)
    scale = scales(found, "estimation")
    placebos = placebo_positions(found, scale, np.array([150, 200]))
    windows = placebos[:, None] + np.arange(5)
    taken = {place + step for place in (150, 200) for step in range(5)}
    assert not taken & set(windows.ravel().tolist())
    assert {145, 155} <= set(placebos.tolist())


def test_sets_hold_no_placebo_twice() -> None:
    sets = placebo_sets(20, 6, 300, np.random.default_rng(0))
    assert all(len(set(row)) == 6 for row in sets.tolist())
    assert placebo_sets(20, 1, 300, np.random.default_rng(0)).ravel().tolist() == list(range(20))
    with pytest.raises(ModelError, match="6 events and only 5"):
        placebo_sets(5, 6, 10, np.random.default_rng(0))


def test_the_mean_over_assets_is_of_abnormal_returns() -> None:
    frame = frame_of(200)
    parts = [abnormal_returns(frame, name, [], (0, 1), 60) for name in ("SPY", "BTC")]
    mean = average(parts)
    assert mean.around[100] == pytest.approx((parts[0].around[100] + parts[1].around[100]) / 2)
    assert np.isfinite(scales(mean, "estimation")[199]).all()
    with pytest.raises(ModelError, match="different sessions"):
        average([parts[0], abnormal_returns(frame.head(150), "BTC", [], (0, 1), 60)])


@pytest.mark.slow
def test_size_and_coverage_of_one_event() -> None:
    rejected, held = [], []
    for seed in range(120):
        frame = frame_of(300, seed)
        moved = shocked(frame, [250], 1.5)
        quiet = EventStudy(frame, frame.index[250], "BTC", ("SPY",), level=0.9).fit()
        found = EventStudy(moved, frame.index[250], "BTC", ("SPY",), level=0.9).fit()
        rejected.append(quiet.p < 0.05)
        held.append(found.interval[0] < 1.5 < found.interval[1])
    assert np.mean(rejected) < 0.11
    assert 0.82 <= np.mean(held) <= 0.96


def test_a_result_shows_itself() -> None:
    frame = frame_of(300)
    found = EventStudy(frame, frame.index[200], "BTC", scaling="estimation").fit()
    assert "placebo sessions" in found.summary()
    assert "<table" in found._repr_html_()
    assert list(found.to_frame().index) == [frame.index[200]]


def nan_at(f: pd.DataFrame) -> pd.DataFrame:
    return f.assign(BTC=f["BTC"].where(np.arange(len(f)) != 9))


BAD: list[tuple[Callable[[pd.DataFrame], pd.DataFrame], str]] = [
    (nan_at, "BTC: no finite value in 1 rows: 2021-01-15"),
    (lambda f: f.assign(BTC=0.0), "BTC is constant"),
    (lambda f: f.head(2), "2 rows where at least"),
    (lambda f: f.iloc[::-1], "out of order at"),
    (lambda f: pd.concat([f.head(9), f.iloc[8:]]), "double: 1 rows: 2021-01-14"),
    (lambda f: f.assign(SPY=2 * f["QQQ"]), "collinear"),
    (lambda f: f.drop(columns="SPY"), "no returns of SPY"),
]


@pytest.mark.parametrize(("spoil", "words"), BAD)
def test_bad_input_is_one_line(spoil: Callable[[pd.DataFrame], pd.DataFrame], words: str) -> None:
    frame = frame_of(300)
    with pytest.raises(ModelError, match=words) as caught:
        EventStudy(spoil(frame), frame.index[200], "BTC", ("SPY", "QQQ")).fit()
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("event", "words"),
    [
        ("2021-10-09", "2021-10-09 is no session"),
        ("2021-01-20", "2021-01-20 has too few sessions"),
        (["2021-11-01", "2021-11-01"], "each once"),
        ([], "one date or more"),
    ],
)
def test_dates_that_cannot_be_are_named(event: str | list[str], words: str) -> None:
    with pytest.raises(ModelError, match=words):
        EventStudy(frame_of(300), event, "BTC").fit()


def test_choices_that_cannot_be_are_refused() -> None:
    frame = frame_of(300)
    with pytest.raises(ModelError, match="end before it starts"):
        EventStudy(frame, frame.index[200], "BTC", window=(2, 1)).fit()
    with pytest.raises(ModelError, match="scaling is"):
        EventStudy(frame, frame.index[200], "BTC", scaling="none").fit()  # type: ignore[arg-type]  # refused at run time
    with pytest.raises(ModelError, match="placebo sessions, 30 needed"):
        EventStudy(frame.head(145), frame.index[140], "BTC", scaling="estimation").fit()

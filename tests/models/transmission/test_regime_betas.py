"""Betas by regime and through time: planted ones, no look-ahead, and bad input."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from statsmodels.api import OLS

from models.errors import ModelError
from models.transmission.inference.hac import newey_west_lags
from models.transmission.regime_betas import RegimeBetas, rolling_betas, stressed

if TYPE_CHECKING:
    from collections.abc import Callable

BETAS = {("calm", "down"): 0.8, ("calm", "up"): 0.6, ("stress", "down"): 1.8, ("stress", "up"): 1.0}


def frame_of(n: int = 800, seed: int = 0, equal: bool = False) -> pd.DataFrame:
    """Asset, factor and a regime of which each session is one at random."""
    rng = np.random.default_rng(seed)
    m, noise = rng.standard_normal((2, n))
    s = (rng.random(n) < 0.5).astype(float)
    up, down = np.maximum(m, 0), np.minimum(m, 0)
    calm = BETAS["calm", "down"] * down + BETAS["calm", "up"] * up
    wild = BETAS["stress", "down"] * down + BETAS["stress", "up"] * up
    y = (calm if equal else np.where(s == 1, wild, calm)) + 0.5 * noise
    sessions = pd.bdate_range("2021-01-04", periods=n).strftime("%Y-%m-%d")
    return pd.DataFrame({"r": y, "f": m, "s": s}, index=sessions)


def model(frame: pd.DataFrame, level: float = 0.95) -> RegimeBetas:
    return RegimeBetas(frame["r"], frame["f"], frame["s"], level)


def test_planted_betas_come_back() -> None:
    found = model(frame_of(4000)).fit()
    for name, beta in BETAS.items():
        assert found.table.loc[name, "estimate"] == pytest.approx(beta, abs=0.12)
    assert found.p_equal < 1e-6
    assert found.p_down_equal < 1e-6


def test_each_regime_is_its_own_regression() -> None:
    frame = frame_of(300)
    table = model(frame).fit().table
    for regime, value in (("calm", 0.0), ("stress", 1.0)):
        part = frame[frame["s"] == value]
        design = np.column_stack([np.ones(len(part)), part["f"].clip(upper=0), part["f"].clip(0)])
        down, up = OLS(part["r"].to_numpy(), design).fit().params[1:]
        assert table.loc[(regime, "down"), "estimate"] == pytest.approx(down)
        assert table.loc[(regime, "up"), "estimate"] == pytest.approx(up)
        assert table.loc[(regime, "asymmetry"), "estimate"] == pytest.approx(down - up)
        assert table.loc[(regime, "down"), "sessions"] == len(part)


@pytest.mark.slow
def test_equal_betas_are_rejected_about_one_time_in_twenty_and_intervals_hold() -> None:
    rejected, held = [], []
    for seed in range(200):
        found = model(frame_of(400, seed, equal=True), 0.9).fit()
        rejected.append(found.p_equal < 0.05)
        row = found.table.loc[("stress", "down")]
        held.append(row["lo"] < BETAS["calm", "down"] < row["hi"])
    assert 0.02 <= np.mean(rejected) <= 0.12
    assert 0.82 <= np.mean(held) <= 0.95


def test_stress_is_known_before_the_session() -> None:
    state = pd.Series([1.0, 2, 3, 4, 5, 1, 9], index=list("abcdefg"))
    found = stressed(state, learning=3)
    assert found.tolist()[3:] == [1.0, 1.0, 1.0, 0.0]
    assert found.iloc[:3].isna().all()
    moved = state.copy()
    moved.iloc[4:] = [-7.0, 30.0, 2.0]
    assert stressed(moved, learning=3).iloc[:5].equals(found.iloc[:5])


def test_a_missing_state_is_a_missing_regime() -> None:
    state = pd.Series([1.0, 2, 3, np.nan, 5, 6], index=range(6))
    assert stressed(state, 2).isna().tolist() == [True, True, False, False, True, False]


def test_rolling_betas_are_the_library_s() -> None:
    frame = frame_of(120)
    found = rolling_betas(frame["r"], frame["f"], 60, 0.9)
    assert len(found) == 61
    part = frame.iloc[-60:]
    lags = newey_west_lags(60)
    fitted = OLS(part["r"].to_numpy(), np.column_stack([np.ones(60), part["f"]])).fit(
        cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": True}, use_t=True
    )
    assert found["beta"].iloc[-1] == pytest.approx(fitted.params[1])
    assert found[["lo", "hi"]].iloc[-1].tolist() == pytest.approx(fitted.conf_int(0.1)[1].tolist())
    with pytest.raises(ModelError, match="fill no window"):
        rolling_betas(frame["r"], frame["f"], 130)


def test_a_factor_that_stood_still_has_no_beta() -> None:
    frame = frame_of(120)
    frame.iloc[50:90, 1] = 0.0
    found = rolling_betas(frame["r"], frame["f"], 30)
    still = found["beta"].isna()
    assert found.index[still].tolist() == frame.index[79:90].tolist()
    assert found[still].isna().all().all()


def test_a_result_shows_itself() -> None:
    found = model(frame_of(200)).fit()
    assert "equal betas" in found.summary()
    assert "<table" in found._repr_html_()
    assert len(found.to_frame()) == 6


def nan_at(f: pd.DataFrame) -> pd.DataFrame:
    return f.assign(f=f["f"].where(np.arange(len(f)) != 2))


BAD: list[tuple[Callable[[pd.DataFrame], pd.DataFrame], str]] = [
    (nan_at, "f: no finite value in 1 rows: 2021-01-06"),
    (lambda f: f.assign(f=1.0), "f is constant"),
    (lambda f: f.head(2), "2 rows where at least"),
    (lambda f: f.iloc[::-1], "out of order at"),
    (lambda f: pd.concat([f.head(5), f.iloc[4:]]), "double: 1 rows: 2021-01-08"),
    (lambda f: f.assign(s=f["s"] + 0.5), "stress is 0 or 1, not so at 2021-01-04"),
    (lambda f: f.assign(f=f["f"].abs()), "calm has 0 sessions of one direction"),
]


@pytest.mark.parametrize(("spoil", "words"), BAD)
def test_bad_input_is_one_line(spoil: Callable[[pd.DataFrame], pd.DataFrame], words: str) -> None:
    with pytest.raises(ModelError, match=words) as caught:
        model(spoil(frame_of(200))).fit()
    assert "\n" not in str(caught.value)


def test_series_of_other_sessions_are_refused() -> None:
    frame = frame_of(200)
    with pytest.raises(ModelError, match="not of the same sessions"):
        RegimeBetas(frame["r"].head(90), frame["f"].tail(90), frame["s"]).fit()

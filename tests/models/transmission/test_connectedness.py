"""Diebold-Yilmaz: published tables, invariants, and input that no table can be made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.tsa.api import VAR

from models.errors import ModelError
from models.transmission.connectedness import Connectedness, rolling

if TYPE_CHECKING:
    from pathlib import Path

    from models.transmission.variance_shares import Method

METHODS: tuple[Method, ...] = ("generalized", "cholesky")


def frame_of(n: int = 300, k: int = 3, seed: int = 0, lead: float = 0.4) -> pd.DataFrame:
    """Returns of which the first leads the others by a session; sessions as index."""
    noise = np.random.default_rng(seed).standard_normal((n, k))
    noise[1:, 1:] += lead * noise[:-1, :1]
    sessions = pd.bdate_range("2023-01-02", periods=n).strftime("%Y-%m-%d")
    return pd.DataFrame(noise, index=sessions, columns=[f"y{place}" for place in range(k)])


@pytest.fixture
def anchors(shared_data: Path) -> Path:
    """Published figures and their data."""
    return shared_data / "anchors"


def test_published_generalised_table(anchors: Path) -> None:
    """R package frequencyConnectedness, its own test of Diebold and Yilmaz (2012)."""
    found = Connectedness(pd.read_csv(anchors / "dy12_simul_data.csv"), 2, 100).fit()
    expected = np.array(
        [[34.7996, 28.376, 36.8243], [9.14026, 48.6043, 42.2554], [0.0704592, 0.1055, 99.824]]
    )
    digits = np.array([[4, 3, 4], [5, 4, 4], [7, 4, 3]])
    for row in range(3):
        for column in range(3):
            shown = round(float(found.table.iloc[row, column]), int(digits[row, column]))
            assert shown == pytest.approx(expected[row, column], abs=1e-12)


@pytest.mark.parametrize(("method", "total"), [("cholesky", 60.53), ("generalized", 60.17)])
def test_published_totals(anchors: Path, method: Method, total: float) -> None:
    found = Connectedness(pd.read_csv(anchors / "example_sim_600.csv"), 2, 100, method).fit()
    assert round(found.total, 2) == total


@pytest.mark.parametrize("horizon", [1, 2, 5, 10])
def test_cholesky_is_the_librarys_decomposition(horizon: int) -> None:
    """An H-step forecast has H shocks, 0 to H - 1."""
    frame = frame_of()
    found = Connectedness(frame, 2, horizon, "cholesky").fit()
    library = VAR(frame.to_numpy()).fit(2, trend="c").fevd(horizon).decomp[:, horizon - 1]
    assert found.table.to_numpy() == pytest.approx(100 * library)


def test_one_step_is_the_squared_correlation() -> None:
    """With one shock the generalised share is rho squared over its row's sum."""
    frame = frame_of()
    found = Connectedness(frame, 3, 1).fit()
    squared = np.corrcoef(VAR(frame.to_numpy()).fit(3, trend="c").resid.T) ** 2
    assert found.table.to_numpy() == pytest.approx(
        100 * squared / squared.sum(axis=1, keepdims=True)
    )


def test_a_planted_lead_comes_back() -> None:
    found = Connectedness(frame_of(5000), 2, 10).fit()
    # y1 = noise + .4 * (y0 the session before): a share of .16 / 1.16, less what y2 shares.
    share = 0.16 / 1.16
    assert found.table.loc["y1", "y0"] / 100 == pytest.approx(share, abs=0.02)
    assert found.table.loc["y0", "y1"] < 0.5
    assert found.net["y0"] > 20
    assert found.pairwise_net.loc["y0", "y1"] > 10


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 1000), st.sampled_from(METHODS), st.integers(1, 12))
def test_what_must_always_hold(seed: int, method: Method, horizon: int) -> None:
    frame = frame_of(120, 3, seed)
    found = Connectedness(frame, 2, horizon, method).fit()
    values = found.table.to_numpy()
    assert (values >= 0).all()
    assert values.sum(axis=1) == pytest.approx(np.full(3, 100.0))
    assert found.total == pytest.approx(found.from_others.mean())
    assert found.to_others.sum() == pytest.approx(found.from_others.sum())
    assert found.net.sum() == pytest.approx(0, abs=1e-9)
    assert found.pairwise_net.to_numpy() == pytest.approx(-found.pairwise_net.to_numpy().T)
    assert found.pairwise_net.sum(axis=1).to_numpy() == pytest.approx(found.net.to_numpy())
    # Shares have no unit.
    scaled = Connectedness(3 * frame * [1, 10, 0.1] + 5, 2, horizon, method).fit()
    assert scaled.table.to_numpy() == pytest.approx(values, rel=1e-6, abs=1e-9)


def test_only_cholesky_minds_the_order() -> None:
    frame = frame_of() + frame_of(seed=0)[["y0"]].to_numpy()
    turned = frame[["y2", "y0", "y1"]]
    for method, same in (("generalized", True), ("cholesky", False)):
        first = Connectedness(frame, 2, 5, method).fit().table
        second = Connectedness(turned, 2, 5, method).fit().table.loc[first.index, first.columns]
        assert np.allclose(first, second) is same


def test_result_shows_itself() -> None:
    found = Connectedness(frame_of()).fit()
    wide = found.to_frame()
    assert wide.loc["y1", "from others"] == pytest.approx(found.from_others["y1"])
    assert wide.loc["to others", "from others"] == pytest.approx(found.total)
    assert "10-step forecast-error variance" in found.summary()
    assert "<table" in found._repr_html_()


@pytest.mark.parametrize("method", METHODS)
def test_rolling_is_the_estimator_window_by_window(method: Method) -> None:
    frame = frame_of(200)
    found = rolling(frame, 80, 7, lags=2, horizon=5, method=method, of="y1")
    assert found.index[0] == frame.index[79]
    assert len(found) == 18
    for end in (0, 5, 17):
        stop = 80 + 7 * end
        window = Connectedness(frame.iloc[stop - 80 : stop], 2, 5, method).fit()
        assert found["total"].iloc[end] == pytest.approx(window.total)
        assert found["net"].iloc[end] == pytest.approx(window.net["y1"])


def test_later_data_changes_no_earlier_window() -> None:
    frame = frame_of(200)
    changed = frame.copy()
    changed.iloc[150:] *= -3
    before, after = (rolling(one, 60, 1, lags=1)["total"] for one in (frame, changed))
    last = frame.index[149]
    assert (before.loc[:last] == after.loc[:last]).all()
    assert not np.allclose(before.loc[last:], after.loc[last:])


def bad_frames() -> dict[str, tuple[pd.DataFrame, str]]:
    """Six inputs, and what is said of each."""
    good = frame_of(100)
    holes, still = good.copy(), good.copy()
    holes.iloc[[3, 50, 51, 80], 1] = np.nan
    still["y2"] = 1.5
    apart = pd.concat([good[["y0"]].iloc[:50], good[["y1"]].iloc[50:]], axis=1)
    return {
        "holes": (holes, "y1: no finite value in 4 rows: 2023-01-05"),
        "constant": (still, "y2 is constant from 2023-01-02 to "),
        "two rows": (good.iloc[:2], "2 rows where at least"),
        "not overlapping": (apart, "no finite value in 100 rows: 2023-01-02"),
        "unsorted": (good.iloc[::-1], "out of order at "),
        "double dates": (pd.concat([good, good.iloc[-2:]]).sort_index(), "double: 2 rows: 2023-"),
    }


@pytest.mark.parametrize("kind", bad_frames())
def test_bad_input_is_one_line(kind: str) -> None:
    frame, said = bad_frames()[kind]
    for attempt in (lambda: Connectedness(frame).fit(), lambda: rolling(frame, 60)):
        with pytest.raises(ModelError) as caught:
            attempt()
        assert said in str(caught.value)
        assert "\n" not in str(caught.value)


def test_what_cannot_be_decomposed() -> None:
    frame = frame_of(100)
    walk = frame.cumsum()
    walk["y0"] = 1.05 ** np.arange(100) + 0.01 * frame["y0"]
    same = frame.assign(y2=2 * frame["y0"] - frame["y1"])
    cases: list[tuple[pd.DataFrame, dict[str, object], str]] = [
        (walk, {"lags": 1}, "unstable .largest root 1.0"),
        (same, {"lags": 1}, "singular"),
        (frame, {"lags": 20}, "100 rows where at least 142"),
        (frame[["y0"]], {}, "there is one"),
        (frame, {"lags": 0}, "1 or more"),
        (frame, {"horizon": 0}, "1 or more"),
        (frame, {"method": "eigen"}, "generalized or cholesky, not eigen"),
    ]
    for one, choices, said in cases:
        with pytest.raises(ModelError, match=said):
            Connectedness(one, **choices).fit()  # type: ignore[arg-type]  # wrong on purpose
    with pytest.raises(ModelError, match="no column z"):
        rolling(frame, 60, of="z")
    with pytest.raises(ModelError, match="windows of 10 rows"):
        rolling(frame, 10)
    halted = frame.copy()
    halted.iloc[20:90, 1] = 0.0
    with pytest.raises(ModelError, match="y1 is constant in the window to "):
        rolling(halted, 40, lags=1)

"""Toda-Yamamoto: the library's test where they must agree, its size on levels, bad input."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from statsmodels.tsa.api import VAR
from statsmodels.tsa.stattools import grangercausalitytests

from models.errors import ModelError
from models.transmission.toda_yamamoto import TodaYamamoto, integration_order, wald_statistics


def walks(n: int = 300, lead: float = 0.0, seed: int = 0) -> pd.DataFrame:
    """Two random walks; a step of the first is followed by `lead` of it in the second."""
    steps = np.random.default_rng(seed).standard_normal((n, 2))
    steps[1:, 1] += lead * steps[:-1, 0]
    sessions = pd.bdate_range("2023-01-02", periods=n).strftime("%Y-%m-%d")
    return pd.DataFrame(steps.cumsum(axis=0), index=sessions, columns=["a", "b"])


@pytest.mark.parametrize("lags", [1, 3])
def test_without_extra_lags_it_is_grangers_test(lags: int) -> None:
    frame = walks(lead=0.1).diff().dropna()
    ours = TodaYamamoto(frame, "a", "b", lags=lags, extra=0).fit()
    theirs = grangercausalitytests(frame[["b", "a"]].to_numpy(), [lags])[lags]
    f, p, _, _ = theirs[0]["params_ftest"]
    assert ours.statistic / lags == pytest.approx(float(f))
    assert ours.p == pytest.approx(float(p), rel=0.05)  # chi-squared for F
    system = VAR(frame.to_numpy()).fit(lags, trend="c").test_causality(1, 0, kind="wald")
    assert ours.statistic == pytest.approx(system.test_statistic)
    assert ours.p == pytest.approx(system.pvalue)
    assert ours.lags == lags
    assert ours.orders == {}


@pytest.mark.parametrize(("lags", "extra"), [(1, 0), (2, 1), (3, 2)])
def test_many_samples_have_the_same_statistic(lags: int, extra: int) -> None:
    frames = [walks(150, 0.2, seed) for seed in range(6)]
    batch = wald_statistics(np.stack([one.to_numpy() for one in frames]), 0, 1, lags, extra)
    for statistic, frame in zip(batch, frames, strict=True):
        one = TodaYamamoto(frame, "a", "b", lags=lags, extra=extra).fit()
        assert statistic == pytest.approx(one.statistic)


def test_orders_of_integration() -> None:
    noise = np.random.default_rng(1).standard_normal(400)
    assert integration_order(noise) == 0
    assert integration_order(noise.cumsum()) == 1
    assert integration_order(noise.cumsum().cumsum()) == 2
    mixed = walks().assign(c=np.random.default_rng(3).standard_normal(300))
    found = TodaYamamoto(mixed, "a", "b").fit()
    assert found.orders == {"a": 1, "b": 1, "c": 0}
    assert found.extra == 1


def test_a_lead_is_found_and_its_reverse_is_not() -> None:
    frame = walks(400, lead=0.4)
    there = TodaYamamoto(frame, "a", "b").fit()
    back = TodaYamamoto(frame, "b", "a").fit()
    assert there.p < 1e-6
    assert back.p > 0.01
    assert there.coefficients[0] == pytest.approx(0.4, abs=0.15)
    assert there.total == pytest.approx(there.coefficients.sum())
    assert there.total_error > 0


def test_size_on_levels_where_plain_granger_fails() -> None:
    """Two walks that have nothing to do with each other, 400 times."""
    rng = np.random.default_rng(11)
    panels = rng.standard_normal((400, 200, 2)).cumsum(axis=1)
    augmented = (wald_statistics(panels, 0, 1, 1, 1) > 3.841).mean()
    plain = (wald_statistics(panels, 0, 1, 1, 0) > 3.841).mean()
    assert 0.03 <= augmented <= 0.075
    assert plain > 0.09


def test_lags_go_up_until_no_autocorrelation_is_left() -> None:
    rng = np.random.default_rng(12)
    noise = rng.standard_normal((600, 2))
    noise[4:, 1] += 0.25 * noise[:-4, 1]  # too weak a lag for the criterion to pay for four
    frame = pd.DataFrame(noise, columns=["a", "b"])
    found = TodaYamamoto(frame, "a", "b", extra=0).fit()
    first = TodaYamamoto(frame, "a", "b", lags=1, extra=0).fit()
    assert first.p_autocorrelation < 0.05 <= found.p_autocorrelation
    assert found.lags > 1


def test_result_shows_itself() -> None:
    found = TodaYamamoto(walks(), "a", "b", lags=2).fit()
    assert "chi2(2) = " in found.summary()
    assert "<table" in found._repr_html_()
    assert list(found.to_frame().index) == [1, 2]


def test_controls_and_the_other_criterion() -> None:
    frame = walks(300, 0.3).assign(c=walks(300, seed=5)["a"])
    found = TodaYamamoto(frame, "a", "b", criterion="aic").fit()
    assert found.p < 0.001
    with pytest.raises(ModelError, match="bic or aic, not hq"):
        TodaYamamoto(frame, "a", "b", criterion="hq").fit()


def test_bad_input_is_one_line() -> None:
    good = walks(100)
    holes = good.copy()
    holes.iloc[[3, 50], 0] = np.nan
    bad = {
        "a: no finite value in 2 rows: 2023-01-05, ": holes,
        "b is constant": good.assign(b=1.0),
        "2 rows where": good.iloc[:2],
        "no finite value in 100 rows": pd.concat([good["a"][:50], good["b"][50:]], axis=1),
        "out of order at ": good.iloc[::-1],
        "double: 1 rows: 2023-": pd.concat([good, good.iloc[-1:]]),
        "singular": good.assign(b=2 * good["a"]),
    }
    for said, frame in bad.items():
        with pytest.raises(ModelError, match=said) as caught:
            TodaYamamoto(frame, "a", "b").fit()
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("cause", "effect", "choices", "said"),
    [
        ("z", "b", {}, "no column z"),
        ("a", "a", {}, "its own cause"),
        ("a", "b", {"lags": 0}, "1 or more"),
        ("a", "b", {"extra": -1}, "0 or more"),
        ("a", "b", {"lags": 80}, "300 rows where at least 412"),
    ],
)
def test_wrong_choices(cause: str, effect: str, choices: dict[str, int], said: str) -> None:
    with pytest.raises(ModelError, match=said):
        TodaYamamoto(walks(), cause, effect, **choices).fit()  # type: ignore[arg-type]  # wrong on purpose


def test_a_copy_of_yesterday_is_collinear() -> None:
    frame = walks(200)
    frame["b"] = frame["a"].shift(1, fill_value=0.0)
    with pytest.raises(ModelError, match=r"collinear|exactly"):
        TodaYamamoto(frame, "a", "b", lags=2, extra=1).fit()

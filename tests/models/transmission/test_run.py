"""Whole runs: planted effects come back, nulls stay null, bad input gives no number."""

from __future__ import annotations

import dataclasses
import json
import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from models.errors import ModelError
from models.transmission import TestResult, TransmissionSpec, run
from models.transmission.inference.power import smallest_correlation
from models.transmission.returns import session_returns
from models.transmission.updown_betas import downside_betas
from models.transmission.verdicts import deciding_p

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any


def by_name(results: list[TestResult]) -> dict[str, TestResult]:
    return {result.hypothesis: result for result in results}


# -- what is planted comes back --------------------------------------------------------------


def test_planted_transmission_is_found(
    world_of: Callable[..., Any], spec: TransmissionSpec
) -> None:
    world = world_of(n=400, same_day=-0.5, next_day=-0.4, down_beta=1.8)
    found = by_name(run(world.index, world.prices, dataclasses.replace(spec, size_draws=500)))
    planted = {
        "contemporaneous:QQQ": -0.5,
        "contemporaneous:QQQ|SPY": -0.5,
        "predictive:NVDA:h1": -0.4,
        "downside-beta:BTC-USD~QQQ": 1.8,
        "downside-asymmetry:BTC-USD~QQQ": 0.8,
    }
    for name, truth in planted.items():
        result = found[name]
        assert result.verdict.startswith("supported"), name
        assert result.interval is not None
        assert abs(result.estimate - truth) < 3 * result.detail["standard_error"]
    assert found["granger:fear->NVDA"].verdict.startswith("supported")
    assert found["granger:QQQ->fear"].verdict.startswith("this sample could not tell")
    assert found["predictive:QQQ:h1"].verdict.startswith("this sample could not tell")
    assert found["correlation:BTC-USD~QQQ"].verdict.startswith("supported")
    assert found["stationarity:fear"].verdict.startswith("stationary")


def test_the_opposite_sign_is_a_contradiction(
    world_of: Callable[..., Any], spec: TransmissionSpec
) -> None:
    world = world_of(n=400, same_day=0.5)
    found = by_name(run(world.index, world.prices, spec))["contemporaneous:QQQ"]
    assert found.verdict.startswith("contradicted")


def test_predictive_tests_see_the_realtime_index_alone(
    world_of: Callable[..., Any], spec: TransmissionSpec
) -> None:
    world = world_of(next_day=-0.4)
    altered = world.index.assign(value=np.random.default_rng(0).standard_normal(len(world.index)))
    one, other = (by_name(run(index, world.prices, spec)) for index in (world.index, altered))
    for name in one:
        if name.startswith(("predictive", "granger", "downside", "correlation")):
            assert one[name] == other[name], name
    assert one["contemporaneous:QQQ"] != other["contemporaneous:QQQ"]


def test_later_prices_and_news_do_not_move_a_result_that_ends_before(
    world_of: Callable[..., Any], spec: TransmissionSpec
) -> None:
    long, short = world_of(n=300), world_of(n=300)
    end = str(long.index["date"].iloc[199])
    ended = dataclasses.replace(spec, end=end)
    cut = short.index[short.index["date"] <= end]
    cut_prices = short.prices[short.prices["date"] <= end]
    one = run(long.index, long.prices, ended)
    other = run(cut, cut_prices, ended)
    assert one == other


@pytest.mark.slow
def test_intervals_cover_what_is_planted(world_of: Callable[..., Any]) -> None:
    """60 worlds of 120 sessions: 95 % intervals cover about nineteen times in twenty."""
    spec = TransmissionSpec(
        assets=("QQQ",),
        size_draws=0,
        bootstrap_draws=20,
        families=("contemporaneous", "downside"),
    )
    covered: dict[str, list[bool]] = {}
    planted = {"contemporaneous:QQQ": -0.4, "downside-asymmetry:BTC-USD~QQQ": 0.5}
    for seed in range(60):
        world = world_of(n=120, seed=seed, same_day=-0.4, down_beta=1.5)
        found = by_name(run(world.index, world.prices, spec))
        for name, truth in planted.items():
            low, high = found[name].interval or (0.0, 0.0)
            covered.setdefault(name, []).append(low <= truth <= high)
    for name, hits in covered.items():
        assert np.mean(hits) >= 0.85, name


@pytest.mark.slow
def test_nulls_are_rejected_about_one_time_in_twenty(world_of: Callable[..., Any]) -> None:
    """40 worlds without any transmission, the decision being by size-corrected p-values."""
    spec = TransmissionSpec(
        assets=("QQQ", "NVDA"),
        market=None,
        size_draws=80,
        bootstrap_draws=20,
        families=("contemporaneous", "predictive", "granger"),
    )
    rejected: dict[str, list[bool]] = {}
    for seed in range(40):
        world = world_of(n=110, seed=1000 + seed)
        for result in run(world.index, world.prices, spec):
            rejected.setdefault(result.family, []).append(deciding_p(result) < 0.05)
    for family, hits in rejected.items():
        assert 0.005 <= np.mean(hits) <= 0.11, family


# -- words and numbers say the same ----------------------------------------------------------


def test_an_interval_without_zero_and_a_small_p_are_the_same(
    world_of: Callable[..., Any],
) -> None:
    spec = TransmissionSpec(
        assets=("BTC-USD", "QQQ", "NVDA"),
        size_draws=0,
        families=("contemporaneous", "predictive"),
    )
    pairs = []
    for seed in range(4):
        world = world_of(n=120, seed=seed, same_day=-0.15)
        for result in run(world.index, world.prices, spec):
            low, high = result.interval or (0.0, 0.0)
            pairs.append((low > 0 or high < 0, (result.p or 1.0) < spec.alpha))
    assert {without for without, _ in pairs} == {True, False}
    assert all(without == small for without, small in pairs)


def test_a_verdict_names_the_level_of_its_interval(
    world_of: Callable[..., Any], spec: TransmissionSpec
) -> None:
    world = world_of(n=300, same_day=-0.5)
    name = "contemporaneous:QQQ"
    assert "(95 % interval" in by_name(run(world.index, world.prices, spec))[name].verdict
    wide = dataclasses.replace(spec, level=0.995)
    assert "(99.5 % interval" in by_name(run(world.index, world.prices, wide))[name].verdict


def test_no_sample_promises_more_than_independent_pairs_would(
    world_of: Callable[..., Any], spec: TransmissionSpec
) -> None:
    """A small standard error is luck too: .25 for 120 sessions is the least that is promised."""
    for seed in range(3):
        world = world_of(n=120, seed=seed, same_day=-2.0, down_beta=3.0)
        for result in run(world.index, world.prices, spec):
            if result.family != "stationarity" and not result.abstained:
                least = smallest_correlation(result.n)
                assert result.detail["mde_rho"] >= least, result.hypothesis


def test_no_evidence_says_that_the_power_is_of_one_test_alone(
    world_of: Callable[..., Any], spec: TransmissionSpec
) -> None:
    world = world_of()
    verdict = by_name(run(world.index, world.prices, spec))["predictive:QQQ:h1"].verdict
    assert verdict.startswith("this sample could not tell")
    assert "(80 % power for one test alone, before correction)" in verdict


def test_granger_claims_what_was_tested(
    world_of: Callable[..., Any], spec: TransmissionSpec
) -> None:
    """Two lags of opposite sign: jointly far from 0, while their sum is near it."""
    world = world_of(n=400)
    fear = world.index["value"].to_numpy() - 100
    returns = np.random.default_rng(3).standard_normal(400)
    returns[2:] += 0.8 * fear[1:-1] - 0.8 * fear[:-2]
    moved = world.prices[world.prices["symbol"] == "QQQ"].copy()
    moved["close"] = moved["adj_close"] = 100 * np.exp(np.cumsum(returns) / 100)
    chosen = dataclasses.replace(spec, assets=("QQQ",), families=("granger",))
    found = by_name(run(world.index, moved, chosen))["granger:fear->QQQ"]
    low, high = found.interval or (1.0, 1.0)
    assert low < 0 < high
    assert found.detail["granger_lags"] > 1
    assert found.verdict.startswith(
        "supported: the lags are jointly not 0; their sum, which is not"
    )
    assert found.mde is None


def test_one_granger_lag_is_itself_what_was_tested(
    world_of: Callable[..., Any], spec: TransmissionSpec
) -> None:
    world = world_of(n=400, next_day=-0.8)
    chosen = dataclasses.replace(
        spec, assets=("NVDA",), factors=(), max_lags=1, families=("granger",)
    )
    found = by_name(run(world.index, world.prices, chosen))
    assert found["granger:fear->NVDA"].verdict.startswith("supported: the lag is not 0; it is -")


def test_every_window_of_the_rolling_correlation_is_kept(
    world_of: Callable[..., Any], spec: TransmissionSpec
) -> None:
    world = world_of(n=120)
    detail = by_name(run(world.index, world.prices, spec))["correlation:BTC-USD~QQQ"].detail
    rolling = detail["rolling"]
    returns = session_returns(world.prices).loc[world.index["date"]]
    expected = returns["BTC-USD"].rolling(30).corr(returns["QQQ"]).dropna()
    assert rolling["series"]["date"] == expected.index.tolist()
    assert rolling["series"]["r"] == pytest.approx(expected.tolist())
    assert len(rolling["series"]["lo"]) == rolling["windows"] == 90
    assert [rolling["series"][end][-1] for end in ("lo", "hi")] == rolling["interval"]


# -- the shape of results --------------------------------------------------------------------


def test_every_result_is_whole(world_of: Callable[..., Any], spec: TransmissionSpec) -> None:
    world = world_of()
    results = run(world.index, world.prices, dataclasses.replace(spec, state=None))
    names = [result.hypothesis for result in results]
    assert len(names) == len(set(names)) == 6 + 6 + 6 + 4 + 2 + 10 + 1
    for result in results:
        json.dumps(result.detail, allow_nan=False)
        assert not result.abstained
        assert result.status == "exploratory"
        assert result.verdict
        assert 0 <= (result.size or 0) <= 1
        assert {"unit", "error", "first", "last", "index"} <= result.detail.keys()
        if result.family != "stationarity":
            assert result.interval is not None
            assert result.interval[0] < result.estimate < result.interval[1]
            assert result.q is not None
            assert (result.mde is None) == (result.family == "granger")
            assert result.mde is None or result.mde > 0
            assert result.mde is not None or 0 < result.detail["mde_rho"] < 1
            if result.detail["decided_by"] == "p":
                assert result.q >= (result.p or 0) - 1e-12


def test_the_same_run_twice_gives_the_same_results(
    world_of: Callable[..., Any], spec: TransmissionSpec
) -> None:
    world = world_of()
    assert run(world.index, world.prices, spec) == run(world.index, world.prices, spec)


def test_one_family_alone_gives_what_it_gives_among_all(
    world_of: Callable[..., Any], spec: TransmissionSpec
) -> None:
    world = world_of()
    everything = run(world.index, world.prices, spec)
    alone = run(world.index, world.prices, dataclasses.replace(spec, families=("granger",)))
    assert alone == [result for result in everything if result.family == "granger"]


def test_bitcoins_clock_is_spoken_of(world_of: Callable[..., Any], spec: TransmissionSpec) -> None:
    world = world_of()
    found = by_name(run(world.index, world.prices, spec))
    assert "24:00 UTC" in found["contemporaneous:BTC-USD"].detail["alignment"]
    assert set(found["contemporaneous:BTC-USD"].detail["lead_lag"]) == {
        "lag",
        "same",
        "lead",
        "sum",
    }
    assert set(found["downside-beta:BTC-USD~QQQ"].detail["lead_lag"]) >= {"lead", "lag"}
    assert "overlap" in found["granger:BTC-USD->fear"].detail
    assert "alignment" not in found["contemporaneous:QQQ"].detail


def test_sizes_may_be_left_out(world_of: Callable[..., Any], spec: TransmissionSpec) -> None:
    world = world_of()
    results = run(world.index, world.prices, dataclasses.replace(spec, size_draws=0, state=None))
    assert {result.size for result in results} == {None}
    assert all(result.q is not None for result in results if result.family != "stationarity")


def ridden(index: pd.DataFrame) -> pd.DataFrame:
    holes = index.copy()
    holes.loc[::4, ["value", "realtime"]] = np.nan
    return holes


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (ridden, "lack one of"),
        (lambda index: index.assign(value=100.0, realtime=100.0), "constant"),
        (lambda index: index.head(2), "2 complete sessions|no session"),
        (lambda index: index.assign(value=np.nan, realtime=np.nan), "no session"),
    ],
    ids=["NaN-ridden", "constant", "two rows", "empty"],
)
def test_an_unusable_index_is_abstained_from_with_its_reason(
    world_of: Callable[..., Any],
    spec: TransmissionSpec,
    change: Callable[[pd.DataFrame], pd.DataFrame],
    reason: str,
) -> None:
    world = world_of(n=120)
    for result in run(change(world.index), world.prices, spec):
        of_fear = ("contemporaneous", "predictive", "granger:fear")
        if result.hypothesis.startswith(of_fear) or result.hypothesis.endswith("->fear"):
            numbers = (result.estimate, result.interval, result.p, result.q, result.size)
            assert numbers == (None,) * 5
            assert re.search(reason, result.detail["abstained"])
            assert result.verdict == f"abstained: {result.detail['abstained']}"


def test_prices_of_another_time_are_abstained_from(
    world_of: Callable[..., Any], spec: TransmissionSpec
) -> None:
    world = world_of(n=120)
    moved = world.prices.assign(date=world.prices["date"].str.replace("2022", "2012"))
    results = run(world.index, moved, spec)
    tested = [result.hypothesis for result in results if not result.abstained]
    assert tested == ["stationarity:fear", "stationarity:fear (real time)"]
    assert "no session" in by_name(results)["contemporaneous:QQQ"].verdict


def test_a_symbol_without_prices_is_abstained_from(
    world_of: Callable[..., Any], spec: TransmissionSpec
) -> None:
    world = world_of(n=120)
    wider = dataclasses.replace(spec, assets=("QQQ", "ORCL"))
    found = by_name(run(world.index, world.prices, wider))
    assert found["contemporaneous:ORCL"].verdict == "abstained: no prices of ORCL"
    assert found["predictive:ORCL:h5"].abstained
    assert found["granger:ORCL->fear"].abstained
    assert not found["contemporaneous:QQQ"].abstained
    assert found["contemporaneous:QQQ"].detail["family_size"] == 2  # abstentions do not count


def test_the_same_series_twice_is_abstained_from(
    world_of: Callable[..., Any], spec: TransmissionSpec
) -> None:
    world = world_of(n=120)
    twin = world.prices[world.prices["symbol"] == "QQQ"].assign(symbol="BTC-USD")
    others = world.prices[world.prices["symbol"] != "BTC-USD"]
    found = by_name(run(world.index, pd.concat([others, twin]), spec))
    for name in ("downside-beta:BTC-USD~QQQ", "correlation:BTC-USD~QQQ"):
        assert found[name].abstained
        assert "one and the same" in found[name].verdict


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda index: index.drop(columns="realtime"), "lacks the columns realtime"),
        (lambda index: index.iloc[:0], "no values"),
        (lambda index: index.iloc[::-1], "out of order"),
        (lambda index: pd.concat([index, index.tail(1)]), "two values on"),
        (lambda index: index.assign(value=np.inf), "infinite"),
        (lambda index: index.assign(date=["x", *index["date"][1:]]), "cannot be read"),
        (
            lambda index: index.assign(date=["2022-01-01", *index["date"][1:]]),
            "no New York session",
        ),
    ],
)
def test_an_unreadable_index_gives_one_clear_error(
    world_of: Callable[..., Any],
    spec: TransmissionSpec,
    change: Callable[[pd.DataFrame], pd.DataFrame],
    message: str,
) -> None:
    world = world_of(n=120)
    with pytest.raises(ModelError, match=message) as caught:
        run(change(world.index), world.prices, spec)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "choices",
    [
        {"alpha": 0.0},
        {"horizons": ()},
        {"window": 3},
        {"index_kind": "imagined"},
        {"families": ("astrology",)},
        {"families": ()},
        {"families": ("granger", "granger")},
        {"bootstrap_draws": 0},
        {"size_draws": -1},
        {"seed": -1},
        {"max_missing": float("nan")},
        {"max_lags": 30},
        {"assets": ()},
        {"assets": ("QQQ", "QQQ")},
        {"horizons": (1, 1)},
        {"factors": ("BTC-USD",)},
        {"start": "garbage"},
        {"end": "2025-02-30"},
        {"start": "2025-02-01", "end": "2025-01-01"},
    ],
)
def test_choices_that_no_test_could_use_are_refused(choices: dict[str, object]) -> None:
    with pytest.raises(ModelError):
        TransmissionSpec(**choices)  # type: ignore[arg-type]  # the wrong values are the point


# -- real prices -----------------------------------------------------------------------------


def test_downside_beta_of_bitcoin_on_real_prices(shared_data: Path) -> None:
    """2020-2025: Bitcoin moves about one for one with the Nasdaq 100, more so downwards."""
    folder = shared_data / "e2e" / "market"
    prices = pd.concat(
        [pd.read_csv(folder / f"{name}.csv").assign(symbol=name) for name in ("BTC-USD", "QQQ")]
    )
    returns = session_returns(prices)
    betas = downside_betas(returns["BTC-USD"], returns["QQQ"])
    assert betas.n > 1400
    assert 0.6 < betas.up < betas.beta < betas.down < 2.0
    assert betas.asymmetry == pytest.approx(betas.down - betas.up)
    assert betas.intervals["beta"][0] > 0.5


def test_downside_betas_need_both_directions() -> None:
    rising = pd.Series(np.linspace(0.1, 1.0, 40))
    with pytest.raises(ModelError, match="one way"):
        downside_betas(rising, rising)
    with pytest.raises(ModelError, match="complete sessions"):
        downside_betas(rising.head(5), rising.head(5))

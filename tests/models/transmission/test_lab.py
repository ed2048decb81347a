"""The lab as a whole: what is planted is covered, what is not there is not found."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from bench.transmission_sizes import SPEC, one_world, rejected
from bench.transmission_worlds import planted_world, session_returns
from models.errors import ModelError
from models.transmission import Lab, Market, TransmissionSpec
from models.transmission.spec import FAMILIES
from models.transmission.workers import family

if TYPE_CHECKING:
    from collections.abc import Callable

    from models.transmission import TestResult
    from tests.models.transmission.conftest import World

WORLDS = 200
EFFECTS = {"BTC-USD": (-0.8, 0.0), "QQQ": (-0.3, 0.0), "NVDA": (0.0, -0.6)}
PLANTED = {
    "contemporaneous:BTC-USD": -0.8,
    "contemporaneous:QQQ": -0.3,
    "predictive:NVDA:h1": -0.6,
    "predictive:QQQ:h1": 0.0,
}


def answers(world: World, spec: TransmissionSpec, *families: str) -> dict[str, TestResult]:
    chosen = dataclasses.replace(spec, families=families)
    results = Lab(world.index, Market(world.prices)).run(chosen)
    return {one.hypothesis: one for one in results}


@pytest.mark.parametrize("name", FAMILIES)
def test_every_family_has_its_function(name: str) -> None:
    assert callable(family(name))


@pytest.mark.slow
def test_ninety_percent_intervals_cover_what_is_planted() -> None:
    returns = session_returns()
    spec = TransmissionSpec(
        assets=("BTC-USD", "QQQ", "NVDA"),
        market=None,
        controls=(),
        alpha=0.1,
        level=0.9,
        size_draws=199,
        horizons=(1,),
    )
    covered: dict[str, list[bool]] = {
        name: [] for name, size in PLANTED.items() if size is not None
    }
    for seed in range(WORLDS):
        world = planted_world(returns, 400, np.random.default_rng([7, seed]), EFFECTS)
        found = answers(world, spec, "contemporaneous", "predictive")
        for name, told in covered.items():
            low, high = found[name].interval or (np.nan, np.nan)
            told.append(low <= PLANTED[name] <= high)
    shares = {name: float(np.mean(told)) for name, told in covered.items()}
    assert all(0.85 <= share <= 0.95 for share in shares.values()), shares


@pytest.mark.slow
def test_nothing_is_found_where_nothing_is() -> None:
    # 100 worlds of the real returns' own dependence. One hypothesis may reach 17 by chance (3.6
    # standard errors above .075), all of them together may not leave the range.
    spec = dataclasses.replace(SPEC, size_draws=99, bootstrap_draws=99)
    found = rejected([one_world(seed, spec, sessions=250) for seed in range(100)])
    assert len(found) > 40
    often = {name: row["deciding"] for name, row in found.items() if row["worlds"] >= 50}
    assert max(often.values()) <= 0.17, often
    assert 0.03 <= float(np.mean(list(often.values()))) <= 0.075, often


@pytest.fixture(scope="module")
def small() -> TransmissionSpec:
    return TransmissionSpec(
        assets=("BTC-USD", "QQQ"), factors=("QQQ",), size_draws=19, bootstrap_draws=20, rolling=60
    )


def nan_ridden(index: pd.DataFrame) -> pd.DataFrame:
    holes = np.random.default_rng(1).random(len(index)) < 0.5
    return index.assign(value=index["value"].mask(holes), realtime=index["realtime"].mask(holes))


@pytest.mark.slow
@pytest.mark.parametrize(
    "spoil",
    [
        nan_ridden,
        lambda index: index.assign(value=1.0, realtime=1.0),
        lambda index: index.iloc[:2],
    ],
    ids=["NaN-ridden", "constant", "two rows"],
)
def test_no_family_gives_a_number_for_an_index_that_cannot_be_used(
    small: TransmissionSpec, spoil: Callable[[pd.DataFrame], pd.DataFrame]
) -> None:
    world = planted_world(session_returns(), 300, np.random.default_rng(5), {})
    results = Lab(spoil(world.index), Market(world.prices)).run(small)
    of_prices = ("downside", "correlation", "stationarity", "granger:QQQ", "granger:BTC-USD->QQQ")
    of_prices += ("breaks:volatility", "breaks:beta", "quantile:BTC-USD~QQQ")
    numbers = [one for one in results if not one.abstained]
    assert [one.hypothesis for one in numbers if not one.hypothesis.startswith(of_prices)] == []
    for one in results:
        if one.abstained:
            assert one.verdict.startswith("abstained: ")
            assert "\n" not in one.verdict


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda index: index.iloc[::-1], "out of order at"),
        (lambda index: pd.concat([index, index.iloc[[-1]]]), "two values on"),
    ],
    ids=["unsorted", "double"],
)
def test_an_index_that_cannot_be_read_is_one_line(
    small: TransmissionSpec, spoil: Callable[[pd.DataFrame], pd.DataFrame], message: str
) -> None:
    world = planted_world(session_returns(), 60, np.random.default_rng(5), {})
    with pytest.raises(ModelError, match=message) as caught:
        Lab(spoil(world.index), Market(world.prices)).run(small)
    assert "\n" not in str(caught.value)


@pytest.mark.slow
def test_prices_of_another_time_give_no_number(small: TransmissionSpec) -> None:
    world = planted_world(session_returns(), 300, np.random.default_rng(5), {})
    days = pd.to_datetime(world.prices["date"]) + pd.DateOffset(days=3_653)
    moved = world.prices.assign(date=days.dt.strftime("%Y-%m-%d"))
    results = Lab(world.index, Market(moved)).run(small)
    ofindex = ("stationarity:fear", "breaks:fear")
    assert [
        one.hypothesis
        for one in results
        if not one.abstained and not one.hypothesis.startswith(ofindex)
    ] == []

"""One clock: prices at the session's close where bars within the day tell them."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from models.errors import ModelError
from models.sessions import closes
from models.transmission import Lab, Market, TransmissionSpec
from models.transmission.alignment import aligned, closed_returns, closing_prices
from models.transmission.sample import align, closed_of, level_of, without_exact

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

DAYS = ["2025-11-26", "2025-11-27", "2025-11-28", "2025-11-29", "2025-11-30", "2025-12-01"]


def daily(closes_: list[float], days: list[str] = DAYS) -> pd.DataFrame:
    return pd.DataFrame({"symbol": "BTC-USD", "date": days, "close": closes_, "adj_close": np.nan})


def within(rows: dict[str, float]) -> pd.DataFrame:
    return pd.DataFrame(
        {"symbol": "BTC-USD", "at": pd.to_datetime(list(rows), utc=True), "close": rows.values()}
    )


def test_the_last_bar_before_the_close_is_the_price_at_the_close() -> None:
    bars = within(
        {
            "2025-11-26T21:00:00Z": 101.0,  # at the close of Wednesday itself
            "2025-11-26T22:00:00Z": 999.0,
            "2025-11-28T18:00:00Z": 103.0,  # Friday is a half day: 13:00 New York
            "2025-11-28T21:00:00Z": 999.0,
            "2025-12-01T19:59:00Z": 999.0,  # an hour and a minute before: not the price there
        }
    )
    sessions = pd.Index(["2025-11-26", "2025-11-28", "2025-12-01"])
    found = closing_prices(bars, sessions)
    assert found.tolist()[:2] == [101.0, 103.0]
    assert np.isnan(found.iloc[2])


def test_no_return_spans_both_kinds_of_price() -> None:
    days = list(closes("2025-11-03", "2025-11-14").index)
    bars = daily([100.0 + place for place in range(len(days))], days)
    inner = {f"{day}T21:00:00Z": 50.0 + place for place, day in enumerate(days[3:7])}
    found = aligned(bars, None, within(inner))
    returns = found.returns()["BTC-USD"]
    assert found.exact["BTC-USD"].tolist() == [day in days[3:7] for day in days]
    assert returns.isna().to_numpy().nonzero()[0].tolist() == [0, 3, 7]
    assert returns.iloc[4] == pytest.approx(100 * np.log(51 / 50))


def test_a_session_without_a_bar_among_others_is_missing_and_not_the_days() -> None:
    days = list(closes("2025-11-03", "2025-11-07").index)
    inner = {f"{day}T21:00:00Z": 50.0 for day in (days[0], days[2])}
    found = aligned(daily([100.0] * 5, days), None, within(inner))
    assert found.prices["BTC-USD"].tolist()[:1] == [50.0]
    assert np.isnan(found.prices["BTC-USD"].iloc[1])
    assert found.prices["BTC-USD"].tolist()[3:] == [100.0, 100.0]


def test_closed_days_are_windows_of_their_own() -> None:
    bars = daily([100.0, 110.0, 120.0, 130.0, 140.0, 150.0])
    sessions = pd.Index(["2025-11-26", "2025-11-28", "2025-12-01"])
    found = closed_returns(bars, "BTC-USD", sessions)
    assert np.isnan(found.iloc[0])
    assert found.iloc[1] == pytest.approx(100 * np.log(110 / 100))  # Thanksgiving
    assert found.iloc[2] == pytest.approx(100 * np.log(140 / 120))  # the weekend


def test_closed_days_without_a_bar_are_missing() -> None:
    bars = daily([100.0, 110.0, 120.0, 150.0], ["2025-11-26", "2025-11-27", "2025-11-28", DAYS[5]])
    found = closed_returns(bars, "BTC-USD", pd.Index(["2025-11-26", "2025-11-28", "2025-12-01"]))
    assert found.notna().tolist() == [False, True, False]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda bars: bars.drop(columns="close"), "lack the columns close"),
        (lambda bars: bars.assign(at=bars["at"].dt.tz_localize(None)), "time zone"),
        (lambda bars: bars.assign(close=[1.0, -2.0]), "is -2"),
        (lambda bars: bars.iloc[::-1], "out of order"),
        (lambda bars: bars.assign(at=bars["at"].iloc[0]), "double"),
        (lambda bars: bars.assign(at=[bars["at"].iloc[0], pd.NaT]), "no time"),
    ],
)
def test_bars_within_the_day_that_cannot_be_used(
    change: Callable[[pd.DataFrame], pd.DataFrame], message: str
) -> None:
    bars = within({"2025-11-26T21:00:00Z": 1.0, "2025-11-28T18:00:00Z": 2.0})
    with pytest.raises(ModelError, match=message):
        aligned(daily([1.0] * 6), None, change(bars))


def test_a_symbol_whose_prices_are_all_exact_has_no_clock_to_speak_of(
    world_of: Callable[..., Any], spec: TransmissionSpec
) -> None:
    world = world_of(n=120)
    bitcoin = world.prices[world.prices["symbol"] == "BTC-USD"].set_index("date")["close"]
    ends = closes(world.index["date"].iloc[0], world.index["date"].iloc[-1])
    bars = pd.DataFrame(
        {"symbol": "BTC-USD", "at": ends.to_numpy(), "close": bitcoin[ends.index].to_numpy()}
    ).assign(at=lambda table: pd.to_datetime(table["at"], utc=True))
    assert without_exact(spec, world.prices, bars).crypto == ()
    assert without_exact(spec, world.prices, bars.iloc[:-1]).crypto == ("BTC-USD",)
    assert without_exact(spec, world.prices, None) is spec
    alone = dataclasses.replace(spec, families=("contemporaneous",), size_draws=0)
    exact = Lab(world.index, Market(world.prices, bars)).run(alone)
    coarse = Lab(world.index, Market(world.prices)).run(alone)
    assert "alignment" not in exact[0].detail
    assert "alignment" in coarse[0].detail
    assert exact[0].estimate == coarse[0].estimate  # the world's bars are the closes themselves


def test_what_the_common_sample_holds(world_of: Callable[..., Any], spec: TransmissionSpec) -> None:
    world = world_of(n=60)
    index = world.index.assign(**{"placebo:weather": 1.0})
    table = align(index, world.prices, spec)
    assert "placebo:weather" in table
    assert table[closed_of("BTC-USD")].notna().sum() > 8  # some twelve weekends
    levels = np.log(table[level_of("QQQ")])
    assert table["QQQ"].iloc[1:].to_numpy() == pytest.approx(100 * levels.diff().iloc[1:])


def test_rates_are_differenced(world_of: Callable[..., Any], spec: TransmissionSpec) -> None:
    world = world_of(n=60)
    chosen = dataclasses.replace(spec, differenced=("SPY",))
    table = align(world.index, world.prices, chosen)
    steps = table[level_of("SPY")].diff()
    assert table["SPY"].iloc[1:].tolist() == pytest.approx(steps.iloc[1:].tolist())


def test_a_transformed_index_takes_zeros(
    world_of: Callable[..., Any], spec: TransmissionSpec
) -> None:
    world = world_of(n=60)
    index = world.index.assign(value=0.0)
    table = align(index, world.prices, dataclasses.replace(spec, transform="asinh"))
    assert (table["fear"] == 0.0).all()
    known = table["fear (real time)"].dropna()
    realtime = world.index["realtime"].dropna().to_numpy()
    assert np.sinh(known.to_numpy()) * 100 == pytest.approx(realtime)

"""Each measurement finds what was planted, and in a market without it says that it cannot tell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from models.sessions import closes

if TYPE_CHECKING:
    from collections.abc import Callable

    from models.claims import Audited

    Answer = Callable[..., Audited]
    Bars = Callable[[str, list[str], np.ndarray], pd.DataFrame]
    Generator = Callable[..., pd.DataFrame]

PERIOD = {"start": "2022-01-03", "end": "2025-03-11"}


def above(name: str, value: float = 0.0) -> dict[str, Any]:
    return {"name": name, "relation": "above", "value": value}


def below(name: str, value: float = 0.0) -> dict[str, Any]:
    return {"name": name, "relation": "below", "value": value}


def two_days() -> pd.DataFrame:
    figures = {
        "open": [100.0, 95.0, 90.0],
        "high": [101.0, 97.0, 99.0],
        "low": [99.0, 80.0, 85.0],
        "close": [100.0, 90.0, 96.0],
        "adj_close": [50.0, 45.0, 49.0],
    }
    dates = ["2025-03-03", "2025-03-04", "2025-03-05"]
    return pd.DataFrame({"symbol": "ACME", "date": dates} | figures)


def test_day_move(answer: Answer) -> None:
    found = answer(
        two_days(), "day-move", {"symbols": ["ACME"], "date": "2025-03-04"},
        below("ACME_close_percent"),
    )  # fmt: skip
    assert found.verdict == "reproduced"
    assert found.value == pytest.approx(
        {
            "ACME_previous_close": 100.0, "ACME_open": 95.0, "ACME_high": 97.0, "ACME_low": 80.0,
            "ACME_close": 90.0, "ACME_open_percent": -5.0, "ACME_high_percent": -3.0,
            "ACME_low_percent": -20.0, "ACME_close_percent": -10.0,
            "ACME_fall_at_open_percent": 5.0, "ACME_fall_to_low_percent": 20.0,
            "ACME_fall_at_close_percent": 10.0, "ACME_open_to_close_percent": -100 * 5 / 95,
            "ACME_low_to_close_percent": 12.5, "ACME_low_to_high_percent": 21.25,
            "ACME_high_to_low_fall_percent": 100 * 17 / 97,
        }
    )  # fmt: skip


def test_level_crossing(answer: Answer) -> None:
    measure = {"symbol": "ACME", "level": 92.0, "date": "2025-03-05", "days": 2}
    found = answer(two_days(), "level-crossing", measure, above("ACME_close", 92))
    assert found.verdict == "reproduced"
    assert found.value is not None
    assert found.value["ACME_close_minus_level"] == 4.0
    assert found.value["ACME_days_traded_below"] == 2
    assert found.value["ACME_days_closed_below"] == 1
    assert found.value["ACME_days_crossed_down"] == 1
    assert found.value["ACME_days_crossed_up"] == 1


def test_period_return_and_its_variants(answer: Answer) -> None:
    measure = {"symbols": ["ACME"], "start": "2025-03-04", "end": "2025-03-05"}
    found = answer(two_days(), "period-return", measure, above("ACME_change_percent", 6))
    assert found.verdict == "reproduced"
    assert found.value is not None
    assert found.value["ACME_change_percent"] == pytest.approx(100 * (96 / 90 - 1))
    assert found.value["ACME_total_return_percent"] == pytest.approx(100 * (49 / 45 - 1))
    assert found.value["ACME_from_day_before_percent"] == pytest.approx(-4.0)
    assert found.value["ACME_to_day_before_percent"] == pytest.approx(0.0)


def test_market_value_needs_the_shares(answer: Answer) -> None:
    measure = {"symbol": "ACME", "date": "2025-03-04"}
    check = above("ACME_loss_to_low_billions", 39)
    unknown = answer(two_days(), "market-value", measure, check)
    assert unknown.verdict == "unavailable"
    assert "number of shares" in unknown.missing[0]
    known = answer(two_days(), "market-value", measure | {"shares": 2}, check)
    assert known.value == pytest.approx(
        {"ACME_loss_to_low_billions": 40.0, "ACME_loss_to_close_billions": 20.0}
    )


def test_beta_recovers_what_was_planted(market: pd.DataFrame, answer: Answer) -> None:
    measure = {"asset": "COIN", "factors": ["TECH"], "splits": ["2023-06-01"]} | PERIOD
    found = answer(market, "beta", measure, above("TECH_down_beta", 1), above("TECH_asymmetry"))
    assert found.verdict == "reproduced"
    assert found.value is not None
    assert found.interval is not None
    for name, planted in (("TECH_down_beta", 2.0), ("TECH_up_beta", 1.0), ("TECH_asymmetry", 1.0)):
        assert found.value[name] == pytest.approx(planted, abs=0.25)
        low, high = found.interval[name]
        assert low < planted < high
    assert "TECH_down_beta_from_2023-06-01" in found.value


def test_symmetry_cannot_be_told_from_none(market_of: Generator, answer: Answer) -> None:
    found = answer(
        market_of(down=1.0), "beta", {"asset": "COIN", "factors": ["TECH"]} | PERIOD,
        above("TECH_asymmetry"),
    )  # fmt: skip
    assert found.verdict == "not reproduced"
    assert "this sample cannot tell" in found.note


def test_tail_beta(market: pd.DataFrame, answer: Answer) -> None:
    measure = {"asset": "COIN", "factor": "TECH"} | PERIOD
    found = answer(market, "tail-beta", measure, above("TECH_tail_beta"))
    assert found.verdict == "reproduced"
    assert found.value is not None
    parts = found.value["TECH_tail_beta"] - found.value["TECH_median_beta"]
    assert found.value["TECH_tail_minus_median_beta"] == pytest.approx(parts)


def test_crashes(market: pd.DataFrame, answer: Answer) -> None:
    measure = {"asset": "COIN", "factor": "TECH"} | PERIOD
    found = answer(market, "crashes", measure, below("difference_percent"))
    assert found.verdict == "reproduced"
    assert found.value is not None
    wide = market.pivot(index="date", columns="symbol", values="close")
    returns = 100 * np.log(wide).diff().dropna()
    worst = returns.nsmallest(int(0.05 * len(returns)), "TECH")
    assert found.value["COIN_mean_percent"] == pytest.approx(worst["COIN"].mean())
    assert found.value["difference_in_sds"] > found.value["difference_percent"] / 2


@pytest.mark.parametrize(("lead", "verdict"), [(1.0, "reproduced"), (0.0, "not reproduced")])
def test_lead_lag(market_of: Generator, answer: Answer, lead: float, verdict: str) -> None:
    found = answer(
        market_of(lead=lead), "lead-lag", {"first": "COIN", "second": "TECH"} | PERIOD,
        above("COIN_before_TECH_slope"), above("lead_difference_correlation"),
        below("COIN_before_TECH_tail_percent"),
    )  # fmt: skip
    assert found.verdict == verdict


def test_chain_shows_both_orders(market_of: Generator, answer: Answer) -> None:
    measure = {"chain": ["COIN", "TECH"], "horizon": 2} | PERIOD
    found = answer(market_of(lead=1.0), "chain", measure, above("COIN_to_TECH_response"))
    assert found.verdict == "reproduced"
    assert found.interval is not None
    # TECH follows COIN's own noise: at a given COIN, a higher TECH means less of it to follow.
    assert found.interval["TECH_to_COIN_response"][1] < 0


def test_correlation_of_walks_is_told_from_that_of_returns(
    market: pd.DataFrame, answer: Answer
) -> None:
    measure = {"asset": "COIN", "factors": ["TECH"], "first": "2024-10-01", "end": "2024-12-31",
               "window": 63}  # fmt: skip
    found = answer(market, "correlation", measure, above("COIN_TECH_returns", 0.5))
    assert found.verdict == "reproduced"
    assert found.value is not None
    wide = market.pivot(index="date", columns="symbol", values="close").loc[:"2024-12-31"]
    returns = np.log(wide).diff()
    own = returns.tail(63)["COIN"].corr(returns.tail(63)["TECH"])
    assert found.value["COIN_TECH_returns"] == pytest.approx(own)
    levels = wide.tail(63)["COIN"].corr(wide.tail(63)["TECH"])
    assert found.value["COIN_TECH_levels"] == pytest.approx(levels)
    assert 0 < found.value["COIN_TECH_levels_p_of_walks"] <= 1
    curve = found.plots[0]
    assert curve["kind"] == "curve"
    assert curve["estimate"] == sorted(curve["estimate"])
    assert len(curve["label"]) == len(curve["lo"]) == int(found.value["COIN_TECH_choices"])
    rolled = found.plots[1]
    assert rolled["value"][-1] == pytest.approx(own)


def test_independent_walks_often_correlate_in_levels(bars: Bars, answer: Answer) -> None:
    dates = list(closes("2022-01-03", "2025-03-11").index)
    rng = np.random.default_rng(8)
    walks = 100 * np.exp(rng.standard_normal((2, len(dates))).cumsum(axis=1) / 100)
    prices = pd.concat([bars("A", dates, walks[0]), bars("B", dates, walks[1])])
    measure = {"asset": "A", "factors": ["B"], "first": "2024-12-10", "end": "2025-03-11",
               "window": 63}  # fmt: skip
    found = answer(prices, "correlation", measure, above("A_B_returns", 0.5))
    assert found.verdict in ("not reproduced", "contradicted")
    assert "independent walks" in found.note


def crash_on(market: pd.DataFrame, symbol: str, day: str, factor: float) -> pd.DataFrame:
    """The symbol's prices from the day on, times a factor."""
    hit = market.copy()
    there = (hit["symbol"] == symbol) & (hit["date"] >= day)
    columns = ["low", "close", "adj_close"]
    hit.loc[there, columns] *= factor
    return hit


def test_event_finds_a_planted_fall_and_nothing_else(market: pd.DataFrame, answer: Answer) -> None:
    measure = {"assets": ["COIN"], "controls": ["TECH", "MKT"], "date": "2024-05-15", "window": 2}
    check = below("COIN_abnormal_as_low_percent_of_placebos", 5)
    hit = answer(crash_on(market, "COIN", "2024-05-15", 0.8), "event", measure, check)
    assert hit.verdict == "reproduced"
    assert hit.value is not None
    assert hit.value["COIN_abnormal_percent"] == pytest.approx(100 * np.log(0.8), abs=4)
    assert hit.interval is not None
    low, high = hit.interval["COIN_abnormal_percent"]
    assert low < 100 * np.log(0.8) < high
    quiet = [
        answer(market, "event", measure | {"date": day}, check).verdict for day in SESSIONS_TRIED
    ]
    assert quiet.count("reproduced") <= 3
    assert "contradicted" not in quiet


SESSIONS_TRIED = list(closes("2024-03-01", "2024-04-05").index)


def test_event_without_a_past_is_unavailable(market: pd.DataFrame, answer: Answer) -> None:
    measure = {"assets": ["COIN"], "controls": ["TECH"], "date": "2022-02-01"}
    found = answer(market, "event", measure, below("COIN_abnormal_percent"))
    assert found.verdict == "unavailable"
    assert "leave no estimation" in found.note


def test_volatility_doubles_where_it_was_doubled(bars: Bars, answer: Answer) -> None:
    dates = list(closes("2025-01-02", "2025-12-31").index)
    scale = np.where(np.array(dates) >= "2025-07-01", 2.0, 1.0)
    steps = scale * np.random.default_rng(1).standard_normal(len(dates))
    prices = bars("TECH", dates, 100 * np.exp(steps.cumsum() / 100))
    measure = {"symbols": ["TECH"], "before": "2025-01-02", "start": "2025-07-01",
               "end": "2025-12-31"}  # fmt: skip
    found = answer(prices, "volatility", measure, above("TECH_volatility_ratio", 1))
    assert found.verdict == "reproduced"
    assert found.value is not None
    assert found.value["TECH_volatility_ratio"] == pytest.approx(2.0, abs=0.4)
    assert found.value["TECH_break_statistic"] > 1.36


@pytest.fixture
def money(bars: Bars) -> Callable[[float], pd.DataFrame]:
    """COIN on every day and a money stock whose monthly growth it follows by a factor."""

    def made(factor: float) -> pd.DataFrame:
        months = pd.period_range("2019-01", "2024-12", freq="M")
        rng = np.random.default_rng(4)
        growth = 1 + rng.standard_normal(len(months))
        days = pd.date_range("2019-01-01", "2024-12-31")
        at = days.to_period("M")
        steps = pd.Series(factor * growth + rng.standard_normal(len(months)), index=months)
        level = steps.cumsum().reindex(at).to_numpy()
        coin = bars("COIN", list(days.strftime("%Y-%m-%d")), 100 * np.exp(level / 100))
        firsts = list(months.to_timestamp().strftime("%Y-%m-%d"))
        return pd.concat([coin, bars("M2", firsts, 100 * np.exp(growth.cumsum() / 100))])

    return made


@pytest.mark.parametrize(("factor", "verdict"), [(2.0, "reproduced"), (0.0, "not reproduced")])
def test_money_is_judged_by_growth(
    money: Callable[[float], pd.DataFrame], answer: Answer, factor: float, verdict: str
) -> None:
    measure = {"asset": "COIN", "money": "M2", "start": "2019-01-01", "end": "2024-12-31"}
    found = answer(money(factor), "money", measure, above("monthly_growth_correlation"))
    assert found.verdict == verdict
    assert found.n == 72


def test_money_with_a_gap_is_refused(
    money: Callable[[float], pd.DataFrame], answer: Answer
) -> None:
    prices = money(1.0)
    prices = prices[~((prices["symbol"] == "M2") & (prices["date"] == "2021-05-01"))]
    measure = {"asset": "COIN", "money": "M2", "start": "2019-01-01", "end": "2024-12-31"}
    found = answer(prices, "money", measure, above("levels_correlation"))
    assert found.verdict == "unavailable"
    assert "no price in 2021-05" in found.note


def test_after_state_compares_what_follows(market: pd.DataFrame, answer: Answer) -> None:
    measure = {"asset": "COIN", "falling": ["TECH"], "past": 20, "horizon": 10} | PERIOD
    found = answer(market, "after-state", measure, above("difference_percent"))
    assert found.value is not None
    wide = market.pivot(index="date", columns="symbol", values="close").loc[: PERIOD["end"]]
    ahead = 100 * np.log(wide["COIN"].shift(-10) / wide["COIN"])
    state = wide["TECH"] < wide["TECH"].shift(20)
    whole = ahead.iloc[20:-10]
    inside = state.iloc[20:-10]
    assert found.value["in_state_percent"] == pytest.approx(whole[inside].mean())
    gap = whole[inside].mean() - whole[~inside].mean()
    assert found.value["difference_percent"] == pytest.approx(gap)


def test_index_day_ranks_the_day(answer: Answer) -> None:
    dates = list(closes("2025-01-02", "2025-06-30").index)
    values = np.linspace(90, 110, len(dates))
    values[60] = 300.0
    index = pd.DataFrame({"date": dates, "value": values, "realtime": np.nan})
    measure = {"date": dates[60]}
    check = below("fear_as_high_percent_of_days", 5)
    found = answer(None, "index-day", measure, check, index=index)
    assert found.verdict == "reproduced"
    assert found.value is not None
    assert found.value["fear_as_high_percent_of_days"] == pytest.approx(100 / len(dates))
    calm = answer(None, "index-day", {"date": dates[10]}, check, index=index)
    assert calm.verdict == "not reproduced"
    assert "no evidence" in calm.note
    none = answer(None, "index-day", {"date": "2025-07-04"}, check, index=index)
    assert none.missing == ("a value of the fear index on 2025-07-04",)

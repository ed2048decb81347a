"""The event family: dates by fear alone, one date one observation, planted falls, size."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from models.sessions import closes
from models.transmission import TransmissionSpec
from models.transmission.families.events import events
from models.transmission.fear_events import APART, LARGEST, dates_by_fear, named_dates
from models.transmission.sample import FEAR

SPEC = TransmissionSpec(
    assets=("QQQ", "NVDA"),
    crypto=(),
    tail="ORCL",
    factors=("QQQ",),
    events=("2022-10-20",),
    size_draws=0,
    bootstrap_draws=199,
    estimation=60,
    event_window=(0, 1),
)


def table_of(n: int = 400, fall: float = 0.0, seed: int = 0) -> pd.DataFrame:
    """Fear is noise; on its largest sessions both assets fall by this much."""
    rng = np.random.default_rng(seed)
    fear = rng.standard_normal(n)
    market, one, other = rng.standard_normal((3, n))
    day = np.where(fear > np.sort(fear)[-6], fall, 0.0)
    sessions = closes("2022-01-03", "2026-12-31").index[:n]
    frame = {FEAR: fear, "SPY": market, "QQQ": market + one + day, "NVDA": market + other + day}
    return pd.DataFrame(frame, index=sessions)


def test_the_largest_rises_of_fear_are_chosen_whatever_prices_do() -> None:
    table = table_of()
    named = named_dates(table, SPEC)
    chosen = dates_by_fear(table, named, SPEC)
    assert len(chosen) == LARGEST
    moved = table.assign(QQQ=5.0, NVDA=-table["NVDA"])
    assert dates_by_fear(moved, named, SPEC) == chosen
    places = np.sort(table.index.get_indexer([*named, *chosen]))
    assert np.diff(places).min() >= APART
    assert table[FEAR].idxmax() in chosen


def test_planted_falls_are_found_and_named_days_are_apart() -> None:
    results = events(table_of(fall=-3.0), replace(SPEC, size_draws=99))
    found = {result.hypothesis: result for result in results}
    assert list(found) == [
        *("events:QQQ", "events:NVDA", "events:all"),
        *("events-named:QQQ", "events-named:NVDA", "events-named:all"),
    ]
    together = found["events:all"]
    assert together.estimate is not None
    assert together.estimate < -0.8
    assert together.p is not None
    assert together.p < 0.05
    assert together.n == len(together.detail["events"]) <= LARGEST
    assert found["events-named:QQQ"].n == 1
    assert "chance had no fair part" in found["events-named:QQQ"].detail["selection"]
    for result in results:
        json.dumps(result.detail, allow_nan=False)
        assert {"unit", "sign", "error", "first", "last", "mde_rho"} <= result.detail.keys()
        plot = result.detail["plot"]
        assert plot["kind"] == "path"
        assert len(plot["x"]) == len(plot["estimate"]) == len(plot["band_hi"]) == 2


def test_more_assets_on_a_date_are_not_more_observations() -> None:
    """The same asset twice: the mean is the asset, and no more certain."""
    table = table_of()
    table["NVDA"] = table["QQQ"] + 1e-9 * table["NVDA"]
    found = {result.hypothesis: result for result in events(table, SPEC)}
    one, both = found["events:QQQ"], found["events:all"]
    assert both.estimate == pytest.approx(one.estimate, abs=1e-6)
    assert both.n == one.n
    assert both.detail["standard_error"] == pytest.approx(one.detail["standard_error"], rel=0.1)


@pytest.mark.slow
def test_no_fall_is_found_about_one_time_in_twenty() -> None:
    ps = [
        result.p
        for seed in range(100)
        for result in events(table_of(300, seed=seed), replace(SPEC, assets=("QQQ",), events=()))
        if not result.abstained
    ]
    assert len(ps) > 90
    assert np.mean([p is not None and p < 0.05 for p in ps]) < 0.11


@pytest.mark.slow
def test_the_measured_size_is_near_the_nominal() -> None:
    spec = replace(SPEC, size_draws=400, bootstrap_draws=400)
    sizes = [result.size for result in events(table_of(500), spec)]
    assert all(size is not None and 0.015 <= size <= 0.10 for size in sizes)


def test_a_date_that_is_no_session_is_named() -> None:
    results = events(table_of(), replace(SPEC, events=("2022-10-22",)))
    assert {result.verdict for result in results} == {
        "abstained: 2022-10-22 is no New York session"
    }
    assert events(table_of(), replace(SPEC, events=("2031-01-02",)))[-1].hypothesis == "events:all"


def test_events_without_enough_before_them_are_left_out_with_the_reason() -> None:
    early = replace(SPEC, events=("2022-01-20", "2022-10-20"))
    found = {result.hypothesis: result for result in events(table_of(), early)}
    detail = found["events-named:QQQ"].detail
    assert detail["events"] == ["2022-10-20"]
    assert detail["left_out"] == {
        "2022-01-20": "2022-01-20 has too few sessions before or after it"
    }


def test_what_cannot_be_judged_abstains() -> None:
    results = events(table_of(90), replace(SPEC, estimation=120))
    assert all(result.abstained for result in results)
    lacking = events(table_of().drop(columns="NVDA"), SPEC)
    reasons = {result.hypothesis: result.verdict for result in lacking}
    assert reasons["events:NVDA"] == "abstained: no prices of NVDA"
    assert "needs two" in reasons["events:all"]

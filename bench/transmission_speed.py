"""Seconds of the whole lab: 1,500 sessions, eight assets, every family; and of `--quick`.

On the real prices of 2020 to 2025 where they are there. The peer is what the same market costs
with statsmodels alone: one HAC regression per asset, the floor of any such lab.
"""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from bench.transmission_worlds import (
    ASSETS,
    World,
    fear,
    has_real_prices,
    null_world,
    real_prices,
    session_returns,
)
from models.sessions import closes
from models.transmission import Lab, Market, TransmissionSpec
from models.transmission.inference.hac import fit, newey_west_lags
from models.transmission.sample import align

SESSIONS = 1_500


def run(folder: Path) -> dict[str, Any]:
    """Seconds of both runs and of every family."""
    spec = TransmissionSpec(assets=ASSETS, bootstrap_draws=1_000, size_draws=999)
    made = _world()
    whole, quick = _seconds(made, spec), _seconds(made, spec.quick())
    return {
        "sessions": SESSIONS,
        "assets": len(ASSETS),
        "prices": "real" if has_real_prices() else "generated",
        "whole_s": round(whole, 1),
        "quick_s": round(quick, 1),
        "families_alone_s": _alone(made, spec),
        "regressions_alone_s": round(_floor(made, spec), 2),
    }


def _world() -> World:
    import pandas as pd

    rng = np.random.default_rng(11)
    if not has_real_prices():
        return null_world(session_returns(), SESSIONS, rng)
    prices = real_prices()
    sessions = closes("2020-01-03", "2025-12-31").index[-SESSIONS:]
    values, _ = fear(len(sessions), rng)
    index = pd.DataFrame({"date": sessions, "value": values, "realtime": values})
    return World(index.assign(**{"placebo:generated": fear(len(sessions), rng)[0]}), prices)


def _seconds(made: World, spec: TransmissionSpec) -> float:
    began = time.perf_counter()
    Lab(made.index, Market(made.prices), workers=2).run(spec)
    return time.perf_counter() - began


def _alone(made: World, spec: TransmissionSpec) -> dict[str, float]:
    """Seconds of every family by itself in one process."""
    found = {}
    for name in spec.families:
        began = time.perf_counter()
        Lab(made.index, Market(made.prices)).run(replace(spec, families=(name,)))
        found[name] = round(time.perf_counter() - began, 1)
    return found


def _floor(made: World, spec: TransmissionSpec) -> float:
    table = align(made.index, made.prices, spec)
    began = time.perf_counter()
    for asset in spec.assets:
        rows = table[[asset, "fear"]].dropna().to_numpy()
        fit(rows[:, 0], np.column_stack([np.ones(len(rows)), rows[:, 1]]), newey_west_lags(1_500))
    return time.perf_counter() - began

"""Seconds of the whole lab: 1,500 sessions, eight assets, every family; and of `--quick`.

On the real prices of 2020 to 2025 where they are there, in two processes. The peer is what the
same market costs without a lab: one HAC regression per asset, the floor of any such lab.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from bench.measuring import figure, seconds
from bench.rows import Row
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
from models.transmission.spec import FAMILIES

SESSIONS: Final = 1_500
SMOKE: Final = {"sessions": 300, "draws": 19, "families": ("contemporaneous",)}
_ALONE: Final = "the regressions alone, with HAC errors"
ROWS: Final = (
    Row(
        "the whole lab: 20 families, 8 assets, 1,500 sessions",
        "whole_s",
        "s",
        peer="regressions_alone_s",
        peer_label=_ALONE,
    ),
    Row("`--quick`", "quick_s", "s", peer="regressions_alone_s", peer_label=_ALONE),
)


def run(
    folder: Path, sessions: int = SESSIONS, draws: int = 999, families: Sequence[str] = FAMILIES
) -> dict[str, Any]:
    """Seconds of both runs and of the floor.

    Args:
        folder: Not used.
        sessions: Of index and prices.
        draws: Simulated nulls.
        families: Which are run.
    """
    del folder
    spec = TransmissionSpec(
        assets=ASSETS,
        bootstrap_draws=draws + 1,
        size_draws=draws,
        families=tuple(families),
    )
    made = _world(sessions)
    return {
        "sessions": sessions,
        "assets": len(ASSETS),
        "prices": "real" if has_real_prices() else "generated",
        "whole_s": figure(seconds(_lab(made).run, spec)),
        "quick_s": figure(seconds(_lab(made).run, spec.quick())),
        "regressions_alone_s": figure(_floor(made, spec)),
    }


def _world(count: int) -> World:
    import pandas as pd

    rng = np.random.default_rng(11)
    if not has_real_prices():
        return null_world(session_returns(), count, rng)
    prices = real_prices()
    sessions = closes("2020-01-03", "2025-12-31").index[-count:]
    values, _ = fear(len(sessions), rng)
    index = pd.DataFrame({"date": sessions, "value": values, "realtime": values})
    return World(index.assign(**{"placebo:generated": fear(len(sessions), rng)[0]}), prices)


def _lab(made: World) -> Lab:
    return Lab(made.index, Market(made.prices), workers=2)


def _floor(made: World, spec: TransmissionSpec) -> float:
    table = align(made.index, made.prices, spec)
    lags = newey_west_lags(len(table))

    def work() -> None:
        for asset in spec.assets:
            rows = table[[asset, "fear"]].dropna().to_numpy()
            fit(rows[:, 0], np.column_stack([np.ones(len(rows)), rows[:, 1]]), lags)

    return seconds(work)

"""How often each test finds something where nothing is: the size of the lab as a whole.

Null worlds: the real returns of 2020 to 2025 in joint blocks put elsewhere in time, so that they
keep their own dependence and that among them, and an index that knows nothing of them. For every
hypothesis the share of worlds in which the 5 % test rejects, by its nominal p-value and by the one
that decides (the simulated one where the measured size is off). 500 worlds take some hours on two
cores: `BUBBLEFEAR_SIZE_WORLDS` says how many.
"""

from __future__ import annotations

import os
import time
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

import numpy as np

from bench.rows import Row
from bench.transmission_worlds import has_real_prices, null_world, session_returns
from models.transmission import Lab, Market, TransmissionSpec
from models.transmission.spec import FAMILIES
from models.transmission.verdicts import deciding_p
from models.transmission.workers import end_with_parent, single_threaded

VARIABLE: Final = "BUBBLEFEAR_SIZE_WORLDS"
WORLDS: Final = 500
SESSIONS: Final = 500
SMOKE: Final = {"worlds": 1, "sessions": 100, "draws": 19, "families": ("contemporaneous",)}
ROWS: Final = (
    Row("null worlds", "worlds", ""),
    Row("5 % tests reject, by their nominal p-values", "nominal_mean", "of nulls"),
    Row("5 % tests reject, by the ones that decide", "deciding_mean", "of nulls", at_most=0.06),
)
SPEC: Final = TransmissionSpec(
    assets=("BTC-USD", "QQQ"), factors=("QQQ",), size_draws=199, bootstrap_draws=199, rolling=60
)
# Of prices alone: as true of the resampled returns as of the real ones, so no null.
TRUE_OF_PRICES: Final = (
    *("downside", "correlation", "stationarity", "breaks:volatility"),
    "quantile:BTC-USD~QQQ",
)


def run(
    folder: Path,
    worlds: int | None = None,
    sessions: int = SESSIONS,
    draws: int = SPEC.size_draws,
    families: Sequence[str] = FAMILIES,
) -> dict[str, Any]:
    """Shares of rejections by hypothesis.

    Args:
        folder: Not used.
        worlds: How many; None = what the environment says, or else 500.
        sessions: Of each world.
        draws: Simulated nulls behind each measured size.
        families: Which tests.
    """
    del folder
    wanted = worlds or int(os.environ.get(VARIABLE, WORLDS))
    drawn = replace(SPEC, size_draws=draws, bootstrap_draws=min(SPEC.bootstrap_draws, draws + 1))
    spec = replace(drawn, families=tuple(families))
    began = time.perf_counter()
    workers = ProcessPoolExecutor(2, mp_context=get_context("spawn"), initializer=end_with_parent)
    with single_threaded(), workers as pool:
        work = partial(one_world, spec=spec, sessions=sessions)
        found = list(pool.map(work, range(wanted), chunksize=5))
    shares = rejected(found)
    return {
        "worlds": wanted,
        "sessions": sessions,
        "returns": "real" if has_real_prices() else "generated",
        "seconds": round(time.perf_counter() - began),
        "nominal_mean": _mean(shares, "nominal"),
        "deciding_mean": _mean(shares, "deciding"),
        "rejected": shares,
    }


def _mean(shares: dict[str, dict[str, float]], name: str) -> float:
    return round(float(np.mean([one[name] for one in shares.values()])), 4)


def one_world(
    seed: int, spec: TransmissionSpec = SPEC, sessions: int = SESSIONS
) -> dict[str, tuple[float, float]]:
    """Nominal and deciding p-value of every hypothesis in one null world."""
    made = null_world(session_returns(), sessions, np.random.default_rng([19, seed]))
    results = Lab(made.index, Market(made.prices)).run(spec)
    return {
        one.hypothesis: (one.p, deciding_p(one))
        for one in results
        if one.p is not None and not one.hypothesis.startswith(TRUE_OF_PRICES)
    }


def rejected(found: list[dict[str, tuple[float, float]]]) -> dict[str, dict[str, float]]:
    """Share of worlds in which each hypothesis is rejected at 5 %, both ways."""
    by_name: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for world in found:
        for name, pair in world.items():
            by_name[name].append(pair)
    return {
        name: {
            "worlds": len(pairs),
            "nominal": round(float(np.mean([p < 0.05 for p, _ in pairs])), 3),
            "deciding": round(float(np.mean([p < 0.05 for _, p in pairs])), 3),
        }
        for name, pairs in sorted(by_name.items())
    }

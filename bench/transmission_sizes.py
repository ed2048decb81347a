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
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

import numpy as np

from bench.transmission_worlds import has_real_prices, null_world, session_returns
from models.transmission import Lab, Market, TransmissionSpec
from models.transmission.verdicts import deciding_p
from models.transmission.workers import single_threaded

VARIABLE: Final = "BUBBLEFEAR_SIZE_WORLDS"
WORLDS: Final = 500
SESSIONS: Final = 500
SPEC: Final = TransmissionSpec(
    assets=("BTC-USD", "QQQ"), factors=("QQQ",), size_draws=199, bootstrap_draws=199, rolling=60
)
# Of prices alone: as true of the resampled returns as of the real ones, so no null.
TRUE_OF_PRICES: Final = (
    *("downside", "correlation", "stationarity", "breaks:volatility"),
    "quantile:BTC-USD~QQQ",
)


def run(folder: Path) -> dict[str, Any]:
    """Shares of rejections by hypothesis."""
    worlds = int(os.environ.get(VARIABLE, WORLDS))
    began = time.perf_counter()
    with (
        single_threaded(),
        ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool,
    ):
        found = list(pool.map(one_world, range(worlds), chunksize=5))
    return {
        "worlds": worlds,
        "sessions": SESSIONS,
        "returns": "real" if has_real_prices() else "generated",
        "seconds": round(time.perf_counter() - began),
        "rejected": rejected(found),
    }


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

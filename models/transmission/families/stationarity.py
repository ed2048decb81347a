"""Is a series stationary? Asked from both sides, because either test alone misleads.

The augmented Dickey-Fuller test has a unit root as its null, the KPSS test (Kwiatkowski,
Phillips, Schmidt and Shin, Journal of Econometrics 54, 1992) stationarity. Where they disagree
the sample cannot tell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.errors import ModelError
from models.transmission.inference.size import size_of_unit_root
from models.transmission.inference.slopes import generator
from models.transmission.results import TestResult, abstention
from models.transmission.sample import FEAR, REALTIME, complete_stretch
from models.transmission.unit_roots import unit_root

if TYPE_CHECKING:
    import pandas as pd

    from models.transmission.spec import TransmissionSpec


def stationarity(table: pd.DataFrame, spec: TransmissionSpec) -> list[TestResult]:
    """Both tests on the index (published and real-time) and on each symbol's returns."""
    return [_one(table, name, spec) for name in (FEAR, REALTIME, *spec.traded)]


def _one(table: pd.DataFrame, column: str, spec: TransmissionSpec) -> TestResult:
    name = f"stationarity:{column}"
    try:
        rows = complete_stretch(table, [column], spec)[column].dropna()
        values = rows.to_numpy()
        found = unit_root(values)
    except ModelError as error:
        return abstention(name, "stationarity", str(error))
    size = None
    if spec.size_draws:
        rng = generator(spec, name)
        size = size_of_unit_root(values, found.adf_lags, found.adf, spec.size_draws, rng)
    return TestResult(
        hypothesis=name,
        family="stationarity",
        estimate=found.adf,
        p=found.adf_p,
        size=None if size is None else size.rate,
        n=len(rows),
        verdict=found.answer(
            spec.alpha, None if size is None or size.trusted else size.p_simulated
        ),
        detail={
            "unit": "augmented Dickey-Fuller statistic",
            "error": f"{found.adf_lags} lags by BIC",
            "lags": found.adf_lags,
            "kpss": found.kpss,
            "kpss_p": found.kpss_p,
            "p_simulated": None if size is None else size.p_simulated,
            "first": str(rows.index[0]),
            "last": str(rows.index[-1]),
            "index": spec.index_kind,
        },
    )

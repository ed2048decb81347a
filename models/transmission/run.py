"""Run the families of tests on an index and prices."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from models.transmission.sample import align
from models.transmission.verdicts import judge

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from models.transmission.results import TestResult
    from models.transmission.spec import TransmissionSpec

    Family = Callable[[pd.DataFrame, TransmissionSpec], list[TestResult]]

# Where the families lie that are not the one function of the module that has their name.
_PLACES = {"contemporaneous": "regressions", "predictive": "regressions"}


def family(name: str) -> Family:
    """The function that tests one family on a common sample."""
    function = name.replace("-", "_")
    module = _PLACES.get(name, function)
    found: Family = getattr(import_module(f"models.transmission.families.{module}"), function)
    return found


def run(index: pd.DataFrame, prices: pd.DataFrame, spec: TransmissionSpec) -> list[TestResult]:
    """Test whether fear is transmitted.

    Args:
        index: columns `date` (New York sessions, ascending), `value` (the published total) and
            `realtime` (the real-time total, missing before its burn-in). Predictive and Granger
            tests see `realtime` alone.
        prices: columns `symbol, date, close, adj_close`, dates ascending within a symbol.
        spec: the choices of the run.

    Returns:
        One result per hypothesis, family by family; a hypothesis that this input cannot answer
        is an abstention with its reason.

    Raises:
        ModelError: the frames cannot be read: columns are missing, dates are double, out of
            order or unreadable, prices or index values are impossible.
    """
    table = align(index, prices, spec)
    results: list[TestResult] = []
    for name in spec.families:
        found = family(name)(table, spec)
        # Stationarity is a condition of the other tests, not a discovery among them.
        results += found if name == "stationarity" else judge(found, spec)
    return results

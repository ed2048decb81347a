"""Run the families of tests on an index and a market."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from models.transmission.hypotheses import Declared, answered
from models.transmission.memory import key_of
from models.transmission.sample import align, without_exact
from models.transmission.verdicts import judge

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from models.transmission.memory import Memory
    from models.transmission.results import TestResult
    from models.transmission.spec import TransmissionSpec

    Family = Callable[[pd.DataFrame, TransmissionSpec], list[TestResult]]

# Where the families lie that are not the one function of the module that has their name.
_PLACES = {"contemporaneous": "regressions", "predictive": "regressions"}
# A condition of the other tests, not a discovery among them: its verdicts are its own.
_CONDITION = "stationarity"


def family(name: str) -> Family:
    """The function that tests one family on a common sample."""
    function = name.replace("-", "_")
    module = _PLACES.get(name, function)
    found: Family = getattr(import_module(f"models.transmission.families.{module}"), function)
    return found


@dataclass(frozen=True)
class Market:
    """Prices.

    Attributes:
        daily: columns `symbol, date, close, adj_close`, dates ascending within a symbol.
        intraday: columns `symbol, at, close` as `alignment.aligned` takes them; None = none.
    """

    daily: pd.DataFrame
    intraday: pd.DataFrame | None = None


class Lab:
    """Runs families on one index and one market.

    Args:
        index: columns `date` (New York sessions, ascending), `value` (the published total) and
            `realtime` (the real-time total, missing before its burn-in), and any `placebo:NAME`.
            Tests of prediction see `realtime` alone.
        market: prices.
        memory: what was computed before; None = nothing is kept.
        progress: gets families done and families in all.
    """

    def __init__(
        self,
        index: pd.DataFrame,
        market: Market,
        memory: Memory | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        self._index, self._market = index, market
        self._memory, self._progress = memory, progress

    def run(self, spec: TransmissionSpec, declared: Declared | None = None) -> list[TestResult]:
        """Test whether fear is transmitted.

        Args:
            spec: the choices of the run.
            declared: hypotheses that are answered first, corrected among themselves.

        Returns:
            One result per hypothesis: the declared file's first, then the lab's own family by
            family; a hypothesis that this input cannot answer is an abstention with its reason.

        Raises:
            ModelError: the frames cannot be read: columns are missing, dates are double, out of
                order or unreadable, prices or index values are impossible.
        """
        declared = declared or Declared()
        total, done = len(declared.hypotheses) + len(spec.families), 0
        answers = []
        for one in declared.hypotheses:
            answers.append(answered(one, self._family(one.family, one.applied(spec)), declared))
            done = self._tell(done, total)
        results = [
            judged
            for name in dict.fromkeys(one.family for one in answers)
            for judged in _judged(name, [one for one in answers if one.family == name], spec)
        ]
        for name in spec.families:
            results += _judged(name, self._family(name, spec), spec)
            done = self._tell(done, total)
        return results

    def _tell(self, done: int, total: int) -> int:
        if self._progress is not None:
            self._progress(done + 1, total)
        return done + 1

    def _family(self, name: str, spec: TransmissionSpec) -> list[TestResult]:
        """A family's results before correction, computed where they are not kept."""
        table = align(self._index, self._market.daily, spec, self._market.intraday)
        chosen = without_exact(spec, self._market.daily, self._market.intraday)
        key = key_of(name, table, chosen)
        kept = None if self._memory is None else self._memory.get(key)
        found = family(name)(table, chosen) if kept is None else kept
        if self._memory is not None and kept is None:
            self._memory.put(key, name, found)
        return found


def _judged(name: str, found: list[TestResult], spec: TransmissionSpec) -> list[TestResult]:
    return found if name == _CONDITION else judge(found, spec)


def run(
    index: pd.DataFrame,
    prices: pd.DataFrame,
    spec: TransmissionSpec,
    declared: Declared | None = None,
) -> list[TestResult]:
    """`Lab.run` on daily prices, with nothing kept.

    Args:
        index: as `Lab` takes it.
        prices: as `Market.daily`.
        spec: the choices of the run.
        declared: hypotheses that are answered first.

    Raises:
        ModelError: as `Lab.run`.
    """
    return Lab(index, Market(prices)).run(spec, declared)

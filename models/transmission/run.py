"""Run the families of tests on an index and a market."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.transmission.hypotheses import Declared, answered
from models.transmission.memory import key_of
from models.transmission.sample import align, without_exact
from models.transmission.verdicts import judge
from models.transmission.workers import Work, computed

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from models.transmission.memory import Memory
    from models.transmission.results import TestResult
    from models.transmission.spec import TransmissionSpec

# A condition of the other tests, not a discovery among them: its verdicts are its own.
_CONDITION = "stationarity"


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
        workers: processes that share the families of a large sample; their results are the same.
    """

    def __init__(
        self,
        index: pd.DataFrame,
        market: Market,
        memory: Memory | None = None,
        progress: Callable[[int, int], None] | None = None,
        workers: int = 1,
    ) -> None:
        self._index, self._market = index, market
        self._memory, self._progress = memory, progress
        self._workers = workers

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
        asked = [self._work(one.family, one.applied(spec)) for one in declared.hypotheses]
        own = [self._work(name, spec) for name in spec.families]
        found = self._found([*asked, *own])
        answers = [
            answered(one, found[work.key], declared)
            for one, work in zip(declared.hypotheses, asked, strict=True)
        ]
        results = [
            judged
            for name in dict.fromkeys(one.family for one in answers)
            for judged in _judged(name, [one for one in answers if one.family == name], spec)
        ]
        for work in own:
            results += _judged(work.name, found[work.key], spec)
        return results

    def _work(self, name: str, spec: TransmissionSpec) -> Work:
        table = align(self._index, self._market.daily, spec, self._market.intraday)
        chosen = without_exact(spec, self._market.daily, self._market.intraday)
        return Work(key_of(name, table, chosen), name, table, chosen)

    def _found(self, works: list[Work]) -> dict[str, list[TestResult]]:
        """Every family's results before correction, by key; computed where they are not kept."""
        unique = {work.key: work for work in works}
        kept = {key: None if self._memory is None else self._memory.get(key) for key in unique}
        found = {key: results for key, results in kept.items() if results is not None}
        missing = [work for key, work in unique.items() if key not in found]
        for done, (work, results) in enumerate(computed(missing, self._workers), 1):
            found[work.key] = results
            if self._memory is not None:
                self._memory.put(work.key, work.name, results)
            if self._progress is not None:
                self._progress(done, len(missing))
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

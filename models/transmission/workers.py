"""Families computed in this process, or shared among several.

A family is a pure function of its sample and choices, with draws of its own: who computes it
changes nothing. A process of its own costs two seconds of imports, so a small sample stays here.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from multiprocessing import get_context, parent_process
from threading import Thread
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.process import BaseProcess

    import pandas as pd

    from models.transmission.results import TestResult
    from models.transmission.spec import TransmissionSpec

    Family = Callable[[pd.DataFrame, TransmissionSpec], list[TestResult]]

# Where the families lie that are not the one function of the module that has their name.
_PLACES: Final = {"contemporaneous": "regressions", "predictive": "regressions"}
# Sessions times assets below which the imports of another process take longer than the work.
_SMALL: Final = 1_500
_FEW: Final = 4
# The longest first, so that no process is left alone with one of them at the end.
_LONG: Final = ("breaks", "quantile", "toda-yamamoto", "snooping", "garch", "stationarity")
# Two processes that each let the linear algebra take both cores wait for one another: the whole
# lab then takes twice as long.
_THREADS: Final = "OPENBLAS_NUM_THREADS"


@dataclass(frozen=True)
class Work:
    """One family on one sample; `key` is the hash of all that its results depend on."""

    key: str
    name: str
    table: pd.DataFrame
    spec: TransmissionSpec


def family(name: str) -> Family:
    """The function that tests one family on a common sample."""
    function = name.replace("-", "_")
    module = _PLACES.get(name, function)
    found: Family = getattr(import_module(f"models.transmission.families.{module}"), function)
    return found


def computed(works: Sequence[Work], workers: int) -> Iterator[tuple[Work, list[TestResult]]]:
    """Results of every work, as each is done.

    Args:
        works: what is to be computed.
        workers: processes; 1, few works or a small sample = this process alone.
    """
    large = any(len(work.table) * len(work.spec.assets) >= _SMALL for work in works)
    if workers < 2 or len(works) < _FEW or not large:
        for work in works:
            yield work, _one(work)
        return
    with (
        single_threaded(),
        ProcessPoolExecutor(
            workers, mp_context=get_context("spawn"), initializer=end_with_parent
        ) as pool,
    ):
        longest = sorted(works, key=lambda work: work.name not in _LONG)
        running = {pool.submit(_one, work): work for work in longest}
        for done in as_completed(running):
            yield running[done], done.result()


def _one(work: Work) -> list[TestResult]:
    return family(work.name)(work.table, work.spec)


def end_with_parent() -> None:
    """End this process as soon as the one that began it is gone.

    A worker waits for work at a pipe of which it holds both ends: of a parent that was killed it
    would never hear, and keep its memory for ever.
    """
    parent = parent_process()
    assert parent is not None  # called in workers alone
    Thread(target=_wait_and_end, args=(parent,), daemon=True).start()


def _wait_and_end(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)


@contextmanager
def single_threaded() -> Iterator[None]:
    """Processes begun meanwhile do their linear algebra on one core each."""
    before = os.environ.get(_THREADS)
    os.environ[_THREADS] = before or "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[_THREADS]

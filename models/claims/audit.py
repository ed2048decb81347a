"""Answer every claim of a file."""

from __future__ import annotations

import math
import zlib
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from models.claims.answers import Audit, Audited
from models.claims.claim import NOT_TESTABLE, UNAVAILABLE
from models.claims.data import PRICES, Look, Market, Unavailable
from models.claims.verdicts import verdict, words
from models.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from models.claims.claim import Claim
    from models.claims.measure import Measured, Plot


def audit(
    claims: Sequence[Claim],
    prices: pd.DataFrame | None,
    index: pd.DataFrame | None = None,
    *,
    draws: int = 999,
    level: float = 0.95,
    seed: int = 17,
    title: str = "Claim audit",
    progress: Callable[[int, int], None] | None = None,
) -> Audit:
    """Measure what can be measured and say what cannot.

    Args:
        claims: as `reading.read` gives them.
        prices: columns symbol, date, open, high, low, close, adj_close, dates ascending within a
            symbol; None = there are none.
        index: columns date (New York sessions, ascending) and value of the fear index, or None.
        draws: of each bootstrap, 99 or more.
        level: coverage of the intervals.
        seed: of the draws; each claim has its own, whatever stands beside it.
        title: of the audit's tables.
        progress: told how many of how many claims are done.

    Raises:
        ModelError: the prices cannot be used at all, or the draws or the level make no sense.
    """
    if draws < 99 or not 0 < level < 1:
        raise ModelError(f"{draws} draws at level {level}: 99 or more, and between 0 and 1")
    market = Market(pd.DataFrame(columns=PRICES) if prices is None else prices)
    answers = []
    for place, claim in enumerate(claims):
        rng = np.random.default_rng([seed, zlib.crc32(claim.id.encode())])
        answers.append(_answer(claim, market, index, rng, draws, level))
        if progress is not None:
            progress(place + 1, len(claims))
    return Audit(tuple(answers), title, level)


def _answer(
    claim: Claim,
    market: Market,
    index: pd.DataFrame | None,
    rng: np.random.Generator,
    draws: int,
    level: float,
) -> Audited:
    if claim.kind == NOT_TESTABLE:
        return Audited(claim, "not testable", note=_joined(claim.why, claim.caveat))
    if claim.measure is None:
        note = _joined(f"Needs {'; '.join(claim.missing)}.", claim.caveat)
        return Audited(claim, UNAVAILABLE, missing=claim.missing, note=note)
    look = Look(market, index, rng, draws, level)
    try:
        measured = claim.measure.fit(look)
        _check_names(claim, measured)
    except Unavailable as error:
        missing = (*error.missing, *claim.missing)
        note = f"Not there: {'; '.join(missing)}."
        return Audited(claim, UNAVAILABLE, data=look.used(), missing=missing, note=note)
    except ModelError as error:
        # Too short or too still a sample is an answer about the data, not the end of the audit.
        missing = (f"a usable sample: {error}", *claim.missing)
        note = f"Could not be measured: {error}."
        return Audited(claim, UNAVAILABLE, data=look.used(), missing=missing, note=note)
    values = {name: value for name, value in measured.values.items() if math.isfinite(value)}
    intervals = {
        name: ends for name, ends in measured.intervals.items() if all(map(math.isfinite, ends))
    }
    return Audited(
        claim,
        verdict(claim, measured),
        value=values,
        interval=intervals or None,
        n=measured.n,
        data=look.used(),
        missing=claim.missing,
        note=_note(claim, measured),
        plots=tuple(_with_stated(plot, claim) for plot in measured.plots),
    )


def _check_names(claim: Claim, measured: Measured) -> None:
    """A check's value must be there and finite."""
    for check in claim.checks:
        if not math.isfinite(measured.values.get(check.name, math.nan)):
            raise ModelError(f"{check.name} has no value here")


def _note(claim: Claim, measured: Measured) -> str:
    checks = [words(check, measured) for check in claim.checks]
    return _joined(*checks, *measured.notes, claim.caveat)


def _with_stated(plot: Plot, claim: Claim) -> Plot:
    """The plot of what the article states a number of shows that number."""
    if "stated" not in plot:
        return plot
    numbers = [n for name, n in claim.stated.items() if f"{name}_".startswith(f"{plot['name']}_")]
    return plot | {"stated": numbers[0] if numbers else None}


def _joined(*sentences: str) -> str:
    return " ".join(sentence.strip() for sentence in sentences if sentence.strip())

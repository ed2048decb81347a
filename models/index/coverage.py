"""Coverage: how much of a source's news is about AI as a market matter, in ordinary times.

A source that writes of little else has more fear to report than one that writes of everything,
and neither says that the world is more afraid. So fear is set against what is expected of the
sources that published: their entries, times the share of them that is usually relevant.

    index_t = c * sum_u F_ut / sum_u r_u n_ut          r_u = (R_u + k r_l) / (N_u + k)

with F the fear and n the entries of unit u (source and language) in session t, R and N its
relevant and all entries in the window on which its rate is fixed, r_l the rate of its language
and k = `shrinkage`: the ratio of observed to expected of indirect standardisation (the SMR of
epidemiology), with the rates shrunk as credibility theory does (Buehlmann 1967).

Why not each source's own standard deviation, as in the EPU: fear is rare. Of seven thousand entries
of a month of 2024, over five hundred were relevant and two were fearful; a deviation estimated on
three fearful days lets the next one article be four fifths of the index. And a source that is
twice as full of irrelevant news as another counts the same: n and r move against each other.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from models.index.cells import Cells
    from models.index.spec import IndexSpec


@dataclass(frozen=True)
class Coverage:
    """The rates that are fixed, and since when.

    Attributes:
        rate: usual share of relevant entries of each unit, NaN = not in the index; (units,).
        entered: session from which each counts, -1 = from the start; (units,).
    """

    rate: np.ndarray
    entered: np.ndarray

    def exposed(self, cells: Cells) -> Cells:
        """The cells of units that are in, with their expected relevant entries as exposure."""
        inside = np.isfinite(self.rate[cells.unit]) & (cells.session >= self.entered[cells.unit])
        kept = cells.only(inside)
        return replace(kept, exposure=kept.count * self.rate[kept.unit])


def base_coverage(cells: Cells, base: np.ndarray, spec: IndexSpec) -> Coverage:
    """The rates of the units that published in the base window."""
    size = len(cells.units)
    inside = base[cells.session]
    entries = np.bincount(cells.unit[inside], weights=cells.count[inside], minlength=size)
    relevant = np.bincount(cells.unit[inside], weights=cells.relevant[inside], minlength=size)
    rate = _shrunk(relevant, entries, _usual(cells, relevant, entries), spec)
    rate[entries == 0] = np.nan
    return Coverage(rate, np.where(np.isfinite(rate), -1, cells.n_sessions))


def with_newcomers(found: Coverage, cells: Cells, base: np.ndarray, spec: IndexSpec) -> Coverage:
    """The coverage with the units that came after the base window.

    At each review, those first seen `entry_sessions` ago or earlier get a rate, much of it their
    language's while they are new, and count from the next session on, so that no earlier value
    changes. If all news is twice as full of AI as in the base window, so is theirs: their rate is
    divided by what the coverage of the units that are in has become meanwhile, as a price index
    links a new outlet.
    """
    first = np.full(len(cells.units), cells.n_sessions)
    np.minimum.at(first, cells.unit, cells.session)
    last = int(np.flatnonzero(base)[-1])
    for review in range(last + spec.review_sessions, cells.n_sessions, spec.review_sessions):
        found = _reviewed(found, cells, first, review, spec)
    return found


def _reviewed(
    found: Coverage, cells: Cells, first: np.ndarray, review: int, spec: IndexSpec
) -> Coverage:
    size = len(cells.units)
    before = cells.session <= review
    entries = np.bincount(cells.unit[before], weights=cells.count[before], minlength=size)
    new = ~np.isfinite(found.rate) & (first <= review + 1 - spec.entry_sessions)
    if not new.any():
        return found
    relevant = np.bincount(cells.unit[before], weights=cells.relevant[before], minlength=size)
    growth = _growth(found, cells, review)[np.minimum(first, review)]
    rate = _shrunk(relevant, entries, _usual(cells, relevant, entries), spec) / growth
    return Coverage(np.where(new, rate, found.rate), np.where(new, review + 1, found.entered))


def _growth(found: Coverage, cells: Cells, review: int) -> np.ndarray:
    """Relevant over expected entries of the units that are in, from each session to the review.

    Shape (sessions,); 1 where nothing was expected.
    """
    inside = found.exposed(cells)
    size = cells.n_sessions
    seen = inside.session <= review
    relevant = np.bincount(inside.session[seen], weights=inside.relevant[seen], minlength=size)
    expected = np.bincount(inside.session[seen], weights=inside.exposure[seen], minlength=size)
    seen_since, expected_since = (_since(each) for each in (relevant, expected))
    known = (seen_since > 0) & (expected_since > 0)
    return np.asarray(np.divide(seen_since, expected_since, out=np.ones(size), where=known))


def _since(values: np.ndarray) -> np.ndarray:
    """Sum from each session to the last."""
    return np.asarray(np.cumsum(values[::-1])[::-1])


def _usual(cells: Cells, relevant: np.ndarray, entries: np.ndarray) -> np.ndarray:
    """The rate of each unit's language over all of its units, shape (units,)."""
    names, code = np.unique([language for _, language in cells.units], return_inverse=True)
    above = np.bincount(code, weights=relevant, minlength=len(names))
    below = np.bincount(code, weights=entries, minlength=len(names))
    rate = np.divide(above, below, out=np.zeros(len(names)), where=below > 0)
    return np.asarray(rate[code])


def _shrunk(
    relevant: np.ndarray, entries: np.ndarray, usual: np.ndarray, spec: IndexSpec
) -> np.ndarray:
    weight = entries + spec.shrinkage
    whole = relevant + spec.shrinkage * usual
    return np.asarray(np.divide(whole, weight, out=np.zeros(len(weight)), where=weight > 0))

"""Coverage: how much of a source's news is about AI as a market matter, in ordinary times.

A source that writes of little else has more fear to report than one that writes of everything,
and neither says that the world is more afraid. So fear is set against what is expected of the
sources that published: their entries, times the share of them that is usually relevant.

    index_t = c * sum_u F_ut / sum_u r_u n_ut      r_u = (R_u + k m_l) / (S_u + k) * S_u / N_u

with F the fear and n the entries of unit u (source and language) in session t; R, N and S its
relevant entries, all its entries and the sessions that had any, in the window on which its rate
is fixed; m_l the relevant entries that a unit of its language has in a session, and k =
`shrinkage`. This is the ratio of observed to expected of indirect standardisation (the SMR of
epidemiology), with what is expected in a session shrunk as credibility theory does (Buehlmann
1967). Shrunk by sessions, not by entries: a source that fills up with irrelevant news has more
entries and says no more about itself, and R, S and m stay what they were.

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
    inside = base[cells.session]
    rate = _rates(cells.only(inside), spec)
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
    new = ~np.isfinite(found.rate) & (first <= review + 1 - spec.entry_sessions)
    if not new.any():
        return found
    growth = _growth(found, cells, review)[np.minimum(first, review)]
    rate = _rates(cells.only(cells.session <= review), spec) / growth
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


def _rates(cells: Cells, spec: IndexSpec) -> np.ndarray:
    """Relevant entries to be expected of one entry of each unit, NaN = it has none; (units,)."""
    size = len(cells.units)
    entries, relevant = (
        np.bincount(cells.unit, weights=column, minlength=size)
        for column in (cells.count, cells.relevant)
    )
    sessions = np.bincount(cells.unit, minlength=size)
    names, code = np.unique([language for _, language in cells.units], return_inverse=True)
    above = np.bincount(code, weights=relevant, minlength=len(names))
    below = np.bincount(code, weights=sessions, minlength=len(names))
    usual = (above / np.maximum(below, 1))[code]
    there = entries > 0
    weight = np.where(there, sessions + spec.shrinkage, 1.0)
    expected = sessions * (relevant + spec.shrinkage * usual) / weight
    return np.asarray(np.divide(expected, entries, out=np.full(size, np.nan), where=there))

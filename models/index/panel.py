"""The panel: which sources stand alone, which are pooled, and the scale of each.

The first members are decided on the base window alone and then frozen, so that no later entry
changes an earlier value. Dividing each source by its own standard deviation before averaging is
the construction of Baker, Bloom and Davis, "Measuring Economic Policy Uncertainty", Quarterly
Journal of Economics 131(4), 2016. Sources that come later enter by `reviews`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from models.index.cells import Cells
    from models.index.spec import IndexSpec

POOL = "other"
EVERYTHING = "all"


@dataclass(frozen=True)
class Grid:
    """Sums of a few members in every session.

    Attributes:
        count: appearances, shape (members, sessions).
        fearful: of which with fear, shape (members, sessions).
        exposure: what fear is set against, shape (members, sessions).
        share: fear over exposure, shape (members, sessions); NaN where the member has fewer
            appearances, or less exposure, than the least.
    """

    count: np.ndarray
    fearful: np.ndarray
    exposure: np.ndarray
    share: np.ndarray

    def only(self, keep: np.ndarray) -> Grid:
        """The same of some members; `keep` is a mask or positions."""
        return Grid(*(each[keep] for each in self._parts))

    def joined(self, other: Grid) -> Grid:
        """The members of both, those of `other` behind."""
        return Grid(*(np.concatenate(pair) for pair in zip(self._parts, other._parts, strict=True)))

    @property
    def _parts(self) -> tuple[np.ndarray, ...]:
        return (self.count, self.fearful, self.exposure, self.share)


@dataclass(frozen=True)
class Members:
    """A choice of members, with the units that each is made of.

    Attributes:
        member: position of each unit's member, -1 = none; shape (units,).
        names: (source or pool, language) of each member.
        alone: whether each is one unit, shape (members,).
        grid: their sums.
    """

    member: np.ndarray
    names: list[tuple[str, str]]
    alone: np.ndarray
    grid: Grid

    def only(self, keep: np.ndarray) -> Members:
        """Those members alone, renumbered; `keep` is a mask."""
        renumbered = np.append(np.where(keep, np.cumsum(keep) - 1, -1), -1)
        names = [name for name, kept in zip(self.names, keep, strict=True) if kept]
        return Members(renumbered[self.member], names, self.alone[keep], self.grid.only(keep))


def counted_sessions(cells: Cells, spec: IndexSpec) -> np.ndarray:
    """Whether some unit reaches the minimum count, shape (sessions,)."""
    counted = np.zeros(cells.n_sessions, dtype="bool")
    counted[cells.session[cells.count >= spec.min_count]] = True
    return counted


def choose(
    cells: Cells, candidates: np.ndarray, window: np.ndarray, needed: float, spec: IndexSpec
) -> Members:
    """Members from the units that are free: those that stand alone, and a pool per language.

    Args:
        cells: sums per unit and session.
        candidates: which units may be chosen, shape (units,).
        window: sessions on which it is decided, shape (sessions,).
        needed: counted sessions in the window that a member must have.
        spec: the version.

    Returns:
        Members that have enough counted and enough fearful sessions in the window and whose
        share of fear moves in it; none where nothing does.
    """
    inside = window[cells.session]
    seen = np.zeros(len(cells.units), dtype="bool")
    seen[cells.unit[inside]] = True
    free = candidates & seen
    if spec.weighting != "sources":
        return _everything(cells, spec)
    enough = inside & (cells.count >= spec.min_count)
    size = len(cells.units)
    counted = np.bincount(cells.unit[enough], minlength=size)
    with_fear = np.bincount(cells.unit[enough & (cells.fearful > 0)], minlength=size)
    alone = free & (counted >= needed) & (with_fear >= spec.min_fear_sessions)
    found = _gathered(cells, free, alone, spec)
    return found.only(_scalable(found.grid, window, needed, spec))


def _everything(cells: Cells, spec: IndexSpec) -> Members:
    """One member of all units, or one for each language."""
    if spec.weighting == "languages":
        spoken, member = np.unique([language for _, language in cells.units], return_inverse=True)
        names = [(EVERYTHING, str(language)) for language in spoken]
    else:
        member, names = np.zeros(len(cells.units), dtype="int64"), [(EVERYTHING, EVERYTHING)]
    grid = sum_grid(cells, member, len(names), spec)
    return Members(member, names, np.zeros(len(names), dtype="bool"), grid)


def _gathered(cells: Cells, free: np.ndarray, alone: np.ndarray, spec: IndexSpec) -> Members:
    member = np.full(len(cells.units), -1)
    member[alone] = np.arange(int(alone.sum()))
    names = [cells.units[position] for position in np.flatnonzero(alone)]
    if spec.pool_small:
        small = free & ~alone
        speaks = np.array([language for _, language in cells.units])
        for language in np.unique(speaks[small]).tolist():
            member[small & (speaks == language)] = len(names)
            names.append((POOL, language))
    stands = np.arange(len(names)) < alone.sum()
    return Members(member, names, stands, sum_grid(cells, member, len(names), spec))


def sum_grid(cells: Cells, member: np.ndarray, members: int, spec: IndexSpec) -> Grid:
    """Counts and shares of members, each a set of units."""
    inside = member[cells.unit] >= 0
    place = member[cells.unit[inside]] * cells.n_sessions + cells.session[inside]

    def added(column: np.ndarray) -> np.ndarray:
        sums = np.bincount(place, weights=column, minlength=members * cells.n_sessions)
        return sums.reshape(members, cells.n_sessions)

    count, exposure = added(cells.count[inside]), added(cells.exposure[inside])
    enough = (count >= spec.min_count) & (exposure >= spec.min_exposure)
    share = np.full(count.shape, np.nan)
    np.divide(added(cells.sums[inside, 0]), exposure, out=share, where=enough)
    return Grid(count, added(cells.fearful[inside]), exposure, share)


def _scalable(grid: Grid, window: np.ndarray, needed: float, spec: IndexSpec) -> np.ndarray:
    """Whose share gives a standard deviation in the window (pools must earn theirs too)."""
    share = grid.share[:, window]
    counted = np.isfinite(share).sum(axis=1)
    with_fear = (share > 0).sum(axis=1)
    enough = (counted >= needed) & (with_fear >= spec.min_fear_sessions)
    moves = [has and deviation(row) > 0 for has, row in zip(enough, share, strict=True)]
    return np.asarray(enough & np.array(moves, dtype="bool"))


def deviation(row: np.ndarray) -> float:
    """Standard deviation of the values that are there (at least two)."""
    return float(np.std(row[np.isfinite(row)], ddof=1))

"""The panel: which sources stand alone, which are pooled, and the scale of each.

All of it is decided on the base window alone and then frozen, so that no later entry changes an
earlier value. Dividing each source by its own standard deviation before averaging is the
construction of Baker, Bloom and Davis, "Measuring Economic Policy Uncertainty", Quarterly
Journal of Economics 131(4), 2016.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from models.index.cells import Cells
    from models.index.spec import IndexSpec

POOL = "other"


@dataclass(frozen=True)
class Panel:
    """The members of the panel and their frozen scales.

    Attributes:
        member: panel position of each unit of the cells, -1 = left out.
        labels: name of each member, such as `Reuters (en)` or `other (en)`.
        languages: language of each member.
        count: appearances, shape (members, sessions).
        shares: components over count, shape (members, sessions, components); NaN below the
            minimum count.
        std: standard deviation of each member's share of fear over the base window.
        pooled: how many units are in the pools.
    """

    member: np.ndarray
    labels: list[str]
    languages: list[str]
    count: np.ndarray
    shares: np.ndarray
    std: np.ndarray
    pooled: int

    def speaks(self, language: str) -> np.ndarray:
        """Which members publish in `language`, shape (members,)."""
        return np.array([name == language for name in self.languages], dtype="bool")


def counted_sessions(cells: Cells, spec: IndexSpec) -> np.ndarray:
    """Whether some unit reaches the minimum count, shape (sessions,)."""
    counted = np.zeros(cells.n_sessions, dtype="bool")
    counted[cells.session[cells.count >= spec.min_count]] = True
    return counted


def choose_panel(cells: Cells, base: np.ndarray, spec: IndexSpec) -> Panel:
    """Members and scales from the base window.

    Args:
        cells: sums per unit and session.
        base: which sessions are in the base window, shape (sessions,).
        spec: the version.

    Returns:
        The panel; it has no member where no source can be scaled.
    """
    alone = _stand_alone(cells, base, spec)
    member = np.full(len(cells.units), -1)
    member[alone] = np.arange(int(alone.sum()))
    names = [cells.units[position] for position in np.flatnonzero(alone)]
    if spec.pool_small:
        for language in sorted({cells.units[position][1] for position in np.flatnonzero(~alone)}):
            inside = ~alone & np.array([unit[1] == language for unit in cells.units])
            member[inside] = len(names)
            names.append((POOL, language))
    count, sums = _grids(cells, member, len(names))
    shares = np.full(sums.shape, np.nan)
    enough = count >= spec.min_count
    shares[enough] = sums[enough] / count[enough][:, None]
    keep = _scalable(shares[:, base, 0], spec)
    renumbered = np.where(keep, np.cumsum(keep) - 1, -1)
    member = np.where(member >= 0, np.append(renumbered, -1)[member], -1)
    return Panel(
        member=member,
        labels=[f"{source} ({language})" for source, language in _kept(names, keep)],
        languages=[language for _, language in _kept(names, keep)],
        count=count[keep],
        shares=shares[keep],
        std=np.array([_std(row) for row in shares[keep][:, base, 0]]),
        pooled=int(((member >= 0) & ~alone).sum()),
    )


def _kept(names: list[tuple[str, str]], keep: np.ndarray) -> list[tuple[str, str]]:
    return [name for name, kept in zip(names, keep, strict=True) if kept]


def _stand_alone(cells: Cells, base: np.ndarray, spec: IndexSpec) -> np.ndarray:
    """Which units have enough counted and enough fearful sessions in the base window."""
    inside = base[cells.session] & (cells.count >= spec.min_count)
    counted = np.bincount(cells.unit[inside], minlength=len(cells.units))
    fearful = inside & (cells.sums[:, 0] > 0)
    with_fear = np.bincount(cells.unit[fearful], minlength=len(cells.units))
    return _enough(counted, with_fear, int(base.sum()), spec)


def _enough(
    counted: np.ndarray, with_fear: np.ndarray, base_length: int, spec: IndexSpec
) -> np.ndarray:
    needed = max(2.0, spec.min_panel_sessions * base_length)
    return np.asarray((counted >= needed) & (with_fear >= spec.min_fear_sessions))


def _grids(cells: Cells, member: np.ndarray, members: int) -> tuple[np.ndarray, np.ndarray]:
    """Counts (members, sessions) and sums (members, sessions, components)."""
    inside = member[cells.unit] >= 0
    place = member[cells.unit[inside]] * cells.n_sessions + cells.session[inside]
    size, shape = members * cells.n_sessions, (members, cells.n_sessions)
    count = np.bincount(place, weights=cells.count[inside], minlength=size).reshape(shape)
    sums = [
        np.bincount(place, weights=column[inside], minlength=size).reshape(shape)
        for column in cells.sums.T
    ]
    return count, np.stack(sums, axis=-1)


def _scalable(base_shares: np.ndarray, spec: IndexSpec) -> np.ndarray:
    """Which members' base window gives a standard deviation (pools must earn theirs too)."""
    counted = np.isfinite(base_shares).sum(axis=1)
    with_fear = (base_shares > 0).sum(axis=1)
    enough = _enough(counted, with_fear, base_shares.shape[1], spec)
    moving = np.array([has and _std(row) > 0 for has, row in zip(enough, base_shares, strict=True)])
    return moving.astype("bool")


def _std(row: np.ndarray) -> float:
    return float(np.std(row[np.isfinite(row)], ddof=1))

"""Reviews of the panel of `fear.v1.sources`: how a source that came later gets a place in it.

At fixed distances the units that belong to no member are looked at. Those with enough counted
and fearful sessions behind them enter alone, the small ones together as a new pool of their
language (never into an old pool, whose scale would break). An entrant is spliced: the mean of
what it adds, over its burn-in, is made equal to the mean of the index over the same sessions, as
a price index links a new outlet. It counts from the next session on, so no earlier value changes.

The link is a ratio. A successor matched also in variance, as in the EPU after 2014, would need an
offset: no fear would no longer read as none, and the parts would no longer add up to the whole.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from models.index.levels import Scale, mixed
from models.index.panel import Members, choose

if TYPE_CHECKING:
    from models.index.cells import Cells
    from models.index.spec import IndexSpec


def with_entrants(scale: Scale, cells: Cells, sessions: list[str], spec: IndexSpec) -> Scale:
    """The scale with every source that entered after the base window.

    Args:
        scale: fitted on the complete base window.
        cells: sums per unit and session.
        sessions: their dates, which name the pools.
        spec: the version.

    Returns:
        The base members first, unchanged; then the entrants in the order of entry.
    """
    last = int(np.flatnonzero(scale.base)[-1])
    for review in range(last + spec.review_sessions, cells.n_sessions, spec.review_sessions):
        scale = _reviewed(scale, cells, review, sessions[review], spec)
    return scale


def _reviewed(scale: Scale, cells: Cells, review: int, date: str, spec: IndexSpec) -> Scale:
    window = np.arange(cells.n_sessions) <= review
    free = scale.members.member < 0
    if not free.any():
        return scale
    found = choose(cells, free, window, spec.entry_sessions, spec)
    if not found.names:
        return scale
    points = _links(found, mixed(scale, spec), window, spec)
    keep = np.isfinite(points)
    if not keep.any():
        return scale
    return _joined(scale, _named(found, date).only(keep), points[keep], review)


def _links(found: Members, level: np.ndarray, window: np.ndarray, spec: IndexSpec) -> np.ndarray:
    """Points per unit of share that bring each entrant's mean to the index's; NaN = too soon."""
    points = np.full(len(found.names), np.nan)
    for position, row in enumerate(found.grid.share):
        both = window & np.isfinite(row) & np.isfinite(level)
        seen = (level[both] > 0).sum() >= spec.min_fear_sessions
        if seen and both.sum() >= spec.entry_sessions and row[both].sum() > 0:
            points[position] = level[both].mean() / row[both].mean()
    return points


def _named(found: Members, date: str) -> Members:
    """Pools of entrants carry the date of their review: each keeps its own scale."""
    names = [
        name if alone else (f"{name[0]} from {date}", name[1])
        for name, alone in zip(found.names, found.alone, strict=True)
    ]
    return replace(found, names=names)


def _joined(scale: Scale, entrants: Members, points: np.ndarray, review: int) -> Scale:
    before = scale.members
    share = entrants.grid.share.copy()
    share[:, : review + 1] = np.nan
    member = np.where(entrants.member >= 0, entrants.member + len(before.names), before.member)
    members = Members(
        member=member,
        names=[*before.names, *entrants.names],
        alone=np.append(before.alone, entrants.alone),
        grid=before.grid.joined(replace(entrants.grid, share=share)),
    )
    return replace(
        scale,
        members=members,
        points=np.append(scale.points, points),
        entered=np.append(scale.entered, np.full(len(points), review + 1)),
    )

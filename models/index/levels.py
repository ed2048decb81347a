"""From a panel to index values: the mean over the members present, rescaled to 100."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from models.errors import ModelError
from models.index.panel import EVERYTHING, Members, choose, deviation, sum_grid
from models.index.smoothing import base_scale

if TYPE_CHECKING:
    from models.index.cells import Cells
    from models.index.spec import IndexSpec


@dataclass(frozen=True)
class Scale:
    """A frozen way from shares to points.

    Attributes:
        members: the panel; the share of a member is NaN before it entered.
        points: index points per unit of share of each member, were it alone; shape (members,).
        factor: points per unit of the mean standardised share of the base members.
        entered: session from which each counts, -1 = from the base window; shape (members,).
        base: which sessions are in the base window.
    """

    members: Members
    points: np.ndarray
    factor: float
    entered: np.ndarray
    base: np.ndarray

    @property
    def labels(self) -> list[str]:
        """Name of each member, such as `Reuters (en)` or `other (en)`."""
        return [f"{source} ({language})" for source, language in self.members.names]

    @property
    def std(self) -> np.ndarray:
        """What each base member's share is divided by: its deviation, or 1."""
        return np.asarray(self.factor / self.points)

    def present(self) -> np.ndarray:
        """Which members count in which session, shape (members, sessions)."""
        return np.asarray(np.isfinite(self.members.grid.share))

    def speaks(self, language: str) -> np.ndarray:
        """Which members publish in `language`, shape (members,)."""
        return np.array([spoken == language for _, spoken in self.members.names], dtype="bool")


def fit_scale(cells: Cells, base: np.ndarray, spec: IndexSpec) -> Scale:
    """Fix panel and factor on a base window.

    Raises:
        ModelError: no source has enough entries, or fear that varies, in the base window.
    """
    everyone = np.ones(len(cells.units), dtype="bool")
    needed = max(2.0, spec.min_panel_sessions * int(base.sum()))
    members = choose(cells, everyone, base, needed, spec)
    if not members.names:
        raise ModelError(
            f"no source has {spec.min_count} entries in {spec.min_panel_sessions:.0%} of the "
            f"{int(base.sum())} base sessions, with fear in {spec.min_fear_sessions} of them"
        )
    std = _unit(members, base, spec)
    unscaled = Scale(members, 1.0 / std, 1.0, np.full(len(std), -1), base)
    factor = base_scale(mixed(unscaled, spec), base)
    return replace(unscaled, points=factor / std, factor=factor)


def _unit(members: Members, base: np.ndarray, spec: IndexSpec) -> np.ndarray:
    """What each member's share is divided by: only sources need to be made comparable."""
    if spec.weighting != "sources":
        return np.ones(len(members.names))
    return np.array([deviation(row) for row in members.grid.share[:, base]])


def language_scales(scale: Scale, cells: Cells, spec: IndexSpec) -> dict[str, Scale]:
    """The scale of each language's own index: mean 100 over the base window, where it was there.

    A language that came later stays on the scale of the whole.
    """
    found = {}
    for language in spec.languages:
        own = _only(scale, cells, language, spec)
        if own is None:
            continue
        level = mixed(own, spec)[scale.base]
        usual = level[np.isfinite(level)]
        factor = 100.0 / usual.mean() if usual.size and usual.mean() > 0 else 1.0
        found[language] = replace(own, points=own.points * factor, factor=own.factor * factor)
    return found


def _only(scale: Scale, cells: Cells, language: str, spec: IndexSpec) -> Scale | None:
    """The scale of what was published in one language; None where nothing was."""
    if spec.weighting in ("sources", "languages"):
        keep = scale.speaks(language)
        members = scale.members.only(keep)
        kept = replace(
            scale, members=members, points=scale.points[keep], entered=scale.entered[keep]
        )
        return kept if keep.any() else None
    spoken = np.array([name == language for _, name in cells.units])
    if not spoken[cells.unit].any():
        return None
    member = np.where(spoken, 0, -1)
    grid = sum_grid(cells, member, 1, spec)
    members = Members(member, [(EVERYTHING, language)], np.zeros(1, dtype="bool"), grid)
    return replace(scale, members=members)


def weights(scale: Scale, spec: IndexSpec) -> np.ndarray:
    """Weight of each member in each session, shape (members, sessions); they sum to 1 or to 0.

    0 throughout a session where too few of the active members are there (less than
    `min_present`): an hour into a session only the news wires have enough entries, and their mean
    is not the index. A member is active that was there in that session or in one of the
    `active_sessions` before it, so that a publisher that ended years ago is not waited for.
    """
    there = scale.present()
    active = _seen_lately(there, spec.active_sessions)
    count = there.sum(axis=0)
    enough = (count > 0) & (count >= spec.min_present * active.sum(axis=0))
    there = there & enough
    return np.asarray(there / np.maximum(there.sum(axis=0), 1))


def _seen_lately(there: np.ndarray, sessions: int) -> np.ndarray:
    """Whether a member was there in the session or in one of the `sessions` before it."""
    seen = np.cumsum(there, axis=1)
    earlier = np.zeros_like(seen)
    earlier[:, sessions + 1 :] = seen[:, : -sessions - 1]
    return np.asarray(seen > earlier)


def mixed(scale: Scale, spec: IndexSpec) -> np.ndarray:
    """Weighted mean of the members' fear in points, shape (sessions,); NaN where too few are."""
    weight = weights(scale, spec) * scale.points[:, None]
    share = scale.members.grid.share
    total = (weight * np.where(np.isfinite(share), share, 0.0)).sum(axis=0)
    return np.where(weight.sum(axis=0) > 0, total, np.nan)


def points_per_fear(scale: Scale, spec: IndexSpec) -> np.ndarray:
    """Points of the total that one whole fearful appearance adds, shape (members, sessions).

    `weight x points / exposure`: the derivative of the total, so that the contributions of a
    session's appearances add up to its value exactly. 0 where the session or the member is
    missing.
    """
    exposure = scale.members.grid.exposure
    weight = weights(scale, spec) * scale.points[:, None]
    return np.asarray(np.divide(weight, exposure, out=np.zeros(weight.shape), where=weight > 0))


def series_values(
    scale: Scale, languages: dict[str, Scale], cells: Cells, spec: IndexSpec
) -> np.ndarray:
    """Values of every series of the spec, shape (sessions, series)."""
    per_fear = points_per_fear(scale, spec)
    known = per_fear.sum(axis=0) > 0
    member = scale.members.member[cells.unit]
    coefficient = np.where(member >= 0, per_fear[member, cells.session], 0.0)
    columns = [
        np.bincount(cells.session, weights=coefficient * sums, minlength=cells.n_sessions)
        for sums in cells.sums.T
    ]
    parts = np.where(known[:, None], np.column_stack(columns), np.nan)
    net = parts[:, 0] - parts[:, 1]
    missing = np.full(cells.n_sessions, np.nan)
    own = [
        mixed(languages[name], spec) if name in languages else missing for name in spec.languages
    ]
    return np.column_stack([parts[:, :2], net, parts[:, 2:], *own, *_margins(scale, known)])


def _margins(scale: Scale, known: np.ndarray) -> list[np.ndarray]:
    """Fearful entries of a thousand in the panel, and their mean fear of a hundred."""
    grid, there = scale.members.grid, scale.present() & known
    count = np.where(there, grid.count, 0.0).sum(axis=0)
    fearful = np.where(there, grid.fearful, 0.0).sum(axis=0)
    fear = np.where(there, grid.share * grid.exposure, 0.0).sum(axis=0)
    return [_ratio(1000.0 * fearful, count), _ratio(100.0 * fear, fearful)]


def _ratio(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    return np.asarray(np.divide(above, below, out=np.full(above.shape, np.nan), where=below > 0))

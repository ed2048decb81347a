"""From a panel to index values: the mean over the sources present, rescaled to 100."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.errors import ModelError
from models.index.panel import Panel, choose_panel
from models.index.smoothing import base_scale

if TYPE_CHECKING:
    from models.index.cells import Cells
    from models.index.spec import IndexSpec


@dataclass(frozen=True)
class Scale:
    """A frozen way from shares to points: one base window, one panel, one factor per language.

    Attributes:
        panel: members and their standard deviations.
        factor: points per unit of the mean standardised share (the total and its parts).
        language_factors: the same for each language's own index; NaN where it has none.
        base: which sessions are in the base window.
    """

    panel: Panel
    factor: float
    language_factors: dict[str, float]
    base: np.ndarray

    def present(self) -> np.ndarray:
        """Which members reach the minimum count, shape (members, sessions)."""
        return np.asarray(np.isfinite(self.panel.shares[:, :, 0]))


def fit_scale(cells: Cells, base: np.ndarray, spec: IndexSpec) -> Scale:
    """Fix panel and factors on a base window.

    Raises:
        ModelError: no source has enough entries, or fear that varies, in the base window.
    """
    panel = choose_panel(cells, base, spec)
    if not panel.labels:
        raise ModelError(
            f"no source has {spec.min_count} entries in {spec.min_panel_sessions:.0%} of the "
            f"{int(base.sum())} base sessions, with fear in {spec.min_fear_sessions} of them"
        )
    standardised = panel.shares[:, :, 0] / panel.std[:, None]
    factors = {}
    for language in spec.languages:
        inside = panel.speaks(language)
        if inside.any():
            factors[language] = base_scale(mean_present(standardised[inside], spec), base)
        else:
            factors[language] = float("nan")
    return Scale(panel, base_scale(mean_present(standardised, spec), base), factors, base)


def mean_present(values: np.ndarray, spec: IndexSpec) -> np.ndarray:
    """Mean over the members (first axis) that are there; NaN where too few are.

    Too few is less than the spec's `min_present`: an hour into a session only the news wires
    have enough entries, and their mean is not the index.
    """
    there = np.isfinite(values)
    count = there.sum(axis=0)
    enough = (count > 0) & (count >= spec.min_present * len(values))
    total = np.where(there, values, 0.0).sum(axis=0)
    return np.asarray(np.divide(total, count, out=np.full(total.shape, np.nan), where=enough))


def series_values(scale: Scale, spec: IndexSpec) -> np.ndarray:
    """Values of every series of the spec, shape (sessions, series)."""
    standardised = scale.panel.shares / scale.panel.std[:, None, None]
    parts = scale.factor * mean_present(standardised, spec)
    net = parts[:, 0] - parts[:, 1]
    own = [
        factor * mean_present(standardised[scale.panel.speaks(language), :, 0], spec)
        for language, factor in scale.language_factors.items()
    ]
    return np.column_stack([parts[:, :2], net, parts[:, 2:], *own])


def points_per_fear(scale: Scale, spec: IndexSpec) -> np.ndarray:
    """Points of the total that one whole fearful appearance adds, shape (members, sessions).

    `factor / (present members x std x count)`: the derivative of the total, so that the
    contributions of a session's appearances add up to its value exactly. 0 where the session or
    the member is missing.
    """
    value = mean_present(scale.panel.shares[:, :, 0], spec)
    present = scale.present() & np.isfinite(value)
    divisor = present.sum(axis=0) * scale.panel.std[:, None] * scale.panel.count
    weight = np.zeros(divisor.shape)
    np.divide(scale.factor, divisor, out=weight, where=present)
    return weight

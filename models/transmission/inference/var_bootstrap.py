"""Samples drawn from a vector autoregression: under a null, or as estimated.

Residual bootstrap with stationary blocks (Politis and Romano 1994), so that the draws keep the
residuals' clustered variance and, within a group of series, what they do on the same day. A null
says which series have no lags of one another (`groups`) and whether these groups are drawn apart,
hence independent, or together, hence correlated on the day.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.resampling import mean_block, stationary_indices
from models.transmission import vector_autoregression as var

_WARM_UP = 50
# Roots beyond this are drawn in: a sample must have a mean to return to.
_LARGEST_ROOT = 0.99


@dataclass(frozen=True)
class Null:
    """What the simulated world lacks.

    Attributes:
        groups: columns that may lead one another; no lags cross from group to group.
        apart: whether the groups' residuals are drawn independently of one another.
    """

    groups: tuple[tuple[int, ...], ...]
    apart: bool

    @classmethod
    def independent(cls, one: int, columns: int) -> Null:
        """One series has nothing to do with the others, which stay as they are."""
        others = tuple(place for place in range(columns) if place != one)
        return cls(groups=((one,), others), apart=True)

    @classmethod
    def no_lags(cls, columns: int) -> Null:
        """Every series has its own past alone; what they do on the same day stays."""
        return cls(groups=tuple((place,) for place in range(columns)), apart=False)

    @classmethod
    def none(cls, columns: int) -> Null:
        """Nothing lacks: samples of the autoregression as it was estimated."""
        return cls(groups=(tuple(range(columns)),), apart=False)


@dataclass(frozen=True)
class Dynamics:
    """What samples are drawn from.

    Attributes:
        constant: shape (fits, k).
        lagged: shape (fits, p, k, k).
        residuals: shape (fits, n - p, k).
    """

    constant: np.ndarray
    lagged: np.ndarray
    residuals: np.ndarray


def restricted(panels: np.ndarray, lags: int, null: Null) -> Dynamics:
    """The autoregressions of each sample without the lags that the null excludes.

    Args:
        panels: complete samples, shape (draws, n, k); a single sample may hold rows of NaN.
        lags: of each group.
        null: which lags there are.
    """
    draws, _, k = panels.shape
    constant = np.empty((draws, k))
    lagged = np.zeros((draws, lags, k, k))
    residuals = []
    for columns in map(list, null.groups):
        fitted = _fitted(panels, columns, lags)
        constant[:, columns] = fitted.constant
        lagged[np.ix_(range(draws), range(lags), columns, columns)] = fitted.lagged
        residuals.append(fitted.residuals)
    order = np.argsort([place for group in null.groups for place in group])
    if null.apart:
        together = np.concatenate(residuals, axis=2)[:, :, order]
    else:
        # Blocks drawn together would carry the lead that the null excludes from its residuals
        # back into the draws; those of the whole autoregression have none.
        together = _fitted(panels, [*range(k)], lags).residuals
    return Dynamics(constant, lagged, together)


def _fitted(panels: np.ndarray, columns: list[int], lags: int) -> var.Autoregressions:
    """The autoregression of these columns; a session that any column lacks is left out."""
    missing = np.isnan(panels).any(axis=2)
    if not missing.any():
        return var.fit(panels[:, :, columns], lags)
    return var.fit_with_gaps(np.where(missing[0, :, None], np.nan, panels[0][:, columns]), lags)


def block_of(residuals: np.ndarray) -> float:
    """Mean block length for residuals (n, k): the longest that their squares ask for.

    Residuals have no memory, their size has: calm and wild stretches must stay whole.
    """
    return max(mean_block(column**2) for column in residuals.T)


def draw(
    fitted: Dynamics, null: Null, draws: int, block: float, rng: np.random.Generator
) -> np.ndarray:
    """Samples as long as those that were fitted.

    Args:
        fitted: of one sample, from which `draws` samples are made, or of `draws` samples, from
            each of which one is made.
        null: as it was fitted.
        draws: how many samples.
        block: mean block length.
        rng: source of the draws.

    Returns:
        Shape (draws, n, k).
    """
    length = fitted.residuals.shape[1]
    lags, k = fitted.lagged.shape[1], fitted.lagged.shape[2]
    n = length + lags
    centred = fitted.residuals - fitted.residuals.mean(axis=1, keepdims=True)
    sets = null.groups if null.apart else (tuple(range(k)),)
    shocks = np.empty((draws, _WARM_UP + n, k))
    for columns in sets:
        picked = stationary_indices(length, draws, block, rng, _WARM_UP + n)
        shocks[:, :, list(columns)] = _taken(centred[:, :, list(columns)], picked)
    lagged = var.drawn_inside(fitted.lagged, _LARGEST_ROOT)
    mean = np.linalg.solve(np.eye(k) - lagged.sum(axis=1), fitted.constant[:, :, None])[:, :, 0]
    centre = np.zeros_like(mean)
    path = var.simulate(centre, lagged, shocks, np.zeros((1, lags, k)))
    return np.asarray(path[:, lags + _WARM_UP :] + mean[:, None])


def _taken(values: np.ndarray, picked: np.ndarray) -> np.ndarray:
    """Rows `picked` (draws, length) of one shared sample or of each draw's own."""
    if len(values) == 1:
        return np.take(values[0], picked, axis=0)
    return np.stack([one[places] for one, places in zip(values, picked, strict=True)])

"""Quantile regressions of many resampled samples at once.

Each sample is solved as a shift from a fit that is nearly its own (the whole sample's, or the
null's constant), so that only observations near that fit can change sides: the rest enter through
one sum (the preprocessing of Portnoy and Koenker, "The Gaussian hare and the Laplacian tortoise",
Statistical Science 12, 1997). On those near it Newton steps solve the smoothed condition of He,
Pan, Tan and Zhou, "Smoothed quantile regression with large-scale inference", Journal of
Econometrics 232, 2023 (uniform kernel, a band of a few observations). What does not converge that
way goes through the majorise-minimise steps of Hunter and Lange, "Quantile regression via an MM
algorithm", Journal of Computational and Graphical Statistics 9, 2000.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

_STEPS = 15
_BANDS = (0.7, 0.25)  # of the root of the observations near the fit
_EXACT, _ENOUGH = 0.05, 1.0  # squared scores, in observations
_MM_STEPS = 60
_PART = 400_000  # numbers handled at once
# How far, in standard errors of a rank, an observation may lie and still change sides.
_REACH = 14.0


def shifts(
    residuals: np.ndarray, places: np.ndarray, design: np.ndarray, quantile: float
) -> np.ndarray:
    """Coefficients less those that the residuals were taken from.

    Args:
        residuals: of the starting fit, shape (draws, n).
        places: row of the design of each residual, shape (draws, n).
        design: constant included, shape (n, k).
        quantile: between 0 and 1.

    Returns:
        Shape (draws, k).
    """
    parts = max(1, residuals.size // _PART)
    size = np.sqrt((design**2).mean(axis=0))
    scaled = design / size
    found = np.concatenate(
        [
            _shifts(one, rows, scaled, quantile)
            for one, rows in zip(
                np.array_split(residuals, parts), np.array_split(places, parts), strict=True
            )
            if len(one)
        ]
    )
    return np.asarray(found / size)


def _shifts(
    residuals: np.ndarray, places: np.ndarray, design: np.ndarray, quantile: float
) -> np.ndarray:
    n, k = residuals.shape[1], design.shape[1]
    # So scaled, a score of 1 is what one typical observation adds to it.
    spread = np.linalg.inv(design.T @ design) * (n / k)
    # A shift of unit length moves an observation by at most its leverage: an observation 27
    # deviations out can change sides however far it lies.
    lever = np.sqrt(np.einsum("nk,kl,nl->n", design, spread, design))[places]
    share = min(1.0, _REACH * (quantile * (1 - quantile) / n) ** 0.5)
    count = min(n, max(10 * k, int(share * n)))
    distance = np.abs(residuals) / lever
    near = np.argpartition(distance, count - 1, axis=1)[:, :count]
    close = _Part(
        np.take_along_axis(residuals, near, axis=1),
        _columns(design, np.take_along_axis(places, near, axis=1)),
        np.take_along_axis(lever, near, axis=1),
    )
    every = _Part(residuals, _columns(design, places), lever)
    far = every.scores(quantile) - close.scores(quantile)
    found, converged = _newton(close, far, spread, quantile)
    edge = np.take_along_axis(distance, near, axis=1).max(axis=1)
    longest = np.sqrt(np.einsum("di,ij,dj->d", found, np.linalg.inv(spread), found))
    again = ~converged | ((longest > edge) & (count < n))
    if again.any():
        # All observations: the part near the fit alone may have no solution.
        found[again] = _whole(every.of(again), spread, quantile)
    return found


@dataclass(frozen=True)
class _Part:
    """Observations of many samples: residuals, columns of the design, leverages.

    Shapes (draws, n), (draws, k, n), (draws, n).
    """

    residuals: np.ndarray
    columns: np.ndarray
    lever: np.ndarray

    def of(self, draws: np.ndarray) -> _Part:
        return _Part(self.residuals[draws], self.columns[draws], self.lever[draws])

    def left(self, shift: np.ndarray) -> np.ndarray:
        """Residuals after a shift."""
        return np.asarray(self.residuals - (shift[:, None] @ self.columns)[:, 0])

    def scores(self, quantile: float) -> np.ndarray:
        """Sum of x (q - 1[residual < 0]), shape (draws, k)."""
        return _weighed(self.columns, quantile - (self.residuals < 0))


def _weighed(columns: np.ndarray, weights: np.ndarray) -> np.ndarray:
    return np.asarray((columns @ weights[:, :, None])[:, :, 0])


def _whole(every: _Part, spread: np.ndarray, quantile: float) -> np.ndarray:
    far = np.zeros(every.columns.shape[:2])
    found, converged = _newton(every, far, spread, quantile)
    lost = ~converged
    if lost.any():
        found[lost] = _majorised(every.of(lost), found[lost], quantile)
    return found


def _columns(design: np.ndarray, places: np.ndarray) -> np.ndarray:
    """The design of each sample, shape (draws, k, its observations)."""
    return np.stack([column[places] for column in design.T], axis=1)


def _newton(
    part: _Part, far: np.ndarray, spread: np.ndarray, quantile: float
) -> tuple[np.ndarray, np.ndarray]:
    """Shifts at which the smoothed scores are 0, and whether each sample got there.

    First with a wide band, then from there with a narrow one. The score of a sample counts in
    observations: 1 is what one observation that changes sides does to it.
    """
    draws, k, count = part.columns.shape
    flat = (part.columns @ part.columns.transpose(0, 2, 1)) / count**0.5
    found, merit = np.zeros((draws, k)), np.full(draws, np.inf)
    for wide in _BANDS:
        distance = np.abs(part.left(found)) / part.lever
        band = min(count - 1, max(int(1.5 * k), int(wide * count**0.5)))
        half = np.maximum(np.partition(distance, band, axis=1)[:, band], 1e-12)
        floor = flat * (0.02 / half[:, None, None])
        found, merit = _solved(found, part, far, half, floor, spread, quantile)
    return found, merit <= _ENOUGH


def _solved(
    found: np.ndarray,
    part: _Part,
    far: np.ndarray,
    half: np.ndarray,
    floor: np.ndarray,
    spread: np.ndarray,
    quantile: float,
) -> tuple[np.ndarray, np.ndarray]:
    """Damped Newton steps, each sample for itself until its score is that of no observation."""
    best, merit = found.copy(), np.full(len(found), np.inf)
    step, length = np.zeros_like(found), np.ones(len(found))
    going, some = np.arange(len(found)), part
    for _ in range(_STEPS):
        trial = best[going] + length[going, None] * step[going]
        width = half[going, None] * some.lever
        left = some.left(trial)
        side = np.clip(0.5 - left / (2 * width), 0.0, 1.0)
        score = _weighed(some.columns, quantile - side) + far[going]
        reached = np.einsum("di,ij,dj->d", score, spread, score)
        better = reached < merit[going]
        length[going[~better]] /= 2
        gained = going[better]
        best[gained], merit[gained], length[gained] = trial[better], reached[better], 1.0
        # The slope over a band twice as wide, with a floor under it, is never singular.
        inside = (np.abs(left[better]) < 2 * width[better]) / (4 * width[better])
        columns = some.columns[better]
        bent = (columns * inside[:, None]) @ columns.transpose(0, 2, 1)
        step[gained] = np.linalg.solve(bent + floor[gained], score[better][:, :, None])[:, :, 0]
        on = merit[going] > _EXACT
        if not on.any():
            break
        going, some = (going, some) if on.all() else (going[on], some.of(on))
    return best, merit


def _majorised(every: _Part, start: np.ndarray, quantile: float) -> np.ndarray:
    """Shifts by majorise-minimise: slower, but it gains at each step whatever the ties."""
    small = 0.02 * np.median(np.abs(every.residuals), axis=1)[:, None] + 1e-12
    tilt = (2 * quantile - 1) * every.columns.sum(axis=2)
    found = start
    for _ in range(_MM_STEPS):
        weighted = every.columns / (small + np.abs(every.left(found)))[:, None]
        moments = weighted @ every.columns.transpose(0, 2, 1)
        pulls = _weighed(weighted, every.residuals) + tilt
        before, found = found, np.linalg.solve(moments, pulls[:, :, None])[:, :, 0]
        if (np.abs(found - before).max(axis=1) < 0.1 * small[:, 0]).all():
            break
    return found

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

import numpy as np

_STEPS = 20
_BANDS = (0.7, 0.25)  # of the root of the observations near the fit
_EXACT, _ENOUGH = 0.05, 1.0  # squared scores, in observations
_MM_STEPS = 60
_PART = 400_000  # numbers handled at once
# How far, in standard errors of a rank, an observation may lie and still change sides.
_REACH = 24.0


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
    return np.concatenate(
        [
            _shifts(one, rows, design, quantile)
            for one, rows in zip(
                np.array_split(residuals, parts), np.array_split(places, parts), strict=True
            )
            if len(one)
        ]
    )


def _shifts(
    residuals: np.ndarray, places: np.ndarray, design: np.ndarray, quantile: float
) -> np.ndarray:
    n, k = residuals.shape[1], design.shape[1]
    # So scaled, a score of 1 is what one typical observation adds to it.
    spread = np.linalg.inv(design.T @ design) * (n / k)
    share = min(1.0, _REACH * (quantile * (1 - quantile) / n) ** 0.5)
    count = min(n, max(10 * k, int(share * n)))
    near = np.argpartition(np.abs(residuals), count - 1, axis=1)[:, :count]
    close = np.take_along_axis(residuals, near, axis=1)
    columns = _columns(design, np.take_along_axis(places, near, axis=1))
    far = _scores(residuals, _columns(design, places), quantile) - _scores(close, columns, quantile)
    found = _solution(close, columns, far, spread, quantile)
    crossed = _crossed(found, residuals, places, design, np.abs(close).max(axis=1))
    if crossed.any():
        every = _columns(design, places[crossed])
        none = np.zeros((int(crossed.sum()), k))
        found[crossed] = _solution(residuals[crossed], every, none, spread, quantile)
    return found


def _solution(
    close: np.ndarray, columns: np.ndarray, far: np.ndarray, spread: np.ndarray, quantile: float
) -> np.ndarray:
    found, converged = _newton(close, columns, far, spread, quantile)
    lost = ~converged
    if lost.any():
        found[lost] = _majorised(close[lost], columns[lost], far[lost], found[lost], quantile)
    return found


def _columns(design: np.ndarray, places: np.ndarray) -> np.ndarray:
    """The design of each sample, shape (draws, k, its observations)."""
    return np.stack([column[places] for column in design.T], axis=1)


def _crossed(
    found: np.ndarray,
    residuals: np.ndarray,
    places: np.ndarray,
    design: np.ndarray,
    edge: np.ndarray,
) -> np.ndarray:
    """Whether an observation that was taken to keep its side has changed it."""
    # Looked for only where the longest possible move would reach that far.
    doubtful = np.flatnonzero(np.abs(found) @ np.abs(design).max(axis=0) > edge)
    before = residuals[doubtful]
    moved = (found[doubtful, None] @ _columns(design, places[doubtful]))[:, 0]
    changed = ((before - moved < 0) != (before < 0)) & (np.abs(before) > edge[doubtful, None])
    crossed = np.zeros(len(found), dtype=bool)
    crossed[doubtful] = changed.any(axis=1)
    return crossed


def _scores(residuals: np.ndarray, columns: np.ndarray, quantile: float) -> np.ndarray:
    """Sum of x (q - 1[residual < 0]), shape (draws, k); columns (draws, k, n)."""
    sides = quantile - (residuals < 0)
    return np.asarray((columns @ sides[:, :, None])[:, :, 0])


def _newton(
    close: np.ndarray, columns: np.ndarray, far: np.ndarray, spread: np.ndarray, quantile: float
) -> tuple[np.ndarray, np.ndarray]:
    """Shifts at which the smoothed scores are 0, and whether each sample got there.

    First with a wide band, then from there with a narrow one. The score of a sample counts in
    observations: 1 is what one observation that changes sides does to it.
    """
    draws, k, count = columns.shape
    flat = (columns @ columns.transpose(0, 2, 1)) / count**0.5
    found, merit = np.zeros((draws, k)), np.full(draws, np.inf)
    for wide in _BANDS:
        left = close - (found[:, None] @ columns)[:, 0]
        band = min(count - 1, max(int(1.5 * k), int(wide * count**0.5)))
        half = np.maximum(np.partition(np.abs(left), band, axis=1)[:, band, None], 1e-12)
        floor = flat * (0.02 / half[:, :, None])
        found, merit = _solved(found, close, columns, far, half, floor, spread, quantile)
    return found, merit <= _ENOUGH


def _solved(
    found: np.ndarray,
    close: np.ndarray,
    columns: np.ndarray,
    far: np.ndarray,
    half: np.ndarray,
    floor: np.ndarray,
    spread: np.ndarray,
    quantile: float,
) -> tuple[np.ndarray, np.ndarray]:
    """Damped Newton steps, each sample for itself until its score is that of no observation."""
    best, merit = found.copy(), np.full(len(found), np.inf)
    step, length = np.zeros_like(found), np.ones(len(found))
    going = np.arange(len(found))
    for _ in range(_STEPS):
        trial = best[going] + length[going, None] * step[going]
        some, width = columns[going], half[going]
        left = close[going] - (trial[:, None] @ some)[:, 0]
        side = np.clip(0.5 - left / (2 * width), 0.0, 1.0)
        score = (some @ (quantile - side)[:, :, None])[:, :, 0] + far[going]
        reached = np.einsum("di,ij,dj->d", score, spread, score)
        better = reached < merit[going]
        length[going[~better]] /= 2
        gained = going[better]
        best[gained], merit[gained], length[gained] = trial[better], reached[better], 1.0
        # The slope over a band twice as wide, with a floor under it, is never singular.
        inside = (np.abs(left[better]) < 2 * width[better]) / (4 * width[better])
        bent = (some[better] * inside[:, None]) @ some[better].transpose(0, 2, 1)
        step[gained] = np.linalg.solve(bent + floor[gained], score[better][:, :, None])[:, :, 0]
        going = going[merit[going] > _EXACT]
        if not len(going):
            break
    return best, merit


def _majorised(
    close: np.ndarray, columns: np.ndarray, far: np.ndarray, start: np.ndarray, quantile: float
) -> np.ndarray:
    """Shifts by majorise-minimise: slower, but it gains at each step whatever the ties."""
    small = 0.02 * np.median(np.abs(close), axis=1)[:, None] + 1e-12
    tilt = (2 * quantile - 1) * columns.sum(axis=2) + 2 * far
    found = start
    for _ in range(_MM_STEPS):
        left = close - (found[:, None] @ columns)[:, 0]
        weighted = columns / (small + np.abs(left))[:, None]
        moments = weighted @ columns.transpose(0, 2, 1)
        pulls = (weighted @ close[:, :, None])[:, :, 0] + tilt
        before, found = found, np.linalg.solve(moments, pulls[:, :, None])[:, :, 0]
        if (np.abs(found - before).max(axis=1) < 0.1 * small[:, 0]).all():
            break
    return found

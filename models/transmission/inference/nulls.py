"""Simulated nulls that keep a series' own dependence, for one sample or for one draw of each.

The autoregressive sieve (Buehlmann, "Sieve Bootstrap for Time Series", Bernoulli 3(2), 1997) keeps
persistence. Random signs (Wu, "Jackknife, Bootstrap and Other Resampling Methods in Regression
Analysis", Annals of Statistics 14(4), 1986), kept over a block after the idea of Shao, "The
Dependent Wild Bootstrap", Journal of the American Statistical Association 105, 2010, leave each
residual at its session, and so keep the variance that clusters or goes with a regressor.
"""

from __future__ import annotations

import numpy as np

from models.resampling import mean_block, stationary_indices
from models.transmission.inference.size import own_lags
from models.transmission.vector_autoregression import each_drawn_inside

_WARM_UP = 50
_LARGEST_ROOT = 0.99


def sieve(samples: np.ndarray, order: int, rng: np.random.Generator, draws: int = 1) -> np.ndarray:
    """Series of each sample's own autoregression, driven by its residuals drawn in blocks.

    Args:
        samples: shape (m, n).
        order: of the autoregression; 0 = the sample itself is drawn in blocks.
        rng: source of the draws.
        draws: from each sample.

    Returns:
        Shape (m * draws, n), the draws of the first sample first.
    """
    constants, moves, residuals = _autoregressions(samples, order)
    block = mean_block(residuals[0])
    n, total = samples.shape[1], len(samples) * draws
    owner = np.repeat(np.arange(len(samples)), draws)
    places = stationary_indices(residuals.shape[1], total, block, rng, n + _WARM_UP)
    shocks = residuals[owner[:, None], places]
    constants, moves = constants[owner], moves[owner]
    level = constants / (1 - moves.sum(axis=1))
    if not order:
        return np.asarray(level[:, None] + shocks[:, _WARM_UP:])
    paths = np.empty((order + n + _WARM_UP, total))  # time first: the loop runs over it
    paths[:order] = 0.0
    for step in range(n + _WARM_UP):
        paths[order + step] = shocks[:, step]
        for lag in range(1, order + 1):
            paths[order + step] += moves[:, lag - 1] * paths[order + step - lag]
    return np.asarray(level[:, None] + paths[order + _WARM_UP :].T)


def _autoregressions(samples: np.ndarray, order: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Constants (m,), coefficients (m, order) and centred residuals (m, n - order)."""
    response = samples[:, order:]
    design = np.ones((*response.shape, 1))
    if order:
        design = np.concatenate([design, own_lags(samples, order)], axis=2)
    transposed = design.transpose(0, 2, 1)
    found = np.linalg.solve(transposed @ design, transposed @ response[:, :, None])
    residuals = response - (design @ found)[:, :, 0]
    moves = each_drawn_inside(found[:, 1:, 0], _LARGEST_ROOT)
    mean = samples.mean(axis=1)
    # The constant that keeps the sample's own mean, also where a root was drawn in.
    return (
        mean * (1 - moves.sum(axis=1)),
        moves,
        residuals - residuals.mean(axis=1, keepdims=True),
    )


def block_signs(shape: tuple[int, int], block: float, rng: np.random.Generator) -> np.ndarray:
    """Multipliers +1 or -1, each kept for a block of geometric length with this mean.

    The signs of two sessions k apart correlate as `(1 - 1 / block) ** k`; with `block` 1 they are
    independent.
    """
    drawn = np.where(rng.random(shape) < 0.5, -1.0, 1.0)
    if block <= 1:
        return drawn
    begins = rng.random(shape) < 1 / block
    begins[:, 0] = True
    place = np.arange(shape[1])
    started = np.maximum.accumulate(np.where(begins, place, 0), axis=1)
    return np.asarray(np.take_along_axis(drawn, started, axis=1))

"""A world in which the index tells nothing of later returns, but still moves with them on the day.

Fear rises on the day prices fall, so the innovations of the index and the returns are correlated.
In a finite sample that alone bends the slope of a predictive regression away from 0 (Stambaugh,
"Predictive regressions", Journal of Financial Economics 54, 1999), and a null that draws returns
independent of the index does not know it. Here the *pairs* of return and innovation are drawn in
stationary blocks, each pair is given a random sign, and the index is rebuilt from its innovations
(a recursive-design wild bootstrap: Goncalves and Kilian, Journal of Econometrics 123, 2004).

What the parts are for: the pair keeps the correlation of the day; the block keeps stretches of high
variance in both; the sign, one for both members of a pair, breaks every link from one session to
the sign of another, so that nothing foretells a return. Without it, blocks would carry into the
null whatever the index foretold in this very sample, by chance or not; taking that out by least
squares instead makes draws in which less is foretold than chance would, and a size near 1 %.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.errors import ModelError
from models.resampling import mean_block, stationary_indices
from models.transmission.vector_autoregression import each_drawn_inside

_WARM_UP = 200  # sessions thrown away, so that the rebuilt index forgets where it started
_LARGEST = 0.995


@dataclass(frozen=True)
class PredictiveNull:
    """Pairs to draw from, and the autoregression that makes an index of their innovations.

    Attributes:
        pairs: return less its mean, innovation of the same session, and whatever else is drawn
            with them; shape (n, 2 + further).
        mean: of the returns.
        constant: of the autoregression.
        coefficients: one per lag.
        block: mean length of the blocks.
    """

    pairs: np.ndarray
    mean: float
    constant: float
    coefficients: np.ndarray
    block: float

    def draw(
        self, length: int, draws: int, rng: np.random.Generator
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Returns and index of simulated samples.

        Args:
            length: sessions of each.
            draws: samples.
            rng: source of the draws.

        Returns:
            Returns and index by session, shape (draws, length) each, and the further columns,
            shape (draws, length, further).
        """
        from scipy.signal import lfilter

        n = len(self.pairs)
        places = stationary_indices(n, draws, self.block, rng, _WARM_UP + length)
        signs = 2.0 * rng.integers(0, 2, places.shape) - 1.0
        drive = signs * self.pairs[places, 1]
        centred = lfilter([1.0], np.r_[1.0, -self.coefficients], drive, axis=1)
        level = self.constant / (1 - self.coefficients.sum()) + centred[:, _WARM_UP:]
        kept = places[:, _WARM_UP:]
        returns = self.mean + signs[:, _WARM_UP:] * self.pairs[kept, 0]
        return returns, level, self.pairs[kept, 2:]


def predictive_null(
    returns: np.ndarray, index: np.ndarray, order: int, further: np.ndarray | None = None
) -> PredictiveNull:
    """Estimate the null from a sample.

    The coefficient of an autoregression of order 1 is corrected for its bias, (1 + 3 rho) / n
    (Kendall 1954): the null must be as persistent as the index, not as its biased estimate.

    Args:
        returns: by session, shape (n,); missing = NaN.
        index: levels by session, shape (n,); missing = NaN.
        order: of the index's autoregression, 1 or more.
        further: columns drawn with the pairs, shape (n, m).

    Raises:
        ModelError: too few complete sessions.
    """
    constant, coefficients, innovations = _autoregression(index, order)
    also = np.empty((len(returns), 0)) if further is None else further
    pairs = np.column_stack([returns, innovations, also])
    pairs = pairs[np.isfinite(pairs).all(axis=1)]
    if len(pairs) < 20:
        raise ModelError(f"{len(pairs)} complete sessions are too few to simulate a null")
    mean = float(pairs[:, 0].mean())
    pairs[:, :2] -= pairs[:, :2].mean(axis=0)
    # Of the squares: it is the variance whose dependence the blocks have to keep.
    block = max(mean_block(pairs[:, 0] ** 2), mean_block(pairs[:, 1] ** 2))
    return PredictiveNull(pairs, mean, constant, coefficients, block)


def lagged(values: np.ndarray, first: int, last: int) -> np.ndarray:
    """Lags first..last of a series in the columns, on its own rows; missing = NaN."""
    table = np.full((len(values), last - first + 1), np.nan)
    for place, lag in enumerate(range(first, last + 1)):
        table[lag:, place] = values[: len(values) - lag]
    return table


def _autoregression(index: np.ndarray, order: int) -> tuple[float, np.ndarray, np.ndarray]:
    design = np.column_stack([np.ones(len(index)), lagged(index, 1, order)])
    rows = np.isfinite(index) & np.isfinite(design).all(axis=1)
    if rows.sum() < 10 + 2 * order:
        raise ModelError(f"{rows.sum()} complete sessions are too few for {order} lags")
    fitted = np.linalg.lstsq(design[rows], index[rows], rcond=None)[0]
    if order == 1:
        fitted[1] += (1 + 3 * fitted[1]) / rows.sum()
    slopes = each_drawn_inside(fitted[None, 1:], _LARGEST)[0]
    constant = float(np.mean(index[rows] - design[rows][:, 1:] @ slopes))
    innovations = np.full(len(index), np.nan)
    innovations[rows] = index[rows] - constant - design[rows][:, 1:] @ slopes
    return constant, slopes, innovations

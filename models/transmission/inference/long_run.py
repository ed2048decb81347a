"""The long-run variance of Andrews (1991), prewhitened, as the tests for breaks use it.

Quadratic spectral kernel, automatic bandwidth from a first-order autoregression of each score
(Andrews, "Heteroskedasticity and Autocorrelation Consistent Covariance Matrix Estimation",
Econometrica 59(3), 1991), after a first-order vector autoregression has been taken out (Andrews
and Monahan, Econometrica 60(4), 1992). No constant in either autoregression and a divisor n - d,
as in the programs that go with Bai and Perron (2003).
"""

from __future__ import annotations

import numpy as np

from models.errors import ModelError

# A prewhitening root beyond this would blow the variance up without bound (Andrews and Monahan).
_LARGEST_ROOT = 0.97


def long_run_variance(scores: np.ndarray, prewhiten: bool = True) -> np.ndarray:
    """Long-run covariance of scores.

    Args:
        scores: shape (n, d), of mean 0: regressors times residuals.
        prewhiten: take a first-order vector autoregression out first, put it back afterwards.

    Returns:
        Shape (d, d), per observation.

    Raises:
        ModelError: a score is 0 throughout, so that nothing is left to measure.
    """
    if not prewhiten:
        return _kernel_sum(scores)
    moves = np.linalg.lstsq(scores[:-1], scores[1:], rcond=None)[0].T
    largest = float(np.abs(np.linalg.eigvals(moves)).max())
    if largest > _LARGEST_ROOT:
        moves = moves * (_LARGEST_ROOT / largest)
    recolour = np.linalg.inv(np.eye(scores.shape[1]) - moves)
    white = scores[1:] - scores[:-1] @ moves.T
    return np.asarray(recolour @ _kernel_sum(white) @ recolour.T)


def _kernel_sum(scores: np.ndarray) -> np.ndarray:
    n, d = scores.shape
    if (np.abs(scores).max(axis=0) == 0).any():
        raise ModelError("a regime is fitted exactly: its errors have no variance")
    weights = _quadratic_spectral(np.arange(1, n) / _bandwidth(scores))
    # The spectrum gives all autocovariances at once; there are as many lags as observations.
    padded = 1 << (2 * n - 1).bit_length()
    spectrum = np.fft.rfft(scores, padded, axis=0)
    crossed = spectrum[:, :, None] * spectrum[:, None, :].conj()
    lagged = np.fft.irfft(crossed, padded, axis=0)
    one_way = np.einsum("l,lij->ij", weights, lagged[1:n])
    return np.asarray((lagged[0] + one_way + one_way.T) / (n - d))


def _bandwidth(scores: np.ndarray) -> float:
    """Andrews' automatic bandwidth, every score of equal weight; 1.3221 goes with the kernel."""
    n = len(scores)
    above = below = 0.0
    for column in scores.T:
        now, before = column[1:], column[:-1]
        root = float(now @ before / (before @ before))
        variance = float(((now - root * before) ** 2).sum() / (n - 1))
        above += 4 * root**2 * variance**2 / (1 - root) ** 8
        below += variance**2 / (1 - root) ** 4
    # A white series has bandwidth 0: its weights would be 0 / 0.
    return max(float(1.3221 * (above / below * n) ** 0.2), 1e-3)


def _quadratic_spectral(ratio: np.ndarray) -> np.ndarray:
    angle = 6 * np.pi * ratio / 5
    return np.asarray(3 * (np.sin(angle) / angle - np.cos(angle)) / angle**2)

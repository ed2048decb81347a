"""One contrast of coefficients at many horizons, with the covariance over the horizons.

For each horizon h there is a regression of its own on its own rows. The estimate's error is a sum
over sessions of influence terms; terms of one session belong together over the horizons, so their
joint long-run covariance gives the covariance of the whole path (Montiel Olea and Plagborg-Moller,
"Simultaneous confidence bands", Journal of Applied Econometrics 34, 2019, section 3).

The Bartlett estimate with L lags is computed as the mean over all windows of
L + 1 sessions of the squared window sum. It equals the weighted sum of
autocovariances (Newey and West 1987) exactly, and is by construction positive semi-definite.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

_PART = 200_000  # numbers handled at once: what a cache holds


@dataclass(frozen=True)
class Paths:
    """Contrasts at each horizon of one or many samples.

    Attributes:
        estimates: shape (draws, horizons).
        weights: of each session's response in the estimate, shape (draws, horizons, n).
        residuals: scaled for the degrees of freedom, 0 where a session is not used; same shape.
    """

    estimates: np.ndarray
    weights: np.ndarray
    residuals: np.ndarray

    @property
    def influences(self) -> np.ndarray:
        """Terms whose sum over the sessions is the estimate's error."""
        return np.asarray(self.weights * self.residuals)

    @property
    def plain_errors(self) -> np.ndarray:
        """Standard errors were the residuals independent and of one variance, as `estimates`."""
        used = (self.residuals != 0).sum(axis=2)
        spread = (self.residuals**2).sum(axis=2) / used
        weights = np.where(self.residuals != 0, self.weights, 0.0)
        return np.asarray(np.sqrt(spread * (weights**2).sum(axis=2)))


def paths(
    designs: np.ndarray, responses: np.ndarray, present: np.ndarray, contrast: np.ndarray
) -> Paths:
    """Least squares of each response on the design, and what it says of one contrast.

    Sessions are the last axis, so that what runs over them lies together in memory.

    Args:
        designs: shape (draws, k, n); finite where any horizon is present, 0 elsewhere.
        responses: shape (draws, horizons, n); 0 where not present.
        present: sessions used at each horizon, shape (horizons, n), True or False.
        contrast: weights of the coefficients, shape (k,).
    """
    used = present.sum(axis=1)
    bread = np.linalg.inv(_moments(designs, present).astype("float64")).astype(designs.dtype)
    products = responses @ designs.transpose(0, 2, 1)
    slopes = np.einsum("dhij,dhj->dhi", bread, products)
    errors = slopes @ designs
    np.subtract(responses, errors, out=errors)
    errors *= (np.sqrt(used / (used - designs.shape[1]))[:, None] * present).astype(errors.dtype)
    chosen = contrast.astype(designs.dtype)
    return Paths(slopes @ chosen, (bread @ chosen) @ designs, errors)


def _moments(designs: np.ndarray, present: np.ndarray) -> np.ndarray:
    """Second moments of the design over each horizon's sessions, shape (draws, horizons, k, k)."""
    whole = designs @ designs.transpose(0, 2, 1)
    partly = ~present.all(axis=0)
    cut = designs[:, :, partly]
    absent = (~present[:, partly]).astype(designs.dtype)
    # Few sessions are absent at one horizon and present at another: those at the end, and gaps.
    missed = (cut[:, None] * absent[:, None]) @ cut.transpose(0, 2, 1)[:, None]
    return np.asarray(whole[:, None] - missed)


def covariance(influences: np.ndarray, lags: int) -> np.ndarray:
    """Long-run covariance over the horizons of one sample, shape (horizons, horizons).

    Args:
        influences: shape (horizons, n).
        lags: of the Bartlett kernel.
    """
    sums = _window_sums(influences, lags)
    return np.asarray(sums @ sums.T / (lags + 1))


def _window_sums(influences: np.ndarray, lags: int) -> np.ndarray:
    """Sums over every window of lags + 1 sessions, those that reach over the ends included."""
    *outer, n = influences.shape
    total = np.zeros((*outer, n + 2 * lags + 2), influences.dtype)
    np.cumsum(influences, axis=-1, out=total[..., lags + 1 : lags + 1 + n])
    total[..., lags + 1 + n :] = total[..., lags + n, None]
    return np.asarray(total[..., lags + 1 :] - total[..., : n + lags + 1])


def t_statistics(
    designs: np.ndarray,
    responses: np.ndarray,
    present: np.ndarray,
    contrast: np.ndarray,
    lags: int,
) -> np.ndarray:
    """HAC t statistics of a contrast, many samples at once.

    Args:
        designs: as `paths`.
        responses: as `paths`.
        present: as `paths`.
        contrast: as `paths`.
        lags: of the Bartlett kernel.

    Returns:
        Shape (draws, horizons).
    """
    parts = max(1, responses.size // _PART)
    found = []
    for x, y in zip(np.array_split(designs, parts), np.array_split(responses, parts), strict=True):
        if len(y):
            one = paths(x, y, present, contrast)
            sums = _window_sums(one.influences, lags)
            variances = np.einsum("dhn,dhn->dh", sums, sums) / (lags + 1)
            found.append(one.estimates / np.sqrt(variances))
    return np.concatenate(found)


def largest_of(covariances: np.ndarray, draws: int = 20_000, seed: int = 0) -> np.ndarray:
    """Draws of the largest |z| of normal variables with this covariance: the sup-t null.

    Args:
        covariances: shape (horizons, horizons), positive semi-definite.
        draws: how many.
        seed: of the draws.

    Returns:
        Shape (draws,).
    """
    errors = np.sqrt(np.diag(covariances))
    values, vectors = np.linalg.eigh(covariances / np.outer(errors, errors))
    root = vectors * np.sqrt(np.clip(values, 0.0, None))
    normal = np.random.default_rng(seed).standard_normal((draws, len(errors)))
    return np.asarray(np.abs(normal @ root.T).max(axis=1))

"""Vector autoregressions by least squares, many samples at once.

`y_t = c + A_1 y_{t-1} + ... + A_p y_{t-p} + e_t`. The library fits the one sample that a reader
looks at (`connectedness`, `toda_yamamoto`); what is here fits the windows and the bootstrap draws,
a thousand at a time, and a test holds the two together. Luetkepohl, "New Introduction to Multiple
Time Series Analysis", Springer, 2005, chapters 2 and 3.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.errors import ModelError

# Numbers of a design handled at once: more would leave the processor's cache, which makes it
# five times slower.
_PART = 100_000
# Regressors per equation that a series of this many observations may carry.
ROWS_PER_COEFFICIENT = 2
_SINGULAR = 1e-10


@dataclass(frozen=True)
class Autoregressions:
    """Fitted vector autoregressions, one per sample.

    Attributes:
        constant: shape (draws, k).
        lagged: A_1 to A_p, shape (draws, p, k, k); row = the equation.
        residuals: shape (draws, n - p, k).
        covariance: of the residuals, degrees of freedom adjusted, shape (draws, k, k).
    """

    constant: np.ndarray
    lagged: np.ndarray
    residuals: np.ndarray
    covariance: np.ndarray


def rows_needed(columns: int, lags: int) -> int:
    """Sessions below which a vector autoregression says nothing."""
    return lags + ROWS_PER_COEFFICIENT * (1 + columns * lags)


def fit(panels: np.ndarray, lags: int) -> Autoregressions:
    """Fit each sample.

    Args:
        panels: complete samples, shape (draws, n, k).
        lags: 1 or more.

    Raises:
        ModelError: a sample is too short, or two of its columns say the same.
    """
    fitted = [_solved(*lagged_design(part, lags), lags) for part in in_parts(panels, lags)]
    joined = (
        np.concatenate([getattr(one, name) for one in fitted])
        for name in ("constant", "lagged", "residuals", "covariance")
    )
    return Autoregressions(*joined)


def fit_with_gaps(panel: np.ndarray, lags: int) -> Autoregressions:
    """Fit one sample that may hold rows of NaN, without the sessions that lack their own or a lag.

    Args:
        panel: shape (n, k).
        lags: 1 or more.

    Raises:
        ModelError: too few complete rows, or two columns say the same.
    """
    response, design = lagged_design(panel[None], lags)
    whole = np.isfinite(response[0]).all(axis=1) & np.isfinite(design[0]).all(axis=1)
    return _solved(response[:, whole], design[:, whole], lags)


def in_parts(panels: np.ndarray, lags: int) -> list[np.ndarray]:
    """The samples, as many at a time as are quickest to fit."""
    parts = min(len(panels), panels.size * (lags + 1) // _PART + 1)
    return np.array_split(panels, parts)


def lagged_design(panels: np.ndarray, lags: int) -> tuple[np.ndarray, np.ndarray]:
    """Responses (draws, n - p, k) and designs (draws, n - p, 1 + kp): constant, lag 1, lag 2 ..."""
    draws, n, k = panels.shape
    design = np.empty((draws, max(n - lags, 0), 1 + k * lags))
    design[:, :, 0] = 1.0
    for lag in range(1, lags + 1):
        design[:, :, 1 + k * (lag - 1) : 1 + k * lag] = panels[:, lags - lag : n - lag]
    return panels[:, lags:], design


def _solved(response: np.ndarray, design: np.ndarray, lags: int) -> Autoregressions:
    draws, n, k = response.shape
    degrees = n - design.shape[2]
    if n < ROWS_PER_COEFFICIENT * design.shape[2]:
        raise ModelError(
            f"{n} complete rows after {lags} lags, where {design.shape[2]} coefficients an "
            f"equation need {ROWS_PER_COEFFICIENT * design.shape[2]}"
        )
    transposed = design.transpose(0, 2, 1)
    try:
        solved = np.linalg.solve(transposed @ design, transposed @ response)
    except np.linalg.LinAlgError as error:
        raise ModelError("the lags are collinear (two columns may say the same)") from error
    residuals = response - design @ solved
    lagged = solved[:, 1:].reshape(draws, lags, k, k).transpose(0, 1, 3, 2)
    covariance = residuals.transpose(0, 2, 1) @ residuals / degrees
    return Autoregressions(solved[:, 0], lagged, residuals, covariance)


def check_covariance(covariance: np.ndarray) -> None:
    """Refuse residuals of which one is told by the others.

    Args:
        covariance: shape (k, k).

    Raises:
        ModelError: the matrix is singular, or a variance is 0.
    """
    spread = np.sqrt(np.diag(covariance))
    if not np.isfinite(covariance).all() or not (spread > 0).all():
        raise ModelError("an equation of the vector autoregression fits exactly")
    if np.linalg.eigvalsh(covariance / np.outer(spread, spread))[0] < _SINGULAR:
        raise ModelError("the residual covariance is singular (two columns may say the same)")


def check_stable(root: float) -> None:
    """Refuse an autoregression whose forecast errors have no limit.

    Raises:
        ModelError: the largest root is not inside the unit circle.
    """
    if not root < 1:
        raise ModelError(
            f"the vector autoregression is unstable (largest root {root:.4f}): "
            "use returns or changes, not levels"
        )


def largest_root(lagged: np.ndarray) -> np.ndarray:
    """Modulus of the largest root of each companion matrix; below 1 = stable.

    Args:
        lagged: shape (draws, p, k, k).
    """
    draws, lags, k, _ = lagged.shape
    companion = np.zeros((draws, k * lags, k * lags))
    companion[:, :k] = lagged.transpose(0, 2, 1, 3).reshape(draws, k, k * lags)
    companion[:, k:, :-k] = np.eye(k * (lags - 1))
    return np.asarray(np.abs(np.linalg.eigvals(companion)).max(axis=1))


def drawn_inside(lagged: np.ndarray, most: float) -> np.ndarray:
    """The same autoregressions with no root beyond `most`: lag l is scaled by the l-th power."""
    shrink = np.minimum(1.0, most / np.maximum(largest_root(lagged), 1e-12))
    powers = shrink[:, None] ** np.arange(1, lagged.shape[1] + 1)
    return np.asarray(lagged * powers[:, :, None, None])


def each_drawn_inside(slopes: np.ndarray, most: float) -> np.ndarray:
    """As `drawn_inside`, of autoregressions of single series: shape (draws, lags)."""
    if not slopes.shape[1]:
        return slopes
    return np.asarray(drawn_inside(slopes[:, :, None, None], most)[:, :, 0, 0])


def moving_average(lagged: np.ndarray, terms: int) -> np.ndarray:
    """Responses Psi_0 = I, Psi_1 ... to a unit innovation, shape (draws, terms, k, k)."""
    draws, lags, k, _ = lagged.shape
    psi = np.zeros((draws, terms, k, k))
    psi[:, 0] = np.eye(k)
    for step in range(1, terms):
        for lag in range(1, min(lags, step) + 1):
            psi[:, step] += lagged[:, lag - 1] @ psi[:, step - lag]
    return psi


def simulate(
    constant: np.ndarray, lagged: np.ndarray, shocks: np.ndarray, start: np.ndarray
) -> np.ndarray:
    """Run autoregressions forward.

    Args:
        constant: shape (draws or 1, k).
        lagged: shape (draws or 1, p, k, k).
        shocks: shape (draws, n, k).
        start: the p rows before the first shock, shape (draws or 1, p, k).

    Returns:
        Start and path, shape (draws, p + n, k).
    """
    draws, n, k = shocks.shape
    lags = lagged.shape[1]
    # Newest lag first, so that the p rows before any row are one contiguous, reversed block.
    stacked = lagged[:, ::-1].transpose(0, 1, 3, 2).reshape(len(lagged), k * lags, k)
    path = np.empty((n + lags, draws, k))
    path[:lags] = np.broadcast_to(start, (draws, lags, k)).transpose(1, 0, 2)
    path[lags:] = (shocks + constant[:, None]).transpose(1, 0, 2)
    for row in range(lags, lags + n):
        before = path[row - lags : row].transpose(1, 0, 2).reshape(draws, k * lags)
        if len(stacked) == 1:
            path[row] += before @ stacked[0]
        else:
            path[row] += (before[:, None] @ stacked)[:, 0]
    return path.transpose(1, 0, 2)

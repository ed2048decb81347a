"""Regressions with errors robust to heteroscedasticity and autocorrelation.

`fit` calls statsmodels for the one real sample; `batch` is the same formula for some hundreds of
simulated samples at once (a test holds the two together). Newey and West, "A Simple, Positive
Semi-definite, Heteroskedasticity and Autocorrelation Consistent Covariance Matrix",
Econometrica 55(3), 1987: Bartlett weights, degrees-of-freedom correction, Student's t.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

_PART = 2_000_000  # numbers of a design handled at once


@dataclass(frozen=True)
class Fit:
    """A fitted regression: coefficients, their covariance, lags and degrees of freedom."""

    coefficients: np.ndarray
    covariance: np.ndarray
    residuals: np.ndarray
    lags: int
    degrees: int

    def value(self, position: int) -> float:
        """One coefficient."""
        return float(self.coefficients[position])

    def error(self, position: int) -> float:
        """Standard error of one coefficient."""
        return float(np.sqrt(self.covariance[position, position]))

    def p_value(self, position: int) -> float:
        """Two-sided p-value of one coefficient being 0."""
        from scipy.stats import t

        return float(2 * t.sf(abs(self.value(position)) / self.error(position), self.degrees))

    def interval(self, position: int, level: float) -> tuple[float, float]:
        """Interval of one coefficient."""
        return self.interval_of(self.value(position), self.error(position), level)

    def interval_of(self, value: float, error: float, level: float) -> tuple[float, float]:
        """Interval around any value with this standard error."""
        from scipy.stats import t

        reach = float(t.ppf(0.5 + level / 2, self.degrees)) * error
        return value - reach, value + reach


def newey_west_lags(n: int, horizon: int = 1) -> int:
    """Lags of the errors: `4 (n/100)^(2/9)` rounded down, and at least the horizon.

    Overlapping h-session returns have moving-average errors of h - 1 lags by construction.
    """
    return max(int(4 * (n / 100) ** (2 / 9)), horizon)


def fit(response: np.ndarray, design: np.ndarray, lags: int) -> Fit:
    """Least squares with HAC errors.

    Args:
        response: shape (n,).
        design: shape (n, k), the constant included.
        lags: of the Bartlett kernel.
    """
    from statsmodels.regression.linear_model import OLS

    result = OLS(response, design).fit(
        cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": True}, use_t=True
    )
    return Fit(
        coefficients=np.asarray(result.params),
        covariance=np.asarray(result.cov_params()),
        residuals=np.asarray(result.resid),
        lags=lags,
        degrees=design.shape[0] - design.shape[1],
    )


def batch(responses: np.ndarray, design: np.ndarray, lags: int) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients and covariances of many samples.

    Args:
        responses: shape (draws, n).
        design: shape (n, k), shared, or (draws, n, k).
        lags: of the Bartlett kernel.

    Returns:
        Coefficients (draws, k) and covariances (draws, k, k).
    """
    designs = np.broadcast_to(design, (len(responses), *design.shape[-2:]))
    # A part at a time: a thousand draws of 1,500 sessions would take a gigabyte at once.
    parts = max(1, designs.size // _PART)
    fitted = [
        _batch(y, x, lags)
        for y, x in zip(
            np.array_split(responses, parts), np.array_split(designs, parts), strict=True
        )
        if len(y)
    ]
    return np.concatenate([one for one, _ in fitted]), np.concatenate([two for _, two in fitted])


def _batch(responses: np.ndarray, designs: np.ndarray, lags: int) -> tuple[np.ndarray, np.ndarray]:
    n, k = designs.shape[1:]
    transposed = designs.transpose(0, 2, 1)
    bread = np.linalg.inv(transposed @ designs)
    coefficients = (bread @ (transposed @ responses[:, :, None]))[:, :, 0]
    errors = responses - (designs @ coefficients[:, :, None])[:, :, 0]
    scores = designs * errors[:, :, None]
    meat = scores.transpose(0, 2, 1) @ scores
    for lag in range(1, lags + 1):
        shifted = scores[:, lag:].transpose(0, 2, 1) @ scores[:, :-lag]
        meat += (1 - lag / (lags + 1)) * (shifted + shifted.transpose(0, 2, 1))
    return coefficients, bread @ meat @ bread * (n / (n - k))


def wald(coefficients: np.ndarray, covariances: np.ndarray, positions: list[int]) -> np.ndarray:
    """F form of the Wald statistic that the coefficients at `positions` are all 0.

    Args:
        coefficients: shape (draws, k).
        covariances: shape (draws, k, k).
        positions: which are restricted.

    Returns:
        Statistics, shape (draws,), to be held against F(restrictions, n - k).
    """
    chosen = coefficients[:, positions]
    inner = covariances[np.ix_(range(len(covariances)), positions, positions)]
    solved = np.linalg.solve(inner, chosen[:, :, None])[:, :, 0]
    return np.asarray((chosen * solved).sum(axis=1) / len(positions))

"""The likelihood of GARCH(1,1) with regressors in mean and variance, and its exact derivatives.

    r_t = mu + d' m_t + e_t,    h_t = omega + alpha e_{t-1}^2 + beta h_{t-1} + g' x_t

`arch` has no regressors in the variance equation, so the likelihood is written out here; without
them it is the one of `arch` (a test holds the two together). The derivatives are those of
Fiorentini, Calzolari and Panattoni, "Analytic Derivatives and the Computation of GARCH Estimates",
Journal of Applied Econometrics 11(4), 1996.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

_DECAY = 0.94
_BACKCAST_SESSIONS = 75


def filtered(drive: np.ndarray, beta: float, before: np.ndarray | float = 0.0) -> np.ndarray:
    """`y_t = drive_t + beta y_{t-1}` along the last axis, with `y_{-1} = before`."""
    from scipy.signal import lfilter

    start = np.broadcast_to(beta * np.asarray(before, dtype="float64"), drive.shape[:-1])
    return np.asarray(lfilter([1.0], [1.0, -beta], drive, zi=start[..., None])[0])


def lagged(values: np.ndarray, before: np.ndarray | float) -> np.ndarray:
    """Each value one place later along the last axis; `before` comes first."""
    first = np.broadcast_to(np.asarray(before, dtype="float64"), values.shape[:-1])[..., None]
    return np.concatenate([first, values[..., :-1]], axis=-1)


def early_variance(residuals: np.ndarray) -> float:
    """The back-cast of `arch`: squares of the first 75 sessions, weights .94^i."""
    early = residuals[:_BACKCAST_SESSIONS] ** 2
    weights = _DECAY ** np.arange(len(early))
    return float(early @ weights / weights.sum())


@dataclass(frozen=True)
class Likelihood:
    """Data and form of the model; parameters are `mu, d, omega, alpha, beta, g[, nu]`.

    Attributes:
        returns: shape (n,).
        mean: regressors of the mean, the constant first, shape (n, k).
        variance: regressors of the variance, none negative, shape (n, m).
        student: whether the errors are Student's t (standardised) rather than normal.
        backcast: variance and squared error before the first session; None = the mean of the
            squared errors at the parameters themselves.
    """

    returns: np.ndarray
    mean: np.ndarray
    variance: np.ndarray
    student: bool
    backcast: float | None

    def parts(self, theta: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
        """Errors, conditional variances and the back-cast."""
        k = self.mean.shape[1]
        omega, alpha, beta = theta[k : k + 3]
        errors = self.returns - self.mean @ theta[:k]
        before = float(np.mean(errors**2)) if self.backcast is None else self.backcast
        drive = omega + alpha * lagged(errors**2, before) + self.variance @ self._effects(theta)
        return errors, filtered(drive, beta, before), before

    def terms(self, theta: np.ndarray) -> np.ndarray:
        """Log-likelihood of each session."""
        errors, h, _ = self.parts(theta)
        if not self.student:
            return np.asarray(-0.5 * (np.log(2 * np.pi) + np.log(h) + errors**2 / h))
        from scipy.special import gammaln

        nu = theta[-1]
        constant = gammaln((nu + 1) / 2) - gammaln(nu / 2) - 0.5 * np.log(np.pi * (nu - 2))
        tail = np.log1p(errors**2 / (h * (nu - 2)))
        return np.asarray(constant - 0.5 * np.log(h) - 0.5 * (nu + 1) * tail)

    def scores(self, theta: np.ndarray) -> np.ndarray:
        """Derivative of each session's term, shape (n, parameters)."""
        errors, h, _ = self.parts(theta)
        slope_h = self.slopes(theta)
        z2 = errors**2 / h
        nu = theta[-1]
        weight = (nu + 1) / (nu - 2 + z2) if self.student else np.ones(len(h))
        scores: np.ndarray = 0.5 * ((weight * z2 - 1) / h)[:, None] * slope_h
        k = self.mean.shape[1]
        scores[:, :k] += (weight * errors / h)[:, None] * self.mean
        if not self.student:
            return scores
        from scipy.special import digamma

        constant = digamma((nu + 1) / 2) - digamma(nu / 2) - 1 / (nu - 2)
        of_nu = 0.5 * (constant - np.log1p(z2 / (nu - 2)) + weight * z2 / (nu - 2))
        return np.column_stack([scores, of_nu])

    def slopes(self, theta: np.ndarray) -> np.ndarray:
        """Derivatives of the conditional variance by mean and variance parameters, (n, .)."""
        errors, h, before = self.parts(theta)
        k = self.mean.shape[1]
        alpha, beta = theta[k + 1 : k + 3]
        by_mean = -2 * errors[:, None] * self.mean
        start = by_mean.mean(axis=0) if self.backcast is None else np.zeros(k)
        columns = [
            filtered(alpha * lagged(by_mean[:, j], start[j]), beta, start[j]) for j in range(k)
        ]
        drives = [np.ones(len(h)), lagged(errors**2, before), lagged(h, before), *self.variance.T]
        return np.column_stack([*columns, *(filtered(drive, beta) for drive in drives)])

    def hessian(self, theta: np.ndarray, free: np.ndarray) -> np.ndarray:
        """Second derivatives of the log-likelihood by the free parameters (central differences)."""

        def gradient(point: np.ndarray) -> np.ndarray:
            return np.asarray(self.scores(point).sum(axis=0)[free])

        places = np.flatnonzero(free)
        rows = [_difference(gradient, theta, int(place)) for place in places]
        half = np.array(rows)
        return np.asarray((half + half.T) / 2)

    def _effects(self, theta: np.ndarray) -> np.ndarray:
        first = self.mean.shape[1] + 3
        return theta[first : first + self.variance.shape[1]]


def _difference(
    gradient: Callable[[np.ndarray], np.ndarray], theta: np.ndarray, place: int
) -> np.ndarray:
    step = 1e-5 * max(abs(theta[place]), 1e-2)
    above, below = theta.copy(), theta.copy()
    above[place] += step
    below[place] -= step
    return np.asarray((gradient(above) - gradient(below)) / (2 * step))

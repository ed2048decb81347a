"""The maximum of a GARCH likelihood: several starts, a constrained search, Newton's last steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from models.errors import ModelError

if TYPE_CHECKING:
    from models.transmission.garch_likelihood import Likelihood

# Persistence and the share of it that is alpha, from which the search starts.
_STARTS = ((0.95, 0.10), (0.85, 0.25), (0.99, 0.04))
_MOST_PERSISTENT = 0.99999
_BORDER = 1e-7
_NU = (2.05, 500.0)


def maximum(likelihood: Likelihood) -> np.ndarray:
    """The parameters, in the units of the data.

    The search is in units of the returns' and the regressors' own size.

    Raises:
        ModelError: no start led to a maximum.
    """
    scaled, units = _scaled(likelihood)
    lower, upper = _bounds(scaled)
    found = [_search(scaled, start, lower, upper) for start in _starts(scaled)]
    usable = [one for one in found if one is not None]
    if not usable:
        raise ModelError("GARCH did not converge: the search failed from every start")
    best = max(usable, key=lambda theta: float(scaled.terms(theta).sum()))
    theta = _polished(scaled, best, lower, upper)
    free = _free(scaled, theta, lower, upper)
    slope = scaled.scores(theta).mean(axis=0)
    # Of omega the relative slope: near 0 a step that is nothing moves the likelihood a lot.
    slope[scaled.mean.shape[1]] *= theta[scaled.mean.shape[1]]
    if np.abs(slope[free]).max(initial=0.0) > 1e-4:
        raise ModelError("GARCH did not converge: the likelihood still rises where it stopped")
    return np.asarray(theta * units)


def standard_errors(likelihood: Likelihood, theta: np.ndarray, kind: str) -> np.ndarray:
    """Errors of the parameters; missing for those on a border, which are held fixed.

    Raises:
        ModelError: no such kind of errors.
    """
    if kind not in ("robust", "hessian", "gradient"):
        raise ModelError(f"covariance is robust, hessian or gradient, not {kind}")
    scaled, units = _scaled(likelihood)
    at = theta / units
    free = _free(scaled, at, *_bounds(scaled))
    k, m = likelihood.mean.shape[1], likelihood.variance.shape[1]
    if not free[k + 1] and not free[k + 3 : k + 3 + m].any():
        # Nothing moves the variance: its level is known, not its division into omega and beta.
        free[k : k + 3] = False
    scores = scaled.scores(at)[:, free]
    outer = scores.T @ scores
    errors = np.full(len(theta), np.nan)
    try:
        bread = np.linalg.inv(-scaled.hessian(at, free))
        covariance = {
            "hessian": bread,
            "gradient": np.linalg.inv(outer),
            "robust": bread @ outer @ bread,
        }[kind]
    except np.linalg.LinAlgError:
        return errors  # the likelihood is flat there
    variances = np.diag(covariance)
    errors[free] = np.sqrt(np.where(variances > 0, variances, np.nan))
    return np.asarray(errors * units)


def _scaled(likelihood: Likelihood) -> tuple[Likelihood, np.ndarray]:
    """The same model of returns with unit variance, and the units of its parameters."""
    from dataclasses import replace

    size = float(likelihood.returns.std())
    of_mean = np.sqrt(np.mean(likelihood.mean**2, axis=0))
    of_variance = likelihood.variance.mean(axis=0)
    backcast = likelihood.backcast
    scaled = replace(
        likelihood,
        returns=likelihood.returns / size,
        mean=likelihood.mean / of_mean,
        variance=likelihood.variance / of_variance,
        backcast=None if backcast is None else backcast / size**2,
    )
    shape = [1.0] if likelihood.student else []
    return scaled, np.r_[size / of_mean, size**2, 1.0, 1.0, size**2 / of_variance, shape]


def _bounds(likelihood: Likelihood) -> tuple[np.ndarray, np.ndarray]:
    k, m = likelihood.mean.shape[1], likelihood.variance.shape[1]
    size = float(likelihood.returns.var())
    nu = ([_NU[0]], [_NU[1]]) if likelihood.student else ([], [])
    lower = np.r_[np.full(k, -np.inf), 1e-8 * size, np.zeros(2 + m), nu[0]]
    upper = np.r_[np.full(k, np.inf), np.inf, 1.0, 1.0, np.full(m, np.inf), nu[1]]
    return lower, upper


def _starts(likelihood: Likelihood) -> list[np.ndarray]:
    coefficients = np.linalg.lstsq(likelihood.mean, likelihood.returns, rcond=None)[0]
    left = float((likelihood.returns - likelihood.mean @ coefficients).var())
    m = likelihood.variance.shape[1]
    nu = [8.0] if likelihood.student else []
    return [
        np.r_[
            coefficients,
            left * (1 - persistence),
            persistence * share,
            persistence * (1 - share),
            np.full(m, 0.05 * left * (1 - persistence) / max(m, 1)),
            nu,
        ]
        for persistence, share in _STARTS
    ]


def _search(
    likelihood: Likelihood, start: np.ndarray, lower: np.ndarray, upper: np.ndarray
) -> np.ndarray | None:
    from scipy.optimize import minimize

    k = likelihood.mean.shape[1]
    slope = np.zeros(len(start))
    slope[k + 1 : k + 3] = -1.0
    persistent = {
        "type": "ineq",
        "fun": lambda theta: _MOST_PERSISTENT - theta[k + 1] - theta[k + 2],
        "jac": lambda _: slope,
    }

    def inside(theta: np.ndarray) -> np.ndarray:
        # A line search may try a point a hair outside.
        return np.asarray(np.clip(theta, lower, upper))

    result = minimize(
        lambda theta: -float(likelihood.terms(inside(theta)).mean()),
        start,
        jac=lambda theta: -likelihood.scores(inside(theta)).mean(axis=0),
        method="SLSQP",
        bounds=list(zip(lower, upper, strict=True)),
        constraints=[persistent],
        options={"maxiter": 300, "ftol": 1e-10},
    )
    found = inside(np.asarray(result.x))
    usable = result.status in (0, 8) and np.isfinite(likelihood.terms(found)).all()
    return found if usable else None


def _free(
    likelihood: Likelihood, theta: np.ndarray, lower: np.ndarray, upper: np.ndarray
) -> np.ndarray:
    """Which parameters lie inside what is allowed; at full persistence omega to beta do not."""
    k = likelihood.mean.shape[1]
    free: np.ndarray = (theta > lower + _BORDER) & (theta < upper - _BORDER)
    # Below a millionth of the variance the search stops anywhere above the bound.
    free[k] = theta[k] > 100 * lower[k]
    if theta[k + 1] + theta[k + 2] > _MOST_PERSISTENT - _BORDER:
        free[k + 1 : k + 3] = False
    return free


def _polished(
    likelihood: Likelihood, theta: np.ndarray, lower: np.ndarray, upper: np.ndarray
) -> np.ndarray:
    """Newton's steps on the free parameters, as long as each raises the likelihood."""
    value = float(likelihood.terms(theta).sum())
    for _ in range(8):
        free = _free(likelihood, theta, lower, upper)
        slope = likelihood.scores(theta).sum(axis=0)[free]
        hessian = likelihood.hessian(theta, free)
        if not len(slope) or np.linalg.matrix_rank(hessian) < len(slope):
            break
        moved = theta.copy()
        moved[free] -= np.linalg.solve(hessian, slope)
        k = likelihood.mean.shape[1]
        outside = (moved < lower).any() or (moved > upper).any()
        if outside or moved[k + 1] + moved[k + 2] > _MOST_PERSISTENT:
            break
        reached = float(likelihood.terms(moved).sum())
        if not reached >= value:
            break
        gain, theta, value = reached - value, moved, reached
        if gain < 1e-12:
            break
    return theta

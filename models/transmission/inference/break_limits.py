"""What the statistics of breaks tend to: critical values, and the law of an estimated date.

The critical values are this project's own simulation of the limits in Bai and Perron,
"Estimating and Testing Linear Models with Multiple Structural Changes", Econometrica 66(1), 1998;
the date's law is that of Bai, "Estimation of a Change Point in Multiple Regression Models",
Review of Economics and Statistics 79(4), 1997.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from models.errors import ModelError
from models.transmission.inference.partitions import partition

_SEED = 1998
_ONE_BREAK = (10_000, 1_000)  # paths, steps
_MANY_BREAKS = (4_000, 500)
_PART = 1_000


@lru_cache(maxsize=32)
def one_break_draws(coefficients: int, trimming: float) -> np.ndarray:
    """Draws from the limit of supF(1|0): the largest squared tied-down Bessel process.

    Args:
        coefficients: that may break.
        trimming: share of the sample in the shortest regime.

    Returns:
        Sorted, shape (10,000,); a read-only array.
    """
    paths, steps = _ONE_BREAK
    rng = np.random.default_rng([_SEED, coefficients])
    share = np.arange(1, steps) / steps
    inside = (share >= trimming) & (share <= 1 - trimming)
    found = []
    for _ in range(paths // _PART):
        total = np.zeros((_PART, int(inside.sum())))
        for _ in range(coefficients):
            walk = np.cumsum(rng.standard_normal((_PART, steps)), axis=1) / np.sqrt(steps)
            bridge = (walk[:, :-1] - share * walk[:, -1:])[:, inside]
            total += bridge**2 / (share * (1 - share))[inside]
        found.append(total.max(axis=1))
    answer = np.sort(np.concatenate(found))
    answer.flags.writeable = False
    return answer


@lru_cache(maxsize=16)
def many_breaks_draws(coefficients: int, trimming: float, most: int) -> np.ndarray:
    """Draws from the joint limit of supF(k|0), k = 1 to `most`; shape (4,000, most).

    The limit depends on the regressors through their number alone, so independent signs stand
    for all. Candidate dates 1/500 of the sample apart, as here, put the values some 2 % below
    those of a continuous search.
    """
    paths, steps = _MANY_BREAKS
    rng = np.random.default_rng([_SEED, coefficients, most])
    design = np.column_stack([np.ones(steps), rng.choice([-1.0, 1.0], (steps, coefficients - 1))])
    least = max(int(trimming * steps), coefficients + 1)
    found = partition(rng.standard_normal((paths, steps)), design, least, most)
    answer = np.asarray((found.ssr[:, :1] - found.ssr[:, 1:]) / np.arange(1, most + 1))
    answer.flags.writeable = False
    return answer


def one_break_critical(coefficients: int, trimming: float, alpha: float, regimes: int = 1) -> float:
    """Critical value of supF(l+1|l): the largest of `regimes` = l + 1 independent supF(1|0)."""
    draws = one_break_draws(coefficients, trimming)
    return float(np.quantile(draws, (1 - alpha) ** (1 / regimes)))


def date_quantile(share: float, eta: float, before: float, after: float) -> float:
    """Quantile of the limit of a scaled break date's error (estimated minus true).

    Args:
        share: between 0 and 1.
        eta: second moments of the regressors after the break over those before, along the change.
        before: variance of the errors before the break, along the change.
        after: the same after it.

    Raises:
        ModelError: the law cannot be evaluated at these variances.
    """
    from scipy.optimize import brentq

    low, high = -1.0, 1.0
    while _date_law(low, eta, before, after) > share and low > -1e9:
        low *= 2
    while _date_law(high, eta, before, after) < share and high < 1e9:
        high *= 2
    try:
        return float(brentq(lambda at: _date_law(at, eta, before, after) - share, low, high))
    except ValueError as error:
        raise ModelError("the law of the break's date cannot be evaluated") from error


def _date_law(at: float, eta: float, before: float, after: float) -> float:
    """Distribution function of the date's error, Bai (1997), appendix B."""
    from scipy.stats import norm

    root = float(np.sqrt(abs(at)))
    if at <= 0:
        ratio = before / after
        steep, slope = ratio * (1 + ratio) / 2, (1 + 2 * ratio) / 2
        tail = float(np.exp(-steep * at + norm.logcdf(-slope * root)))
        return float(
            -root / np.sqrt(2 * np.pi) * np.exp(at / 8)
            - slope / steep * tail
            + (2 * slope**2 / steep - 2 - at / 2) * norm.cdf(-root / 2)
        )
    pull = np.sqrt(before * eta / after)
    slope = np.sqrt(after * eta / before) + pull / 2
    steep = (after / before + 1) * eta / 2
    tail = float(np.exp(steep * at + norm.logcdf(-slope * root)))
    return float(
        1
        + pull / np.sqrt(2 * np.pi) * root * np.exp(-(pull**2) * at / 8)
        + pull * slope / steep * tail
        + (2 - pull**2 * at / 2 - 2 * slope**2 / steep) * norm.cdf(-pull * root / 2)
    )

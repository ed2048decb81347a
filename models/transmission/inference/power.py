"""Power: the smallest effect that a sample finds 8 times in 10 at the 5 % level.

It is the power of one test alone: the correction for many tests asks for a smaller p-value, so
within a family an effect must be larger to be found as often.
"""

from __future__ import annotations

import numpy as np

from models.errors import ModelError


def needed_distance(alpha: float = 0.05, power: float = 0.80) -> float:
    """Standard errors between nothing and an effect found with this power (2.80 as given)."""
    from scipy.stats import norm

    return float(norm.ppf(1 - alpha / 2) + norm.ppf(power))


def smallest_effect(standard_error: float, alpha: float = 0.05, power: float = 0.80) -> float:
    """Smallest detectable effect in the unit of its standard error."""
    return needed_distance(alpha, power) * standard_error


def normal_reach(level: float) -> float:
    """Standard errors from the middle to the ends of a normal interval of this level."""
    from scipy.stats import norm

    return float(norm.ppf(0.5 + level / 2))


def search_inflation(statistics: np.ndarray, alpha: float = 0.05) -> float:
    """How much larger an effect must be because the largest of many statistics is looked at.

    Args:
        statistics: the search's largest |t| (or root of the largest Wald statistic of one degree
            of freedom) in each world without an effect.
        alpha: level of the test.

    Returns:
        Their critical value over that of a single test, at least 1.
    """
    return max(1.0, float(np.quantile(statistics, 1 - alpha)) / normal_reach(1 - alpha))


def smallest_correlation(n: int, alpha: float = 0.05, power: float = 0.80) -> float:
    """Smallest detectable |rho| of `n` independent pairs, by Fisher's z.

    Raises:
        ModelError: fewer than 4 pairs.
    """
    if n < 4:
        raise ModelError(f"{n} pairs detect no correlation")
    return correlation_of(1 / (n - 3) ** 0.5, alpha, power)


def correlation_of(relative_error: float, alpha: float = 0.05, power: float = 0.80) -> float:
    """Smallest detectable |rho| where rho (Fisher's z) has this standard error.

    For a regression that is the slope's standard error times the standard deviation of the
    regressor over that of the response, both net of the controls: so the error's form
    (overlapping horizons, clustered variance) counts.
    """
    import math

    return math.tanh(needed_distance(alpha, power) * relative_error)


def smallest_joint_correlation(
    n: int,
    restrictions: int,
    alpha: float = 0.05,
    power: float = 0.80,
    inflation: float = 1.0,
) -> float:
    """Smallest detectable partial |rho| of a Wald test with several restrictions.

    The non-centrality at which a chi-squared variable exceeds its critical value with the given
    power is n * R2 / (1 - R2). `inflation` multiplies the critical value, where the nominal one
    rejects too easily.
    """
    from scipy.optimize import brentq
    from scipy.stats import chi2, ncx2

    critical = inflation * chi2.ppf(1 - alpha, restrictions)
    distance = brentq(lambda at: ncx2.sf(critical, restrictions, at) - power, 1e-6, 1e4)
    return float((distance / (n + distance)) ** 0.5)

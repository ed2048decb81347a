"""Is a series stationary? Asked from both sides, because either test alone misleads.

The augmented Dickey-Fuller test has a unit root as its null, the KPSS test (Kwiatkowski,
Phillips, Schmidt and Shin, Journal of Econometrics 54, 1992) stationarity. Where they disagree
the sample cannot tell.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np

from models.errors import ModelError


@dataclass(frozen=True)
class UnitRoot:
    """Statistics and p-values of both tests, and the lags of the first."""

    adf: float
    adf_p: float
    adf_lags: int
    kpss: float
    kpss_p: float

    def answer(self, alpha: float, adf_p: float | None = None) -> str:
        """What both tests say together; `adf_p` in place of a p-value that cannot be trusted."""
        rooted, moving = (self.adf_p if adf_p is None else adf_p) >= alpha, self.kpss_p < alpha
        if not rooted and not moving:
            return "stationary: a unit root is rejected, stationarity is not"
        if rooted and moving:
            return "not stationary: a unit root is not rejected, stationarity is"
        if rooted:
            return "this sample could not tell: neither a unit root nor stationarity is rejected"
        return "mixed: both a unit root and stationarity are rejected (a break, or long memory)"


def unit_root(values: np.ndarray) -> UnitRoot:
    """Both tests with a constant; lags of the first by the Bayesian criterion.

    Args:
        values: consecutive observations without gaps.

    Raises:
        ModelError: fewer than 20 observations, missing values, a constant, or a series of which
            the library can make no test.
    """
    if len(values) < 20 or not np.isfinite(values).all() or np.ptp(values) == 0:
        raise ModelError("a unit root test needs 20 known values that are not all the same")
    from arch.unitroot import ADF, KPSS
    from arch.utility.exceptions import InfeasibleTestException

    try:
        dickey_fuller = ADF(values, trend="c", method="bic")
        with warnings.catch_warnings():
            # The library announces that it now chooses the lags from the data: what is wanted.
            warnings.simplefilter("ignore", DeprecationWarning)
            kpss = KPSS(values, trend="c")
        return UnitRoot(
            adf=float(dickey_fuller.stat),
            adf_p=float(dickey_fuller.pvalue),
            adf_lags=int(dickey_fuller.lags),
            kpss=float(kpss.stat),
            kpss_p=float(kpss.pvalue),
        )
    except InfeasibleTestException as error:
        # Said of a series that repeats itself exactly, for one.
        raise ModelError(f"no unit root test is possible: {str(error).splitlines()[0]}") from error

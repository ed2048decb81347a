"""Granger causality between levels, whatever their order of integration.

Toda and Yamamoto, "Statistical Inference in Vector Autoregressions with Possibly Integrated
Processes", Journal of Econometrics 66, 1995: in a vector autoregression of k + d lags, d the
highest order of integration, the Wald statistic that the first k lags of the cause are 0 is
chi-squared with k degrees of freedom, with or without cointegration. The d lags more are fitted
and not tested.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from models.errors import ModelError
from models.transmission import display
from models.transmission import vector_autoregression as var
from models.transmission.frames import complete
from models.transmission.unit_roots import unit_root

if TYPE_CHECKING:
    from statsmodels.regression.linear_model import RegressionResultsWrapper

CRITERIA = ("bic", "aic")
_CHECKED_LAGS = 5
_LEVEL = 0.05


@dataclass(frozen=True)
class TodaYamamotoResult:
    """The test of one direction.

    Attributes:
        cause: column whose lags are tested.
        effect: column of the equation.
        statistic: Wald.
        p: of chi-squared with `lags` degrees of freedom.
        lags: k, tested.
        extra: d, fitted and not tested.
        orders: order of integration of each column, as found; empty where `extra` was given.
        coefficients: of the tested lags.
        covariance: of these coefficients.
        p_autocorrelation: Breusch-Godfrey test that the equation's residuals have none up to lag 5.
        n: rows used, after the lags.
    """

    cause: str
    effect: str
    statistic: float
    p: float
    lags: int
    extra: int
    orders: dict[str, int]
    coefficients: np.ndarray
    covariance: np.ndarray
    p_autocorrelation: float
    n: int

    @property
    def total(self) -> float:
        """Sum of the tested coefficients; it says the direction and is not what is tested."""
        return float(self.coefficients.sum())

    @property
    def total_error(self) -> float:
        """Standard error of that sum."""
        return float(np.sqrt(self.covariance.sum()))

    def to_frame(self) -> pd.DataFrame:
        """The tested coefficients and their standard errors, by lag."""
        return pd.DataFrame(
            {"coefficient": self.coefficients, "error": np.sqrt(np.diag(self.covariance))},
            index=pd.RangeIndex(1, self.lags + 1, name="lag"),
        )

    def summary(self) -> str:
        """Test and coefficients as text."""
        return display.text(self._title, self.to_frame(), self._notes)

    def _repr_html_(self) -> str:
        return display.html(self._title, self.to_frame(), self._notes)

    @property
    def _title(self) -> str:
        return f"Toda-Yamamoto: do the lags of {self.cause} tell {self.effect}?"

    @property
    def _notes(self) -> list[str]:
        return [
            f"chi2({self.lags}) = {self.statistic:.3f}, p = {self.p:.4f}; {self.lags} lags tested, "
            f"{self.extra} more fitted, {self.n} rows",
            f"residual autocorrelation (Breusch-Godfrey, 5 lags): p = {self.p_autocorrelation:.4f}",
        ]


@dataclass(frozen=True)
class TodaYamamoto:
    """What to test.

    Attributes:
        frame: levels, one column per series, complete and in order; columns beside cause and
            effect are in the autoregression as controls.
        cause: column whose lags are tested.
        effect: column that they may tell.
        lags: k; None = by `criterion` for the whole system, then one more at a time while the
            tested equation's residuals are autocorrelated at the 5 % level.
        max_lags: most lags tried.
        extra: d; None = the highest order of integration of the columns (`integration_order`).
        criterion: `bic` or `aic`.
    """

    frame: pd.DataFrame
    cause: str
    effect: str
    lags: int | None = None
    max_lags: int = 5
    extra: int | None = None
    criterion: str = "bic"

    def fit(self) -> TodaYamamotoResult:
        """Fit the augmented autoregression's equation of the effect and test.

        Raises:
            ModelError: the frame cannot be used (`frames.complete`), lacks a column, is too short
                for the lags, or its columns are collinear.
        """
        table = self._checked()
        orders = {} if self.extra is not None else _orders(table)
        extra = max(orders.values()) if self.extra is None else self.extra
        equation = self._equation(table, extra)
        places = [place for place, name in enumerate(equation.names) if name in equation.tested]
        library = equation.library
        wald = library.wald_test(np.eye(len(equation.names))[places], use_f=False, scalar=True)
        return TodaYamamotoResult(
            cause=self.cause,
            effect=self.effect,
            statistic=float(wald.statistic),
            p=float(wald.pvalue),
            lags=len(places),
            extra=extra,
            orders=orders,
            coefficients=np.asarray(library.params)[places],
            covariance=np.asarray(library.cov_params())[np.ix_(places, places)],
            p_autocorrelation=equation.p_autocorrelation,
            n=int(library.nobs),
        )

    def _checked(self) -> pd.DataFrame:
        if self.criterion not in CRITERIA:
            raise ModelError(f"criterion is {' or '.join(CRITERIA)}, not {self.criterion}")
        tested = self.max_lags if self.lags is None else self.lags
        if tested < 1 or (self.extra or 0) < 0:
            raise ModelError("lags are 1 or more, and extra lags 0 or more")
        for name in (self.cause, self.effect):
            if name not in self.frame:
                raise ModelError(f"there is no column {name}")
        if self.cause == self.effect:
            raise ModelError(f"{self.cause} cannot be its own cause")
        most = tested + (2 if self.extra is None else self.extra)
        table = complete(self.frame, var.rows_needed(self.frame.shape[1], most))
        var.check_covariance(np.cov(table.to_numpy().T))
        return table

    def _equation(self, table: pd.DataFrame, extra: int) -> _Equation:
        if self.lags is not None:
            return _Equation(table, self.cause, self.effect, self.lags, extra)
        first = _chosen_lags(table, self.max_lags, self.criterion)
        for lags in range(first, self.max_lags + 1):
            equation = _Equation(table, self.cause, self.effect, lags, extra)
            if equation.p_autocorrelation >= _LEVEL:
                break
        return equation


def integration_order(values: np.ndarray) -> int:
    """How often a series must be differenced: 0, 1 or 2.

    0 only where a unit root is rejected and stationarity is not, both at 5 %: an extra lag too
    many costs a little power, one too few the size. 2 where the differences still have a unit
    root.

    Raises:
        ModelError: too few values, or values of which no test can be made.
    """
    found = unit_root(values)
    if found.adf_p < _LEVEL and found.kpss_p >= _LEVEL:
        return 0
    return 1 if unit_root(np.diff(values)).adf_p < _LEVEL else 2


def _orders(table: pd.DataFrame) -> dict[str, int]:
    return {str(name): integration_order(table[name].to_numpy()) for name in table}


def _chosen_lags(table: pd.DataFrame, most: int, criterion: str) -> int:
    """Lags of the system, at least 1, all compared on the same rows."""
    from statsmodels.tsa.api import VAR

    try:
        orders = VAR(table.to_numpy()).select_order(most, trend="c").selected_orders
    except np.linalg.LinAlgError as error:
        raise ModelError("the lags of the columns are collinear") from error
    return max(1, int(orders[criterion]))


@dataclass(frozen=True)
class _Equation:
    """The effect's equation in the augmented autoregression."""

    table: pd.DataFrame
    cause: str
    effect: str
    lags: int
    extra: int

    @property
    def names(self) -> list[str]:
        """Of the regressors, in the order of `lagged_design`."""
        depth = range(1, self.lags + self.extra + 1)
        return ["constant", *(f"{name}-{lag}" for lag in depth for name in self.table)]

    @property
    def tested(self) -> list[str]:
        return [f"{self.cause}-{lag}" for lag in range(1, self.lags + 1)]

    @cached_property
    def library(self) -> RegressionResultsWrapper:
        from statsmodels.regression.linear_model import OLS

        values = self.table.to_numpy()[None]
        response, design = var.lagged_design(values, self.lags + self.extra)
        if np.linalg.matrix_rank(design[0]) < design.shape[2]:
            raise ModelError("the lags of the columns are collinear")
        place = list(self.table).index(self.effect)
        fitted = OLS(response[0, :, place], design[0]).fit()
        if fitted.ssr <= 1e-20 * fitted.centered_tss:
            raise ModelError(f"the lags tell {self.effect} exactly")
        return fitted

    @cached_property
    def p_autocorrelation(self) -> float:
        from statsmodels.stats.diagnostic import acorr_breusch_godfrey

        found = acorr_breusch_godfrey(self.library, nlags=_CHECKED_LAGS, result_object=False)
        return float(found[3])


def wald_statistics(
    panels: np.ndarray, cause: int, effect: int, lags: int, extra: int
) -> np.ndarray:
    """The same Wald statistic of many samples.

    Args:
        panels: complete samples, shape (draws, n, k).
        cause: column whose lags are tested.
        effect: column of the equation.
        lags: tested.
        extra: fitted and not tested.

    Returns:
        Shape (draws,).
    """
    k = panels.shape[2]
    places = [1 + k * lag + cause for lag in range(lags)]
    found = []
    for part in var.in_parts(panels, lags + extra):
        response, design = var.lagged_design(part, lags + extra)
        transposed = design.transpose(0, 2, 1)
        bread = np.linalg.inv(transposed @ design)
        y = response[:, :, effect, None]
        coefficients = bread @ (transposed @ y)
        variance = ((y - design @ coefficients) ** 2).sum(axis=(1, 2))
        variance /= design.shape[1] - design.shape[2]
        chosen = coefficients[:, places]
        inner = bread[np.ix_(range(len(part)), places, places)]
        solved = np.linalg.solve(inner, chosen)
        found.append((chosen * solved).sum(axis=(1, 2)) / variance)
    return np.concatenate(found)

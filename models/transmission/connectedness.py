"""Connectedness: how much of one series' forecast errors the shocks of the others make.

Diebold and Yilmaz, "Measuring Financial Asset Return and Volatility Spillovers", Economic Journal
119, 2009 (Cholesky factor, in the order of the columns), and "Better to Give than to Receive:
Predictive Directional Measurement of Volatility Spillovers", International Journal of Forecasting
28(1), 2012 (generalised after Pesaran and Shin, Economics Letters 58, 1998; each row divided by its
sum). With A_h the moving-average matrices and S = PP' the residual covariance,

    generalised:  theta_ij = S_jj^-1 sum_h (e_i' A_h S e_j)^2 / sum_h (e_i' A_h S A_h' e_i)
    Cholesky:     theta_ij =         sum_h (e_i' A_h P e_j)^2 / sum_h (e_i' A_h S A_h' e_i)

**Horizon.** h runs from 0 to H - 1 as in both papers (and in statsmodels' `fevd(H)` and R's
`vars::fevd`): the error of an H-step forecast is made of H shocks. The R package
frequencyConnectedness sums one term more: its `n.ahead = 10` is `horizon=11` here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from models.errors import ModelError
from models.transmission import display
from models.transmission import vector_autoregression as var
from models.transmission.frames import complete
from models.transmission.variance_shares import METHODS, Method, decomposition, nets, tables, totals

if TYPE_CHECKING:
    from collections.abc import Hashable

    from statsmodels.tsa.vector_ar.var_model import VARResults


@dataclass(frozen=True)
class ConnectednessResult:
    """A connectedness table.

    Attributes:
        table: percent; row i = the shares of i's forecast-error variance that come from each
            column; rows sum to 100.
        lags: of the vector autoregression.
        horizon: steps of the forecast.
        method: `generalized` or `cholesky`.
        n: rows used, after the lags.
        root: modulus of the largest root of the vector autoregression.
    """

    table: pd.DataFrame
    lags: int
    horizon: int
    method: str
    n: int
    root: float

    @property
    def from_others(self) -> pd.Series:
        """What each series receives, percent of its own variance: its row without the diagonal."""
        return _crossing(self.table).sum(axis=1).rename("from others")

    @property
    def to_others(self) -> pd.Series:
        """What each series gives: its column without the diagonal, so it may exceed 100."""
        return _crossing(self.table).sum(axis=0).rename("to others")

    @property
    def net(self) -> pd.Series:
        """Given minus received; sums to 0."""
        return (self.to_others - self.from_others).rename("net")

    @property
    def total(self) -> float:
        """Total connectedness, percent: the mean of `from_others`."""
        return float(self.from_others.mean())

    @property
    def pairwise_net(self) -> pd.DataFrame:
        """Row i, column j: what i gives to j minus what j gives to i, in points."""
        return self.table.T - self.table

    def to_frame(self) -> pd.DataFrame:
        """The table as printed in the papers: `from others` at the right, `to others` below."""
        wide = self.table.assign(**{"from others": self.from_others})
        wide.loc["to others"] = pd.concat([self.to_others, pd.Series({"from others": self.total})])
        wide.loc["net"] = pd.concat([self.net, pd.Series({"from others": np.nan})])
        return wide

    def summary(self) -> str:
        """The table as text."""
        return display.text(self._title, self.to_frame(), self._notes)

    def _repr_html_(self) -> str:
        return display.html(self._title, self.to_frame(), self._notes)

    @property
    def _title(self) -> str:
        return f"Connectedness ({self.method}), total {self.total:.2f} %"

    @property
    def _notes(self) -> list[str]:
        return [
            f"percent of the row's {self.horizon}-step forecast-error variance; vector "
            f"autoregression of {self.lags} lags on {self.n} rows, largest root {self.root:.3f}"
        ]


@dataclass(frozen=True)
class Connectedness:
    """What to decompose.

    Attributes:
        frame: one column per series, one row per session, complete and in order; the order of
            the columns is that of the Cholesky factor.
        lags: of the vector autoregression, which has a constant.
        horizon: steps of the forecast, 1 or more.
        method: `generalized` (no order) or `cholesky`.
    """

    frame: pd.DataFrame
    lags: int = 4
    horizon: int = 10
    method: Method = "generalized"

    def fit(self) -> ConnectednessResult:
        """Estimate by least squares and decompose.

        Raises:
            ModelError: the frame cannot be used (`frames.complete`), is too short for the lags,
                its residual covariance is singular, or the autoregression is unstable.
        """
        table = checked(self.frame, self.lags, self.horizon, self.method)
        fitted = library_fit(table, self.lags)
        psi = np.asarray(fitted.ma_rep(self.horizon - 1))[None]
        shares = decomposition(psi, np.asarray(fitted.sigma_u)[None], self.method)[0]
        return ConnectednessResult(
            table=pd.DataFrame(100 * shares, index=table.columns, columns=table.columns),
            lags=self.lags,
            horizon=self.horizon,
            method=self.method,
            n=int(fitted.nobs),
            root=_root(fitted),
        )


def checked(frame: pd.DataFrame, lags: int, horizon: int, method: str) -> pd.DataFrame:
    """The frame as floats, if a decomposition may use it.

    Raises:
        ModelError: as `Connectedness.fit`, as far as it can be seen before the fit.
    """
    if method not in METHODS:
        raise ModelError(f"method is {' or '.join(METHODS)}, not {method}")
    if lags < 1 or horizon < 1:
        raise ModelError(f"lags and horizon are 1 or more, not {lags} and {horizon}")
    if frame.shape[1] == 1:
        raise ModelError("connectedness is between two columns or more, and there is one")
    return complete(frame, var.rows_needed(frame.shape[1], lags))


def library_fit(table: pd.DataFrame, lags: int) -> VARResults:
    """The library's vector autoregression of a complete frame, if it can be decomposed.

    Raises:
        ModelError: the residual covariance is singular or the autoregression unstable.
    """
    from statsmodels.tsa.api import VAR

    values = table.to_numpy()
    # Columns that say the same would go through the library's pseudo-inverse without a word.
    var.check_covariance(np.cov(values.T))
    try:
        fitted = VAR(values).fit(lags, trend="c")
    except np.linalg.LinAlgError as error:
        raise ModelError(f"no vector autoregression of {lags} lags can be fitted") from error
    var.check_covariance(np.asarray(fitted.sigma_u))
    var.check_stable(_root(fitted))
    return fitted


def _root(fitted: VARResults) -> float:
    return float(var.largest_root(np.asarray(fitted.coefs)[None])[0])


def rolling(
    frame: pd.DataFrame,
    window: int,
    step: int = 1,
    lags: int = 4,
    horizon: int = 10,
    method: Method = "generalized",
    of: Hashable | None = None,
) -> pd.DataFrame:
    """Total connectedness in moving windows, each with its own autoregression.

    Args:
        frame: as for `Connectedness`.
        window: rows of a window.
        step: rows from one window's end to the next.
        lags: of each autoregression.
        horizon: steps of the forecast.
        method: `generalized` or `cholesky`.
        of: a column whose net is wanted too.

    Returns:
        Columns `total` and, with `of`, `net`; percent, by the last row of the window; NaN where
        that window's autoregression is unstable.

    Raises:
        ModelError: as `Connectedness.fit` for the whole frame; a window too short for the lags,
            longer than the frame, or with a column that stands still in it.
    """
    table = checked(frame, lags, horizon, method)
    if step < 1 or not var.rows_needed(table.shape[1], lags) <= window <= len(table):
        raise ModelError(
            f"windows of {window} rows every {step}: {var.rows_needed(table.shape[1], lags)} to "
            f"{len(table)} rows are possible, every 1 or more"
        )
    if of is not None and of not in table:
        raise ModelError(f"there is no column {of}")
    library_fit(table, lags)
    ends = np.arange(window - 1, len(table), step)
    views = np.lib.stride_tricks.sliding_window_view(table.to_numpy(), window, axis=0)
    panels = views[ends - window + 1].transpose(0, 2, 1)
    still = np.argwhere(np.ptp(panels, axis=1) == 0)
    if len(still):
        place, column = still[0]
        raise ModelError(
            f"{table.columns[column]} is constant in the window to {table.index[ends[place]]}"
        )
    shares = tables(var.fit(panels, lags), horizon, method)
    values = {"total": totals(shares)}
    if of is not None:
        values["net"] = nets(shares)[:, table.columns.get_loc(of)]
    return pd.DataFrame(values, index=table.index[ends])


def _crossing(table: pd.DataFrame) -> pd.DataFrame:
    """The table with a diagonal of 0."""
    return table.where(~np.eye(len(table), dtype=bool), 0.0)

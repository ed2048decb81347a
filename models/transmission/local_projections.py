"""Local projections: the response of a series at each horizon, from a regression of its own.

Jorda, "Estimation and Inference of Impulse Responses by Local Projections", American Economic
Review 95(1), 2005; with two states by a smooth transition, Auerbach and Gorodnichenko, "Measuring
the Output Responses to Fiscal Policy", American Economic Journal: Economic Policy 4(2), 2012. Each
horizon uses every row that it can. The covariance of the whole path is the joint HAC covariance of
the stacked scores, with at least as many lags as the longest horizon; pointwise and simultaneous
sup-t bands (Montiel Olea and Plagborg-Moller, Journal of Applied Econometrics 34, 2019) come
from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from models.errors import ModelError
from models.transmission.frames import complete
from models.transmission.inference.hac import newey_west_lags
from models.transmission.inference.horizons import covariance, paths
from models.transmission.inference.predictive_null import lagged
from models.transmission.response_path import ResponsePath, StatePaths

if TYPE_CHECKING:
    from collections.abc import Sequence

Cumulate = Literal["no", "with", "after"]


@dataclass(frozen=True, eq=False)
class _Projections:
    """Choices of both kinds.

    Attributes:
        frame: one row per session (or by position), in order.
        response: column that responds.
        shock: column whose effect is asked for.
        horizon: longest; the path has `horizon + 1` responses.
        lags: p; 0 = none.
        lagged: columns whose lags enter; None = all that have no other part, and response and
            shock.
        controls: columns that enter as they are in session t.
        exogenous: columns that enter with lags 1..`exogenous_lags`.
        exogenous_lags: their lags.
        cumulate: `no`: y[t + h]; `with`: y[t] + ... + y[t + h]; `after`: y[t + 1] + ... +
            y[t + h], and y[t] at horizon 0: the return that can be earned once t is known.
        level: coverage of the bands.
        band_from: first horizon of the simultaneous band and of the joint test.
        gaps: take missing values: a row is left out at the horizons that need it. Without it
            a missing value is an error.
    """

    frame: pd.DataFrame
    response: str
    shock: str
    horizon: int = 10
    lags: int = 4
    lagged: Sequence[str] | None = None
    controls: Sequence[str] = ()
    exogenous: Sequence[str] = ()
    exogenous_lags: int = 1
    cumulate: Cumulate = "no"
    level: float = 0.95
    band_from: int = 0
    gaps: bool = False


@dataclass(frozen=True, eq=False)
class LocalProjections(_Projections):
    """Linear local projections of one column on another; the choices are those of `_Projections`.

    `y[t + h] = a_h + b_h * shock[t] + (lags 1..p of the lagged columns) + (controls[t]) + e`
    """

    def fit(self) -> ResponsePath:
        """Estimate the path of the `b_h`.

        Raises:
            ModelError: the frame cannot be used (see `frames.complete`), a column is not there,
                the choices make no sense, or the regressors are collinear.
        """
        names = _lagged_names(self)
        table = _checked(self, names)
        once = _fixed(table, self)
        design = np.column_stack([np.ones(len(table)), table[self.shock]])
        design = np.column_stack([design, _lags_of(table, names, self.lags), once])
        name = f"response of {self.response} to {self.shock}"
        return _fitted(name, table, design, np.eye(design.shape[1])[1], self)


@dataclass(frozen=True, eq=False)
class StateDependentProjections(_Projections):
    """Local projections in two states that pass smoothly into one another.

    Shock and lagged columns enter twice, times F and times 1 - F, with
    `F = exp(-gamma z) / (1 + exp(-gamma z))` of the state variable z, `state_lag` sessions ago, so
    that F is near 1 where z is low; exogenous columns, controls and the constant enter once. This
    is the R package lpirfs' `lp_nl_iv`, whose first regime (weight 1 - F) is `high` here, and the
    second (weight F) `low`.

    Attributes:
        state: column z, taken as it is: standardise it where it has no natural zero. Its lags do
            not enter unless `lagged` names it.
        gamma: steepness; 1.5 in Auerbach and Gorodnichenko for a z of unit deviation.
        state_lag: sessions by which z is lagged.
    """

    state: str = ""
    gamma: float = 1.5
    state_lag: int = 1

    def fit(self) -> StatePaths:
        """Estimate the path in each state, and their difference.

        Raises:
            ModelError: as `LocalProjections.fit`.
        """
        if self.gamma <= 0 or self.state_lag < 0:
            raise ModelError(
                f"gamma must be above 0 and state_lag not below, not {self.gamma}, {self.state_lag}"
            )
        names = _lagged_names(self, self.state)
        table = _checked(self, [*names, self.state])
        low = low_weight(table[self.state].to_numpy(), self.gamma, self.state_lag)
        shock, past = table[self.shock].to_numpy(), _lags_of(table, names, self.lags)
        design, contrasts = state_design(shock, past.T, low, _fixed(table, self).T)
        title = f"response of {self.response} to {self.shock}, {self.state}"
        high, calm, difference = (
            _fitted(f"{title} {which}", table, design.T, contrast, self)
            for which, contrast in zip(("high", "low", "high - low"), contrasts, strict=True)
        )
        weights = pd.Series(1 - low, index=table.index, name=f"weight of high {self.state}")
        return StatePaths(high, calm, difference, weights)


def low_weight(state: np.ndarray, gamma: float, lag: int) -> np.ndarray:
    """Weight of the low state by session: the logistic F of the lagged state variable."""
    from scipy.special import expit

    known = np.full(len(state), np.nan)
    known[lag:] = state[: len(state) - lag]
    return np.asarray(expit(-gamma * known))


def state_design(
    shock: np.ndarray, past: np.ndarray, low: np.ndarray, fixed: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Design of the two states, and the contrasts of high, low and high - low.

    Args:
        shock: shape (..., n).
        past: columns that enter by state, shape (..., k, n).
        low: weight of the low state, shape (..., n).
        fixed: columns that enter once, shape (..., m, n).

    Returns:
        Shapes (..., 3 + 2 k + m, n) and (3, 3 + 2 k + m).
    """
    k, m, n = past.shape[-2], fixed.shape[-2], shock.shape[-1]
    design = np.empty((*shock.shape[:-1], 3 + 2 * k + m, n), shock.dtype)
    design[..., 0, :] = 1.0
    # First all in full, for the high state; then its share of the low state is moved away.
    design[..., 1, :], design[..., 2, :] = shock, shock * low
    design[..., 1, :] -= design[..., 2, :]
    design[..., 3 : 3 + k, :] = past
    np.multiply(past, low[..., None, :], out=design[..., 3 + k : 3 + 2 * k, :])
    design[..., 3 : 3 + k, :] -= design[..., 3 + k : 3 + 2 * k, :]
    design[..., 3 + 2 * k :, :] = fixed
    unit = np.eye(3 + 2 * k + m)
    return design, np.stack([unit[1], unit[2], unit[1] - unit[2]])


def ahead(values: np.ndarray, horizon: int, cumulate: Cumulate) -> np.ndarray:
    """Responses at horizons 0..horizon, shape (..., horizon + 1, n); missing = NaN.

    Args:
        values: by session, shape (..., n).
        horizon: longest.
        cumulate: as in `LocalProjections`.
    """
    n = values.shape[-1]
    found = np.full((*values.shape[:-1], horizon + 1, n), np.nan, values.dtype)
    found[..., 0, :] = values
    for h in range(1, min(horizon, n - 1) + 1):
        if cumulate == "no" or (cumulate == "after" and h == 1):
            found[..., h, : n - h] = values[..., h:]
        else:
            found[..., h, : n - h] = found[..., h - 1, : n - h] + values[..., h:]
    return found


def _lagged_names(choice: _Projections, state: str = "") -> list[str]:
    if choice.lagged is not None:
        return list(choice.lagged)
    other = {*choice.controls, *choice.exogenous, state} - {choice.response, choice.shock}
    return [str(name) for name in choice.frame if name not in other]


def _checked(choice: _Projections, lagged_or_state: list[str]) -> pd.DataFrame:
    """The columns that are used, checked; rows may lack values only where gaps are allowed."""
    if choice.horizon < 0 or choice.lags < 0 or choice.exogenous_lags < 1:
        raise ModelError("horizon and lags are whole numbers from 0 on, exogenous_lags from 1 on")
    if not 0 <= choice.band_from <= choice.horizon or not 0 < choice.level < 1:
        raise ModelError("band_from must lie on the path and level between 0 and 1")
    if choice.cumulate not in ("no", "with", "after"):
        raise ModelError(f"cumulate is no, with or after, not {choice.cumulate}")
    single = [choice.response, choice.shock, *choice.controls, *choice.exogenous]
    names = list(dict.fromkeys([*single, *lagged_or_state]))
    absent = [name for name in names if name not in choice.frame]
    if absent:
        raise ModelError(f"the frame has no column {absent[0]!r}")
    frame = choice.frame[names]
    return _with_gaps(frame) if choice.gaps else complete(frame)


def _with_gaps(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with its gaps, if the rows that are whole may be used."""
    complete(frame.dropna())
    # The whole rows may be in order where the others are not.
    complete(pd.DataFrame({"row": np.arange(len(frame))}, index=frame.index))
    return frame.astype("float64")


def _lags_of(table: pd.DataFrame, names: list[str], lags: int) -> np.ndarray:
    return _stack([lagged(table[name].to_numpy(), 1, lags) for name in names], table)


def _fixed(table: pd.DataFrame, choice: _Projections) -> np.ndarray:
    now = [table[[name]].to_numpy() for name in choice.controls]
    values = (table[name].to_numpy() for name in choice.exogenous)
    return _stack([*now, *(lagged(one, 1, choice.exogenous_lags) for one in values)], table)


def _stack(parts: list[np.ndarray], table: pd.DataFrame) -> np.ndarray:
    return np.column_stack([np.empty((len(table), 0)), *parts])


def _fitted(
    name: str,
    table: pd.DataFrame,
    design: np.ndarray,
    contrast: np.ndarray,
    choice: _Projections,
) -> ResponsePath:
    responses = ahead(table[choice.response].to_numpy(), choice.horizon, choice.cumulate)
    present = np.isfinite(responses) & np.isfinite(design).all(axis=1)
    used = present.sum(axis=1)
    _check_size(design, present, used)
    # Levels and their lags are nearly collinear; in orthogonal columns nothing is lost to that.
    rows = present.any(axis=0)
    orthogonal = np.zeros_like(design)
    orthogonal[rows], triangle = np.linalg.qr(design[rows])
    found = paths(
        orthogonal.T[None],
        np.where(present, responses, 0.0)[None],
        present,
        np.linalg.solve(triangle.T, contrast),
    )
    lags = max(newey_west_lags(int(used.max())), choice.horizon)
    path = ResponsePath(
        name=name,
        estimates=found.estimates[0],
        covariance=covariance(found.influences[0], lags),
        plain_errors=found.plain_errors[0],
        used=used,
        lags=lags,
        level=choice.level,
        band_from=choice.band_from,
    )
    if not len(path.tested):
        raise ModelError("the regressors explain the response exactly: there is nothing to test")
    return path


def _check_size(design: np.ndarray, present: np.ndarray, used: np.ndarray) -> None:
    k = design.shape[1]
    if used.min() < k + 10:
        raise ModelError(
            f"{used.min()} rows for {k} coefficients at horizon {used.argmin()}: "
            "fewer horizons or lags are needed"
        )
    shortest = present[used.argmin()]
    if np.linalg.matrix_rank(design[shortest]) < k:
        raise ModelError("the regressors are collinear (two series may be one and the same)")

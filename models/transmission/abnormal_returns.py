"""What an asset did beyond what its controls told, session by session, without looking ahead.

The normal return is that of the market model (MacKinlay, "Event Studies in Economics and Finance",
Journal of Economic Literature 35(1), 1997): least squares of the asset's return on a constant and
the controls over the sessions before. Here it is fitted anew before every session, so that an event
and a placebo are treated alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from models.errors import ModelError
from models.transmission.frames import complete
from models.transmission.garch import LEAST, Garch, GarchResult

if TYPE_CHECKING:
    from collections.abc import Sequence

Scaling = Literal["garch", "estimation"]


@dataclass(frozen=True)
class Abnormal:
    """Abnormal returns around every session.

    Attributes:
        sessions: of the returns.
        one_step: abnormal return of each session by the model of the sessions just before it,
            shape (n,); missing in the first `estimation`.
        around: by row the session, by column the place in the window, by the model of the sessions
            before that window, shape (n, window); missing where the window or the estimation does
            not fit.
        spread: standard deviation of the residuals of that estimation, shape (n,).
        betas: of the controls before each session's window, shape (n, controls).
        window: first and last place.
    """

    sessions: pd.Index
    one_step: np.ndarray
    around: np.ndarray
    spread: np.ndarray
    betas: np.ndarray
    window: tuple[int, int]

    @property
    def usable(self) -> np.ndarray:
        """Positions of the sessions around which everything is there."""
        return np.flatnonzero(np.isfinite(self.around).all(axis=1))


def abnormal_returns(
    returns: pd.DataFrame,
    asset: str,
    controls: Sequence[str] = (),
    window: tuple[int, int] = (0, 0),
    estimation: int = 120,
) -> Abnormal:
    """Abnormal returns of one asset.

    Args:
        returns: one column per symbol, percent.
        asset: its column.
        controls: their columns; none = the asset's own mean alone.
        window: first and last session around an event, in sessions.
        estimation: sessions before the window.

    Raises:
        ModelError: a column is not there, the input cannot be used (naming the rows), too few
            sessions, or the controls are collinear.
    """
    absent = [name for name in (asset, *controls) if name not in returns]
    if absent:
        raise ModelError(f"no returns of {', '.join(absent)}")
    first, last = window
    if last < first or estimation < 20:
        raise ModelError("a window must not end before it starts; the estimation takes 20 sessions")
    rows = complete(returns[[asset, *controls]], max(LEAST, estimation + last - first + 2))
    y = rows[asset].to_numpy()
    x = np.column_stack([np.ones(len(y)), rows[list(controls)].to_numpy()])
    coefficients, spread = _rolling_fit(y, x, estimation)
    n = len(y)
    model = np.arange(n) + first - 1  # the last session of the estimation before each window
    place = np.arange(n)[:, None] + np.arange(first, last + 1)
    fits = (model >= estimation - 1) & (place[:, -1] < n) & (model < n)
    around = np.full((n, last - first + 1), np.nan)
    taken = coefficients[model[fits]]
    around[fits] = y[place[fits]] - np.einsum("nwk,nk->nw", x[place[fits]], taken)
    one_step = np.full(n, np.nan)
    one_step[estimation:] = y[estimation:] - np.einsum(
        "nk,nk->n", x[estimation:], coefficients[estimation - 1 : -1]
    )
    betas = np.full((n, len(controls)), np.nan)
    betas[fits], spreads = taken[:, 1:], np.full(n, np.nan)
    spreads[fits] = spread[model[fits]]
    return Abnormal(rows.index, one_step, around, spreads, betas, window)


def _rolling_fit(y: np.ndarray, x: np.ndarray, length: int) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients and residual deviation of the regression over `length` sessions to each one."""
    both = np.column_stack([x, y])
    products = np.cumsum(both[:, :, None] * both[:, None, :], axis=0)
    moments = products[length - 1 :].copy()
    moments[1:] -= products[:-length]
    k = x.shape[1]
    if np.linalg.matrix_rank(moments[:, :k, :k], tol=1e-9 * length).min() < k:
        raise ModelError("the controls are collinear, or one stands still over an estimation")
    solved = np.linalg.solve(moments[:, :k, :k], moments[:, :k, k:])[:, :, 0]
    squares = moments[:, k, k] - np.einsum("nk,nk->n", solved, moments[:, :k, k])
    coefficients = np.full((len(y), k), np.nan)
    deviations = np.full(len(y), np.nan)
    coefficients[length - 1 :] = solved
    deviations[length - 1 :] = np.sqrt(np.maximum(squares, 0) / (length - k))
    return coefficients, deviations


def average(parts: Sequence[Abnormal]) -> Abnormal:
    """The equally weighted mean over assets: one event date is then one observation.

    Raises:
        ModelError: they are not of the same sessions and window.
    """
    first = parts[0]
    for other in parts[1:]:
        if other.window != first.window or not other.sessions.equals(first.sessions):
            raise ModelError("abnormal returns of different sessions cannot be averaged")
    around = np.mean([part.around for part in parts], axis=0)
    one_step = np.mean([part.one_step for part in parts], axis=0)
    length = int(np.flatnonzero(np.isfinite(one_step))[0])
    spread = pd.Series(one_step).rolling(length, min_periods=20).std().to_numpy()
    model = np.arange(len(one_step)) + first.window[0] - 1
    behind = np.where(model >= 0, spread[np.clip(model, 0, len(spread) - 1)], np.nan)
    return Abnormal(
        first.sessions, one_step, around, behind, np.empty((len(model), 0)), first.window
    )


def scales(abnormal: Abnormal, scaling: Scaling = "garch") -> np.ndarray:
    """Standard deviation of the return cumulated from the window's start, shape (n, window).

    `garch`: GARCH(1,1) of the one-step abnormal returns; the variances of the window are forecast
    from the session before it (its parameters are those of the whole sample). `estimation`: the
    residuals of the estimation, the same for every session of the window.

    Raises:
        ModelError: GARCH did not converge, or no such scaling.
    """
    if scaling == "garch":
        return garch_scales(abnormal, garch_of(abnormal))
    if scaling != "estimation":
        raise ModelError(f"scaling is garch or estimation, not {scaling}")
    length = abnormal.around.shape[1]
    return np.asarray(abnormal.spread[:, None] * np.sqrt(np.arange(1, length + 1)))


def garch_of(abnormal: Abnormal) -> GarchResult:
    """GARCH(1,1) of the one-step abnormal returns.

    Raises:
        ModelError: it did not converge.
    """
    series = pd.Series(abnormal.one_step, index=abnormal.sessions, name="abnormal return")
    return Garch(series.dropna()).fit()


def garch_scales(abnormal: Abnormal, fitted: GarchResult) -> np.ndarray:
    """The `garch` scales of `scales`, from a model that is there already."""
    variances = fitted.variances.reindex(abnormal.sessions).to_numpy()
    starts = np.arange(len(variances)) + abnormal.window[0]
    inside = (starts >= 0) & (starts < len(variances))
    ahead = np.where(inside, variances[np.clip(starts, 0, len(variances) - 1)], np.nan)
    return forecast_scales(ahead, fitted, abnormal.around.shape[1])


def forecast_scales(first: np.ndarray, fitted: GarchResult, length: int) -> np.ndarray:
    """Deviation of the sum of 1 to `length` sessions, the variance of the first being known.

    Args:
        first: conditional variance of the first session, any shape.
        fitted: whose dynamics the variance follows.
        length: sessions.

    Returns:
        One more axis than `first`, of that length.
    """
    steps = [first]
    for _ in range(length - 1):
        steps.append(float(fitted.params["omega"]) + fitted.persistence * steps[-1])
    return np.asarray(np.sqrt(np.cumsum(np.stack(steps, axis=-1), axis=-1)))

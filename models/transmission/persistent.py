"""Does a persistent series foretell returns? Two corrections for its bias, and IVX.

A regressor that moves slowly, and whose innovations are correlated with returns, bends the least
squares slope away from 0 and makes its t test reject too often (Stambaugh, "Predictive
regressions", Journal of Financial Economics 54, 1999). Beside the plain slope stand the one
corrected for that bias, the augmented regression of Amihud and Hurvich ("Predictive regressions: a
reduced-bias estimation method", Journal of Financial and Quantitative Analysis 39(4), 2004), and
IVX (Kostakis, Magdalinos and Stamatogiannis, "Robust econometric inference for stock return
predictability", Review of Financial Studies 28(5), 2015), which holds its size from stationary to
unit-root regressors. IVX decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from models.errors import ModelError
from models.transmission.display import html, text
from models.transmission.frames import together
from models.transmission.inference.power import normal_reach

if TYPE_CHECKING:
    from collections.abc import Mapping

# No correction may carry the autoregression to a unit root or beyond.
_LARGEST_RHO = 0.999


@dataclass(frozen=True, eq=False)
class PersistentResult:
    """The slope four ways.

    Attributes:
        slopes: by method (`ols`, `stambaugh`, `amihud-hurvich`, `ivx`): estimate and standard
            error; percent (or whatever the returns are in) per unit of the regressor.
        wald: of IVX, chi-squared with one degree of freedom under no predictability.
        p_value: of it.
        rho: least squares autoregression of the regressor.
        rho_corrected: without its bias.
        bias: of the least squares slope, as estimated.
        delta: correlation of the return's and the regressor's innovations.
        horizon: sessions of the returns that IVX sums; the other three are of one session.
        level: coverage of the intervals.
        n: pairs.
    """

    slopes: Mapping[str, tuple[float, float]]
    wald: float
    p_value: float
    rho: float
    rho_corrected: float
    bias: float
    delta: float
    horizon: int
    level: float
    n: int

    def to_frame(self) -> pd.DataFrame:
        """One row a method: `estimate, error, t, p, lo, hi`."""
        from scipy.stats import norm

        table = pd.DataFrame(self.slopes, index=["estimate", "error"]).T
        table["t"] = table["estimate"] / table["error"]
        table["p"] = 2 * norm.sf(table["t"].abs())
        reach = normal_reach(self.level) * table["error"]
        return table.assign(lo=table["estimate"] - reach, hi=table["estimate"] + reach)

    def summary(self) -> str:
        """The four slopes as plain text."""
        return text("Predictive regression", self.to_frame(), self._notes())

    def _repr_html_(self) -> str:
        return html("Predictive regression", self.to_frame(), self._notes())

    def _notes(self) -> list[str]:
        return [
            f"{self.n} pairs; rho {self.rho:.3f}, corrected {self.rho_corrected:.3f}; correlation "
            f"of the innovations {self.delta:.2f}; bias of least squares {self.bias:.4g}",
            f"IVX Wald {self.wald:.3f} over {self.horizon} sessions, p {self.p_value:.4f}",
        ]


@dataclass(frozen=True, eq=False)
class PersistentRegression:
    """Regression of the next return on a persistent level.

    Attributes:
        returns: by session.
        regressor: on the same sessions; its value of session t stands beside the return of t + 1.
        horizon: sessions of the returns that IVX sums.
        beta: exponent of the instrument's persistence, `1 - n^-beta` (C_z = -1).
        constant: whether the regressor's own autoregression, of which IVX needs the residuals, has
            a constant. The tables of the 2015 paper have none; with one the result does not
            change when the regressor is moved by a constant, as an index around 100 is.
        level: coverage of the intervals.
    """

    returns: pd.Series
    regressor: pd.Series
    horizon: int = 1
    beta: float = 0.95
    constant: bool = True
    level: float = 0.95

    def fit(self) -> PersistentResult:
        """Estimate.

        Raises:
            ModelError: the series cannot be used (see `frames.together`) or a choice makes no
                sense.
        """
        from scipy.stats import chi2

        table = together(self.returns, self.regressor, least=30)
        n = len(table) - 1
        if not 1 <= self.horizon <= n // 4 or not 0 < self.beta < 1 or not 0 < self.level < 1:
            raise ModelError(
                f"horizon lies in 1-{n // 4} of {n} pairs, beta and level between 0 and 1"
            )
        returns, index = table.to_numpy().T
        if abs(np.corrcoef(returns[1:], index[:-1])[0, 1]) > 1 - 1e-10:
            raise ModelError("the regressor explains the returns exactly")
        corrected = _corrections(returns[1:], index)
        slope, error = ivx(returns, index, self.horizon, self.beta, constant=self.constant)
        wald = float((slope / error) ** 2)
        return PersistentResult(
            slopes=corrected.slopes | {"ivx": (float(slope), float(error))},
            wald=wald,
            p_value=float(chi2.sf(wald, 1)),
            rho=corrected.rho,
            rho_corrected=corrected.rho_corrected,
            bias=corrected.bias,
            delta=corrected.delta,
            horizon=self.horizon,
            level=self.level,
            n=n,
        )


@dataclass(frozen=True)
class _Corrected:
    slopes: dict[str, tuple[float, float]]
    rho: float
    rho_corrected: float
    bias: float
    delta: float


def _corrections(response: np.ndarray, index: np.ndarray) -> _Corrected:
    """Least squares, Stambaugh's and Amihud and Hurvich's slope, of n pairs and n + 1 levels."""
    n, past, now = len(response), index[:-1], index[1:]
    design = np.column_stack([np.ones(n), past])
    slope, error, left = _least_squares(response, design)
    rho, rho_error, moved = _least_squares(now, design)
    gap = (1 + 3 * rho) / n  # Kendall's bias of rho, with its sign turned
    share = float(left @ moved / (moved @ moved))
    corrected = min(rho + gap + 3 * gap / n, max(rho, _LARGEST_RHO))
    # Its own mean, so that the corrected residuals are centred.
    shocks = now - now.mean() - corrected * (past - past.mean())
    augmented = np.column_stack([design, shocks])
    reduced, reduced_error, _ = _least_squares(response, augmented)
    loading = float(np.linalg.lstsq(augmented, response, rcond=None)[0][2])
    whole = np.hypot(loading * rho_error * (1 + 3 / n + 9 / n**2), reduced_error)
    return _Corrected(
        slopes={
            "ols": (slope, error),
            "stambaugh": (slope + share * gap, error),
            "amihud-hurvich": (reduced, float(whole)),
        },
        rho=rho,
        rho_corrected=corrected,
        bias=-share * gap,
        delta=float(np.corrcoef(left, moved)[0, 1]),
    )


def _least_squares(response: np.ndarray, design: np.ndarray) -> tuple[float, float, np.ndarray]:
    """Second coefficient, its plain standard error, and the residuals."""
    fitted = np.linalg.lstsq(design, response, rcond=None)[0]
    left = response - design @ fitted
    spread = left @ left / (len(design) - design.shape[1])
    return float(fitted[1]), float(np.sqrt(spread * np.linalg.inv(design.T @ design)[1, 1])), left


def ivx(
    returns: np.ndarray,
    index: np.ndarray,
    horizon: int = 1,
    beta: float = 0.95,
    *,
    constant: bool = True,
) -> tuple[np.ndarray, np.ndarray]:
    """IVX slopes and their standard errors, of one or many samples.

    The finite-sample correction of the constant (the term with the mean of the instrument) is
    in: section 2.2 of the paper; sums over `horizon` sessions: section 5.1.

    Args:
        returns: by session, shape (..., n + 1); the first is not used.
        index: the same sessions.
        horizon: sessions of returns that are summed.
        beta: exponent of the instrument.
        constant: as in `PersistentRegression`.

    Returns:
        Slopes and errors, shape (...) each; (slope / error)^2 is the Wald statistic.
    """
    response, past, now = returns[..., 1:], index[..., :-1], index[..., 1:]
    n = response.shape[-1]
    left = _residuals(response, past, constant=True)
    moved = _residuals(now, past, constant=constant)
    variance = (left**2).mean(axis=-1)
    long_moved, long_both = _long_run(left, moved, int(n**0.33))
    corrected = variance - long_both**2 / long_moved
    instrument = _instrument(now - past, 1 - n**-beta)
    responses, levels, instruments = (_sums(part, horizon) for part in (response, past, instrument))
    used = n - horizon + 1
    first = instrument[..., :used]
    crossed = (first * (levels - levels.mean(axis=-1, keepdims=True))).sum(axis=-1)
    centred = responses - responses.mean(axis=-1, keepdims=True)
    slopes = (first * centred).sum(axis=-1) / crossed
    spread = (instruments**2).sum(axis=-1) * variance
    spread -= used * instruments.mean(axis=-1) ** 2 * corrected
    return slopes, np.sqrt(spread) / np.abs(crossed)


def _residuals(response: np.ndarray, past: np.ndarray, *, constant: bool) -> np.ndarray:
    if constant:
        response = response - response.mean(axis=-1, keepdims=True)
        past = past - past.mean(axis=-1, keepdims=True)
    slope = (response * past).sum(axis=-1) / (past**2).sum(axis=-1)
    return np.asarray(response - slope[..., None] * past)


def _long_run(left: np.ndarray, moved: np.ndarray, lags: int) -> tuple[np.ndarray, np.ndarray]:
    """Long-run variance of the regressor's residuals and covariance with the return's.

    Bartlett weights; of the second, only past return residuals are added: the instrument is made
    of the regressor's past.
    """
    n = left.shape[-1]
    own = (moved**2).sum(axis=-1)
    both = (left * moved).sum(axis=-1)
    for lag in range(1, lags + 1):
        weight = 1 - lag / (lags + 1)
        own = own + 2 * weight * (moved[..., lag:] * moved[..., :-lag]).sum(axis=-1)
        both = both + weight * (moved[..., lag:] * left[..., :-lag]).sum(axis=-1)
    return own / n, both / n


def _instrument(steps: np.ndarray, persistence: float) -> np.ndarray:
    """The mildly integrated instrument as known before each return; 0 at first."""
    from scipy.signal import lfilter

    built = lfilter([1.0], [1.0, -persistence], steps, axis=-1)
    known = np.zeros_like(built)
    known[..., 1:] = built[..., :-1]
    return np.asarray(known)


def _sums(values: np.ndarray, length: int) -> np.ndarray:
    if length == 1:
        return values
    windows = np.lib.stride_tricks.sliding_window_view(values, length, axis=-1)
    return np.asarray(windows.sum(axis=-1))

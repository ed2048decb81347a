"""Size: how often a test rejects at 5 % when nothing is there, at this very sample.

Each null is simulated with the response's own dependence (stationary block bootstrap of what
the restricted model leaves, or an autoregression driven by such draws) and the regressors as
they were. A nominal 5 % test whose measured size is .12 rejects too easily here; then the share
of simulated statistics beyond the observed one (`p_simulated`) decides instead of the nominal p.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.resampling import resample
from models.transmission.inference.hac import batch, wald
from models.transmission.inference.horizons import t_statistics
from models.transmission.vector_autoregression import each_drawn_inside

_LARGEST_ROOT = 0.99  # of the autoregressions that the nulls are driven by

if TYPE_CHECKING:
    from models.transmission.inference.predictive_null import PredictiveNull

NOMINAL = 0.05
TRUSTED = (0.03, 0.075)


@dataclass(frozen=True)
class Size:
    """A measured size, and the simulated statistics behind it.

    Attributes:
        rate: share of simulated nulls that the 5 % test rejects.
        p_simulated: share of simulated statistics at or beyond the observed one.
        statistics: the simulated ones, so turned that large ones speak against the null.
        nominal: the 5 % critical value that the test would use by itself.
    """

    rate: float
    p_simulated: float
    statistics: np.ndarray
    nominal: float

    @property
    def trusted(self) -> bool:
        """Whether the nominal p-value may decide."""
        return TRUSTED[0] <= self.rate <= TRUSTED[1]

    def critical(self, level: float) -> float:
        """The value that a share `level` of the simulated statistics does not exceed."""
        return float(np.quantile(self.statistics, level))

    @property
    def inflation(self) -> float:
        """How many times larger the critical value must be than the nominal one; at least 1."""
        return max(1.0, self.critical(1 - NOMINAL) / self.nominal)


def measured(simulated: np.ndarray, observed: float, critical: float) -> Size:
    """The size of a test whose statistic speaks against the null when it is large.

    Args:
        simulated: statistics under the simulated null, shape (draws,).
        observed: the sample's statistic.
        critical: the 5 % critical value that the test uses by itself.
    """
    beyond = int((simulated >= observed).sum())
    return Size(
        rate=float((simulated > critical).mean()),
        p_simulated=(beyond + 1) / (len(simulated) + 1),
        statistics=simulated,
        nominal=critical,
    )


def warp_speed(
    outer: np.ndarray, inner: np.ndarray, observed: float, observed_draws: np.ndarray
) -> Size:
    """The size of a test whose critical value is itself a bootstrap's.

    For each sample simulated under the null one further draw is made by the very bootstrap that
    the test uses; the 95 % quantile of these draws is what the test would hold its statistics
    against (Giacomini, Politis and White, "A warp-speed method for conducting Monte Carlo
    experiments involving bootstrap estimators", Econometric Theory 29(3), 2013).

    Args:
        outer: statistics of the simulated samples, shape (draws,).
        inner: one bootstrap statistic of each of them, shape (draws,).
        observed: the sample's statistic.
        observed_draws: the bootstrap statistics of the sample itself.

    Returns:
        `nominal` is the sample's own bootstrap critical value.
    """
    critical = float(np.quantile(inner, 1 - NOMINAL))
    beyond = int((outer >= observed).sum())
    return Size(
        rate=float((outer > critical).mean()),
        p_simulated=(beyond + 1) / (len(outer) + 1),
        statistics=outer,
        nominal=float(np.quantile(observed_draws, 1 - NOMINAL)),
    )


def _restricted(response: np.ndarray, kept: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Fitted values and centred residuals of the model without the tested regressors."""
    coefficients = np.linalg.lstsq(kept, response, rcond=None)[0]
    fitted = kept @ coefficients
    residuals = response - fitted
    return fitted, residuals - residuals.mean()


def size_of_slope(
    response: np.ndarray,
    design: np.ndarray,
    position: int,
    lags: int,
    observed_t: float,
    draws: int,
    rng: np.random.Generator,
) -> Size:
    """Size of the HAC t test of one coefficient.

    The null keeps the other regressors' fit and resamples its residuals in blocks.
    """
    fitted, residuals = _restricted(response, np.delete(design, position, axis=1))
    simulated = fitted + resample(residuals, draws, rng)
    return _size_of_t(simulated, design, position, lags, observed_t)


def size_of_predictive(
    null: PredictiveNull,
    sessions: int,
    horizon: int,
    lags: int,
    observed_t: float,
    draws: int,
    rng: np.random.Generator,
) -> Size:
    """Size of the HAC t test that an index tells nothing of the next `horizon` returns.

    Return and innovation are drawn in pairs and the index is rebuilt, so that the bias which their
    correlation makes (Stambaugh 1999) is in the null, as is the overlap of the summed returns.

    Args:
        null: of this sample.
        sessions: rows of the regression.
        horizon: sessions that are summed.
        lags: of the Bartlett kernel.
        observed_t: the sample's statistic.
        draws: simulated nulls.
        rng: source of the draws.
    """
    from scipy.stats import t

    order = len(null.coefficients)
    returns, index, _ = null.draw(order + sessions + horizon, draws, rng)
    past = [index[:, order - lag : order - lag + sessions] for lag in range(order + 1)]
    designs = np.stack([np.ones((draws, sessions)), *past], axis=1)
    total = np.cumsum(returns, axis=1)
    responses = total[:, order + horizon :] - total[:, order:-horizon]
    present = np.ones((1, sessions), dtype=bool)
    contrast = np.eye(order + 2)[1]
    statistics = t_statistics(designs, responses[:, None], present, contrast, lags)
    critical = float(t.ppf(1 - NOMINAL / 2, sessions - order - 2))
    return measured(np.abs(statistics[:, 0]), abs(observed_t), critical)


def _size_of_t(
    simulated: np.ndarray, design: np.ndarray, position: int, lags: int, observed_t: float
) -> Size:
    from scipy.stats import t

    coefficients, covariances = batch(simulated, design, lags)
    errors = np.sqrt(covariances[:, position, position])
    critical = float(t.ppf(1 - NOMINAL / 2, design.shape[0] - design.shape[1]))
    return measured(np.abs(coefficients[:, position] / errors), abs(observed_t), critical)


def size_of_granger(
    response: np.ndarray,
    cause_lags: np.ndarray,
    lags: int,
    error_lags: int,
    observed_f: float,
    draws: int,
    rng: np.random.Generator,
) -> Size:
    """Size of the HAC Wald test that the lags of a cause are all 0.

    The null is the response's own autoregression, driven by block-resampled residuals.

    Args:
        response: with its `lags` first values, shape (lags + n,).
        cause_lags: lags 1..lags of the cause, shape (n, lags).
        lags: of the autoregression and of the cause.
        error_lags: of the Bartlett kernel.
        observed_f: the statistic of the sample.
        draws: simulated nulls.
        rng: source of the draws.
    """
    from scipy.signal import lfilter
    from scipy.stats import f

    n = len(cause_lags)
    own = own_lags(response[None, :], lags)[0]
    design = np.column_stack([np.ones(n), own])
    coefficients = np.linalg.lstsq(design, response[lags:], rcond=None)[0]
    residuals = response[lags:] - design @ coefficients
    warm_up = 50
    shocks = resample(residuals - residuals.mean(), draws, rng, warm_up + lags + n)
    centred = lfilter(
        [1.0],
        np.r_[1.0, -each_drawn_inside(coefficients[None, 1:], _LARGEST_ROOT)[0]],
        shocks,
        axis=1,
    )
    simulated = response.mean() + centred[:, warm_up:]
    constant = np.ones((draws, n, 1))
    cause = np.broadcast_to(cause_lags, (draws, *cause_lags.shape))
    designs = np.concatenate([constant, own_lags(simulated, lags), cause], axis=2)
    fitted, covariances = batch(simulated[:, lags:], designs, error_lags)
    positions = list(range(1 + lags, 1 + 2 * lags))
    critical = float(f.ppf(1 - NOMINAL, lags, n - designs.shape[2]))
    return measured(wald(fitted, covariances, positions), observed_f, critical)


def own_lags(series: np.ndarray, lags: int) -> np.ndarray:
    """Lags 1..lags of each series, shape (draws, n - lags, lags)."""
    n = series.shape[1]
    return np.stack([series[:, lags - lag : n - lag] for lag in range(1, lags + 1)], axis=2)


def size_of_unit_root(
    series: np.ndarray, lags: int, observed: float, draws: int, rng: np.random.Generator
) -> Size:
    """Size of the augmented Dickey-Fuller test with this many lags.

    The null is a unit root whose steps follow the test regression's own short-run dynamics and
    residuals (Paparoditis and Politis, "Residual-based block bootstrap for unit root testing",
    Econometrica 71(3), 2003). Steps resampled from the data would not do: those of a stationary
    series are over-differenced, and any test rejects the walk they make.
    """
    from scipy.signal import lfilter
    from statsmodels.tsa.adfvalues import mackinnoncrit

    coefficients, _, residuals = dickey_fuller(series[None], lags)
    shocks = resample(residuals[0] - residuals[0].mean(), draws, rng, len(series) + 50)
    steps = lfilter(
        [1.0],
        np.r_[1.0, -each_drawn_inside(coefficients[:1, 2:], _LARGEST_ROOT)[0]],
        shocks,
        axis=1,
    )
    walks = np.cumsum(steps[:, 50:], axis=1)
    _, statistics, _ = dickey_fuller(walks, lags)
    critical = float(mackinnoncrit(N=1, regression="c", nobs=len(series) - 1 - lags)[1])
    return measured(-statistics, -observed, -critical)


def dickey_fuller(series: np.ndarray, lags: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Coefficients (constant, level, steps), statistics and residuals of each series' test."""
    steps = np.diff(series, axis=1)
    response = steps[:, lags:]
    parts = [np.ones((*response.shape, 1)), series[:, lags:-1, None]]
    if lags:
        parts.append(own_lags(steps, lags))
    design = np.concatenate(parts, axis=2)
    transposed = design.transpose(0, 2, 1)
    bread = np.linalg.inv(transposed @ design)
    coefficients = (bread @ (transposed @ response[:, :, None]))[:, :, 0]
    errors = response - (design @ coefficients[:, :, None])[:, :, 0]
    variance = (errors**2).sum(axis=1) / (design.shape[1] - design.shape[2])
    return coefficients, coefficients[:, 1] / np.sqrt(variance * bread[:, 1, 1]), errors

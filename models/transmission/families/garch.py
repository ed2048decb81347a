"""Does fear known at the close raise the variance of the next session?

Under the null the return is GARCH(1,1) with variance h; under the alternative it is `h * (1 + b x)`
with x the innovation of real-time fear of the session before. The score test of b = 0 is a
regression (Wooldridge, "A unified approach to robust, regression-based specification tests",
Econometric Theory 6(1), 1990; Engle and Ng, "Measuring and testing the impact of news on
volatility", Journal of Finance 48(5), 1993):

    100 (e_t^2 / h_t - 1) = c + b x_{t-1} + lags of fear + g' d_t,
    d_t = derivatives of log h_t by alpha, beta and a leverage term

GARCH is fitted on all returns of the asset, the regression has the sessions with real-time fear.
The derivatives take out what the estimation of h did (no refit is needed in a simulated null), the
one by a leverage term what falls add beyond their square: falling prices raise both fear and
variance, and would otherwise be counted as fear's effect.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from models.errors import ModelError
from models.transmission.families.regressions import clock
from models.transmission.garch import (
    Garch,
    GarchResult,
    asymmetry_slope,
    exogenous_test,
    simulated_errors,
)
from models.transmission.garch_likelihood import filtered, lagged
from models.transmission.inference.hac import batch, newey_west_lags
from models.transmission.inference.size import NOMINAL, Size, measured
from models.transmission.inference.slopes import Question, generator, slope_result
from models.transmission.innovations import Innovations, ar_innovations
from models.transmission.results import TestResult, abstention, finite
from models.transmission.sample import REALTIME, complete_stretch

if TYPE_CHECKING:
    from models.transmission.spec import TransmissionSpec

# Below this, squares move the variance so little that beta is not to be told from the constant.
_FLAT = 1e-4


def garch(table: pd.DataFrame, spec: TransmissionSpec) -> list[TestResult]:
    """The variance of each asset's next session on real-time fear."""
    names = {asset: f"garch:{asset}" for asset in spec.assets}
    try:
        stretch = complete_stretch(table, [REALTIME], spec)
        innovations = ar_innovations(stretch[REALTIME], spec.max_lags)
    except ModelError as error:
        return [abstention(name, "garch", str(error)) for name in names.values()]
    order = max(1, innovations.order)
    scaled = stretch[REALTIME] / innovations.sd
    known = {f"lag{lag}": scaled.shift(lag) for lag in range(1, order + 2)}
    fear = pd.DataFrame(known).reindex(table.index)
    return [_garch(name, table, fear, innovations, spec) for name in names.values()]


def _garch(
    name: str,
    table: pd.DataFrame,
    fear: pd.DataFrame,
    innovations: Innovations,
    spec: TransmissionSpec,
) -> TestResult:
    asset = name.removeprefix("garch:")
    about = clock(asset, spec) | {"series": "real-time", "ar_order": fear.shape[1] - 1}
    if asset not in table:
        return abstention(name, "garch", f"no prices of {asset}", about)
    try:
        rows = complete_stretch(fear.join(table[asset]), [asset, *fear.columns], spec).dropna()
        fitted = Garch(complete_stretch(table, [asset], spec)[asset].dropna()).fit()
    except ModelError as error:
        return abstention(name, "garch", str(error), about)
    question = Question(
        hypothesis=name,
        family="garch",
        sign=1,
        unit="percent of the next session's conditional variance per standard deviation of the "
        "fear innovation",
        detail=about | _about(rows, fitted, innovations),
    )
    response = (100 * (fitted.standardized**2 - 1)).rename("excess")
    design = rows[fear.columns].join(nuisance(fitted))
    design.insert(0, "excess", response.loc[rows.index])
    lags = newey_west_lags(len(rows))
    rng = generator(spec, name)
    measure = partial(_size, fitted, rows[fear.columns], lags, spec.size_draws, rng)
    return slope_result(question, design, 1, lags, spec, measure)


def nuisance(fitted: GarchResult) -> pd.DataFrame:
    """Relative derivatives of the variance by what was estimated, and by a leverage term.

    That by omega is left out: `h = omega dh/domega + alpha dh/dalpha` but for the start, so the
    constant of the regression holds it.
    """
    slopes = fitted.likelihood.slopes(np.asarray(fitted.params))[:, 1:4]
    columns = {"alpha": slopes[:, 1], "beta": slopes[:, 2]}
    if fitted.params["alpha"] < _FLAT:
        columns = {"alpha": columns["alpha"]}
    columns["leverage"] = asymmetry_slope(fitted)
    variances = fitted.variances.to_numpy()
    relative = {name: values / variances for name, values in columns.items()}
    return pd.DataFrame(relative, index=fitted.variances.index)


def _size(
    fitted: GarchResult,
    known: pd.DataFrame,
    lags: int,
    draws: int,
    rng: np.random.Generator,
    observed: float,
) -> Size:
    """The same regression on series that have the fitted variance and nothing of fear."""
    from scipy.stats import t

    statistics = []
    places = fitted.variances.index.get_indexer(known.index)
    fear = np.column_stack([np.ones(len(known)), known.to_numpy()])
    errors, variances = simulated_errors(fitted, draws, rng)
    # A part at a time: a thousand draws of 1,500 sessions and nine regressors are a gigabyte.
    for part in np.array_split(np.arange(draws), max(1, draws * len(fear) // 150_000)):
        e, h = errors[part], variances[part]
        slopes = np.stack(_slopes_of(e, h, fitted), axis=2)[:, places]
        e, h = e[:, places], h[:, places]
        shared = np.broadcast_to(fear, (len(part), *fear.shape))
        design = np.concatenate([shared, slopes / h[:, :, None]], axis=2)
        coefficients, covariances = batch(100 * (e**2 / h - 1), design, lags)
        statistics.append(np.abs(coefficients[:, 1]) / np.sqrt(covariances[:, 1, 1]))
    critical = float(t.ppf(1 - NOMINAL / 2, len(fear) - design.shape[2]))
    return measured(np.concatenate(statistics), abs(observed), critical)


def _slopes_of(errors: np.ndarray, variances: np.ndarray, fitted: GarchResult) -> list[np.ndarray]:
    beta = float(fitted.params["beta"])
    start = variances[:, 0]
    falls = np.where(errors < 0, errors, 0.0) ** 2
    by_alpha = filtered(lagged(errors**2, start), beta)
    by_leverage = filtered(lagged(falls, 0.0), beta)
    if fitted.params["alpha"] < _FLAT:
        return [by_alpha, by_leverage]
    return [by_alpha, filtered(lagged(variances, start), beta), by_leverage]


def _about(rows: pd.DataFrame, fitted: GarchResult, innovations: Innovations) -> dict[str, Any]:
    """The model of the null, and beside it GARCH-X with the square of a rise in fear."""
    innovation = (innovations.residuals / innovations.sd).reindex(rows.index).shift(1)
    rise = (innovation.clip(lower=0) ** 2).dropna()
    detail: dict[str, Any] = {
        "garch": {name: float(value) for name, value in fitted.params.items()},
        "persistence": fitted.persistence,
        "loglikelihood": fitted.loglikelihood,
    }
    model = Garch(rows.loc[rise.index, rows.columns[0]], rise.rename("rise"))
    try:
        result, tested = model.fit(), exogenous_test(model)
    except ModelError as error:
        return detail | {"garch_x": {"abstained": str(error)}}
    return detail | {
        "garch_x": {
            "regressor": "squared rise of the real-time fear innovation, session before",
            "coefficient": float(result.params["rise"]),
            "standard_error": finite(float(result.std_err["rise"])),
            "likelihood_ratio": tested.statistic,
            "p": tested.p,
            "null": "half 0, half chi-squared(1): normal errors, on the border of the parameters",
        }
    }

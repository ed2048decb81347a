"""GARCH(1,1), with or without fear in the mean and in the variance.

Bollerslev, "Generalized Autoregressive Conditional Heteroskedasticity", Journal of Econometrics
31(3), 1986. Robust errors: Bollerslev and Wooldridge, "Quasi-maximum likelihood estimation and
inference in dynamic models with time-varying covariances", Econometric Reviews 11(2), 1992. A
coefficient in the variance must not be negative, so the test of its absence lies on a boundary:
half of the time the statistic is 0 under the null (Chernoff 1954; Andrews 2001).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from models.errors import ModelError
from models.resampling import resample
from models.transmission import display
from models.transmission.frames import complete_series, together
from models.transmission.garch_fitting import maximum, standard_errors
from models.transmission.garch_likelihood import Likelihood, early_variance, filtered

if TYPE_CHECKING:
    from collections.abc import Sequence

Covariance = Literal["robust", "hessian", "gradient"]
LEAST = 50


@dataclass(frozen=True)
class Garch:
    """What is fitted.

    Attributes:
        returns: by session; percent is a good scale.
        exogenous: regressors of the variance on the same index, none negative: what row *t* holds
            enters the variance of *t*, so it must be known before (lag it).
        mean_exogenous: regressors of the mean on the same index.
        distribution: of the standardised errors.
        backcast: variance and squared error before the first session: `arch` (that library's
            exponentially weighted early squares), `variance` (sample variance of the residuals,
            as in Fiorentini, Calzolari and Panattoni 1996), or a number.
        covariance: `robust` (Bollerslev-Wooldridge), `hessian` or `gradient` (outer products).
    """

    returns: pd.Series
    exogenous: pd.DataFrame | pd.Series | None = None
    mean_exogenous: pd.DataFrame | pd.Series | None = None
    distribution: Literal["normal", "t"] = "normal"
    backcast: Literal["arch", "variance"] | float = "arch"
    covariance: Covariance = "robust"

    def fit(self) -> GarchResult:
        """Maximise the likelihood.

        Raises:
            ModelError: the input cannot be used (naming the rows), or the optimiser found no
                maximum.
        """
        returns = complete_series(self.returns, LEAST)
        mean, variance = self._regressors(self.mean_exogenous), self._regressors(self.exogenous)
        likelihood = self._likelihood(returns.to_numpy(), mean, variance)
        theta = maximum(likelihood)
        errors, h, _ = likelihood.parts(theta)
        names = ["mu", *mean.columns, "omega", "alpha", "beta", *variance.columns]
        names += ["nu"] if likelihood.student else []
        return GarchResult(
            params=pd.Series(theta, index=names),
            std_err=pd.Series(standard_errors(likelihood, theta, self.covariance), index=names),
            loglikelihood=float(likelihood.terms(theta).sum()),
            variances=pd.Series(h, index=returns.index, name="variance"),
            residuals=pd.Series(errors, index=returns.index, name="residual"),
            covariance=self.covariance,
            likelihood=likelihood,
        )

    def _regressors(self, given: pd.DataFrame | pd.Series | None) -> pd.DataFrame:
        if given is None:
            return pd.DataFrame(index=self.returns.index)
        frame = given.to_frame(given.name or "x") if isinstance(given, pd.Series) else given
        columns = [frame[name] for name in frame]
        return together(self.returns.rename("the return"), *columns, least=LEAST).iloc[:, 1:]

    def _likelihood(
        self, returns: np.ndarray, mean: pd.DataFrame, variance: pd.DataFrame
    ) -> Likelihood:
        for name in variance:
            below = variance.index[variance[name] < 0]
            if len(below):
                raise ModelError(f"{name} is negative at {below[0]}: it cannot enter a variance")
        if self.distribution not in ("normal", "t"):
            raise ModelError(f"distribution is normal or t, not {self.distribution}")
        design = np.column_stack([np.ones(len(returns)), mean.to_numpy()])
        if np.linalg.matrix_rank(design) < design.shape[1]:
            raise ModelError("the regressors of the mean are collinear")
        backcast: float | None
        if self.backcast == "variance":
            backcast = None
        elif self.backcast == "arch":
            start = np.linalg.lstsq(design, returns, rcond=None)[0]
            backcast = early_variance(returns - design @ start)
        elif isinstance(self.backcast, int | float) and self.backcast > 0:
            backcast = float(self.backcast)
        else:
            raise ModelError(f"backcast is arch, variance or above 0, not {self.backcast}")
        student = self.distribution == "t"
        return Likelihood(returns, design, variance.to_numpy(), student, backcast)


@dataclass(frozen=True)
class GarchResult:
    """A fitted model.

    Attributes:
        params: `mu`, regressors of the mean, `omega, alpha, beta`, regressors of the variance,
            `nu`.
        std_err: of each; missing where a parameter lies on the border of what is allowed.
        loglikelihood: at the maximum.
        variances: conditional variance of each session, in squared units of the returns.
        residuals: return less its conditional mean.
        covariance: the kind of the errors.
        likelihood: the data and the form.
    """

    params: pd.Series
    std_err: pd.Series
    loglikelihood: float
    variances: pd.Series
    residuals: pd.Series
    covariance: str
    likelihood: Likelihood

    @property
    def n(self) -> int:
        """Sessions."""
        return len(self.residuals)

    @property
    def persistence(self) -> float:
        """Share of a shock to the variance that is left one session later: alpha + beta."""
        return float(self.params["alpha"] + self.params["beta"])

    @property
    def standardized(self) -> pd.Series:
        """Residuals over their conditional standard deviation."""
        return pd.Series(self.residuals / self.volatility, name="z")

    @property
    def volatility(self) -> pd.Series:
        """Conditional standard deviation."""
        return pd.Series(np.sqrt(self.variances), name="volatility")

    def to_frame(self) -> pd.DataFrame:
        """Parameters with error, t ratio and two-sided normal p."""
        from scipy.stats import norm

        ratio = self.params / self.std_err
        return pd.DataFrame(
            {
                "estimate": self.params,
                "std_err": self.std_err,
                "t": ratio,
                "p": 2 * norm.sf(np.abs(ratio)),
            }
        )

    def summary(self) -> str:
        """The table and what it holds for."""
        return display.text(*self._shown())

    def _repr_html_(self) -> str:
        return display.html(*self._shown())

    def _shown(self) -> tuple[str, pd.DataFrame, Sequence[str]]:
        notes = [
            f"{self.n} sessions, log-likelihood {self.loglikelihood:.3f}, "
            f"persistence {self.persistence:.4f}, {self.covariance} errors"
        ]
        return "GARCH(1,1)", self.to_frame(), notes


@dataclass(frozen=True)
class ExogenousTest:
    """Likelihood-ratio test that one regressor of the variance has no effect.

    Attributes:
        statistic: twice the gain in log-likelihood.
        p: from the half-half mixture of 0 and chi-squared(1).
        p_simulated: share of series simulated without the regressor (resampled standardised
            errors, so fat tails count) whose statistic is as large; None where not simulated.
        draws: simulated series that could be fitted.
    """

    statistic: float
    p: float
    p_simulated: float | None
    draws: int


def exogenous_test(model: Garch, draws: int = 0, seed: int = 0) -> ExogenousTest:
    """Does the one regressor of the variance belong there?

    Args:
        model: with one column in `exogenous`.
        draws: simulated nulls; each takes two fits (some 20 milliseconds).
        seed: of the draws.

    Raises:
        ModelError: there is not exactly one regressor of the variance, or a fit fails.
    """
    from dataclasses import replace

    from scipy.stats import chi2

    full, null = model.fit(), replace(model, exogenous=None).fit()
    if full.likelihood.variance.shape[1] != 1:
        raise ModelError("the test of the variance's regressor is of exactly one")
    statistic = max(0.0, 2 * (full.loglikelihood - null.loglikelihood))
    simulated = _simulated_ratios(model, null, draws, np.random.default_rng(seed))
    beyond = int((simulated >= statistic).sum())
    return ExogenousTest(
        statistic=statistic,
        p=1.0 if statistic == 0 else float(chi2.sf(statistic, 1) / 2),
        p_simulated=(beyond + 1) / (len(simulated) + 1) if len(simulated) else None,
        draws=len(simulated),
    )


def _simulated_ratios(
    model: Garch, null: GarchResult, draws: int, rng: np.random.Generator
) -> np.ndarray:
    from dataclasses import replace

    if not draws:
        return np.empty(0)
    ratios = []
    means = (model.returns - null.residuals).to_numpy()
    for errors in simulated_errors(null, draws, rng)[0]:
        drawn = replace(model, returns=pd.Series(means + errors, index=model.returns.index))
        try:
            gain = drawn.fit().loglikelihood - replace(drawn, exogenous=None).fit().loglikelihood
        except ModelError:
            continue  # counted: `draws` of the result says how many were fitted
        ratios.append(max(0.0, 2 * gain))
    return np.array(ratios)


def simulated_errors(
    result: GarchResult, draws: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Errors and variances of series with these dynamics and resampled standardised errors.

    Regressors of the variance are left out.

    Returns:
        Two arrays of shape (draws, n).
    """
    omega, alpha, beta = (float(result.params[name]) for name in ("omega", "alpha", "beta"))
    z = result.standardized.to_numpy()
    drawn = resample((z - z.mean()) / z.std(), draws, rng)
    # Sessions by rows while they are made: a session of all draws then lies together.
    growth = np.ascontiguousarray(alpha * drawn.T**2 + beta)
    variances = np.empty_like(growth)
    h = np.full(draws, float(result.variances.iloc[0]))
    for session in range(len(growth)):
        variances[session] = h
        h = omega + growth[session] * h
    by_draw = np.ascontiguousarray(variances.T)
    return drawn * np.sqrt(by_draw), by_draw


def asymmetry_slope(result: GarchResult) -> np.ndarray:
    """Derivative of the variance by a leverage term at 0: what falls add beyond their square."""
    errors = result.residuals.to_numpy()
    falls = np.r_[0.0, np.where(errors < 0, errors, 0.0)[:-1] ** 2]
    return filtered(falls, float(result.params["beta"]))

"""Forecasts made from the past alone, and whether a further predictor improves them.

Campbell and Thompson, "Predicting Excess Stock Returns Out of Sample", Review of Financial Studies
21(4), 2008, for the measure; Clark and West, "Approximately Normal Tests for Equal Predictive
Accuracy in Nested Models", Journal of Econometrics 138(1), 2007, for the test.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd

from models.errors import ModelError
from models.transmission import display
from models.transmission.frames import complete, together
from models.transmission.inference.past_forecasts import ahead_sums, past_forecasts


@dataclass(frozen=True)
class ClarkWest:
    """The test that a larger model forecasts no better than one nested in it.

    Attributes:
        mean: of `f = e1^2 - (e2^2 - (e1 - e2)^2)`: the squared error saved, were the larger
            model's slopes not estimated.
        error: standard error of the mean.
        n: forecasts.
    """

    mean: float
    error: float
    n: int

    @property
    def statistic(self) -> float:
        """Approximately normal; large where the larger model is better."""
        return self.mean / self.error

    @property
    def p_two_sided(self) -> float:
        """Of no difference either way."""
        from scipy.stats import norm

        return float(2 * norm.sf(abs(self.statistic)))

    @property
    def p_one_sided(self) -> float:
        """Of no improvement: what a forecaster asks."""
        from scipy.stats import norm

        return float(norm.sf(self.statistic))

    def to_frame(self) -> pd.DataFrame:
        """One row."""
        row = {
            "mean f": self.mean,
            "error": self.error,
            "statistic": self.statistic,
            "p two-sided": self.p_two_sided,
            "p one-sided": self.p_one_sided,
            "n": self.n,
        }
        return pd.DataFrame([row])

    def summary(self) -> str:
        """The test as text."""
        return display.text("Clark-West test of nested forecasts", self.to_frame())

    def _repr_html_(self) -> str:
        return display.html("Clark-West test of nested forecasts", self.to_frame())


def clark_west(smaller: pd.Series, larger: pd.Series, ahead: int = 1) -> ClarkWest:
    """Test two series of forecast errors.

    The variance of the mean is that of a rectangular kernel with `ahead` - 1 lags, autocovariances
    divided by n.

    Args:
        smaller: errors of the nested model, by session.
        larger: errors of the model that nests it, on the same index.
        ahead: sessions from forecast to outcome; errors overlap by one less.

    Raises:
        ModelError: the errors are not complete, ordered and moving, or are the same in both; too
            few for these lags; the variance is not positive.
    """
    rows = together(smaller.rename("smaller"), larger.rename("larger"))
    if not 1 <= ahead < len(rows) / 2:
        raise ModelError(f"ahead is 1 to half the {len(rows)} errors, not {ahead}")
    first, second = rows.to_numpy().T
    if np.array_equal(first, second):
        raise ModelError("both models have the same errors")
    means, errors = clark_west_batch(first[None], second[None], ahead)
    if not errors[0] > 0:
        raise ModelError("the variance of the loss difference is not positive: use fewer lags")
    return ClarkWest(float(means[0]), float(errors[0]), len(rows))


def clark_west_batch(
    smaller: np.ndarray, larger: np.ndarray, ahead: int
) -> tuple[np.ndarray, np.ndarray]:
    """Means of f and their errors of many pairs of error series, shape (draws, n) each.

    Where the rectangular kernel gives a negative variance (it may), the variance without lags
    stands in its place; `clark_west` refuses such a sample.
    """
    adjusted = smaller**2 - (larger**2 - (smaller - larger) ** 2)
    n = adjusted.shape[1]
    means = adjusted.mean(axis=1)
    centred = adjusted - means[:, None]
    variance = (centred**2).mean(axis=1)
    plain = variance.copy()
    for lag in range(1, ahead):
        variance += 2 * (centred[:, lag:] * centred[:, :-lag]).sum(axis=1) / n
    if len(adjusted) > 1:
        variance = np.where(variance > 0, variance, plain)
    return means, np.sqrt(np.maximum(variance, 0.0) / n)


Window = Literal["expanding", "rolling"]


@dataclass(frozen=True)
class OutOfSample:
    """What is asked: do these predictors forecast the sum of the next `horizon` values better?

    Attributes:
        outcome: one value per session, such as a return.
        predictors: on the same index, known at the end of the session.
        benchmark: further predictors that both models have; None = the mean alone.
        horizon: sessions ahead whose outcomes are added up.
        first: sessions whose outcome must be known before the first forecast.
        window: `expanding` from the first session, or `rolling` over the last `first` outcomes.
    """

    outcome: pd.Series
    predictors: pd.DataFrame
    benchmark: pd.DataFrame | None = None
    horizon: int = 1
    first: int = 60
    window: Window = "expanding"

    def fit(self) -> OutOfSampleResult:
        """Forecast session by session, from what was known at its end.

        Raises:
            ModelError: the input is not complete, ordered and moving; too few sessions; regressors
                are collinear in a window.
        """
        if self.window not in ("expanding", "rolling") or self.horizon < 1:
            raise ModelError("window is expanding or rolling; the horizon is 1 session or more")
        parts = [self.outcome.to_frame(self.outcome.name or "outcome"), self.predictors]
        if self.benchmark is not None:
            parts.insert(1, self.benchmark)
        if not all(part.index.equals(self.outcome.index) for part in parts):
            raise ModelError("outcome and predictors are not of the same sessions")
        table = complete(pd.concat(parts, axis=1))
        values = table.to_numpy()
        known = 0 if self.benchmark is None else self.benchmark.shape[1]
        design = np.column_stack([np.ones(len(values)), values[:, 1:]])
        if self.first < 2 * design.shape[1] or self.first + 2 * self.horizon + 10 > len(values):
            raise ModelError(
                f"{len(values)} sessions leave no ten forecasts after the first {self.first}"
            )
        outcomes = ahead_sums(values[None, :, 0], self.horizon)
        rolling = self.first if self.window == "rolling" else None
        made = (design[:, : 1 + known], design)
        small, large = (
            past_forecasts(outcomes, one, self.horizon, self.first, rolling)[0] for one in made
        )
        start = self.first + self.horizon - 1
        frame = pd.DataFrame(
            {"outcome": outcomes[0, start:], "benchmark": small, "forecast": large},
            index=table.index[start : start + len(small)],
        )
        return OutOfSampleResult(frame, self.horizon, self.window)


@dataclass(frozen=True)
class OutOfSampleResult:
    """Forecasts and what they are worth.

    Attributes:
        forecasts: columns `outcome, benchmark, forecast`, by the session when they were made.
        horizon: sessions ahead.
        window: expanding or rolling.
    """

    forecasts: pd.DataFrame = field(repr=False)
    horizon: int
    window: Window

    @cached_property
    def errors(self) -> pd.DataFrame:
        """Columns `benchmark, forecast`: outcome minus forecast."""
        columns = self.forecasts[["benchmark", "forecast"]]
        return columns.rsub(self.forecasts["outcome"], axis=0)

    @property
    def r2(self) -> float:
        """Share of the benchmark's squared error that is saved; below 0 where it is worse."""
        squared = (self.errors**2).sum()
        return float(1 - squared["forecast"] / squared["benchmark"])

    @cached_property
    def test(self) -> ClarkWest:
        """Clark-West.

        Raises:
            ModelError: as `clark_west`.
        """
        return clark_west(self.errors["benchmark"], self.errors["forecast"], self.horizon)

    @property
    def saved(self) -> pd.Series:
        """Squared error saved so far (Goyal and Welch 2008): rises where the predictors help."""
        squared = self.errors**2
        return (squared["benchmark"] - squared["forecast"]).cumsum().rename("saved")

    def to_frame(self) -> pd.DataFrame:
        """One row: the measure in percent and the test."""
        about = pd.DataFrame([{"horizon": self.horizon, "R2 percent": 100 * self.r2}])
        return about.join(self.test.to_frame())

    def summary(self) -> str:
        """The result as text."""
        return display.text(self._title(), self.to_frame())

    def _repr_html_(self) -> str:
        return display.html(self._title(), self.to_frame())

    def _title(self) -> str:
        return f"Out of sample, {self.window} window, {self.horizon} sessions ahead"

"""Many slopes, one sample: is the largest better than luck?

The largest |t| of all specifications against its own bootstrap, and Romano and Wolf's steps down
from it ("Stepwise Multiple Testing as Formalized Data Snooping", Econometrica 73(4), 2005).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from models.errors import ModelError
from models.resampling import mean_block, stationary_indices
from models.transmission import display
from models.transmission.frames import complete
from models.transmission.inference.hac import newey_west_lags
from models.transmission.inference.past_forecasts import ahead_sums


@dataclass(frozen=True)
class SlopeSearch:
    """What is asked: does any predictor go with any later return?

    A specification is one outcome, one horizon and one predictor.

    Attributes:
        outcomes: one-session returns, one column each.
        predictors: on the same index, known at the end of the session.
        horizons: sessions ahead over which returns are added up.
        draws: of the block bootstrap.
        alpha: level of the stepwise test.
        seed: of the draws.
    """

    outcomes: pd.DataFrame
    predictors: pd.DataFrame
    horizons: tuple[int, ...] = (1,)
    draws: int = 999
    alpha: float = 0.05
    seed: int = 17

    def fit(self) -> SlopeSearchResult:
        """Estimate all slopes and the luck of the best.

        The outcomes are drawn in blocks, all columns together, against the predictors as they
        were: so their own dependence, overlapping sums and their likeness to one another are in
        the null, while no predictor tells anything.

        Raises:
            ModelError: the input is not complete, ordered and moving, or too short.
        """
        prepared = self.prepare()
        rng = np.random.default_rng(self.seed)
        slopes, errors = prepared.slopes(np.arange(prepared.n)[None])
        simulated = prepared.t_statistics(prepared.places(self.draws, rng))
        return SlopeSearchResult(prepared.labels, slopes[0], errors[0], simulated, self.alpha)

    def prepare(self) -> Prepared:
        """The checked sample.

        Raises:
            ModelError: as `fit`.
        """
        if self.draws < 19 or not 0 < self.alpha < 1 or not self.horizons:
            raise ModelError("19 draws or more; alpha between 0 and 1; at least one horizon")
        if not self.outcomes.index.equals(self.predictors.index):
            raise ModelError("outcomes and predictors are not of the same sessions")
        returns, known = complete(self.outcomes), complete(self.predictors)
        if min(self.horizons) < 1 or max(self.horizons) > len(returns) / 4:
            raise ModelError("horizons lie between 1 session and a quarter of the sample")
        labels = pd.MultiIndex.from_product(
            [list(returns), list(self.horizons), list(known)],
            names=["outcome", "horizon", "predictor"],
        )
        return Prepared(returns.to_numpy(), known.to_numpy(), self.horizons, labels)


@dataclass(frozen=True)
class Prepared:
    """Arrays of a search.

    Attributes:
        returns: shape (n, outcomes).
        known: shape (n, predictors).
        horizons: sessions ahead.
        labels: outcome, horizon, predictor of each specification.
    """

    returns: np.ndarray
    known: np.ndarray
    horizons: tuple[int, ...]
    labels: pd.MultiIndex

    @property
    def n(self) -> int:
        """Sessions."""
        return len(self.returns)

    @cached_property
    def block(self) -> float:
        """Mean block length: the longest that any outcome asks for."""
        return max(mean_block(column) for column in self.returns.T)

    def places(self, draws: int, rng: np.random.Generator) -> np.ndarray:
        """Sessions drawn in blocks, (draws, n)."""
        return stationary_indices(self.n, draws, self.block, rng)

    def slopes(self, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Standardised slopes and their errors where the outcomes are those of `places`.

        The errors are HAC (Bartlett) with the slope at 0, so that one product of matrices serves
        all predictors; standardised, a slope is a correlation.

        Args:
            places: shape (draws, n).

        Returns:
            Both of shape (draws, specifications).
        """
        slopes, errors = [], []
        for column in self.returns.T:
            drawn = column[places]
            for horizon in self.horizons:
                slope, error = _standardised(ahead_sums(drawn, horizon), self.known, horizon)
                slopes.append(slope)
                errors.append(error)
        return np.concatenate(slopes, axis=1), np.concatenate(errors, axis=1)

    def t_statistics(self, places: np.ndarray) -> np.ndarray:
        """Slopes over errors, (draws, specifications)."""
        slopes, errors = self.slopes(places)
        return np.asarray(slopes / errors)


def _standardised(
    summed: np.ndarray, known: np.ndarray, horizon: int
) -> tuple[np.ndarray, np.ndarray]:
    """Correlations of each draw with each predictor, and their errors under none."""
    n = summed.shape[1]
    x = known[:n] - known[:n].mean(axis=0)
    x = x / np.sqrt((x**2).mean(axis=0))
    y = summed - summed.mean(axis=1, keepdims=True)
    spread = np.sqrt((y**2).mean(axis=1, keepdims=True))
    variance = (y**2) @ x**2
    lags = newey_west_lags(n, horizon)
    for lag in range(1, lags + 1):
        weight = 2 * (1 - lag / (lags + 1))
        variance += weight * ((y[:, lag:] * y[:, :-lag]) @ (x[lag:] * x[:-lag]))
    return y @ x / n / spread, np.sqrt(variance) / n / spread


@dataclass(frozen=True)
class SlopeSearchResult:
    """All slopes, and the luck that a search over so many has.

    Attributes:
        labels: outcome, horizon, predictor of each specification.
        slopes: standardised: correlations.
        errors: HAC, with the slope at 0.
        simulated: t statistics of the bootstrap, (draws, specifications).
        alpha: level of the stepwise test.
    """

    labels: pd.MultiIndex
    slopes: np.ndarray = field(repr=False)
    errors: np.ndarray = field(repr=False)
    simulated: np.ndarray = field(repr=False)
    alpha: float

    @property
    def statistics(self) -> np.ndarray:
        """Slopes over errors."""
        return np.asarray(self.slopes / self.errors)

    @property
    def best(self) -> int:
        """Place of the largest |t|."""
        return int(np.argmax(np.abs(self.statistics)))

    @cached_property
    def largest(self) -> np.ndarray:
        """Largest |t| of each draw."""
        return np.asarray(np.abs(self.simulated).max(axis=1))

    @property
    def p_value(self) -> float:
        """Share of draws whose best specification is as good as the sample's."""
        beyond = (self.largest >= np.abs(self.statistics).max()).sum()
        return float((1 + beyond) / (1 + len(self.largest)))

    @cached_property
    def p_alone(self) -> np.ndarray:
        """p-value of each specification as if it were the only one tried."""
        beyond = (np.abs(self.simulated) >= np.abs(self.statistics)).sum(axis=0)
        return np.asarray((1 + beyond) / (1 + len(self.simulated)))

    @cached_property
    def survivors(self) -> np.ndarray:
        """Which slopes the stepwise test finds, at familywise level alpha."""
        found = np.zeros(len(self.slopes), dtype=bool)
        seen, drawn = np.abs(self.statistics), np.abs(self.simulated)
        while not found.all():
            critical = np.quantile(drawn[:, ~found].max(axis=1), 1 - self.alpha)
            further = ~found & (seen > critical)
            if not further.any():
                break
            found |= further
        return found

    def to_frame(self) -> pd.DataFrame:
        """One row per specification, the largest |t| first."""
        columns = {
            "slope": self.slopes,
            "error": self.errors,
            "t": self.statistics,
            "p alone": self.p_alone,
            "survives": self.survivors,
        }
        frame = pd.DataFrame(columns, index=self.labels)
        return frame.iloc[np.argsort(-np.abs(self.statistics), kind="stable")]

    def summary(self) -> str:
        """The result as text."""
        return display.text(self._title(), self.to_frame(), self._notes())

    def _repr_html_(self) -> str:
        return display.html(self._title(), self.to_frame(), self._notes())

    def _title(self) -> str:
        return f"The best of {len(self.slopes)} slopes: p {self.p_value:.3f}"

    def _notes(self) -> list[str]:
        alone = int((self.p_alone < self.alpha).sum())
        return [f"{alone} significant alone, {int(self.survivors.sum())} after the search"]

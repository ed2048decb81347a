"""Quantile regression with errors from the stationary block bootstrap of whole sessions.

Koenker and Bassett, "Regression Quantiles", Econometrica 46(1), 1978. The estimates are those of
statsmodels; the errors that it prints take sessions as independent, so they are drawn here instead:
blocks of rows (Fitzenberger, "The moving blocks bootstrap and robust inference for linear least
squares and quantile regressions", Journal of Econometrics 82, 1998).
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd

from models.errors import ModelError
from models.resampling import mean_block, stationary_indices
from models.transmission.display import html, text
from models.transmission.frames import complete
from models.transmission.inference.quantile_draws import shifts

LEAST_BEYOND = 10  # observations that must lie beyond a quantile, for each coefficient 5


@dataclass(frozen=True)
class Drawn:
    """One number with what its bootstrap says of it.

    Attributes:
        estimate: of the whole sample.
        error: standard deviation of the draws.
        interval: the estimate and the same distance to both sides, which the stated share of the
            draws did not exceed.
        p: share of the draws at least as far from the estimate as the estimate is from 0.
    """

    estimate: float
    error: float
    interval: tuple[float, float]
    p: float


@dataclass(frozen=True, eq=False)
class QuantileResult:
    """Coefficients by quantile, with their draws.

    Attributes:
        quantiles: in the order asked for.
        names: of the coefficients, `constant` first.
        estimates: shape (quantiles, coefficients).
        deviations: draws less the estimates, shape (quantiles, draws, coefficients).
        block: mean length of the blocks.
        level: coverage of the intervals.
        n: observations.
    """

    quantiles: tuple[float, ...]
    names: tuple[str, ...]
    estimates: np.ndarray
    deviations: np.ndarray
    block: float
    level: float
    n: int

    def coefficient(self, name: str, quantile: float) -> Drawn:
        """One coefficient at one quantile.

        Raises:
            ModelError: there is none.
        """
        row, column = self._place(name, quantile)
        return drawn(
            float(self.estimates[row, column]), self.deviations[row, :, column], self.level
        )

    def difference(self, name: str, quantile: float, other: float) -> Drawn:
        """A coefficient at one quantile less the same at another, from the same draws.

        Raises:
            ModelError: there is none.
        """
        (one, column), (two, _) = self._place(name, quantile), self._place(name, other)
        gap = float(self.estimates[one, column] - self.estimates[two, column])
        moves = self.deviations[one, :, column] - self.deviations[two, :, column]
        return drawn(gap, moves, self.level)

    def _place(self, name: str, quantile: float) -> tuple[int, int]:
        if name not in self.names or quantile not in self.quantiles:
            raise ModelError(f"no coefficient of {name} at the quantile {quantile}")
        return self.quantiles.index(quantile), self.names.index(name)

    def to_frame(self) -> pd.DataFrame:
        """One row for each quantile and coefficient: `estimate, error, p, lo, hi`."""
        rows = {
            (quantile, name): self.coefficient(name, quantile)
            for quantile in self.quantiles
            for name in self.names
        }
        values = [[one.estimate, one.error, one.p, *one.interval] for one in rows.values()]
        index = pd.MultiIndex.from_tuples(list(rows), names=["quantile", "coefficient"])
        return pd.DataFrame(values, index, ["estimate", "error", "p", "lo", "hi"])

    def summary(self) -> str:
        """The coefficients as plain text."""
        return text("Quantile regression", self.to_frame(), self._notes())

    def _repr_html_(self) -> str:
        return html("Quantile regression", self.to_frame(), self._notes())

    def _notes(self) -> list[str]:
        return [
            f"{self.n} observations; {self.deviations.shape[1]} stationary bootstrap draws of rows "
            f"(mean block {self.block:.1f}); intervals of {100 * self.level:g} %"
        ]


@dataclass(frozen=True, eq=False)
class QuantileRegression:
    """Quantiles of one column given the others and a constant.

    Attributes:
        frame: one row per session (or by position), in order.
        response: column whose quantiles are asked for; all other columns are regressors.
        quantiles: between 0 and 1.
        draws: of the bootstrap.
        level: coverage of the intervals.
        seed: of the draws; an integer or a sequence of them.
    """

    frame: pd.DataFrame
    response: str
    quantiles: tuple[float, ...] = (0.05, 0.5)
    draws: int = 999
    level: float = 0.95
    seed: int | tuple[int, ...] = 0

    def fit(self) -> QuantileResult:
        """Estimate and draw.

        Raises:
            ModelError: the frame cannot be used (see `frames.complete`), the choices make no
                sense, fewer than 5 observations for each coefficient (10 at least) lie beyond a
                quantile, or the regressors are collinear.
        """
        self._check()
        table = complete(self.frame)
        response = table[self.response].to_numpy()
        regressors = table.drop(columns=self.response)
        design = np.column_stack([np.ones(len(table)), regressors.to_numpy()])
        for quantile in self.quantiles:
            _check_tail(response, design, quantile)
        estimates = np.stack([point(response, design, q) for q in self.quantiles])
        block = block_length(response, design)
        rng = np.random.default_rng(self.seed)
        places = stationary_indices(len(response), self.draws, block, rng)
        deviations = [
            shifts((response - design @ estimate)[places], places, design, quantile)
            for estimate, quantile in zip(estimates, self.quantiles, strict=True)
        ]
        return QuantileResult(
            quantiles=self.quantiles,
            names=("constant", *map(str, regressors.columns)),
            estimates=estimates,
            deviations=np.stack(deviations),
            block=block,
            level=self.level,
            n=len(response),
        )

    def _check(self) -> None:
        if self.response not in self.frame or self.frame.shape[1] < 2:
            raise ModelError(f"the frame needs the column {self.response!r} and a regressor")
        if not self.quantiles or not all(0 < q < 1 for q in self.quantiles):
            raise ModelError(f"quantiles lie between 0 and 1, not {self.quantiles}")
        if self.draws < 20 or not 0 < self.level < 1:
            raise ModelError("at least 20 draws are needed, and a level between 0 and 1")


def _check_tail(response: np.ndarray, design: np.ndarray, quantile: float) -> None:
    n, k = design.shape
    beyond, needed = int(n * min(quantile, 1 - quantile) + 1e-9), max(LEAST_BEYOND, 5 * k)
    if beyond < needed:
        raise ModelError(
            f"{beyond} of {n} observations lie beyond the quantile {quantile:g}, {needed} needed"
        )
    if np.linalg.matrix_rank(design) < k:
        raise ModelError("the regressors are collinear (two series may be one and the same)")
    left = response - design @ np.linalg.lstsq(design, response, rcond=None)[0]
    if np.abs(left).max() <= 1e-10 * np.abs(response).max():
        raise ModelError("the regressors explain the response exactly")


def point(response: np.ndarray, design: np.ndarray, quantile: float) -> np.ndarray:
    """The coefficients, by statsmodels.

    Args:
        response: shape (n,).
        design: constant included, shape (n, k).
        quantile: between 0 and 1.
    """
    from statsmodels.regression.quantile_regression import QuantReg
    from statsmodels.tools.sm_exceptions import ConvergenceWarning, IterationLimitWarning

    with warnings.catch_warnings():
        # Its steps may end in a circle among solutions whose loss is all but the same.
        warnings.simplefilter("ignore", ConvergenceWarning)
        warnings.simplefilter("ignore", IterationLimitWarning)
        return np.asarray(QuantReg(response, design).fit(q=quantile, max_iter=2000).params)


def block_length(response: np.ndarray, design: np.ndarray) -> float:
    """Mean block length that keeps the dependence of the regressors and of the variance."""
    moves = (response - response.mean()) ** 2
    return max(mean_block(moves), *(mean_block(column) for column in design.T))


def drawn(estimate: float, deviations: np.ndarray, level: float) -> Drawn:
    """What the draws say of an estimate.

    Args:
        estimate: of the sample.
        deviations: draws less the estimate, shape (draws,).
        level: coverage of the interval.
    """
    distance = np.abs(deviations)
    reach = float(np.quantile(distance, level))
    beyond = int((distance >= abs(estimate)).sum())
    return Drawn(
        estimate=estimate,
        error=float(deviations.std(ddof=1)),
        interval=(estimate - reach, estimate + reach),
        p=(beyond + 1) / (len(distance) + 1),
    )

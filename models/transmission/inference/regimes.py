"""A regression cut into regimes: coefficients, their errors, and the law of each date.

What `models.transmission.breaks` computes of one partition; how it is found is in `partitions`.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import numpy as np

from models.errors import ModelError
from models.transmission.inference.break_limits import date_quantile
from models.transmission.inference.long_run import long_run_variance

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

Kind = Literal["hac", "regime", "constant"]
_EXACT = 1e-12  # residuals below this share of the response are rounding


@dataclass(frozen=True)
class Errors:
    """How the errors of regimes are computed.

    Attributes:
        kind: `hac` (Andrews 1991 within each regime), `regime` (no serial correlation, a variance
            for each regime) or `constant` (one variance).
        prewhiten: take a first-order autoregression out before the HAC sum.
    """

    kind: Kind = "hac"
    prewhiten: bool = True


@dataclass(frozen=True)
class Sample:
    """Response, design with its constant, and what is computed of a partition."""

    index: pd.Index
    names: tuple[str, ...]
    response: np.ndarray
    design: np.ndarray
    least: int

    @property
    def n(self) -> int:
        """Observations."""
        return len(self.response)

    @property
    def q(self) -> int:
        """Coefficients that change."""
        return int(self.design.shape[1])

    def part(self, start: int, end: int) -> Sample:
        """Observations start + 1 to end, counted from 1."""
        cut = slice(start, end)
        return Sample(self.index[cut], self.names, self.response[cut], self.design[cut], self.least)

    def coefficients(self) -> np.ndarray:
        """Least squares, shape (q,)."""
        return np.asarray(np.linalg.lstsq(self.design, self.response, rcond=None)[0])

    def residuals(self) -> np.ndarray:
        """Of the one regression over all these observations, (n,).

        Raises:
            ModelError: there are none: what stands still for a whole regime was not traded.
        """
        left = np.asarray(self.response - self.design @ self.coefficients())
        if np.abs(left).max() <= _EXACT * np.abs(self.response).max():
            raise ModelError(
                f"the regime from {self.index[0]} to {self.index[-1]} is fitted exactly"
            )
        return left

    def scores(self) -> np.ndarray:
        """Regressors times residuals, (n, q)."""
        return np.asarray(self.design * self.residuals()[:, None])

    def moments(self) -> np.ndarray:
        """Mean of the regressors' products, (q, q)."""
        return np.asarray(self.design.T @ self.design / self.n)

    def score_variance(self, errors: Errors, pooled: float) -> np.ndarray:
        """Long-run covariance of the scores, per observation."""
        if errors.kind == "hac":
            return long_run_variance(self.scores(), errors.prewhiten)
        left = self.residuals()
        return self.moments() * (
            pooled if errors.kind == "constant" else float(left @ left) / self.n
        )

    def regimes(self, dates: Sequence[int] | np.ndarray) -> list[Sample]:
        """The sample cut after each date."""
        ends = [0, *(int(date) for date in dates), self.n]
        return [self.part(start, end) for start, end in pairwise(ends)]

    def variances(self, dates: Sequence[int] | np.ndarray, errors: Errors) -> list[np.ndarray]:
        """Covariance of each regime's coefficients."""
        parts = self.regimes(dates)
        found = []
        for part, inner in zip(parts, score_variances(parts, errors), strict=True):
            bread = np.linalg.inv(part.moments())
            found.append(bread @ inner @ bread / part.n)
        return found

    def wald(self, dates: np.ndarray, errors: Errors) -> float:
        """Wald statistic that neighbouring regimes have the same coefficients."""
        parts = self.regimes(dates)
        changes = np.concatenate([b.coefficients() - a.coefficients() for a, b in pairwise(parts)])
        k, q = len(parts), self.q
        covariance = np.zeros((k * q, k * q))
        for place, one in enumerate(self.variances(dates, errors)):
            covariance[place * q : (place + 1) * q, place * q : (place + 1) * q] = one
        contrast = np.kron(np.diff(np.eye(k), axis=0), np.eye(q))
        inner = contrast @ covariance @ contrast.T
        return float(changes @ np.linalg.solve(inner, changes))


def score_variances(parts: list[Sample], errors: Errors) -> list[np.ndarray]:
    """Covariance of the scores of each regime; `constant` pools the residual variance."""
    ssr = sum(float((part.residuals() ** 2).sum()) for part in parts)
    pooled = ssr / sum(part.n for part in parts)
    return [part.score_variance(errors, pooled) for part in parts]


def date_limits(
    date: int, parts: list[Sample], inner: list[np.ndarray], level: float
) -> tuple[float, float]:
    """Interval of one date between two regimes, Bai and Perron (2003), section 3.2."""
    change = parts[1].coefficients() - parts[0].coefficients()
    weight = [float(change @ part.moments() @ change) for part in parts]
    spread = [float(change @ one @ change) for one in inner]
    before, after = (s / w for s, w in zip(spread, weight, strict=True))
    eta, scale = weight[1] / weight[0], weight[0] ** 2 / spread[0]
    high, low = (
        date_quantile(share, eta, before, after) / scale
        for share in ((1 - level) / 2, (1 + level) / 2)
    )
    return date - low, date - high

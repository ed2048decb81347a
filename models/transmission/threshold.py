"""A regression whose coefficients differ above an unknown threshold of another variable.

Hansen, "Sample Splitting and Threshold Estimation", Econometrica 68(3), 2000, for the estimate and
the interval of the threshold; Hansen, "Inference When a Nuisance Parameter Is Not Identified Under
the Null Hypothesis", Econometrica 64(2), 1996, for the test that there is none.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from models.errors import ModelError
from models.transmission import display
from models.transmission.frames import complete
from models.transmission.inference.nulls import block_signs
from models.transmission.inference.threshold_search import Search, candidates, net_of_design

if TYPE_CHECKING:
    from collections.abc import Sequence

CONSTANT = "constant"


@dataclass(frozen=True)
class Threshold:
    """What is asked: `y = x'b + z'd * 1(s > threshold) + e`.

    Attributes:
        response: y, by session.
        regressors: x on the same index, without the constant, which is added.
        variable: s, on the same index, known before the response.
        switching: names of the regressors whose coefficient may differ, `constant` among them if
            wanted; None = all and the constant (Hansen's case).
        trimming: share of the sample on either side at the least.
        draws: of the bootstrap.
        level: coverage of the intervals.
        seed: of the draws.
    """

    response: pd.Series
    regressors: pd.DataFrame
    variable: pd.Series
    switching: Sequence[str] | None = None
    trimming: float = 0.15
    draws: int = 999
    level: float = 0.95
    seed: int = 17

    def fit(self) -> ThresholdResult:
        """Estimate the threshold and test that there is one.

        Raises:
            ModelError: the input is not complete, ordered and moving; a name is unknown; the
                variable takes too few values; regressors are collinear on one side.
        """
        search = self.search()
        rng = np.random.default_rng(self.seed)
        left = search.null_residuals
        simulated = search.sup_lm(left * block_signs((self.draws, len(left)), 1.0, rng))
        return ThresholdResult(
            asked=self,
            search=search,
            place=int(np.argmin(search.ssr)),
            sup_lm=float(search.sup_lm(left[None])[0]),
            simulated=simulated,
        )

    def search(self) -> Search:
        """The sample with everything that all draws share.

        Raises:
            ModelError: as `fit`.
        """
        if not 0.01 <= self.trimming < 0.5 or not 0 < self.level < 1 or self.draws < 19:
            raise ModelError("trimming lies in .01-.5, level between 0 and 1; 19 draws or more")
        table = self._table()
        values = table.to_numpy()
        names = (CONSTANT, *(str(name) for name in table.columns[1:-1]))
        design = np.column_stack([np.ones(len(values)), values[:, 1:-1]])
        if np.linalg.matrix_rank(design) < design.shape[1]:
            raise ModelError("the regressors are collinear")
        chosen = names if self.switching is None else tuple(self.switching)
        unknown = [name for name in chosen if name not in names]
        if unknown or not chosen:
            raise ModelError(f"no such regressor to switch: {', '.join(unknown) or 'none given'}")
        tried = candidates(values[:, -1], self.trimming)
        above = values[:, -1][None] > tried[:, None]
        switched = design[:, [names.index(name) for name in chosen]]
        return Search(
            index=table.index,
            names=names,
            switching=chosen,
            response=values[:, 0],
            design=design,
            variable=values[:, -1],
            candidates=tried,
            net=net_of_design(above[:, :, None] * switched[None], design),
        )

    def _table(self) -> pd.DataFrame:
        response = self.response.rename(str(self.response.name or "response"))
        variable = self.variable.rename("threshold variable")
        for other in (self.regressors, variable):
            if not other.index.equals(response.index):
                raise ModelError("response, regressors and variable are not of the same sessions")
        return complete(pd.concat([response, self.regressors, variable], axis=1), 30)


@dataclass(frozen=True)
class ThresholdResult:
    """Threshold, coefficients on both sides and the test that they are the same.

    Attributes:
        asked: the specification.
        search: the sample and its candidates.
        place: of the best candidate.
        sup_lm: the statistic of no threshold.
        simulated: bootstrap draws of that statistic.
    """

    asked: Threshold = field(repr=False)
    search: Search = field(repr=False)
    place: int
    sup_lm: float
    simulated: np.ndarray = field(repr=False)

    @property
    def threshold(self) -> float:
        """The estimate: the regression changes where the variable lies above it."""
        return float(self.search.candidates[self.place])

    @property
    def p_value(self) -> float:
        """Of no threshold, by the fixed-regressor bootstrap."""
        return float((1 + (self.simulated >= self.sup_lm).sum()) / (1 + len(self.simulated)))

    @property
    def above(self) -> np.ndarray:
        """Which sessions lie above the threshold."""
        return np.asarray(self.search.variable > self.threshold)

    @cached_property
    def likelihood_ratio(self) -> pd.Series:
        """LR of each candidate, by threshold (Hansen 2000, equation 10)."""
        ssr = self.search.ssr
        ratio = len(self.search.response) * (ssr - ssr.min()) / ssr.min()
        return pd.Series(ratio, index=self.search.candidates, name="LR")

    @cached_property
    def interval(self) -> tuple[float, float]:
        """Thresholds whose LR the sample does not reject, from the first to the last.

        One candidate further either side, where there is one: between candidates none was tried.
        The critical value is `-2 log(1 - sqrt(level))` (7.35 at .95), times the ratio of
        conditional variances where the errors are heteroscedastic (Hansen 2000, section 3.4,
        by quadratic regressions).
        """
        critical = -2 * np.log(1 - np.sqrt(self.asked.level)) * self.heteroscedasticity
        kept = np.flatnonzero(self.likelihood_ratio.to_numpy() <= critical)
        tried = self.search.candidates
        first, last = max(kept[0] - 1, 0), min(kept[-1] + 1, len(tried) - 1)
        return float(tried[first]), float(tried[last])

    @cached_property
    def heteroscedasticity(self) -> float:
        """Hansen's eta squared: 1 with homoscedastic errors."""
        weights, left, _ = self._fit()
        change = weights[len(self.search.names) :]
        columns = [self.search.names.index(name) for name in self.search.switching]
        pull = (self.search.design[:, columns] @ change) ** 2
        centre = (self.search.variable - self.threshold) / self.search.variable.std()
        powers = np.column_stack([np.ones_like(centre), centre, centre**2])
        both = np.column_stack([pull * left**2, pull])
        above, below = np.linalg.lstsq(powers, both, rcond=None)[0][0]
        if above <= 0 or below <= 0:  # a quadratic may dip below 0 where it is evaluated
            above, below = both.mean(axis=0)
        return float(above / (below * (left @ left) / len(left)))

    def _fit(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Weights (below, then changes), residuals and robust covariance at the threshold."""
        columns = [self.search.names.index(name) for name in self.search.switching]
        switched = self.search.design[:, columns] * self.above[:, None]
        both = np.column_stack([self.search.design, switched])
        bread = np.linalg.inv(both.T @ both)
        weights = bread @ both.T @ self.search.response
        left = self.search.response - both @ weights
        n, k = both.shape
        covariance = bread @ (both.T * left**2 @ both) @ bread * n / (n - k)
        return weights, left, covariance

    def to_frame(self) -> pd.DataFrame:
        """Coefficients below, above and their difference, with robust errors given the threshold.

        Row by regressor; where a coefficient does not switch, both sides are the same.
        """
        weights, _, covariance = self._fit()
        names, p = self.search.names, len(self.search.names)
        rows = {}
        for place, name in enumerate(names):
            pick = np.zeros((3, len(weights)))
            pick[:2, place] = 1.0
            if name in self.search.switching:
                pick[1:, p + self.search.switching.index(name)] = 1.0
            values = pick @ weights
            errors = np.sqrt(np.diag(pick @ covariance @ pick.T))
            rows[name] = [*values, *errors]
        columns = ["below", "above", "difference", "se below", "se above", "se difference"]
        return pd.DataFrame.from_dict(rows, orient="index", columns=columns)

    def summary(self) -> str:
        """The result as text."""
        return display.text(self._title(), self.to_frame(), self._notes())

    def _repr_html_(self) -> str:
        return display.html(self._title(), self.to_frame(), self._notes())

    def _title(self) -> str:
        low, high = self.interval
        return f"Threshold {self.threshold:.4g} ({self.asked.level:.0%} set {low:.4g}-{high:.4g})"

    def _notes(self) -> list[str]:
        return [
            f"sup-LM {self.sup_lm:.3f}, bootstrap p {self.p_value:.3f} of no threshold",
            f"{int(self.above.sum())} of {len(self.above)} observations lie above",
        ]

"""Is the asset's bad tail tied more tightly to the factor than its middle?

Quantile regression (Koenker and Bassett, "Regression Quantiles", Econometrica 46, 1978) of the
asset's return on the factor's; intervals from the stationary block bootstrap of the pairs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from models.claims.data import log_returns
from models.claims.estimates import LEAST, slope
from models.claims.measure import Measured
from models.errors import ModelError
from models.resampling import mean_block, stationary_indices
from models.sessions import check_day

if TYPE_CHECKING:
    from models.claims.data import Look

# A quantile regression is an iteration of its own: more draws would take a minute.
_DRAWS = 199


@dataclass(frozen=True)
class TailBeta:
    """Slopes at a low quantile, at the median and of the mean, and tail minus median.

    Attributes:
        asset: whose tail.
        factor: on what.
        start: first day, `YYYY-MM-DD`.
        end: last day.
        quantile: of the tail, between 0 and .5.
    """

    asset: str
    factor: str
    start: str
    end: str
    quantile: float = 0.05
    kind: ClassVar[str] = "tail-beta"

    def __post_init__(self) -> None:
        """Refuse what is no period or no tail."""
        check_day("start", self.start)
        check_day("end", self.end)
        if not 0 < self.quantile < 0.5 or self.asset == self.factor:
            raise ModelError("a tail lies between 0 and .5, and an asset is not its own factor")

    def names(self) -> tuple[str, ...]:
        """Four slopes."""
        names = ("tail_beta", "median_beta", "tail_minus_median_beta", "beta")
        return tuple(f"{self.factor}_{name}" for name in names)

    def fit(self, look: Look) -> Measured:
        """Fit."""
        prices = look.sessions([self.asset, self.factor], self.start, self.end, adjusted=True)
        rows = log_returns(prices).dropna()
        if len(rows) * self.quantile < 5:
            raise ModelError(f"{len(rows)} sessions hold no five of the lowest {self.quantile:g}")
        plain = slope(rows, look.level, least=LEAST)
        returns = rows.to_numpy()
        block = max(mean_block(column) for column in returns.T)
        draws = min(look.draws, _DRAWS)
        places = stationary_indices(len(returns), draws, block, look.rng)
        found = self._slopes(returns)
        drawn = np.array([self._slopes(returns[place]) for place in places])
        ends = np.quantile(drawn, [(1 - look.level) / 2, (1 + look.level) / 2], axis=0)
        names = self.names()
        pairs = [(float(low), float(high)) for low, high in ends.T]
        intervals = dict(zip(names, [*pairs, plain.interval], strict=True))
        note = (
            f"Quantile {self.quantile:g} of {len(rows)} session returns from {rows.index[0]} to "
            f"{rows.index[-1]}; {draws} draws of the block bootstrap."
        )
        values = dict(zip(names, (*map(float, found), plain.value), strict=True))
        return Measured(values, len(rows), intervals, notes=(note,))

    def _slopes(self, values: np.ndarray) -> np.ndarray:
        """Tail, median, and their difference."""
        from statsmodels.regression.quantile_regression import QuantReg

        design = np.column_stack([np.ones(len(values)), values[:, 1]])
        model = QuantReg(values[:, 0], design)
        tail, middle = (
            float(model.fit(q=q, vcov="iid", p_tol=1e-4).params[1]) for q in (self.quantile, 0.5)
        )
        return np.array([tail, middle, tail - middle])

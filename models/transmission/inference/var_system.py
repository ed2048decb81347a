"""The vector autoregression behind connectedness, with its bootstrap and its simulated nulls.

Everything is computed once, when it is first asked for, and shared by the family's hypotheses.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from models.transmission import vector_autoregression as var
from models.transmission.inference.slopes import generator
from models.transmission.inference.var_bootstrap import Null, block_of, draw, restricted
from models.transmission.variance_shares import decomposition, nets, tables

if TYPE_CHECKING:
    import pandas as pd

    from models.transmission.spec import TransmissionSpec


@dataclass(frozen=True)
class System:
    """An autoregression and its generalised tables: of the sample, its bootstrap and both nulls.

    Attributes:
        rows: fear first; a missing session is a row with NaN.
        spec: lags, horizon, draws.
        fitted: by least squares.
        table: at `spec.var_horizon`, percent, shape (k, k).
    """

    rows: pd.DataFrame
    spec: TransmissionSpec
    fitted: var.Autoregressions
    table: np.ndarray

    @classmethod
    def of(cls, rows: pd.DataFrame, spec: TransmissionSpec) -> System:
        """Fit.

        Raises:
            ModelError: too few rows for the lags, a singular residual covariance, an unstable
                autoregression.
        """
        fitted = var.fit_with_gaps(rows.to_numpy(), spec.var_lags)
        var.check_covariance(fitted.covariance[0])
        var.check_stable(float(var.largest_root(fitted.lagged)[0]))
        return cls(rows, spec, fitted, tables(fitted, spec.var_horizon)[0])

    @property
    def k(self) -> int:
        """Series."""
        return self.rows.shape[1]

    @cached_property
    def same_day(self) -> np.ndarray:
        """The table of one step: what the series do on the same day."""
        return np.asarray(tables(self.fitted, 1)[0])

    @cached_property
    def block(self) -> float:
        """Mean block length of all draws."""
        return block_of(self.fitted.residuals[0])

    @cached_property
    def drawn(self) -> Tables:
        """The sample's own bootstrap."""
        null = Null.none(self.k)
        rng = generator(self.spec, "connectedness:interval")
        fitted = restricted(self.rows.to_numpy()[None], self.spec.var_lags, null)
        return self._tables(draw(fitted, null, self.spec.bootstrap_draws, self.block, rng))

    @cached_property
    def without_fear(self) -> Simulated:
        """Fear has nothing to do with the others, which stay as they are."""
        return self._simulated(Null.independent(0, self.k), "without fear")

    @cached_property
    def without_lags(self) -> Simulated:
        """No series leads another; what they do on the same day stays."""
        return self._simulated(Null.no_lags(self.k), "without lags")

    def _simulated(self, null: Null, name: str) -> Simulated:
        spec, lags = self.spec, self.spec.var_lags
        rng = generator(spec, f"connectedness:{name}")
        fitted = restricted(self.rows.to_numpy()[None], lags, null)
        outer = draw(fitted, null, spec.bootstrap_draws, self.block, rng)
        again = outer[: spec.size_draws]
        inner = None
        if len(again):
            refitted = restricted(again, lags, null)
            inner = self._tables(draw(refitted, null, len(again), self.block, rng))
        return Simulated(self._tables(outer), inner)

    def _tables(self, panels: np.ndarray) -> Tables:
        fitted = var.fit(panels, self.spec.var_lags)
        # The odd draw is estimated unstable, though none is drawn so.
        lagged = var.drawn_inside(fitted.lagged, 1 - 1e-6)
        psi = var.moving_average(lagged, self.spec.var_horizon)
        return Tables(
            far=100 * decomposition(psi, fitted.covariance, "generalized"),
            near=100 * decomposition(psi[:, :1], fitted.covariance, "generalized"),
        )


@dataclass(frozen=True)
class Tables:
    """Tables of many samples, at the horizon and of one step, each (draws, k, k)."""

    far: np.ndarray
    near: np.ndarray

    def share(self, row: int) -> np.ndarray:
        """Of the first series in a row's variance."""
        return np.asarray(self.far[:, row, 0])

    def net(self, place: int) -> np.ndarray:
        """What lags add to a series' net."""
        return np.asarray((nets(self.far) - nets(self.near))[:, place])


@dataclass(frozen=True)
class Simulated:
    """Tables of samples drawn under a null, and of one bootstrap draw of each."""

    outer: Tables
    inner: Tables | None

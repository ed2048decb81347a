"""Mediation: how much of what moves with the treatment goes through the mediator.

    m = i + a x + c' w + e2,    y = j + c x + b m + d' w + e3

Indirect effect a b, direct effect c (Baron and Kenny, "The moderator-mediator variable
distinction", Journal of Personality and Social Psychology 51(6), 1986). How much hidden common
cause of mediator and outcome would undo it: Imai, Keele and Yamamoto, "Identification, Inference
and Sensitivity Analysis for Causal Mediation Effects", Statistical Science 25(1), 2010, theorem 4.
Whether x, m and y stand in this order is assumed, not tested: it is no proof of cause.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from models.errors import ModelError
from models.resampling import mean_block, stationary_indices
from models.transmission import display
from models.transmission.frames import together

if TYPE_CHECKING:
    from collections.abc import Sequence

CAUTION = (
    "the order treatment, mediator, outcome is assumed: a mediated share is no proof of cause, and "
    "the reverse path fits the same data"
)
EFFECTS = ("a", "b", "indirect", "direct", "total")
_PART = 6_000_000  # numbers of resampled rows handled at once


@dataclass(frozen=True)
class Mediation:
    """What is fitted.

    Attributes:
        treatment: by session.
        mediator: on the same index.
        outcome: on the same index.
        controls: of both equations, on the same index.
        draws: of the stationary block bootstrap.
        level: coverage of the intervals.
        seed: of the draws.
    """

    treatment: pd.Series
    mediator: pd.Series
    outcome: pd.Series
    controls: pd.DataFrame | None = None
    draws: int = 999
    level: float = 0.95
    seed: int = 0

    def fit(self) -> MediationResult:
        """Fit both equations and resample them.

        Raises:
            ModelError: the input cannot be used (naming the rows), or the regressors are
                collinear.
        """
        values = self._values()
        point = effects(values[None])[0]
        rng = np.random.default_rng(self.seed)
        drawn = bootstrap(values, self.draws, rng)
        off = np.abs(drawn - point)
        reach = np.quantile(off, self.level, axis=0)
        p = [
            (int((column >= abs(value)).sum()) + 1) / (self.draws + 1)
            for column, value in zip(off.T, point, strict=True)
        ]
        table = pd.DataFrame(
            {"estimate": point, "lo": point - reach, "hi": point + reach, "p": p},
            index=pd.Index(EFFECTS, name="effect"),
        )
        residual, ratio = _reduced(values)
        return MediationResult(table, drawn, residual, ratio, len(values))

    def _values(self) -> np.ndarray:
        names = ("treatment", "mediator", "outcome")
        parts = [series.rename(name) for name, series in zip(names, self._roles(), strict=True)]
        others = [] if self.controls is None else [self.controls[name] for name in self.controls]
        rows = together(*others, *parts)
        values = np.column_stack([np.ones(len(rows)), rows.to_numpy()])
        # Each column by its own size: a product of small numbers is not yet collinear.
        sized = values / np.sqrt(np.mean(values**2, axis=0))
        if np.linalg.matrix_rank(sized, tol=1e-8 * np.sqrt(len(sized))) < values.shape[1]:
            raise ModelError("the series are collinear (two may be one and the same)")
        return values

    def _roles(self) -> tuple[pd.Series, pd.Series, pd.Series]:
        return self.treatment, self.mediator, self.outcome


@dataclass(frozen=True)
class MediationResult:
    """Both paths.

    Attributes:
        table: `estimate, lo, hi, p` of `a`, `b`, `indirect`, `direct` and `total`; symmetric
            intervals and p-values of the block bootstrap, which say the same.
        draws: the bootstrap's effects, shape (draws, 5).
        rho: correlation of what the treatment leaves of mediator and outcome; the correlation of
            their hidden causes at which the indirect effect would be 0.
        ratio: deviation of what it leaves of the outcome over that of the mediator.
        n: sessions.
    """

    table: pd.DataFrame
    draws: np.ndarray
    rho: float
    ratio: float
    n: int

    @property
    def proportion(self) -> float | None:
        """Indirect over total effect; None where the total's interval holds 0."""
        if self.value("total", "lo") <= 0 <= self.value("total", "hi"):
            return None
        return self.value("indirect") / self.value("total")

    def value(self, effect: str, what: str = "estimate") -> float:
        """One number of the table."""
        return float(self.table[what].to_numpy()[EFFECTS.index(effect)])

    def sensitivity(self, correlations: Sequence[float]) -> pd.Series:
        """The indirect effect if the errors of both equations had these correlations.

        Raises:
            ModelError: one does not lie between -1 and 1.
        """
        rho = np.asarray(correlations, dtype="float64")
        if not (np.abs(rho) < 1).all():
            raise ModelError("a correlation of errors lies between -1 and 1")
        left = self.rho - rho * np.sqrt((1 - self.rho**2) / (1 - rho**2))
        return pd.Series(
            self.value("a") * self.ratio * left, index=pd.Index(rho, name="rho"), name="indirect"
        )

    def to_frame(self) -> pd.DataFrame:
        """The table."""
        return self.table

    def summary(self) -> str:
        """The table, the sensitivity and the caution."""
        return display.text(*self._shown())

    def _repr_html_(self) -> str:
        return display.html(*self._shown())

    def _shown(self) -> tuple[str, pd.DataFrame, Sequence[str]]:
        share = "-" if self.proportion is None else f"{self.proportion:.2f}"
        notes = [
            f"{self.n} sessions; indirect over total {share}; a correlation of {self.rho:.2f} "
            "between the errors would undo the indirect effect",
            CAUTION,
        ]
        return "Mediation", self.table, notes


def effects(values: np.ndarray) -> np.ndarray:
    """The five effects of many samples.

    Args:
        values: constant, controls, treatment, mediator, outcome; shape (draws, n, columns).

    Returns:
        Columns as `EFFECTS`, shape (draws, 5).
    """
    moments = values.transpose(0, 2, 1) @ values
    last = moments.shape[1] - 1
    first = np.linalg.solve(moments[:, : last - 1, : last - 1], moments[:, : last - 1, last - 1 :])
    second = np.linalg.solve(moments[:, :last, :last], moments[:, :last, last:])
    a, total = first[:, -1, 0], first[:, -1, 1]
    direct, b = second[:, -2, 0], second[:, -1, 0]
    return np.column_stack([a, b, a * b, direct, total])


def bootstrap(values: np.ndarray, draws: int, rng: np.random.Generator) -> np.ndarray:
    """Effects of samples drawn in stationary blocks of whole rows, shape (draws, 5)."""
    block = max(mean_block(values[:, place]) for place in (-3, -2, -1))
    places = stationary_indices(len(values), draws, block, rng)
    parts = np.array_split(places, max(1, places.size * values.shape[1] // _PART))
    return np.concatenate([effects(values[part]) for part in parts])


def _reduced(values: np.ndarray) -> tuple[float, float]:
    """Correlation, and ratio of deviations, of outcome and mediator net of all before them."""
    kept, both = values[:, :-2], values[:, -2:]
    left = both - kept @ np.linalg.lstsq(kept, both, rcond=None)[0]
    mediator, outcome = left.T
    rho = float(mediator @ outcome / np.sqrt((mediator @ mediator) * (outcome @ outcome)))
    return rho, float(outcome.std() / mediator.std())

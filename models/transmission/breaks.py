"""Breaks at unknown dates in a mean or in the coefficients of a regression.

Bai and Perron, "Estimating and Testing Linear Models with Multiple Structural Changes",
Econometrica 66(1), 1998, and "Computation and Analysis of Multiple Structural Change Models",
Journal of Applied Econometrics 18(1), 2003: all coefficients change at each break.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

import numpy as np
import pandas as pd

from models.errors import ModelError
from models.transmission import display
from models.transmission.frames import complete
from models.transmission.inference.break_limits import many_breaks_draws, one_break_critical
from models.transmission.inference.break_numbers import Criterion, choose, criteria, sequence_of
from models.transmission.inference.partitions import partition
from models.transmission.inference.regimes import (
    Errors,
    Kind,
    Sample,
    date_limits,
    score_variances,
)

_LEAST_ROWS = 30


@dataclass(frozen=True)
class Breaks:
    """What is asked: does a mean, or do the coefficients of a regression, change for good?

    Attributes:
        response: by session.
        regressors: on the same index, whose coefficients change beside the constant's; None = the
            mean alone.
        trimming: share of the sample in the shortest regime.
        most: breaks at the most.
        errors: `hac` (Andrews 1991 within each regime), `regime` (no serial correlation, a
            variance for each regime) or `constant` (one variance).
        prewhiten: take a first-order autoregression out before the HAC sum.
        level: coverage of the intervals.
        alpha: level of the sequential tests.
    """

    response: pd.Series
    regressors: pd.DataFrame | None = None
    trimming: float = 0.15
    most: int = 5
    errors: Kind = "hac"
    prewhiten: bool = True
    level: float = 0.95
    alpha: float = 0.05

    @property
    def how(self) -> Errors:
        """The choice of errors."""
        return Errors(self.errors, self.prewhiten)

    def fit(self, number: int | Criterion = "sequential") -> BreaksResult:
        """Estimate the dates.

        Args:
            number: of breaks; or how to choose it: by the sequence of supF(l+1|l) tests, by the
                Bayesian criterion of Yao (1988) or by that of Liu, Wu and Zidek (1997).

        Raises:
            ModelError: the input is not complete, ordered and moving; the choices are
                impossible; regressors are collinear.
        """
        if not 0.01 <= self.trimming < 0.5 or not 0 < self.level < 1 or not 0 < self.alpha < 1:
            raise ModelError("trimming lies in .01-.5, level and alpha between 0 and 1")
        if self.errors not in ("hac", "regime", "constant") or self.most < 1:
            raise ModelError("errors are hac, regime or constant; most is 1 or more")
        sample = _sample(self)
        found = partition(sample.response[None], sample.design, sample.least, self.most)
        sup_f = tuple(
            sample.wald(found.dates[k][0], self.how) * (1 - (k + 1) * sample.q / sample.n) / k
            for k in range(1, self.most + 1)
        )
        sequence = sequence_of(sample, found, sup_f[0], self.how)
        ssr = found.ssr[0]
        bic, lwz = criteria(ssr, sample.n, sample.q)
        critical = partial(one_break_critical, sample.q, self.trimming, self.alpha)
        chosen = choose(number, sequence, bic, lwz, critical)
        return BreaksResult(
            dates=tuple(int(date) for date in found.dates[chosen][0]),
            ssr=tuple(float(value) for value in ssr),
            sup_f=sup_f,
            sequential=sequence,
            bic=bic,
            lwz=lwz,
            asked=self,
            sample=sample,
        )


def _sample(asked: Breaks) -> Sample:
    frame = asked.response.to_frame(asked.response.name or "response")
    if asked.regressors is not None:
        if not asked.regressors.index.equals(asked.response.index):
            raise ModelError("response and regressors are not of the same sessions")
        frame = pd.concat([frame, asked.regressors], axis=1)
    table = complete(frame, _LEAST_ROWS)
    values = table.to_numpy()
    design = np.column_stack([np.ones(len(values)), values[:, 1:]])
    if np.linalg.matrix_rank(design) < design.shape[1]:
        raise ModelError("the regressors are collinear")
    return Sample(
        index=table.index,
        names=("constant", *(str(name) for name in table.columns[1:])),
        response=values[:, 0],
        design=design,
        least=max(int(asked.trimming * len(values)), design.shape[1] + 2),
    )


@dataclass(frozen=True)
class BreaksResult:
    """Dates, regimes and tests.

    Attributes:
        dates: last observation of each regime but the last, counted from 1.
        ssr: sums of squared residuals with 0, 1, ... breaks.
        sup_f: supF(k|0) for k = 1, 2, ...: the Wald statistic over k, not over the coefficients.
        sequential: supF(l+1|l) for l = 0, 1, ...; None where no regime has room.
        bic: criterion of Yao (1988), with 0, 1, ... breaks.
        lwz: criterion of Liu, Wu and Zidek (1997).
        asked: the specification.
        sample: what it was fitted on.
    """

    dates: tuple[int, ...]
    ssr: tuple[float, ...]
    sup_f: tuple[float, ...]
    sequential: tuple[float | None, ...]
    bic: tuple[float, ...]
    lwz: tuple[float, ...]
    asked: Breaks = field(repr=False)
    sample: Sample = field(repr=False)

    @property
    def number(self) -> int:
        """Breaks."""
        return len(self.dates)

    @property
    def ud_max(self) -> float:
        """The largest supF(k|0): a test against any number of breaks."""
        return max(self.sup_f)

    @property
    def sessions(self) -> tuple[Any, ...]:
        """The index of each date: the last session of the old regime."""
        return tuple(self.sample.index[date - 1] for date in self.dates)

    @cached_property
    def coefficients(self) -> pd.DataFrame:
        """One row per regime, one column per coefficient."""
        rows = [part.coefficients() for part in self.sample.regimes(self.dates)]
        return pd.DataFrame(rows, columns=list(self.sample.names))

    @cached_property
    def standard_errors(self) -> pd.DataFrame:
        """Of `coefficients`, taking the dates as known."""
        rows = [np.sqrt(np.diag(v)) for v in self.sample.variances(self.dates, self.asked.how)]
        return pd.DataFrame(rows, columns=list(self.sample.names))

    @cached_property
    def fitted(self) -> pd.Series:
        """Fitted values by session."""
        parts = [part.design @ part.coefficients() for part in self.sample.regimes(self.dates)]
        return pd.Series(np.concatenate(parts), index=self.sample.index, name="fitted")

    @cached_property
    def limits(self) -> tuple[tuple[float, float], ...]:
        """Interval of each date, unrounded, counted as the dates are.

        Changes are taken as small beside the sample (Bai 1997; Bai and Perron 1998, section 4);
        moments and variances differ between regimes.
        """
        parts = self.sample.regimes(self.dates)
        inner = score_variances(parts, self.asked.how)
        return tuple(
            date_limits(date, parts[at : at + 2], inner[at : at + 2], self.asked.level)
            for at, date in enumerate(self.dates)
        )

    @property
    def intervals(self) -> tuple[tuple[int, int], ...]:
        """`limits` to whole observations: rounded, the upper end one further; inside the sample."""
        n = self.sample.n
        return tuple((max(1, round(low)), min(n, round(high) + 1)) for low, high in self.limits)

    @property
    def reference_intervals(self) -> tuple[tuple[int, int], ...]:
        """The intervals as the R package mbreaks and the MATLAB program before it print them.

        Their loop over the breaks rounds, and adds one to, the upper ends of *all* breaks so far
        each time round; so the first of two ends one observation later than `intervals` says.
        """
        return tuple(
            (round(low), round(high) + self.number - at)
            for at, (low, high) in enumerate(self.limits)
        )

    @property
    def session_intervals(self) -> tuple[tuple[Any, Any], ...]:
        """`intervals` as sessions of the index."""
        return tuple(
            (self.sample.index[low - 1], self.sample.index[high - 1])
            for low, high in self.intervals
        )

    def critical_values(self, alpha: float = 0.05) -> tuple[float, ...]:
        """Of supF(k|0), from the simulated limit (some seconds the first time)."""
        draws = many_breaks_draws(self.sample.q, self.asked.trimming, self.asked.most)
        return tuple(float(value) for value in np.quantile(draws, 1 - alpha, axis=0))

    def p_values(self) -> dict[str, float]:
        """Of supF(k|0), `UDmax` and `WDmax`, from the simulated limit.

        WDmax weights each supF(k|0) so that all would have the same p-value at 5 % (Bai and
        Perron 1998, section 5.2).
        """
        draws = many_breaks_draws(self.sample.q, self.asked.trimming, self.asked.most)
        critical = np.asarray(self.critical_values())
        found = {f"supF({k}|0)": _beyond(draws[:, k - 1], f) for k, f in enumerate(self.sup_f, 1)}
        weights = critical[0] / critical
        return found | {
            "UDmax": _beyond(draws.max(axis=1), self.ud_max),
            "WDmax": _beyond((draws * weights).max(axis=1), float(max(self.sup_f * weights))),
        }

    def to_frame(self) -> pd.DataFrame:
        """One row per regime: its sessions, coefficients, and the interval of its end."""
        starts = (0, *self.dates)
        ends = (*self.dates, self.sample.n)
        index = self.sample.index
        about = pd.DataFrame(
            {
                "first": [index[start] for start in starts],
                "last": [index[end - 1] for end in ends],
                "n": [end - start for start, end in zip(starts, ends, strict=True)],
                "ends from": [*(low for low, _ in self.session_intervals), None],
                "ends to": [*(high for _, high in self.session_intervals), None],
            }
        )
        errors = self.standard_errors.add_prefix("se ")
        return pd.concat([about, self.coefficients, errors], axis=1)

    def summary(self) -> str:
        """The regimes as text."""
        return display.text(self._title(), self.to_frame(), self._notes())

    def _repr_html_(self) -> str:
        return display.html(self._title(), self.to_frame(), self._notes())

    def _title(self) -> str:
        return f"{self.number} breaks in {self.sample.n} observations (Bai and Perron)"

    def _notes(self) -> list[str]:
        tests = ", ".join(f"{value:.2f}" for value in self.sup_f)
        return [f"supF(k|0), k = 1 to {len(self.sup_f)}: {tests}; errors: {self.asked.errors}"]


def _beyond(draws: np.ndarray, observed: float) -> float:
    return float((1 + (draws >= observed).sum()) / (1 + len(draws)))

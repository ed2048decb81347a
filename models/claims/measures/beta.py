"""Does the asset fall more with a factor than it rises with it, and is its beta above one?"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from models.claims.data import log_returns
from models.claims.measure import Interval, Measured, Plot
from models.errors import ModelError
from models.sessions import check_day
from models.transmission.updown_betas import DownsideBetas, downside_betas

if TYPE_CHECKING:
    import pandas as pd

    from models.claims.data import Look

_BETAS = ("beta", "up_beta", "down_beta", "asymmetry")


@dataclass(frozen=True)
class Beta:
    """Plain, up and down betas with HAC intervals, over the whole period and in its parts.

    `FACTOR_beta`, `_up_beta`, `_down_beta`, `_asymmetry` (down minus up) and `_p_symmetry` of the
    whole; `_beta_from_DAY` and so on of each part, the first and those that begin at a split.
    Log returns of adjusted closes (closes where there are none) between New York sessions.

    Attributes:
        asset: whose betas.
        factors: on what.
        start: first day, `YYYY-MM-DD`.
        end: last day.
        splits: first days of the later parts, ascending; none = one part.
    """

    asset: str
    factors: tuple[str, ...]
    start: str
    end: str
    splits: tuple[str, ...] = ()
    kind: ClassVar[str] = "beta"

    def __post_init__(self) -> None:
        """Refuse what is no period."""
        check_day("start", self.start)
        check_day("end", self.end)
        for day in self._parts():
            check_day("splits", day)
        days = [self.start, *self.splits, self.end]
        if days != sorted(set(days)):
            raise ModelError("start, splits and end must ascend")
        if self.asset in self.factors:
            raise ModelError(f"{self.asset} has no beta on itself")

    def _parts(self) -> tuple[str, ...]:
        return (self.start, *self.splits) if self.splits else ()

    def names(self) -> tuple[str, ...]:
        """Five a factor, and four a factor and part."""
        whole = [*_BETAS, "p_symmetry"]
        parts = [f"{n}_from_{day}" for day in self._parts() for n in _BETAS]
        return tuple(f"{factor}_{name}" for factor in self.factors for name in (*whole, *parts))

    def fit(self, look: Look) -> Measured:
        """Fit."""
        symbols = (self.asset, *self.factors)
        returns = log_returns(look.sessions(symbols, self.start, self.end, adjusted=True))
        values: dict[str, float] = {}
        intervals: dict[str, Interval] = {}
        plots: list[Plot] = []
        for factor in self.factors:
            found = self._on(returns, factor, look.level)
            values |= found.values
            intervals |= found.intervals
            plots += found.plots
        note = (
            f"Log returns between {len(returns.dropna())} New York sessions from "
            f"{returns.index[0]} to {returns.index[-1]}, adjusted closes where there are any; HAC "
            "intervals. Bitcoin's bar ends three to four hours after New York's, which draws "
            "same-day betas towards 0."
        )
        return Measured(values, len(returns.dropna()), intervals, notes=(note,), plots=tuple(plots))

    def _on(self, returns: pd.DataFrame, factor: str, level: float) -> Measured:
        whole = downside_betas(returns[self.asset], returns[factor], level)
        values = _values(whole) | {"p_symmetry": whole.p_symmetry}
        intervals = _intervals(whole)
        bounds = [*self._parts(), None]
        labels = ["all"]
        for first, after in itertools.pairwise(bounds):
            part = returns.loc[first:]
            part = part if after is None else part[part.index < after]
            betas = downside_betas(part[self.asset], part[factor], level)
            for name in _BETAS:
                values[f"{name}_from_{first}"] = _values(betas)[name]
                intervals[f"{name}_from_{first}"] = _intervals(betas)[name]
            labels.append(f"from {first}")
        drawn = [name for name in values if name.startswith("down_beta")]
        plot: Plot = {
            "kind": "curve",
            "name": f"{factor}_down_beta",
            "label": labels,
            "estimate": [values[name] for name in drawn],
            "lo": [intervals[name][0] for name in drawn],
            "hi": [intervals[name][1] for name in drawn],
            "stated": None,
            "choices": [{"factor": factor, "period": label} for label in labels],
        }
        prefix = f"{factor}_"
        return Measured(
            {prefix + name: value for name, value in values.items()},
            whole.n,
            {prefix + name: ends for name, ends in intervals.items()},
            plots=(plot,),
        )


def _values(betas: DownsideBetas) -> dict[str, float]:
    found = (betas.beta, betas.up, betas.down, betas.asymmetry)
    return dict(zip(_BETAS, found, strict=True))


def _intervals(betas: DownsideBetas) -> dict[str, Interval]:
    order = ("beta", "up", "down", "asymmetry")
    return {name: betas.intervals[key] for name, key in zip(_BETAS, order, strict=True)}

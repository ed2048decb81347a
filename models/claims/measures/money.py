"""Does an asset move with money? Levels against growth.

Money and a rising asset both trend, so their levels correlate whatever binds them (Granger and
Newbold, "Spurious regressions in econometrics", Journal of Econometrics 2, 1974). Growth rates
are what a relation must show in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd

from models.claims.estimates import correlation, correlation_interval, share_of_walks
from models.claims.measure import Measured, Plot
from models.errors import ModelError
from models.sessions import check_day

if TYPE_CHECKING:
    from models.claims.data import Look

_LEADS = (1, 2, 3, 6)
_YEAR = 12
_LEAST = 24
_KINDS = ("levels", "monthly_growth", "yearly_growth")


@dataclass(frozen=True)
class Money:
    """Monthly correlations of an asset with a money stock.

    The bar of the money stock dated on a month's first day is that month's average; it stands
    beside the asset's mean close of the month (`levels`, `log_levels`, `monthly_growth`,
    `yearly_growth`), its last close (`month_end_...`) and its first (`month_start_...`).
    `lead_K_months_growth`: money's growth K months before the asset's. `levels_p_of_walks`: the
    share of independent walks with these series' own monthly steps that correlate as much in
    levels. Growth is of logarithms.

    Attributes:
        asset: what may move with money.
        money: monthly symbol, dated on the first of the month.
        start: first month's first day, `YYYY-MM-DD`.
        end: last month's last day.
    """

    asset: str
    money: str
    start: str
    end: str
    kind: ClassVar[str] = "money"

    def __post_init__(self) -> None:
        """Refuse what are no whole months."""
        check_day("start", self.start)
        check_day("end", self.end)
        if not (pd.Timestamp(self.start).is_month_start and pd.Timestamp(self.end).is_month_end):
            raise ModelError(f"{self.start} to {self.end} are no whole months")

    def names(self) -> tuple[str, ...]:
        """Levels, growth and leads."""
        return (
            *(f"{kind}_correlation" for kind in ("levels", "log_levels", *_KINDS[1:])),
            *(f"month_{at}_{kind}_correlation" for at in ("end", "start") for kind in _KINDS),
            *(f"lead_{lead}_months_growth_correlation" for lead in _LEADS),
            "levels_p_of_walks",
        )

    def fit(self, look: Look) -> Measured:
        """Compute."""
        months = self._months(look)
        logs = months.apply(np.log)
        growth, yearly = 100.0 * logs.diff(), 100.0 * logs.diff(_YEAR)
        pairs = {
            "levels": months[["mean", "money"]],
            "log_levels": logs[["mean", "money"]],
            "monthly_growth": growth[["mean", "money"]],
            "yearly_growth": yearly[["mean", "money"]],
        }
        for at in ("end", "start"):
            tables = zip(_KINDS, (months, growth, yearly), strict=True)
            pairs |= {f"month_{at}_{kind}": table[[at, "money"]] for kind, table in tables}
        pairs |= {
            f"lead_{lead}_months_growth": growth[["mean"]].join(growth["money"].shift(lead))
            for lead in _LEADS
        }
        whole = {f"{name}_correlation": pair.dropna().to_numpy() for name, pair in pairs.items()}
        values = {n: float(correlation(pair[:, 0], pair[:, 1])) for n, pair in whole.items()}
        intervals = {
            name: correlation_interval(pair, look)
            for name, pair in whole.items()
            if "growth" in name
        }
        steps = whole["monthly_growth_correlation"]
        p = share_of_walks(steps, len(months), values["levels_correlation"], look)
        values["levels_p_of_walks"] = p
        note = (
            f"{len(months)} months from {months.index[0]} to {months.index[-1]}. Levels correlate "
            f"at {values['levels_correlation']:.2f}, as {100 * p:.0f} % of independent walks with "
            "the same steps do, so levels alone show nothing; monthly growth at "
            f"{values['monthly_growth_correlation']:.2f}, yearly at "
            f"{values['yearly_growth_correlation']:.2f}, whose windows overlap: "
            f"{len(months) // _YEAR} years are few."
        )
        plot = _plot(values, intervals)
        return Measured(values, len(months), intervals, notes=(note,), plots=(plot,))

    def _months(self, look: Look) -> pd.DataFrame:
        """Columns mean, end, start (of the asset) and money, month by month without a gap."""
        asset = look.bars(self.asset, self.start, self.end)["close"].dropna()
        stock = look.bars(self.money, self.start)["close"].dropna()
        if (~stock.index.str.endswith("-01")).any():
            raise ModelError(f"{self.money} is not monthly, dated on the first")
        by_month = asset.groupby(asset.index.str[:7])
        stock.index = stock.index.str[:7]
        table = pd.DataFrame({"mean": by_month.mean(), "end": by_month.last()})
        table = table.assign(start=by_month.first(), money=stock)
        months = table.dropna()
        if len(months) < _LEAST:
            raise ModelError(f"{len(months)} months of {self.asset} and {self.money} are too few")
        every = pd.period_range(months.index[0], months.index[-1], freq="M").astype(str)
        gaps = every.difference(months.index)
        if len(gaps):
            raise ModelError(f"{self.asset} or {self.money} has no price in {gaps[0]}")
        return months


def _plot(values: dict[str, float], intervals: dict[str, tuple[float, float]]) -> Plot:
    names = [name for name in values if name.endswith("correlation")]
    ends = [intervals.get(name) for name in names]
    return {
        "kind": "curve",
        "name": "levels_correlation",
        "label": [name.removesuffix("_correlation").replace("_", " ") for name in names],
        "estimate": [values[name] for name in names],
        "lo": [None if one is None else one[0] for one in ends],
        "hi": [None if one is None else one[1] for one in ends],
        "stated": None,
        "choices": [{"choice": name} for name in names],
    }

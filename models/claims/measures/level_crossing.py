"""Did a price fall below a level, or come back above it, and when?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from models.claims.measure import Measured
from models.claims.measures.day_move import MOVES, moves
from models.errors import ModelError
from models.sessions import check_day

if TYPE_CHECKING:
    import pandas as pd

    from models.claims.data import Look

_LEVELS = (
    "low_minus_level", "close_minus_level", "high_minus_level", "days_traded_below",
    "days_closed_below", "days_crossed_down", "days_crossed_up",
)  # fmt: skip


@dataclass(frozen=True)
class LevelCrossing:
    """Where a day's bar lies against a level, and the bars of the weeks before it.

    Beside the values of a `day-move`: the distances of low, close and high to the level, and how
    many of the last `days` bars (the day's among them) traded or closed below it, crossed it
    downwards (the close before above, the low below) or upwards (the low below, the close above).

    Attributes:
        symbol: which.
        level: the price.
        date: the day, `YYYY-MM-DD`; of Bitcoin a UTC day.
        days: bars looked back on, 1 or more.
    """

    symbol: str
    level: float
    date: str
    days: int = 30
    kind: ClassVar[str] = "level-crossing"

    def __post_init__(self) -> None:
        """Refuse what is no day, level or number of days."""
        check_day("date", self.date)
        if self.level <= 0 or self.days < 1:
            raise ModelError("the level is above 0 and days is 1 or more")

    def names(self) -> tuple[str, ...]:
        """Those of a day's move, and of the level."""
        return tuple(f"{self.symbol}_{name}" for name in (*MOVES, *_LEVELS))

    def fit(self, look: Look) -> Measured:
        """Read the bars."""
        before, bar = look.pair(self.symbol, self.date)
        bars = look.bars(self.symbol, end=self.date).tail(self.days + 1)
        previous = bars["close"].shift(1)
        under, closed = bars["low"] < self.level, bars["close"] < self.level
        down = under & (previous >= self.level)
        up = under & ~closed
        counted = [marks.tail(self.days) for marks in (under, closed, down, up)]
        distances = [float(bar[name]) - self.level for name in ("low", "close", "high")]
        found = [*distances, *(float(marks.sum()) for marks in counted)]
        values = moves(self.symbol, before, bar) | {
            f"{self.symbol}_{name}": value for name, value in zip(_LEVELS, found, strict=True)
        }
        return Measured(values, n=len(counted[0]), notes=(self._told(bar, counted),))

    def _told(self, bar: pd.Series, counted: list[pd.Series]) -> str:
        under = counted[0].index[counted[0]]
        first = f", the first on {under[0]}" if len(under) else ""
        return (
            f"Unadjusted bar of {self.date}: open {bar['open']:,.2f}, low {bar['low']:,.2f}, "
            f"close {bar['close']:,.2f}; {len(under)} of the last {len(counted[0])} bars traded "
            f"below {self.level:,.0f}{first}. A daily bar does not tell the hour."
        )

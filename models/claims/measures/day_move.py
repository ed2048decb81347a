"""What a day did to prices: against the close before, and inside the day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from models.claims.measure import Measured
from models.sessions import check_day

if TYPE_CHECKING:
    import pandas as pd

    from models.claims.data import Look

MOVES = (
    "previous_close", "open", "high", "low", "close", "open_percent", "high_percent",
    "low_percent", "close_percent", "fall_at_open_percent", "fall_to_low_percent",
    "fall_at_close_percent", "open_to_close_percent", "low_to_close_percent",
    "low_to_high_percent", "high_to_low_fall_percent",
)  # fmt: skip


@dataclass(frozen=True)
class DayMove:
    """Moves of symbols on one day, from unadjusted daily bars.

    `SYMBOL_open_percent`, `_high_percent`, `_low_percent` and `_close_percent` are against the
    close before; falls are positive under a name with `fall`. A bar tells no time of day: that a
    low came before a high is not known, that it came before the close is.

    Attributes:
        symbols: which.
        date: the day, `YYYY-MM-DD`: a session; of Bitcoin a UTC day.
    """

    symbols: tuple[str, ...]
    date: str
    kind: ClassVar[str] = "day-move"

    def __post_init__(self) -> None:
        """Refuse what is no day."""
        check_day("date", self.date)

    def names(self) -> tuple[str, ...]:
        """Sixteen a symbol."""
        return tuple(f"{symbol}_{move}" for symbol in self.symbols for move in MOVES)

    def fit(self, look: Look) -> Measured:
        """Read the bars."""
        values: dict[str, float] = {}
        for symbol in self.symbols:
            values |= moves(symbol, *look.pair(symbol, self.date))
        note = f"Unadjusted daily bars of {self.date} against the close before."
        return Measured(values, n=len(self.symbols), notes=(note,))


def moves(symbol: str, before: pd.Series, bar: pd.Series) -> dict[str, float]:
    """The named moves of one bar, prices in the quoted unit and changes in percent."""
    base = float(before["close"])
    at = {name: float(bar[name]) for name in ("open", "high", "low", "close")}
    against = {name: change(base, price) for name, price in at.items()}
    found = [
        base, *at.values(), *against.values(),
        -against["open"], -against["low"], -against["close"],
        change(at["open"], at["close"]), change(at["low"], at["close"]),
        change(at["low"], at["high"]), -change(at["high"], at["low"]),
    ]  # fmt: skip
    return {f"{symbol}_{move}": value for move, value in zip(MOVES, found, strict=True)}


def change(start: float, end: float) -> float:
    """From one price to another, in percent."""
    return 100.0 * (end / start - 1.0)

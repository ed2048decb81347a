"""How far prices went from one day to another, and what the choice of the days does to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from models.claims.measure import Measured, Plot
from models.claims.measures.day_move import change
from models.errors import ModelError
from models.sessions import check_day

if TYPE_CHECKING:
    import pandas as pd

    from models.claims.data import Look

_NAMES = (
    "change_percent", "fall_percent", "total_return_percent", "from_day_before_percent",
    "from_open_percent", "to_day_before_percent", "from_and_to_day_before_percent",
    "highest_to_end_percent",
)  # fmt: skip

# The same with another sign, and from the highest close instead of from the day.
_NOT_READINGS = ("fall_percent", "highest_to_end_percent")


@dataclass(frozen=True)
class PeriodReturn:
    """Change from the close of one day to the close of another, and its variants.

    `_change_percent` is signed, close to close, unadjusted; `_fall_percent` the same with the
    other sign; `_total_return_percent` of adjusted closes where every bar has one. Variants start
    from the close before the day or its open, and end a bar earlier; `_highest_to_end_percent` is
    from the highest close between.

    Attributes:
        symbols: which.
        start: first day, `YYYY-MM-DD`.
        end: last day.
    """

    symbols: tuple[str, ...]
    start: str
    end: str
    kind: ClassVar[str] = "period-return"

    def __post_init__(self) -> None:
        """Refuse what is no period."""
        check_day("start", self.start)
        check_day("end", self.end)
        if self.end <= self.start:
            raise ModelError(f"end {self.end} must lie after start {self.start}")

    def names(self) -> tuple[str, ...]:
        """Eight a symbol."""
        return tuple(f"{symbol}_{name}" for symbol in self.symbols for name in _NAMES)

    def fit(self, look: Look) -> Measured:
        """Read the bars."""
        values: dict[str, float] = {}
        variants: dict[str, tuple[float, ...]] = {}
        plots: list[Plot] = []
        for symbol in self.symbols:
            found = self._of(look, symbol)
            values |= {f"{symbol}_{name}": value for name, value in found.items()}
            others = {k: v for k, v in found.items() if k not in _NOT_READINGS}
            variants[f"{symbol}_change_percent"] = tuple(others.values())
            plots.append(_curve(symbol, others))
        bars = len(look.bars(self.symbols[0], self.start, self.end))
        note = (
            f"From the close of {self.start} to the close of {self.end}, unadjusted; the variants "
            "start at the close before or the open, or end a bar earlier."
        )
        return Measured(values, bars, variants=variants, notes=(note,), plots=tuple(plots))

    def _of(self, look: Look, symbol: str) -> dict[str, float]:
        before_start, start = look.pair(symbol, self.start)
        before_end, end = look.pair(symbol, self.end)
        between = look.bars(symbol, self.start, self.end)
        last = float(end["close"])
        whole = change(float(start["close"]), last)
        found = [
            whole,
            -whole,
            _total(start, end, whole),
            change(float(before_start["close"]), last),
            change(float(start["open"]), last),
            change(float(start["close"]), float(before_end["close"])),
            change(float(before_start["close"]), float(before_end["close"])),
            change(float(between["close"].max()), last),
        ]
        return dict(zip(_NAMES, found, strict=True))


def _total(start: pd.Series, end: pd.Series, unadjusted: float) -> float:
    """Of adjusted closes; an asset that has none pays nothing out that we know of."""
    if start["adj_close"] > 0 and end["adj_close"] > 0:
        return change(float(start["adj_close"]), float(end["adj_close"]))
    return unadjusted


def _curve(symbol: str, values: dict[str, float]) -> Plot:
    nothing: list[float | None] = [None] * len(values)
    return {
        "kind": "curve",
        "name": f"{symbol}_change_percent",
        "label": list(values),
        "estimate": list(values.values()),
        "lo": nothing,
        "hi": nothing,
        "stated": None,
        "choices": [{"choice": name} for name in values],
    }

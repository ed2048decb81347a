"""How much market value a day took, where the number of shares is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from models.claims.data import Unavailable
from models.claims.measure import Measured
from models.errors import ModelError
from models.sessions import check_day

if TYPE_CHECKING:
    from models.claims.data import Look


@dataclass(frozen=True)
class MarketValue:
    """Fall of the price times the shares, to the low and to the close, in billions.

    Attributes:
        symbol: which.
        date: the session.
        shares: shares outstanding, in billions; 0 = not known, so the claim is unavailable.
    """

    symbol: str
    date: str
    shares: float = 0.0
    kind: ClassVar[str] = "market-value"

    def __post_init__(self) -> None:
        """Refuse what is no day or no number of shares."""
        check_day("date", self.date)
        if self.shares < 0:
            raise ModelError("shares must not be negative")

    def names(self) -> tuple[str, ...]:
        """To the low, and to the close."""
        return (f"{self.symbol}_loss_to_low_billions", f"{self.symbol}_loss_to_close_billions")

    def fit(self, look: Look) -> Measured:
        """Multiply."""
        before, bar = look.pair(self.symbol, self.date)
        falls = [float(before["close"] - bar[name]) for name in ("low", "close")]
        if not self.shares:
            raise Unavailable(
                f"the number of shares of {self.symbol} outstanding on {self.date} (a share fell "
                f"by {falls[0]:.2f} to its low and by {falls[1]:.2f} to its close)"
            )
        values = dict(zip(self.names(), (fall * self.shares for fall in falls), strict=True))
        return Measured(values, n=1, notes=(f"With {self.shares:g} billion shares.",))

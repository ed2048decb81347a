"""Prices as Yahoo Finance's chart service answers, of the days up to a simulated instant.

The real series where they are at hand, else walks at random with the same symbols.
"""

from __future__ import annotations

import csv
import math
import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from bench.texts import ROOT
from ingest.prices.yahoo import yahoo_symbol

if TYPE_CHECKING:
    from collections.abc import Mapping

FOLDER: Final = ROOT.parent / "shared/data/e2e/market"
FIELDS: Final = ("open", "high", "low", "close", "volume")
# New York opens at 9:30; whichever clock it has, 14:30 UTC is on the same day.
_OPEN: Final = 14.5 * 3600


@dataclass(frozen=True)
class Series:
    """Bars by date, each with the numbers of ``FIELDS`` and ``adj_close``."""

    symbol: str
    bars: Mapping[str, Mapping[str, float | None]]

    def answer(self, start: int, stop: int, now: str) -> dict[str, Any]:
        """The chart of the bars from ``start`` to before ``stop`` (Unix seconds), none later."""
        chosen = {
            stamp: bar
            for day, bar in self.bars.items()
            if day <= now[:10] and start <= (stamp := self._stamp(day)) < stop
        }
        quote = {name: [bar[name] for bar in chosen.values()] for name in FIELDS}
        adjusted = [{"adjclose": [bar["adj_close"] for bar in chosen.values()]}]
        result = {
            "meta": self._meta(now),
            "timestamp": list(chosen),
            "indicators": {"quote": [quote], "adjclose": adjusted},
        }
        return {"chart": {"result": [result], "error": None}}

    def _stamp(self, day: str) -> int:
        midnight = datetime.fromisoformat(f"{day}T00:00:00+00:00").timestamp()
        return int(midnight + (0 if self._round_the_clock else _OPEN))

    @property
    def _round_the_clock(self) -> bool:
        return self.symbol.endswith("-USD")

    def _meta(self, now: str) -> dict[str, Any]:
        last = int(datetime.fromisoformat(now).timestamp())
        period = {"timezone": "UTC", "start": last, "end": last + 1, "gmtoffset": 0}
        zone = "UTC" if self._round_the_clock else "America/New_York"
        return {
            "symbol": self.symbol,
            "currency": "USD",
            "exchangeTimezoneName": zone,
            "timezone": "UTC",
            "gmtoffset": 0,
            "instrumentType": "CRYPTOCURRENCY" if self._round_the_clock else "EQUITY",
            "regularMarketTime": last,
            "firstTradeDate": self._stamp(min(self.bars)),
            "priceHint": 2,
            "dataGranularity": "1d",
            "range": "",
            "validRanges": ["1d", "5d", "max"],
            "currentTradingPeriod": dict.fromkeys(("pre", "regular", "post"), period),
        }


@cache
def series(name: str, *, real: bool) -> Series | None:
    """The series under the provider's name, or None where there is none."""
    known = {yahoo_symbol(path.stem): path for path in FOLDER.glob("*.csv")} if real else {}
    if not real:
        return Series(name, _walk(name))
    if name not in known:
        return None
    with known[name].open(encoding="utf-8", newline="") as lines:
        return Series(name, {row["date"]: _numbers(row) for row in csv.DictReader(lines)})


def _numbers(row: Mapping[str, str]) -> dict[str, float | None]:
    return {name: float(row[name]) if row.get(name) else None for name in (*FIELDS, "adj_close")}


def _walk(name: str) -> dict[str, dict[str, float | None]]:
    """A walk over the weekdays of two years, over every day for what trades round the clock."""
    dice = random.Random(name)
    level = 100.0
    found: dict[str, dict[str, float | None]] = {}
    for number in range(730):
        day = date(2024, 3, 1) + timedelta(days=number)
        if day.weekday() >= 5 and not name.endswith("-USD"):
            continue
        before, level = level, level * math.exp(dice.gauss(0.0003, 0.02))
        high, low = max(before, level) * 1.004, min(before, level) * 0.996
        prices: dict[str, float] = {
            "open": before,
            "high": high,
            "low": low,
            "close": level,
            "adj_close": level,
        }
        found[f"{day}"] = {k: round(v, 4) for k, v in prices.items()}
        found[f"{day}"]["volume"] = 1e6
    return found


def seconds(now: str) -> int:
    """An instant in Unix seconds."""
    return int(datetime.fromisoformat(now).astimezone(UTC).timestamp())

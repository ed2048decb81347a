"""Which days of a symbol are asked for when its last bar lies in the future."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from bubblefear.pipeline.update_prices import update_prices
from bubblefear.store import prices, transaction
from ingest.records import PriceBar

if TYPE_CHECKING:
    import sqlite3

    from bubblefear.config import Settings
    from bubblefear.pipeline.recording import Run

NOW = "2025-11-20T12:00:00Z"


@pytest.mark.parametrize(
    ("stored", "first_asked"),
    [
        (["2025-11-12", "9999-12-31"], ["2025-11-05"]),
        (["9999-12-31"], ["2025-11-01"]),
        (["2025-11-12", "2025-11-20"], ["2025-11-05"]),
        (["2025-11-19", "2025-11-20"], []),
    ],
)
def test_a_bar_of_the_future_hides_no_missing_day(
    conn: sqlite3.Connection,
    settings: Settings,
    run: Run,
    clock: Any,
    stored: list[str],
    first_asked: list[str],
) -> None:
    bars = [PriceBar("QQQ", day, None, None, None, 100.0, 100.0, None) for day in stored]
    with transaction(conn):
        prices.write(conn, bars, origin="import", now=NOW)
    asked: list[str] = []

    def fetch(symbol: str, start: str, end: str) -> list[PriceBar]:
        asked.append(start)
        return [PriceBar(symbol, end, None, None, None, 101.0, 101.0, None)]

    few = replace(settings, symbols=("QQQ",), prices_start="2025-11-01")
    update_prices(conn, few, run, now=clock, fetch=fetch)
    assert asked == first_asked

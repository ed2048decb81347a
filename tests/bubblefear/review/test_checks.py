from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from bubblefear.config import Settings
from bubblefear.errors import StoreError
from bubblefear.review.checks import DeepChecks, Made

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SETTINGS = Settings(scorer="lexicon.v1")  # nothing to be loaded


def clock_at(minute: int, second: int = 0) -> Callable[[], str]:
    moment = datetime(2025, 11, 22, 8, tzinfo=UTC) + timedelta(minutes=minute, seconds=second)
    return lambda: moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def test_they_are_kept_for_a_minute(newsroom: Path) -> None:
    checks = DeepChecks()
    assert checks.last is None
    first = asyncio.run(checks.make(newsroom, SETTINGS, clock_at(0)))
    assert [check.name for check in first.checks] == ["database", "scorer", "vintages"]
    assert first.at == "2025-11-22T08:00:00Z"
    assert asyncio.run(checks.make(newsroom, SETTINGS, clock_at(1))) is first
    later = asyncio.run(checks.make(newsroom, SETTINGS, clock_at(1, 1)))
    assert later.at == "2025-11-22T08:01:01Z"
    assert checks.last is later


def test_two_who_ask_at_once_get_the_same(newsroom: Path) -> None:
    checks = DeepChecks()

    async def both() -> tuple[Made, Made]:
        one = checks.make(newsroom, SETTINGS, clock_at(0))
        other = checks.make(newsroom, SETTINGS, clock_at(0))
        return await asyncio.gather(one, other)

    one, other = asyncio.run(both())
    assert one is other


def test_what_goes_wrong_is_told_to_who_asked(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no database at"):
        asyncio.run(DeepChecks().make(tmp_path / "gone.db", SETTINGS, clock_at(0)))

"""The highest sessions with what dominates them."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bubblefear.cli import main
from bubblefear.errors import NothingToDo
from bubblefear.pipeline.peaks import peaks

if TYPE_CHECKING:
    from pathlib import Path

    from bubblefear.config import Settings

FIRST = date(2025, 10, 1)
POST = "Harbour Post (en)"


@pytest.fixture
def autumn(desk: Any) -> Any:
    """Forty days of 100 or 101 points, with an episode of 300 around the thirtieth."""
    accounts = {}
    for step in range(40):
        day = (FIRST + timedelta(days=step)).isoformat()
        high = {29: 2.0, 30: 3.0, 31: 2.5}.get(step, 1.0 + step % 2 / 100)
        for place, (share, channel) in enumerate(((0.7, "credit"), (0.3, "capex"))):
            desk.article(f"News {place} of {day}", seen=f"{day}T15:00:00Z", channel=channel)
            part = desk.part(f"News {place} of {day}", POST, share, 1.0, 100 * high)
            accounts.setdefault(day, []).append(part)
    desk.vintage("2025-12-01T22:00:00Z", accounts)
    return desk


def test_an_episode_is_named_once_with_its_story_and_channel(
    autumn: Any, settings: Settings
) -> None:
    found = peaks(autumn.conn, settings).found
    first = found[0]
    assert first.point.date == "2025-10-31"
    assert first.point.value == pytest.approx(300)
    assert first.story is not None
    assert first.story.parts[0].title == "News 0 of 2025-10-31"
    assert first.share(first.story) == pytest.approx(0.7)
    assert first.channel is not None
    assert (first.channel.key, first.share(first.channel)) == ("credit", pytest.approx(0.7))
    assert first.z is not None
    assert first.z > 3
    assert {"2025-10-30", "2025-11-01"}.isdisjoint(peak.point.date for peak in found)
    values = [peak.point.value for peak in found]
    assert values == sorted(values, reverse=True)


def test_surroundings_reach_beyond_the_dates_shown(autumn: Any, settings: Settings) -> None:
    # 1 November is the highest day from then on, and on the slope of the day before it.
    assert peaks(autumn.conn, settings, since="2025-11-01").found == ()
    (only,) = peaks(autumn.conn, settings, since="2025-10-20", until="2025-10-31").found
    assert only.point.date == "2025-10-31"


def test_an_index_without_values_is_said(desk: Any, settings: Settings) -> None:
    desk.vintage("2025-11-04T22:00:00Z", {}, missing=["2025-11-03", "2025-11-04"])
    with pytest.raises(NothingToDo, match="no value yet"):
        peaks(desk.conn, settings)


def test_the_first_sessions_have_no_z(autumn: Any, settings: Settings) -> None:
    (first,) = peaks(autumn.conn, settings, until="2025-10-05").found
    assert (first.point.date, first.z) == ("2025-10-02", None)


def test_the_command_lists_them(
    autumn: Any, db_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["index", "peaks", "--top", "1", "--db", str(db_path)]) == 0
    out = capsys.readouterr().out.splitlines()
    assert len(out) == 4
    assert out[2].startswith("2025-10-31  300.0  150.0-600.0")
    assert "credit 70 %" in out[2]
    assert main(["index", "peaks", "--top", "1", "--json", "--db", str(db_path)]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["date"], row["channel"], row["sources"]) == (
        "2025-10-31",
        "credit",
        ["Harbour Post"],
    )
    assert main(["index", "peaks", "--since", "2025-11-01", "--db", str(db_path)]) == 0
    assert "No session" in capsys.readouterr().out
    assert main(["index", "peaks", "--top", "0", "--db", str(db_path)]) == 2

"""What a hostile publisher can do to the index, and what its construction makes of it.

The figures of docs/threats.md: one of three sources, at its last session, says that the sky falls.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from models.index import IndexSpec, build

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def world(articles_of: Callable[..., pd.DataFrame]) -> pd.DataFrame:
    return articles_of(sessions=30, per_session=30)


def flood(world: pd.DataFrame, count: int, source: str, *, stories: int) -> pd.DataFrame:
    """So many entries of pure fear at the last session, in so many different stories."""
    last = world["first_seen_at"].max()
    row = world.iloc[-1].to_dict() | {
        "source": source, "language": "en", "abstained": False, "relevance": 1.0, "fear": 1.0,
        "relief": 0.0, "kind": "threat", "first_seen_at": last,
    }  # fmt: skip
    rows = [
        row | {"article_id": f"flood-{n:05d}", "story_id": f"flood-{n % stories}"}
        for n in range(count)
    ]
    return pd.concat([world, pd.DataFrame(rows)], ignore_index=True)


def last(world: pd.DataFrame, spec: IndexSpec, name: str = "total") -> float:
    points = build(world, dataclasses.replace(spec, bootstrap_draws=0)).points
    return float(points[points["series"] == name].sort_values("date")["value"].iloc[-1])


def test_one_story_ten_thousand_times_is_one_story(world: pd.DataFrame, spec: IndexSpec) -> None:
    once, often = (last(flood(world, n, "Gazette", stories=1), spec) for n in (1, 10_000))
    assert often == pytest.approx(once)
    assert last(world, spec) < once < 1.5 * last(world, spec)


def test_a_newcomer_moves_nothing_on_the_day_it_comes(world: pd.DataFrame, spec: IndexSpec) -> None:
    flooded = flood(world, 1000, "Made for this", stories=1000)
    assert last(flooded, spec) == pytest.approx(last(world, spec))


def test_different_stories_of_a_source_that_is_in_do_move_it(
    world: pd.DataFrame, spec: IndexSpec
) -> None:
    # Not held, and said so: only up to what its entries can say at most, however many they are.
    calm = last(world, spec)
    some, many, most = (
        last(flood(world, n, "Gazette", stories=n), spec) for n in (100, 10_000, 100_000)
    )
    assert 5 * calm < some < many
    assert most == pytest.approx(many, rel=0.01)


def test_where_each_source_has_one_voice_a_flood_is_one_voice(
    world: pd.DataFrame, spec: IndexSpec
) -> None:
    flooded = flood(world, 10_000, "Gazette", stories=10_000)
    by_source = dataclasses.replace(spec, weighting="sources")
    assert last(flooded, by_source) < 0.5 * last(flooded, spec)


def test_what_it_says_of_its_date_decides_nothing(world: pd.DataFrame, spec: IndexSpec) -> None:
    flooded = flood(world, 100, "Gazette", stories=100)
    dated = flooded.assign(published_at=pd.Timestamp("2025-08-01", tz="UTC"))
    for one in (flooded, dated):
        points = build(one, spec).points
        before = points[points["date"] < points["date"].max()]
        clean = build(world, spec).points
        pd.testing.assert_frame_equal(
            before.reset_index(drop=True),
            clean[clean["date"] < clean["date"].max()].reset_index(drop=True),
        )

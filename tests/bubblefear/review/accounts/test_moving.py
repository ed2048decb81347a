from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bubblefear.cli.explain_figures import exclusive
from bubblefear.pipeline.chosen_vintage import Vintage
from bubblefear.pipeline.explain import KEYS, Counted, Explained, Session
from bubblefear.review.accounts.moving import moving
from bubblefear.store.points import Point
from models.account.explain import explain

if TYPE_CHECKING:
    from collections.abc import Mapping

VINTAGE = Vintage("v1", "2025-11-21T21:10:00Z", "real-time", "2025-11-21T21:10:00Z", "s.v1", None)


def session(date: str, stories: Mapping[str, float]) -> Session:
    counted = tuple(
        Counted(
            f"article-{story}", story, "Gazette (en)", 0.5, 1.0, points, f"Headline {story}",
            "Gazette", "en", None, "threat", "credit", True, (),
        )
        for story, points in stories.items()
    )  # fmt: skip
    value = sum(stories.values())
    return Session(Point("total", date, value, None, None, None, None, 9), counted)


def explained(now: Mapping[str, float], before: Mapping[str, float] | None) -> Explained:
    own = session("2025-11-21", now)
    other = None if before is None else session("2025-11-20", before)
    old = other.counted if other else None
    by = {name: explain(own.counted, old, keys) for name, keys in KEYS.items()}
    return Explained(VINTAGE, own, other, by)


def test_the_largest_change_stands_first_also_of_what_is_gone() -> None:
    found = moving(explained({"a": 50.0, "b": 30.0}, {"b": 20.0, "c": 90.0}), 8)
    told = [(m.article_id, m.said, m.figures.points, m.figures.change) for m in found.movers]
    assert told == [
        ("article-c", "gone", 0.0, -90.0),
        ("article-a", "new", 50.0, 50.0),
        ("article-b", "grew", 30.0, 10.0),
    ]
    assert found.before == "2025-11-20"
    assert (found.whole.points, found.whole.change) == (80.0, -30.0)


def test_what_is_not_shown_is_told_together() -> None:
    found = moving(explained({"a": 50.0, "b": 30.0, "c": 4.0}, {}), 1)
    count, others = found.others
    assert (count, others.points, others.change) == (2, 34.0, 34.0)


def test_without_a_session_before_the_largest_stands_first_and_nothing_changed() -> None:
    found = moving(explained({"a": 5.0, "b": 30.0}, None), 8)
    assert [m.article_id for m in found.movers] == ["article-b", "article-a"]
    assert found.movers[0].figures.change is None
    assert found.whole.change is None
    assert found.before is None


STORIES = st.dictionaries(st.sampled_from("abcdefgh"), st.floats(0.01, 900), min_size=1)


@given(STORIES, STORIES, st.integers(1, 9))
@example({"a": 1.15}, {"a": 1.0}, 1)
@example({"a": 1.0}, {"a": 1.15}, 1)
def test_columns_add_up_as_printed_and_agree_with_the_command_line(
    now: dict[str, float], before: dict[str, float], limit: int
) -> None:
    told = explained(now, before)
    found = moving(told, limit)
    rows = [mover.figures for mover in found.movers] + [found.others[1]]
    assert sum(row.points for row in rows) == pytest.approx(found.whole.points)
    assert sum(row.change or 0.0 for row in rows) == pytest.approx(found.whole.change)
    printed = {
        story.key: (figures.points, figures.change)
        for story, figures in zip(told.stories, exclusive(told, told.stories), strict=True)
    }
    for mover in found.movers:
        figures = (mover.figures.points, mover.figures.change)
        assert figures == printed[mover.article_id.removeprefix("article-")]

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bubblefear.pipeline.explain import Counted
from bubblefear.review.accounts import filters, told
from bubblefear.store.day_queries import Copy


def counted(
    article: str, points: float, story: str = "s", language: str = "en", **other: str
) -> Counted:
    return Counted(
        article, story, "Gazette (en)", 0.5, 1.0, points, f"Title {article}",
        other.get("source", "Gazette"), language, None, "threat", other.get("channel", "credit"),
        True, (other["entity"],) if "entity" in other else (),
    )  # fmt: skip


def copy(article: str, language: str, story: str = "s") -> Copy:
    return Copy(story, article, f"Copy {article}", "Other", language, None,
                "2025-11-21T10:00:00Z", 1.0, 0.5, 0.0)  # fmt: skip


def test_a_headline_of_each_language_and_counted_ones_first() -> None:
    parts = [counted("a", 2.0), counted("b", 5.0, language="zh-Hans"), counted("c", 1.0)]
    copies = {"s": [copy("d", "zh-Hant"), copy("e", "en"), copy("b", "zh-Hans")]}
    (story,), gone = told.stories(parts, None, 8.0, copies)
    assert [headline.article_id for headline in story.headlines] == ["b", "a", "d"]
    assert story.headlines[0].first_seen_at == "2025-11-21T10:00:00Z"
    assert story.headlines[1].first_seen_at is None
    assert (story.counted, story.copies, story.sources) == (3, 3, ("Gazette", "Other"))
    assert (story.state, story.change, gone) == (None, None, [])


def test_stories_of_the_session_before_that_are_gone_stand_apart() -> None:
    here, gone = told.stories([counted("a", 2.0)], [counted("z", 3.0, "old")], 2.0, {})
    assert [story.state for story in here] == ["entering"]
    assert [(story.state, story.change) for story in gone] == [("leaving", -3.0)]


@given(points=st.lists(st.floats(0.001, 500), min_size=1, max_size=40))
def test_what_is_printed_adds_up_to_the_session(points: list[float]) -> None:
    parts = [counted(str(n), value, f"story-{n}") for n, value in enumerate(points)]
    here, _ = told.stories(parts, None, math.fsum(points), {})
    whole = round(math.fsum(points) * 10) / 10
    assert math.fsum(story.printed for story in here) == pytest.approx(whole, abs=1e-6)
    assert math.fsum(story.share or 0 for story in here) == pytest.approx(100)
    assert all(abs(story.printed - story.points) < 0.1 + 1e-9 for story in here)


def test_a_value_of_zero_has_no_shares() -> None:
    here, _ = told.stories([counted("a", 0.0)], None, 0.0, {})
    assert here[0].share is None


def test_filters_are_all_to_be_passed() -> None:
    parts = [
        counted("a", 2.0, entity="Nvidia"),
        counted("b", 5.0, language="zh-Hans", entity="Nvidia"),
        counted("c", 1.0, channel="capex"),
    ]
    chosen = filters.asked({"language": "en", "entity": "Nvidia", "kind": "", "as_of": "x"})
    assert chosen == {"language": "en", "entity": "Nvidia"}
    assert [one.article for one in filters.keep(parts, chosen)] == ["a"]


def test_choices_tell_how_much_each_would_leave_and_keep_an_unknown_one() -> None:
    parts = [counted("a", 2.0), counted("b", 5.0, language="zh-Hans")]
    found = filters.choices(parts, {"language": "zh-Hant"})
    assert [(c.value, c.articles, c.points) for c in found["language"]] == [
        ("zh-Hans", 1, 5.0), ("en", 1, 2.0), ("zh-Hant", 0, 0.0)
    ]  # fmt: skip

"""Accounts compared: between two sessions by key, between two vintages by cause."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.account.explain import explain
from models.account.parts import total
from models.account.revisions import CAUSES, LATE, RESCORING, SOURCE, STORY, attribute, by_cause


@dataclass(frozen=True)
class Plain:
    """A part as any caller may have it."""

    article: str
    story: str
    member: str
    fear: float
    novelty: float
    points: float


def account(names: str = "abcdefghij", members: str = "PQR") -> st.SearchStrategy[list[Plain]]:
    """Some articles, each in one member, with the rate of its member."""
    unit = st.floats(0.001, 1)

    def made(chosen: dict[str, tuple[str, str, float, float]], rates: list[float]) -> list[Plain]:
        by_member = dict(zip(members, rates, strict=True))
        return [
            Plain(article, story, member, fear, novelty, by_member[member] * fear * novelty)
            for article, (story, member, fear, novelty) in chosen.items()
        ]

    row = st.tuples(st.sampled_from("xyz"), st.sampled_from(members), unit, unit)
    return st.builds(
        made,
        st.dictionaries(st.sampled_from(names), row),
        st.lists(st.floats(0.1, 3000), min_size=len(members), max_size=len(members)),
    )


BEFORE = [
    Plain("a", "s1", "Gazette (en)", 0.5, 1.0, 50.0),
    Plain("b", "s2", "Gazette (en)", 0.3, 1.0, 30.0),
    Plain("c", "s3", "晚報 (zh-Hant)", 0.2, 1.0, 4.0),
]
NOW = [
    Plain("d", "s1", "Gazette (en)", 0.8, 0.75, 60.0),
    Plain("e", "s1", "晚報 (zh-Hant)", 0.5, 0.75, 7.5),
    Plain("f", "s4", "晚報 (zh-Hant)", 0.1, 1.0, 2.0),
    Plain("g", "s3", "晚報 (zh-Hant)", 0.2, 1.0, 4.0),
]


def test_stories_in_their_order_with_what_became_of_them() -> None:
    found = explain(NOW, BEFORE, lambda part: (part.story,))
    assert [(m.key, m.points, m.before, m.change, m.state) for m in found] == [
        ("s1", 67.5, 50.0, 17.5, "growing"),
        ("s3", 4.0, 4.0, 0.0, "steady"),
        ("s4", 2.0, 0.0, 2.0, "entering"),
        ("s2", 0.0, 30.0, -30.0, "leaving"),
    ]
    assert [part.article for part in found[0].parts] == ["d", "e"]


def test_without_a_session_before_there_is_a_level_and_no_change() -> None:
    found = explain(NOW, None, lambda part: (part.member,))
    assert [(m.points, m.before, m.change, m.state) for m in found] == [
        (60.0, None, None, None),
        (13.5, None, None, None),
    ]


def test_an_article_with_two_keys_is_in_both_once() -> None:
    found = explain(NOW[:1], [], lambda part: ("Nvidia", "OpenAI", "Nvidia"))
    assert [(m.key, m.points) for m in found] == [("Nvidia", 60.0), ("OpenAI", 60.0)]


@pytest.mark.parametrize("key", ["story", "member", "article"])
@given(now=account(), before=account())
def test_levels_and_changes_add_up(key: str, now: list[Plain], before: list[Plain]) -> None:
    found = explain(now, before, lambda part: (getattr(part, key),))
    assert math.fsum(m.points for m in found) == pytest.approx(total(now))
    change = math.fsum(m.change or 0.0 for m in found)
    assert change == pytest.approx(total(now) - total(before), abs=1e-6)
    assert sorted(p.article for m in found for p in m.parts) == sorted(p.article for p in now)


A = Plain("a", "s1", "Gazette (en)", 0.5, 1.0, 50.0)
B = Plain("b", "s2", "Gazette (en)", 0.4, 0.75, 30.0)
C = Plain("c", "s3", "Courier (en)", 0.2, 1.0, 8.0)
OLD = [A, B, C]


def causes(new: list[Plain], given: dict[str, str] | None = None) -> dict[str, float]:
    """Causes that are not nothing."""
    found = by_cause(attribute(OLD, new, given))
    assert tuple(found) == CAUSES
    return {cause: points for cause, points in found.items() if points}


def test_the_same_account_has_no_cause() -> None:
    assert attribute(OLD, list(reversed(OLD))) == []


def test_a_late_article_is_valued_at_the_old_rate_and_its_dilution_is_the_source() -> None:
    # One more entry: what a whole fearful entry of the Gazette adds falls from 100 to 90.
    late = Plain("d", "s4", "Gazette (en)", 0.1, 1.0, 9.0)
    new = [replace(A, points=45.0), replace(B, points=27.0), C, late]
    assert causes(new) == pytest.approx({LATE: 10.0, SOURCE: -9.0})


def test_a_withdrawn_article_takes_its_points_along() -> None:
    assert causes([A, B]) == {"withdrawn": -8.0}


def test_a_rescored_article_keeps_its_novelty() -> None:
    assert causes([A, replace(B, fear=0.8, points=60.0), C]) == pytest.approx({RESCORING: 30.0})


def test_a_merged_story_loses_novelty() -> None:
    assert causes([replace(A, novelty=0.75, points=37.5), B, C]) == pytest.approx({STORY: -12.5})


def test_fear_comes_before_novelty_and_novelty_before_the_rate() -> None:
    new = [replace(A, fear=0.6, novelty=0.5, points=0.6 * 0.5 * 80), B, C]
    found = causes(new)
    assert found[RESCORING] == pytest.approx(100 * (0.6 - 0.5) * 1.0)
    assert found[STORY] == pytest.approx(100 * 0.6 * (0.5 - 1.0))
    assert found[SOURCE] == pytest.approx((80 - 100) * 0.6 * 0.5)


def test_a_member_without_an_old_rate_gives_its_articles_all_their_points() -> None:
    late = Plain("d", "s4", "晚報 (zh-Hant)", 0.5, 1.0, 70.0)
    assert causes([*OLD, late]) == {LATE: 70.0}
    assert causes([*OLD, late], {"d": SOURCE}) == {SOURCE: 70.0}


def test_an_article_that_moves_to_another_member_is_a_source_change() -> None:
    assert causes([A, B, replace(C, member="other (en)", points=3.0)]) == pytest.approx(
        {SOURCE: -5.0}
    )


def test_the_rounding_of_stored_figures_is_no_source_change() -> None:
    rate = 1 / 3 * 1e4
    old = [Plain("a", "s", "M", 0.012345679, 1.0, round(rate * 0.0123456789, 9))]
    new = [*old, Plain("b", "t", "M", 0.987654321, 1.0, round(rate * 0.987654321, 9))]
    assert [part.cause for part in attribute(old, new)] == [LATE]


@given(
    account(),
    account(),
    st.dictionaries(st.sampled_from("abcdefghij"), st.sampled_from(CAUSES)),
)
def test_attributions_add_up_for_arbitrary_accounts(
    old: list[Plain], new: list[Plain], given_causes: dict[str, str]
) -> None:
    found = attribute(old, new, given_causes)
    difference = total(new) - total(old)
    assert math.fsum(part.points for part in found) == pytest.approx(difference, abs=1e-6)
    assert math.fsum(by_cause(found).values()) == pytest.approx(difference, abs=1e-6)
    sizes = [abs(part.points) for part in found]
    assert sizes == sorted(sizes, reverse=True)


@given(account(), st.floats(0.1, 10))
def test_other_constants_alone_are_a_source_change(old: list[Plain], factor: float) -> None:
    new = [replace(part, points=part.points * factor) for part in old]
    assert {part.cause for part in attribute(old, new)} <= {SOURCE}

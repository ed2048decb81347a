from __future__ import annotations

import statistics
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bubblefear.errors import UsageError
from bubblefear.pipeline.alert_rules import Rule, judge, parse, parse_all
from bubblefear.store.points import Point


def points(*values: float | None) -> list[Point]:
    first = date(2025, 8, 1)
    return [
        Point("total", str(first + timedelta(days=i)), v, v, None, None, None, 9)
        for i, v in enumerate(values)
    ]


CALM = [100.0 + (i % 5) for i in range(80)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("z>2", Rule("total", "z", ">", 2.0)),
        (" z >= 2.5 ", Rule("total", "z", ">=", 2.5)),
        ("change<-10", Rule("total", "change", "<", -10.0)),
        ("channel:credit.z>2", Rule("channel:credit", "z", ">", 2.0)),
        ("lang:zh-Hans.ma7<=80", Rule("lang:zh-Hans", "ma7", "<=", 80.0)),
        ("entity:C3.ai.value>.5", Rule("entity:C3.ai", "value", ">", 0.5)),
    ],
)
def test_rules_are_read(text: str, expected: Rule) -> None:
    assert parse(text) == expected
    assert parse(str(expected)) == expected


@pytest.mark.parametrize(
    "text",
    ["", "z", "z>", ">2", "z=2", "z==2", "z>two", "z>2>3", "y>2", "total>2", "z>nan", "z>1e3",
     "channel:credit.>2", "z>2; drop", "value.z"],
)  # fmt: skip
def test_what_is_no_rule_is_wrong_usage(text: str) -> None:
    with pytest.raises(UsageError, match="no alert rule"):
        parse(text)


def test_a_rule_given_twice_is_one() -> None:
    assert parse_all(["z>2", "total.z > 2.0"]) == (Rule("total", "z", ">", 2.0),)


def test_z_is_reckoned_from_the_sessions_before() -> None:
    found = judge(parse("z>2"), points(*CALM, 130.0), None)
    assert found is not None
    before = CALM[-60:]
    expected = (130 - statistics.fmean(before)) / statistics.stdev(before)
    assert found.figure == found.z == pytest.approx(expected)


def test_missing_sessions_take_no_part() -> None:
    values = [v for value in CALM for v in (value, None)]
    found = judge(parse("z>2"), points(*values, 130.0, None), None)
    plain = judge(parse("z>2"), points(*CALM, 130.0), None)
    assert found is not None
    assert plain is not None
    assert (found.figure, found.point.value) == (plain.figure, 130.0)


def test_an_open_session_is_not_judged() -> None:
    series = points(*CALM, 105.0, 900.0)
    found = judge(parse("value>0"), series, series[-1].date)
    assert found is not None
    assert (found.point.date, found.figure) == (series[-2].date, 105.0)


def test_change_is_since_the_session_before_with_a_value() -> None:
    found = judge(parse("change>0"), points(100.0, None, 130.0), None)
    assert found is not None
    assert found.figure == 30.0


@pytest.mark.parametrize(
    ("rule", "values", "why"),
    [
        ("z>2", CALM[:20], "needs 20 sessions"),
        ("z>2", [5.0] * 40, "no spread"),
        ("change>0", [5.0], "no session before"),
        ("ma30>0", CALM, "no ma30"),
    ],
)
def test_why_there_is_no_figure(rule: str, values: list[float], why: str) -> None:
    found = judge(parse(rule), points(*values), None)
    assert found is not None
    assert found.figure is None
    assert why in found.reason


def test_without_a_value_nothing_is_judged() -> None:
    assert judge(parse("z>2"), [], None) is None
    assert judge(parse("z>2"), points(None, None), None) is None


@given(
    st.lists(st.none() | st.floats(0, 1e6), min_size=1, max_size=90),
    st.lists(st.none() | st.floats(0, 1e6), min_size=1, max_size=9),
    st.sampled_from(["value", "change", "z", "ma7"]),
)
def test_what_comes_after_the_open_session_changes_no_judgement(
    values: list[float | None], later: list[float | None], name: str
) -> None:
    rule = Rule("total", name, ">", 0.0)
    whole = points(*values, *later)
    opens = whole[len(values)].date
    assert judge(rule, whole, opens) == judge(rule, whole[: len(values)], None)

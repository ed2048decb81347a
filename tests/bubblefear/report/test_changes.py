from __future__ import annotations

from bubblefear.report.changes import Change, changes
from bubblefear.report.results import Result


def result(hypothesis: str, verdict: str, family: str = "granger") -> Result:
    return Result(hypothesis, family, "declared", 1.0, None, None, None, None, None, 9, verdict, {})


def test_only_what_is_answered_otherwise_is_told() -> None:
    before = [
        result("same", "supported: 1"), result("turned", "supported: 1"),
        result("gone", "quiet"), result("turned", "supported: 1", family="events"),
    ]  # fmt: skip
    after = [
        result("new", "alarm"), result("turned", "contradicted: 1"), result("same", "supported: 2"),
        result("turned", "supported: 3", family="events"),
    ]  # fmt: skip
    assert changes(before, after) == [
        Change("new", "granger", None, "alarm"),
        Change("turned", "granger", "supported", "contradicted"),
        Change("gone", "granger", "quiet", None),
    ]
    assert changes(after, after) == []

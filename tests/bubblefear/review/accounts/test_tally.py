from __future__ import annotations

from bubblefear.review.accounts.tally import by_language, by_source, together
from bubblefear.store.day_queries import SourceCount

COUNTS = [
    SourceCount("Gazette", "en", 10, 2, 1, 0.5, 0, 1),
    SourceCount("Gazette", None, 3, 0, 0, 0.0, 0, 0),
    SourceCount("日报", "zh-Hans", 7, 4, 3, 1.5, 1, 0),
]


def test_a_source_of_several_languages_is_one() -> None:
    first, second = by_source(COUNTS, {"Gazette": 12.0})
    assert (first.name, first.read, first.languages, first.points) == ("Gazette", 13, ("en",), 12.0)
    assert (second.name, second.points) == ("日报", 0.0)


def test_without_an_account_there_are_no_points_and_fear_orders() -> None:
    found = by_source(COUNTS, None)
    assert [(tally.name, tally.points) for tally in found] == [("日报", None), ("Gazette", None)]


def test_entries_without_text_have_no_language() -> None:
    assert [tally.name for tally in by_language(COUNTS, None)] == ["zh-Hans", "en", "(no text)"]


def test_together_loses_nothing() -> None:
    every = by_source(COUNTS, {"Gazette": 12.0, "日报": 3.0})
    whole = together("all", every)
    assert (whole.read, whole.relevant, whole.fearful, whole.relief, whole.abstained) == (
        20, 6, 4, 1, 1
    )  # fmt: skip
    assert (whole.fear, whole.points) == (2.0, 15.0)

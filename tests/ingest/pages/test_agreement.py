from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ingest.pages.agreement import most_agreed

ARTICLE = "The lender will not pay for the second hall, its chairman told the meeting in May."
MENU = "Home Markets Technology Opinion Weather Sport Games Puzzles Archive Contact About Jobs"


def test_the_reading_of_most_is_taken() -> None:
    assert most_agreed([MENU, ARTICLE, ARTICLE + " He sat.", ARTICLE]) == ARTICLE


def test_the_first_is_taken_where_the_others_are_hardly_nearer() -> None:
    assert most_agreed([ARTICLE, ARTICLE + " He sat down."]) == ARTICLE


def test_a_lost_half_is_found_again() -> None:
    half, whole = (
        "出借方不再付款。",
        "出借方不再付款。董事长在五月的会议上说，第二座机房要等到明年。",
    )
    assert most_agreed([half, whole, whole + "完", whole]) == whole


def test_an_empty_reading_is_never_taken_if_there_is_another() -> None:
    assert most_agreed(["", "", ARTICLE, ""]) == ARTICLE
    assert most_agreed(["", ""]) == ""


@given(st.lists(st.text("ab 泡沫.", max_size=12), max_size=5))
def test_it_is_one_of_the_readings(readings: list[str]) -> None:
    assert most_agreed(readings) in [*readings, ""]

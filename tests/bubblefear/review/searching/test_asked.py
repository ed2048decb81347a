"""What an address asks for, and addresses made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

import pytest
from datasette.utils import MultiParams
from hypothesis import given, settings
from hypothesis import strategies as st

from bubblefear.review.searching import asked as asking

if TYPE_CHECKING:
    from bubblefear.review.searching.asked import Asked


def read(address: str) -> Asked:
    args: dict[str, list[str]] = {}
    for name, value in parse_qsl(address, keep_blank_values=True):
        args.setdefault(name, []).append(value)
    return asking.read(MultiParams(args))


def test_an_address_is_read() -> None:
    found = read(
        "q=+bubble+&from=2025-11-01&to=2025-11-30&source=A&source=B&sort=fear&copies=all&page=3"
    )
    assert found.words == "bubble"
    assert (found.since, found.until, found.sort) == ("2025-11-01", "2025-11-30", "fear")
    assert (found.copies, found.page) == (True, 3)
    assert found.chosen == {"source": ("A", "B")}
    assert not found.errors


def test_nothing_asked() -> None:
    assert read("").empty
    assert read("q=&from=&source=").empty
    assert not read("kind=act").empty


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("from=2025-13-01", "From 2025-13-01 is no date"),
        ("to=yesterday", "To yesterday is no date"),
        ("from=2025-11-02&to=2025-11-01", "is after"),
        ("sort=loudest", "no order of that name"),
        ("page=0", "Page is a number"),
        ("page=-1", "Page is a number"),
        ("page=²", "Page is a number"),
    ],
)
def test_what_cannot_be_is_said(address: str, said: str) -> None:
    (error,) = read(address).errors
    assert said in error


def test_a_long_query_is_cut_and_that_is_said() -> None:
    found = read("q=" + "a" * 300)
    assert len(found.words) == asking.LONGEST
    assert found.notes == (f"Only the first {asking.LONGEST} characters are looked for.",)


def test_a_choice_is_added_and_taken_away_again() -> None:
    start = read("q=bubble&source=A&page=4")
    more = read(start.toggled("source", "B & C"))
    assert more.chosen == {"source": ("A", "B & C")}
    assert more.page == 1
    assert read(more.toggled("source", "A")).chosen == {"source": ("B & C",)}
    assert read(start.toggled("source", "A")).chosen == {}


values = st.text(min_size=1, max_size=8)


# The first call reads the dictionaries of both scripts.
@settings(deadline=None)
@given(
    words=st.text(max_size=20).map(str.strip),
    chosen=st.dictionaries(st.sampled_from(asking.FACETS), st.sets(values, min_size=1, max_size=3)),
    sort=st.sampled_from(list(asking.SORTS)),
    copies=st.booleans(),
    page=st.integers(1, 10**6),
)
def test_an_address_says_all_that_was_asked(
    words: str, chosen: dict[str, set[str]], sort: str, copies: bool, page: int
) -> None:
    wanted = asking.Asked(
        words=words,
        chosen={name: tuple(these) for name, these in chosen.items()},
        sort=sort,
        copies=copies,
    )
    found = read(wanted.address(page=page))
    assert (found.words, found.chosen, found.sort) == (words, wanted.chosen, sort)
    assert (found.copies, found.page) == (copies, page)

"""Addresses of the queue: what they ask for survives a round, what cannot be is dropped."""

from __future__ import annotations

import pytest
from datasette.utils.asgi import Request

from bubblefear.review.labels import asked
from bubblefear.review.labels.asked import Asked


def read(address: str) -> Asked:
    return asked.of(Request.fake(address))


def test_an_address_asks_for_what_it_was_made_from() -> None:
    wish = Asked("uncertain", "zh-Hant", ("aaaa000000000001", "b"))
    assert read(wish.address()) == wish
    assert read(wish.address("/queue/review", article="c")).article == "c"
    assert Asked().address() == "/queue"


@pytest.mark.parametrize(
    "query",
    [
        "order=nonsense",
        "language=fr",
        "skip=<b>,%0d%0a,,",
        "article=../../x",
        "article=" + "x" * 200,
    ],
)
def test_nonsense_is_as_if_it_were_not_there(query: str) -> None:
    assert read(f"/queue?{query}") == Asked()


def test_the_last_skipped_comes_last_and_the_list_stays_short() -> None:
    wish = Asked("audit", None, ("a", "b", "c"))
    assert wish.skipping("a").skipped == ("b", "c", "a")
    for number in range(200):
        wish = wish.skipping(f"{number:016x}")
    assert len(wish.skipped) == 60
    assert len(wish.address()) < 2000
    assert read(wish.address()).skipped == wish.skipped

from __future__ import annotations

import pytest

from ingest.records import Hop, Validators
from ingest.web.answers import Fetched, conditions, retry_after

NOW = "2026-01-05T12:00:00Z"


def fetched(url: str, *hops: tuple[int, str]) -> Fetched:
    steps = tuple(Hop(status, target) for status, target in hops)
    final = steps[-1].target if steps else url
    return Fetched(url, final, 200, b"", None, None, None, steps)


@pytest.mark.parametrize(
    ("url", "hops", "moved"),
    [
        ("https://a/f", [], None),
        ("https://a/f", [(301, "https://b/f")], "https://b/f"),
        ("https://a/f", [(308, "https://b/f"), (301, "https://c/f")], "https://c/f"),
        ("https://a/f", [(301, "https://b/f"), (302, "https://c/f")], "https://b/f"),
        ("https://a/f", [(301, "https://b/f"), (302, "https://c/f"), (301, "https://d/")], "https://b/f"),
        ("https://a/f", [(302, "https://b/f"), (301, "https://c/f")], None),
        ("https://a/f", [(303, "https://b/f")], None),
        ("https://a/f", [(307, "https://b/f")], None),
        ("http://a/f", [(301, "https://a/f")], "https://a/f"),
        ("https://a/f", [(301, "http://b/f")], None),
        ("https://a/f", [(301, "https://b/f"), (301, "http://b/f")], "https://b/f"),
        ("http://a/f", [(301, "https://b/f"), (301, "http://b/f")], "https://b/f"),
        ("https://a/f", [(301, "https://b/f"), (301, "https://a/f")], None),
        ("https://me:pw@a/f", [(301, "https://a/g")], "https://me:pw@a/g"),
        ("https://me:pw@a/f", [(301, "https://b/g")], None),
        ("https://me:pw@a/f", [], None),
    ],
)  # fmt: skip
def test_where_a_feed_has_moved(url: str, hops: list[tuple[int, str]], moved: str | None) -> None:
    assert fetched(url, *hops).moved_to == moved


@pytest.mark.parametrize(
    ("giver", "url", "told"),
    [
        (None, "https://a/f", True),
        (None, "https://a/g", True),
        (None, "https://b/f", False),
        ("https://b/f", "https://a/f", False),
        ("https://b/f", "https://b/f", True),
        ("https://b/f", "https://b/other", False),
        ("https://a/f", "https://a/f", True),
    ],
)
def test_validators_go_to_who_gave_them(giver: str | None, url: str, told: bool) -> None:
    headers = conditions(Validators('"1"', "Mon", giver), "https://a/f", url)
    assert headers == ({"If-None-Match": '"1"', "If-Modified-Since": "Mon"} if told else {})


def test_validators_that_cannot_be_sent_back_as_they_came_are_left_out() -> None:
    """The request could not be written, and the feed would fail ever after."""
    headers = conditions(Validators('"é"', "Mon", None), "https://a/f", "https://a/f")
    assert headers == {"If-Modified-Since": "Mon"}
    assert conditions(Validators('"\x01"', None, None), "https://a/f", "https://a/f") == {}


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": ""}, None),
        ({"retry-after": " 120 "}, 120.0),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "1.5"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "Mon, 05 Jan 2026 13:00:00 GMT"}, 3600.0),
        ({"retry-after": "Mon, 05 Jan 2026 13:00:00 -0000"}, 3600.0),
        ({"retry-after": "Monday, 05-Jan-26 13:00:00 GMT"}, 3600.0),
        ({"retry-after": "Mon, 05 Jan 2026 11:00:00 GMT"}, 0.0),
        # The server's own clock counts: it is an hour fast here.
        (
            {
                "retry-after": "Mon, 05 Jan 2026 13:10:00 GMT",
                "date": "Mon, 05 Jan 2026 13:00:00 GMT",
            },
            600.0,
        ),
        ({"retry-after": "Mon, 05 Jan 2026 13:00:00 GMT", "date": "yesterday"}, 3600.0),
    ],
)  # fmt: skip
def test_when_to_come_back(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers, lambda: NOW) == seconds

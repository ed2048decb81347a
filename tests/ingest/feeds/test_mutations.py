"""Feeds of all formats: read well as they are, and never an exception with their bytes mutated."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.sample_feeds import sample_feeds
from ingest.feeds.parse import parse_feed
from ingest.records import Feed

NOW = "2026-01-06T12:00:00Z"
FEED = Feed("https://a.example/rss", "Example Wire", "Example Wire", None, "Asia/Shanghai", True)
SAMPLES = sample_feeds()


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_is_read(name: str) -> None:
    parsed = parse_feed(SAMPLES[name], FEED, NOW)
    assert [p for p in parsed.problems if p.code != "feed.charset"] == []
    assert len(parsed.entries) == (3 if name.endswith("big5") else 4)
    assert all(e.canonical_url for e in parsed.entries)
    assert parsed.entries[1].title == "Chip orders slip for a second quarter & more"
    assert parsed.entries[-1].language == "zh-Hant"


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    body = bytearray(draw(st.sampled_from(sorted(SAMPLES.values()))))
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(body)))
        match draw(st.sampled_from(("flip", "insert", "delete", "repeat", "cut"))):
            case "flip" if place < len(body):
                body[place] ^= 1 << draw(st.integers(0, 7))
            case "insert":
                body[place:place] = draw(st.binary(min_size=1, max_size=6))
            case "delete":
                del body[place : place + draw(st.integers(1, 40))]
            case "repeat":
                body[place:place] = body[place : place + 60]
            case "cut":
                del body[max(1, place) :]
    return bytes(body)


@pytest.mark.slow
@settings(max_examples=2_000, deadline=None)
@given(mutated())
def test_mutated_feeds_are_read_or_explained(body: bytes) -> None:
    parsed = parse_feed(body, FEED, NOW)
    assert parsed.entries or parsed.problems
    assert len({e.key for e in parsed.entries}) == len(parsed.entries)
    for entry in parsed.entries:
        assert entry.title
        assert entry.first_seen_at == NOW
        assert (entry.published_at or "2000") < "2026-01-09"

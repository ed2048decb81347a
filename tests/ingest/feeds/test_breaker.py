from __future__ import annotations

import pytest

from ingest.feeds.breaker import (
    Answer,
    HostState,
    after_round,
    asks_for_patience,
    host_key,
    is_silence,
    told_to_wait,
)

NOW = "2026-01-05T12:00:00Z"
DEAD = Answer(None, "feed.connection", "refused")


def rounds(number: int, now: str = NOW) -> HostState:
    state: HostState | None = None
    for _ in range(number):
        state = after_round(state, "a.example", [DEAD], now)
        assert state is not None
        state = HostState(state.host, state.failures, None, state.reason, state.since)
    last = after_round(state, "a.example", [DEAD], now)
    assert last is not None
    return last


@pytest.mark.parametrize(
    ("failed", "until"),
    [
        (1, None),
        (2, None),
        (3, "2026-01-05T13:00:00Z"),
        (4, "2026-01-05T14:00:00Z"),
        (7, "2026-01-06T04:00:00Z"),
        (8, "2026-01-06T12:00:00Z"),
        (40, "2026-01-06T12:00:00Z"),
    ],
)
def test_three_silent_rounds_close_and_each_further_one_doubles(
    failed: int, until: str | None
) -> None:
    state = rounds(failed - 1)
    assert (state.failures, state.closed_until, state.since) == (failed, until, NOW)
    assert state.is_closed(NOW) is (until is not None)


def test_one_answer_opens() -> None:
    assert after_round(rounds(5), "a.example", [DEAD, Answer(200, None)], NOW) is None
    assert after_round(rounds(5), "a.example", [Answer(404, "feed.http", "no")], NOW) is None


@pytest.mark.parametrize(
    ("answer", "silent"),
    [
        (DEAD, True),
        (Answer(None, "feed.timeout", "late"), True),
        (Answer(503, "feed.http", "HTTP 503"), True),
        (Answer(429, "feed.http", "HTTP 429"), True),
        (Answer(403, "feed.http", "HTTP 403"), False),
        (Answer(304, None), False),
        (Answer(200, "feed.html", "a page"), False),
        (Answer(None, "feed.address", "private"), False),
    ],
)
def test_silence(answer: Answer, silent: bool) -> None:
    assert is_silence(answer) is silent


def test_a_host_names_its_own_time_and_a_round_does_not_shorten_it() -> None:
    state = told_to_wait(None, "a.example", 5 * 3600, "HTTP 429", NOW)
    assert state.closed_until == "2026-01-05T17:00:00Z"
    after = after_round(state, "a.example", [Answer(429, "feed.http", "HTTP 429")], NOW)
    assert after is not None
    assert (after.failures, after.closed_until) == (1, "2026-01-05T17:00:00Z")
    assert told_to_wait(None, "a", 1e12, "", NOW).closed_until == "2026-01-06T12:00:00Z"


def test_a_time_that_it_named_counts_although_it_answered_before() -> None:
    state = told_to_wait(rounds(2), "a.example", 5 * 3600, "HTTP 429", NOW)
    found = [Answer(200, None), Answer(429, "feed.http", "HTTP 429")]
    after = after_round(state, "a.example", found, NOW, named_a_time=True)
    assert after is not None
    assert (after.failures, after.closed_until) == (0, "2026-01-05T17:00:00Z")
    assert after_round(state, "a.example", found, NOW) is None
    late = "2026-01-05T17:00:00Z"
    assert after_round(state, "a.example", found, late, named_a_time=True) is None


def test_who_speaks_for_the_host() -> None:
    assert asks_for_patience(429, None)
    assert asks_for_patience(503, 600.0)
    assert not asks_for_patience(503, None)
    assert not asks_for_patience(404, 600.0)


def test_hosts_by_name_and_port() -> None:
    assert host_key("https://News.Example:443/rss") == "news.example"
    assert host_key("http://news.example:8080/rss") == "news.example:8080"
    assert host_key("http://news.example:no/") == ""

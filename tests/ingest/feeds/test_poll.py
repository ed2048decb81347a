from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from threading import Event
from unittest.mock import ANY

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request as WebRequest
from werkzeug import Response

from ingest.feeds.poll import NotAsked, PollOutcome, Request, poll_feeds
from ingest.records import Feed, Validators
from ingest.web.fetch import Fetcher, Limits

NOW = "2026-01-05T12:00:00Z"
GOOD = b"<rss version='2.0'><channel><item><title>Chips fall</title></item></channel></rss>"


@pytest.fixture
def httpserver() -> Iterator[HTTPServer]:
    """A server that answers several requests at once."""
    with HTTPServer(threaded=True) as server:
        yield server


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    limits = Limits(body=1_000_000, first_wait=0.01, total=3.0, read=0.5, attempts=2)
    with Fetcher(allow_private=True, limits=limits) as client:
        yield client


def feed(server: HTTPServer, path: str) -> Feed:
    return Feed(server.url_for(path), path.strip("/"), path.strip("/"), "en", "UTC")


def poll(fetcher: Fetcher, *feeds: Feed, **known: Validators) -> list[PollOutcome]:
    requests = [Request(f, known.get(f.source, Validators())) for f in feeds]
    outcomes = poll_feeds(requests, fetcher=fetcher, now=lambda: NOW)
    return [outcome for outcome in outcomes if isinstance(outcome, PollOutcome)]


def test_good_and_bad_feeds_in_order(httpserver: HTTPServer, fetcher: Fetcher) -> None:
    def late(_: WebRequest) -> Response:
        time.sleep(0.2)
        return Response(GOOD)

    httpserver.expect_request("/late").respond_with_handler(late)
    httpserver.expect_request("/html").respond_with_data("<html><body>no</body></html>")
    httpserver.expect_request("/cut").respond_with_data(GOOD[:-10])
    httpserver.expect_request("/gone").respond_with_data("", status=410)
    httpserver.expect_request("/big").respond_with_data("x" * 1_000_001)
    httpserver.expect_request("/good").respond_with_data(GOOD)
    paths = ["/late", "/html", "/cut", "/gone", "/big", "/good"]
    outcomes = poll(fetcher, *(feed(httpserver, path) for path in paths))
    assert [o.feed.source for o in outcomes] == [path.strip("/") for path in paths]
    assert [o.poll.status for o in outcomes] == [200, 200, 200, 410, None, 200]
    assert [o.poll.items_seen for o in outcomes] == [1, 0, 1, 0, 0, 1]
    assert [bool(o.poll.error) for o in outcomes] == [False, True, False, True, True, False]
    assert [[p.code for p in o.problems] for o in outcomes] == [
        [], ["feed.html"], ["feed.truncated"], ["feed.gone"], ["feed.too_large"], [],
    ]  # fmt: skip
    assert all(o.poll.polled_at == NOW for o in outcomes)
    assert outcomes[0].entries[0].first_seen_at == NOW


def test_not_modified(httpserver: HTTPServer, fetcher: Fetcher) -> None:
    httpserver.expect_request("/f").respond_with_data("", status=304)
    (outcome,) = poll(fetcher, feed(httpserver, "/f"), f=Validators('"v"', None))
    assert (outcome.poll.status, outcome.poll.items_new_hint) == (304, 0)
    assert outcome.poll.etag == '"v"'
    assert outcome.poll.error is None
    assert outcome.entries == []


def test_an_unreadable_answer_leaves_no_validators(
    httpserver: HTTPServer, fetcher: Fetcher
) -> None:
    """Else the next poll would be told that nothing changed, and the error would be forgotten."""
    httpserver.expect_request("/f").respond_with_data("<html></html>", headers={"ETag": '"v"'})
    (outcome,) = poll(fetcher, feed(httpserver, "/f"))
    assert outcome.poll.etag is None
    assert (outcome.poll.error or "").startswith("feed.html: ")


def test_timeouts_and_dead_hosts(httpserver: HTTPServer, fetcher: Fetcher) -> None:
    def hang(_: WebRequest) -> Response:
        time.sleep(1)
        return Response("x")

    httpserver.expect_request("/hang").respond_with_handler(hang)
    dead = Feed("http://127.0.0.1:9/rss", "dead", "dead")
    wrong = Feed("gopher://x.example/", "wrong", "wrong")
    outcomes = poll(fetcher, feed(httpserver, "/hang"), dead, wrong)
    codes = [o.problems[0].code for o in outcomes]
    assert codes == ["feed.timeout", "feed.connection", "feed.address"]
    assert all(o.poll.status is None for o in outcomes)


def test_one_host_is_asked_one_thing_at_a_time(httpserver: HTTPServer, fetcher: Fetcher) -> None:
    running, most = 0, 0

    def answer(_: WebRequest) -> Response:
        nonlocal running, most
        running += 1
        most = max(most, running)
        time.sleep(0.05)
        running -= 1
        return Response(GOOD)

    httpserver.expect_request("/f").respond_with_handler(answer)
    poll(fetcher, *(feed(httpserver, f"/f?{n}") for n in range(5)))
    assert most == 1


def test_stopping_early_cancels_the_rest(httpserver: HTTPServer, fetcher: Fetcher) -> None:
    httpserver.expect_request("/f").respond_with_data(GOOD)
    feeds = [Request(feed(httpserver, f"/f?{n}")) for n in range(50)]
    tick = count()
    outcomes = poll_feeds(feeds, fetcher=fetcher, now=lambda: f"{next(tick)}", workers=1)
    next(iter(outcomes))
    outcomes.close()  # type: ignore[attr-defined] # it is a generator
    assert len(httpserver.log) < 50


def test_stopping_early_waits_for_no_server(httpserver: HTTPServer, fetcher: Fetcher) -> None:
    asked, let_go = Event(), Event()

    def hang(_: WebRequest) -> Response:
        asked.set()
        let_go.wait(10)
        return Response(GOOD)

    httpserver.expect_request("/hang").respond_with_handler(hang)
    httpserver.expect_request("/good").respond_with_data(GOOD)
    local = Feed(httpserver.url_for("/good").replace("localhost", "127.0.0.1"), "good", "good")
    fetcher.limits = replace(fetcher.limits, read=8.0, total=20.0, attempts=3)
    requests = [Request(local), Request(feed(httpserver, "/hang"))]
    outcomes = poll_feeds(requests, fetcher=fetcher, now=lambda: NOW)
    next(iter(outcomes))
    assert asked.wait(5)
    started = time.monotonic()
    outcomes.close()  # type: ignore[attr-defined] # it is a generator
    took = time.monotonic() - started
    let_go.set()
    assert took < 4


def test_a_permanent_redirect_to_a_feed_is_a_move(httpserver: HTTPServer, fetcher: Fetcher) -> None:
    def sends(path: str, target: str) -> None:
        headers = {"Location": httpserver.url_for(target)}
        httpserver.expect_request(path).respond_with_data("", status=301, headers=headers)

    sends("/old", "/new")
    sends("/lost", "/front")
    httpserver.expect_request("/new").respond_with_data(GOOD)
    httpserver.expect_request("/front").respond_with_data("<html><body>Welcome</body></html>")
    moved, lost = poll(fetcher, feed(httpserver, "/old"), feed(httpserver, "/lost"))
    assert moved.moved_to == httpserver.url_for("/new")
    assert [(hop.status, hop.target) for hop in moved.hops] == [(301, moved.moved_to)]
    assert moved.entries[0].feed_url == httpserver.url_for("/old")
    assert (lost.moved_to, lost.failure) == (None, "feed.html")


def test_a_feed_that_moved_is_asked_there(httpserver: HTTPServer, fetcher: Fetcher) -> None:
    httpserver.expect_request("/new").respond_with_data(GOOD)
    request = Request(feed(httpserver, "/old"), address=httpserver.url_for("/new"))
    (outcome,) = poll_feeds([request], fetcher=fetcher, now=lambda: NOW)
    assert isinstance(outcome, PollOutcome)
    assert (outcome.poll.items_seen, outcome.moved_to) == (1, None)
    assert outcome.poll.feed_url == httpserver.url_for("/old")


def test_a_host_that_says_too_many_is_asked_no_more(
    httpserver: HTTPServer, fetcher: Fetcher
) -> None:
    httpserver.expect_request("/a").respond_with_data(
        "", status=429, headers={"Retry-After": "7200"}
    )
    requests = [Request(feed(httpserver, path)) for path in ("/a", "/b", "/c")]
    first, *others = poll_feeds(requests, fetcher=fetcher, now=lambda: NOW)
    assert isinstance(first, PollOutcome)
    assert (first.failure, first.wait) == ("feed.http", 7200.0)
    assert [type(other) for other in others] == [NotAsked, NotAsked]
    assert [request.path for request, _ in httpserver.log] == ["/a"]


def test_a_dead_host_is_not_asked_a_fourth_time(fetcher: Fetcher) -> None:
    """Each of its feeds would be waited for and tried again."""
    requests = [Request(Feed(f"http://127.0.0.1:9/{n}", "dead", "dead")) for n in range(5)]
    outcomes = list(poll_feeds(requests, fetcher=fetcher, now=lambda: NOW))
    assert [type(o) for o in outcomes] == [PollOutcome] * 3 + [NotAsked] * 2
    assert outcomes[4] == NotAsked(requests[4].feed, "127.0.0.1:9", "feed.connection", ANY)


def test_feeds_that_never_answer_do_not_end_the_turn_of_others(
    httpserver: HTTPServer, fetcher: Fetcher
) -> None:
    """They took long last time, so the others are asked first."""
    httpserver.expect_request("/good").respond_with_data(GOOD)
    httpserver.expect_request("/cut").respond_with_data("", headers={"Content-Encoding": "zstd"})
    slow = [Request(feed(httpserver, "/cut"), seconds=9.0) for _ in range(4)]
    outcomes = list(
        poll_feeds([*slow, Request(feed(httpserver, "/good"))], fetcher=fetcher, now=lambda: NOW)
    )
    assert [o.failure for o in outcomes if isinstance(o, PollOutcome)] == [
        *["feed.connection"] * 4,
        None,
    ]


def test_large_bodies_wait_on_disk(httpserver: HTTPServer, fetcher: Fetcher) -> None:
    padding = b"<!-- " + b"x" * 600_000 + b" -->"
    httpserver.expect_request("/f").respond_with_data(GOOD + padding)
    (outcome,) = poll(fetcher, feed(httpserver, "/f"))
    assert (outcome.poll.items_seen, outcome.poll.bytes) == (1, len(GOOD + padding))


def test_a_defect_of_ours_is_not_swallowed(httpserver: HTTPServer, fetcher: Fetcher) -> None:
    httpserver.expect_request("/f").respond_with_data(GOOD)

    def broken() -> str:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        list(poll_feeds([Request(feed(httpserver, "/f"))], fetcher=fetcher, now=broken))


@pytest.mark.slow
def test_captured_feeds_over_http(httpserver: HTTPServer, shared_data: Path) -> None:
    folder = shared_data / "web" / "feeds"
    paths = sorted(p for d in ("captured", "rss-translation") for p in (folder / d).iterdir())
    paths += sorted((folder / "chardet-encodings").rglob("*.xml"))
    for number, path in enumerate(paths):
        httpserver.expect_request(f"/{number}").respond_with_data(path.read_bytes())
    feeds = [feed(httpserver, f"/{number}") for number in range(len(paths))]
    with Fetcher(allow_private=True) as client:
        outcomes = poll(client, *feeds)
    assert [o.feed for o in outcomes] == feeds
    assert all(o.poll.status == 200 and o.poll.bytes > 0 for o in outcomes)
    failed = [o.problems[0].code for o in outcomes if o.poll.error]
    assert failed == ["feed.html"]  # one of the files is a page
    assert sum(len(o.entries) for o in outcomes) > 500
    assert all(len({e.key for e in o.entries}) == len(o.entries) for o in outcomes)

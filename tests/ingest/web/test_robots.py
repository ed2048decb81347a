from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from ingest.errors import AddressRefusedError, RobotsRefusedError
from ingest.web.fetch import Fetcher, Limits
from ingest.web.hosts import Hosts
from ingest.web.robots import RobotsRules

LIMITS = Limits(attempts=1, total=5.0, page_pause=0.25)


def page(text: str) -> httpx.Response:
    return httpx.Response(200, stream=httpx.ByteStream(text.encode()))


class Site:
    """Answers in memory, and counts what it was asked."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self.answers: dict[str, Callable[[], httpx.Response]] = {}

    def __call__(self, request: httpx.Request) -> httpx.Response:
        url = str(request.url)
        self.asked[url] += 1
        found = self.answers.get(url)
        return found() if found else httpx.Response(404)

    def says(self, rules: str, host: str = "a.example") -> None:
        self.answers[f"https://{host}/robots.txt"] = lambda: page(rules)


class Clock:
    """Time that passes by sleeping alone."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 6))
        self.now += seconds


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def fetcher(site: Site, clock: Clock) -> Iterator[Fetcher]:
    hosts = Hosts(clock=clock, sleep=clock.sleep)
    transport = httpx.MockTransport(site)
    with Fetcher(limits=LIMITS, transport=transport, hosts=hosts) as client:
        client.robots = RobotsRules("bubblefear", clock)
        yield client


@pytest.mark.parametrize(
    ("rules", "path", "allowed"),
    [
        ("", "/n", True),
        ("User-agent: *\nDisallow: /n", "/n/1", False),
        ("User-agent: *\nDisallow: /n", "/m", True),
        ("User-agent: *\nDisallow: /\nAllow: /n", "/n/1", True),
        ("User-agent: *\nDisallow: /*.pdf$", "/a.pdf", False),
        # A group for us by name counts alone, in any case, and several groups are one.
        ("User-agent: *\nDisallow: /\n\nUser-agent: BubbleFear\nDisallow: /m", "/n", True),
        ("User-agent: other\nUser-agent: bubblefear\nDisallow: /n", "/n", False),
        (
            "User-agent: bubblefear\nDisallow: /a\n\nUser-agent: bubblefear\nDisallow: /n",
            "/n",
            False,
        ),
        ("User-agent: other\nDisallow: /", "/n", True),
        ("\ufeffUser-agent: *\nDisallow: /n", "/n", False),
        ("User-agent: *\nDisallow: /新闻", "/%E6%96%B0%E9%97%BB/1", False),
        ("<html><body>not found</body></html>", "/n", True),
    ],
)
def test_rules(rules: str, path: str, allowed: bool, site: Site, fetcher: Fetcher) -> None:
    site.says(rules)
    assert fetcher.robots.allows(f"https://a.example{path}", fetcher) is allowed


@pytest.mark.parametrize(
    ("status", "allowed"),
    [(400, True), (401, True), (403, True), (404, True), (410, True),
     (429, False), (500, False), (503, False)],
)  # fmt: skip
def test_a_missing_file_allows_and_a_failing_one_forbids(
    status: int, allowed: bool, site: Site, fetcher: Fetcher
) -> None:
    site.answers["https://a.example/robots.txt"] = lambda: httpx.Response(status)
    assert fetcher.robots.allows("https://a.example/n", fetcher) is allowed


def test_no_answer_forbids(site: Site, fetcher: Fetcher) -> None:
    def gone() -> httpx.Response:
        raise httpx.ConnectError("no route")

    site.answers["https://a.example/robots.txt"] = gone
    with pytest.raises(RobotsRefusedError, match=r"a\.example: robots\.txt asks"):
        fetcher.fetch("https://me:pw@a.example/n", robots=True)
    assert site.asked == {"https://a.example/robots.txt": 1}


def test_redirects_of_the_file_are_followed_five_times(site: Site, fetcher: Fetcher) -> None:
    def to(target: str) -> Callable[[], httpx.Response]:
        return lambda: httpx.Response(301, headers={"Location": target})

    site.answers["https://a.example/robots.txt"] = to("https://b.example/1")
    for hop in range(1, 5):
        site.answers[f"https://b.example/{hop}"] = to(f"/{hop + 1}")
    site.answers["https://b.example/5"] = lambda: page("User-agent: *\nDisallow: /n")
    assert not fetcher.robots.allows("https://a.example/n", fetcher)
    assert fetcher.robots.allows("https://a.example/m", fetcher)
    site.answers["https://c.example/robots.txt"] = to("https://c.example/robots.txt")
    assert not fetcher.robots.allows("https://c.example/m", fetcher)


def test_the_first_500_kib_are_read(site: Site, fetcher: Fetcher) -> None:
    filler = "# a comment that is long enough\n" * 16_000
    assert len(filler) == 500 * 1024
    site.says("User-agent: *\nDisallow: /early\n" + filler + "Disallow: /late\n")
    assert not fetcher.robots.allows("https://a.example/early", fetcher)
    assert fetcher.robots.allows("https://a.example/late", fetcher)


def test_a_day_later_it_is_asked_again(site: Site, fetcher: Fetcher, clock: Clock) -> None:
    address = "https://a.example/n"
    site.says("")
    assert fetcher.robots.allows(address, fetcher)
    site.says("User-agent: *\nDisallow: /")
    clock.now += 86_399
    assert fetcher.robots.allows(address, fetcher)
    clock.now += 1
    assert not fetcher.robots.allows(address, fetcher)
    assert site.asked["https://a.example/robots.txt"] == 2


def test_an_hour_after_a_failure_it_is_asked_again(
    site: Site, fetcher: Fetcher, clock: Clock
) -> None:
    site.answers["https://a.example/robots.txt"] = lambda: httpx.Response(503)
    assert not fetcher.robots.allows("https://a.example/n", fetcher)
    site.says("")
    assert not fetcher.robots.allows("https://a.example/n", fetcher)
    clock.now += 3_600
    assert fetcher.robots.allows("https://a.example/n", fetcher)


@pytest.mark.parametrize(
    ("rules", "pause"),
    [
        ("", 0.25),
        ("User-agent: *\nCrawl-delay: 3", 3.0),
        ("User-agent: *\nCrawl-delay: 0.1", 0.25),
        ("User-agent: *\nCrawl-delay: 3600", 30.0),
        ("User-agent: *\nCrawl-delay: -4", 0.25),
        ("User-agent: *\nCrawl-delay: soon", 0.25),
        ("User-agent: *\nCrawl-delay: 9\n\nUser-agent: bubblefear\nCrawl-delay: 2", 2.0),
    ],
)
def test_pages_of_one_host_are_asked_for_with_pauses(
    rules: str, pause: float, site: Site, fetcher: Fetcher, clock: Clock
) -> None:
    site.says(rules)
    for number in range(3):
        url = f"https://a.example/{number}"
        site.answers[url] = lambda: page("page")
        fetcher.fetch(url, robots=True)
    assert clock.slept == [pause, pause]


def test_feeds_are_asked_for_without_rules_and_pauses(
    site: Site, fetcher: Fetcher, clock: Clock
) -> None:
    site.says("User-agent: *\nDisallow: /\nCrawl-delay: 10")
    site.answers["https://a.example/f"] = lambda: page("feed")
    for _ in range(3):
        fetcher.fetch("https://a.example/f")
    assert clock.slept == []
    assert site.asked == {"https://a.example/f": 3}


def test_where_a_page_redirects_has_rules_of_its_own(site: Site, fetcher: Fetcher) -> None:
    site.answers["https://a.example/n"] = lambda: httpx.Response(
        302, headers={"Location": "https://b.example/n"}
    )
    site.says("User-agent: *\nDisallow: /", "b.example")
    with pytest.raises(RobotsRefusedError, match=r"b\.example"):
        fetcher.fetch("https://a.example/n", robots=True)
    assert site.asked["https://b.example/n"] == 0


def test_many_threads_ask_once(site: Site, fetcher: Fetcher) -> None:
    site.says("")
    with ThreadPoolExecutor(8) as pool:
        urls = [f"https://a.example/{number}" for number in range(40)]
        assert all(pool.map(lambda url: fetcher.robots.allows(url, fetcher), urls))
    assert site.asked["https://a.example/robots.txt"] == 1


def test_sites_do_not_pile_up(site: Site, fetcher: Fetcher) -> None:
    """A thousand are remembered; the oldest is asked again."""
    for number in range(1_001):
        fetcher.robots.allows(f"https://{number}.example/", fetcher)
    for number in (1_000, 0):
        fetcher.robots.allows(f"https://{number}.example/", fetcher)
    assert site.asked["https://1000.example/robots.txt"] == 1
    assert site.asked["https://0.example/robots.txt"] == 2


def test_no_rules_for_what_is_no_web_address(fetcher: Fetcher) -> None:
    for url in ("file:///etc/passwd", "robots.txt", ""):
        with pytest.raises(AddressRefusedError):
            fetcher.fetch(url, robots=True)


def test_an_own_network_is_refused_like_any_other(serve: Callable[..., Any], decoys: Any) -> None:
    with Fetcher(limits=LIMITS) as careful:
        assert not careful.robots.allows(decoys[0].url("/n"), careful)
    assert decoys[0].connections == 0

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import OpmlError
from ingest.feeds.opml import FeedList, default_feeds, read_opml, write_opml
from ingest.records import Feed

_NAME = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1).filter(
    lambda t: t == " ".join(t.split()) and all(c.isprintable() for c in t)
)
_FEEDS = st.lists(
    st.builds(
        Feed,
        url=st.integers(0, 99).map(lambda n: f"https://a.example/{n}?a=1&b=<泡>"),
        source=_NAME,
        title=_NAME,
        language=st.sampled_from([None, "en", "zh-Hans", "zh-Hant"]),
        timezone=st.sampled_from([None, "Asia/Taipei"]),
        publisher_from_entry=st.booleans(),
    ),
    unique_by=lambda feed: feed.url,
)


@given(_FEEDS)
def test_round_trip(feeds: list[Feed]) -> None:
    assert read_opml(write_opml(feeds)) == FeedList(feeds, [])


def test_another_reader_s_export() -> None:
    text = (
        '<?xml version="1.0"?><opml version="1.0"><body><outline text="Folder">'
        '<outline text="A &amp; B" xmlUrl="https://a.example/rss" htmlUrl="https://a.example"/>'
        '<outline text="again" xmlUrl="https://a.example/rss"/><outline text="a note"/>'
        '</outline><outline xmlUrl="https://b.example/rss"/></body></opml>'
    )
    feeds = read_opml(text).feeds
    assert [(f.url, f.source) for f in feeds] == [
        ("https://a.example/rss", "A & B"),
        ("https://b.example/rss", "b.example"),
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("not xml", "not OPML"),
        ("<html/>", "root is <html>"),
        ("<opml>" + " " * 21_000_000 + "</opml>", "over the limit"),
        ('<!DOCTYPE opml [<!ENTITY a "b">]><opml><body text="&a;"/></opml>', "not OPML"),
    ],
)
def test_what_is_refused(text: str, reason: str) -> None:
    with pytest.raises(OpmlError, match=reason):
        read_opml(text)


@pytest.mark.parametrize(
    ("outline", "reason", "kept"),
    [
        ('xmlUrl="file:///etc/passwd"', "not a feed address: 'file:///etc/passwd'", False),
        ('xmlUrl="/rss"', "not a feed address: '/rss'", False),
        ('xmlUrl=""', "no xmlUrl: 'untitled'", False),
        ('type="rss" text="A"', "no xmlUrl: 'A'", False),
        ('xmlUrl="https://b.example/rss" language="de"', "language 'de' is none of", True),
        ('xmlUrl="https://b.example/rss" timezone="Mars/Base"', "no such time zone", True),
        ('xmlUrl="https://b.example/rss" timezone="/etc/passwd"', "no such time zone", True),
    ],
)
def test_a_bad_outline_leaves_the_others(outline: str, reason: str, kept: bool) -> None:
    text = f'<opml><body><outline {outline}/><outline xmlUrl="https://a.example/"/></body></opml>'
    found = read_opml(text)
    assert [f.url for f in found.feeds] == ["https://b.example/rss"] * kept + ["https://a.example/"]
    (problem,) = found.problems
    assert (problem.code, problem.subject) == ("feeds.outline", "OPML outline 1")
    assert reason in problem.reason


def test_spellings_of_other_readers() -> None:
    text = (
        '<OPML><body><outline text="Deep"><outline text="Deeper">'
        '<outline TITLE="A" xmlurl=" feed://a.example/rss "/></outline></outline>'
        '<outline xmlURL="feed:https://b.example/rss"/></body></OPML>'
    )
    found = read_opml(text)
    assert [f.url for f in found.feeds] == ["http://a.example/rss", "https://b.example/rss"]
    assert found.problems == []


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(OpmlError, match="No such file"):
        read_opml(tmp_path / "none.opml")


def test_the_default_feeds_cover_both_languages_and_three_scripts() -> None:
    feeds = default_feeds()
    assert len(feeds) >= 60
    assert {f.language for f in feeds} >= {"en", "zh-Hans", "zh-Hant"}
    named = " ".join(f"{feed.source} {feed.title}" for feed in feeds)
    for source in (
        "CryptoSlate", "CoinDesk", "Cointelegraph", "Decrypt", "The Block", "Reuters", "CNBC",
        "MarketWatch", "Wall Street Journal", "Financial Times", "Yahoo Finance", "Seeking Alpha",
        "BBC", "The Guardian", "The Atlantic", "Bulletin", "Hacker News", "動區", "ABMedia",
        "PANews", "Odaily", "律动", "链捕手", "华尔街见闻", "36氪", "鉅亨網",
    ):  # fmt: skip
        assert source in named
    aggregated = [feed.language for feed in feeds if feed.publisher_from_entry]
    assert sorted(map(str, aggregated)) == ["en", "zh-Hans", "zh-Hant"]

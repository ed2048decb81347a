from __future__ import annotations

import json
import time
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.feeds.parse import ParsedFeed, parse_feed
from ingest.records import Entry, Feed
from ingest.web.limits import MAX_BODY_BYTES

NOW = "2026-01-05T12:00:00Z"
FEED = Feed("https://a.example/rss", "Example Wire", "Example Wire", "en", "America/New_York")
HANT = Feed("https://t.example/rss", "例報", "例報", "zh-Hant", "Asia/Taipei")
GOOGLE = Feed("https://g.example/rss", "Google News", "AI", "en", None, True)


def item(title: str = "Chips fall", n: int = 1, extra: str = "", link: str | None = None) -> str:
    address = f"https://a.example/{n}" if link is None else link
    return f"<item><title>{title}</title><link>{address}</link>{extra}</item>"


def rss(*items: str) -> bytes:
    head = '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>Wire</title>'
    return f"{head}{''.join(items)}</channel></rss>".encode()


def codes(parsed: ParsedFeed) -> list[str]:
    return [problem.code for problem in parsed.problems]


def test_an_rss_item_becomes_an_entry() -> None:
    extra = (
        "<guid isPermaLink='false'>g1</guid><pubDate>Mon, 05 Jan 2026 06:00:00 -0500</pubDate>"
        "<description>&lt;p&gt;&lt;img src='x'/&gt;Chip makers fell &amp;amp; fell.&lt;/p&gt;"
        "</description>"
        "<author>A. Writer</author>"
    )
    link = "https://A.example/1?utm_source=rss&amp;id=7#top"
    parsed = parse_feed(rss(item("Chips &amp;amp; fear", 1, extra, link)), FEED, NOW)
    (entry,) = parsed.entries
    assert parsed.problems == []
    assert parsed.title == "Wire"
    assert entry.title == "Chips & fear"
    assert entry.summary == "Chip makers fell & fell."
    assert entry.canonical_url == "https://a.example/1?id=7"
    assert (entry.guid, entry.author, entry.source) == ("g1", "A. Writer", "Example Wire")
    assert (entry.published_at, entry.date_note) == ("2026-01-05T11:00:00Z", None)
    assert (entry.first_seen_at, entry.language) == (NOW, "en")
    assert len(entry.key) == 16


def test_atom_rdf_and_json_feeds() -> None:
    atom = (
        b'<feed xmlns="http://www.w3.org/2005/Atom"><title>A</title><entry><id>tag:1</id>'
        b'<title>Chips fall</title><link href="https://a.example/1"/>'
        b"<updated>2026-01-05T06:00:00+08:00</updated></entry></feed>"
    )
    rdf = (
        b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        b'xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        b'<channel rdf:about="x"><title>R</title></channel><item rdf:about="https://a.example/1">'
        b"<title>Chips fall</title><link>https://a.example/1</link>"
        b"<dc:date>2026-01-04T22:00:00Z</dc:date></item></rdf:RDF>"
    )
    as_json = json.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": "J",
            "items": [
                {
                    "id": 1,
                    "url": "https://a.example/1",
                    "title": "Chips fall",
                    "content_html": "<p>They fell.</p>",
                    "date_published": "2026-01-04T22:00:00Z",
                    "authors": [{"name": "A"}, {"name": "B"}],
                }
            ],
        }
    ).encode()
    keys = set()
    for body in (atom, rdf, as_json):
        parsed = parse_feed(body, FEED, NOW)
        assert parsed.problems == []
        assert [e.published_at for e in parsed.entries] == ["2026-01-04T22:00:00Z"]
        keys |= {e.key for e in parsed.entries}
    assert len(keys) == 1  # the same address is the same entry, whatever the format
    assert parse_feed(as_json, FEED, NOW).entries[0].author == "A, B"


def test_half_a_character_in_a_json_feed() -> None:
    half = "\ud800"
    item = dict.fromkeys(("id", "summary", "content_text", "date_published"), f"a{half}b")
    item |= {"url": f"https://a.example/{half}1", "title": f"{half} AI bubble"}
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": half + "J"}
    body = json.dumps(feed | {"items": [item | {"author": {"name": f"Ada{half}"}}]}).encode()
    parsed = parse_feed(body, FEED, NOW)
    (entry,) = parsed.entries
    assert (entry.title, entry.guid, entry.author) == ("AI bubble", "ab", "Ada")
    assert (entry.url, parsed.title) == ("https://a.example/1", "J")
    for record in (entry, *parsed.problems):
        for value in asdict(record).values():
            (value or "").encode("utf-8")


def test_a_link_to_no_address() -> None:
    item = {"id": "1", "url": "//[", "title": "Chips fall"}
    feed = {"version": "https://jsonfeed.org/version/1.1", "items": [item]}
    (entry,) = parse_feed(json.dumps(feed).encode(), FEED, NOW).entries
    assert (entry.title, entry.url) == ("Chips fall", None)


def test_google_news_names_the_publisher() -> None:
    extra = '<source url="https://w.example">Example Wire</source>'
    parsed = parse_feed(rss(item("Chips fall - Example Wire", 1, extra)), GOOGLE, NOW)
    assert [(e.title, e.source) for e in parsed.entries] == [("Chips fall", "Example Wire")]


def test_dates_without_a_zone_are_the_source_s() -> None:
    extra = "<pubDate>2026-01-05 09:30:00</pubDate>"
    assert parse_feed(rss(item(extra=extra)), HANT, NOW).entries[0].published_at == (
        "2026-01-05T01:30:00Z"
    )


@pytest.mark.parametrize(
    ("date", "reason"),
    [
        ("Thu, 01 Jan 2099 00:00:00 GMT", "in the future"),
        ("Thu, 01 Jan 1970 00:00:00 GMT", "before 1990"),
        ("some day", "unknown date format"),
    ],
)
def test_a_date_that_cannot_be_is_a_problem_and_the_entry_stays(date: str, reason: str) -> None:
    parsed = parse_feed(rss(item(extra=f"<pubDate>{date}</pubDate>")), FEED, NOW)
    (entry,) = parsed.entries
    assert entry.published_at is None
    assert reason in (entry.date_note or "")
    assert codes(parsed) == ["entry.date"]
    assert parsed.problems[0].raw_sha256


def test_empty_titles() -> None:
    body = rss(
        item("", 1, "<description>A fund sold its chip stocks on Monday.</description>"),
        item(" ", 2),
        item("Fine", 3),
    )
    parsed = parse_feed(body, FEED, NOW)
    assert [e.title for e in parsed.entries] == ["A fund sold its chip stocks on Monday.", "Fine"]
    assert codes(parsed) == ["entry.empty_title", "entry.empty_title"]
    assert "not kept" in parsed.problems[1].reason


def test_html_with_200() -> None:
    for page in (
        b"<!DOCTYPE html><html><head><title>Just a moment</title></head><body>x</body></html>",
        b"\n<!-- x --><HTML><body><rss></rss></body></HTML>",
        b"<!doctype html><title>Blocked</title>",
    ):
        parsed = parse_feed(page, FEED, NOW, "application/rss+xml")
        assert codes(parsed) == ["feed.html"]
        assert parsed.entries == []


def test_a_feed_served_as_html_is_a_feed() -> None:
    assert parse_feed(rss(item()), FEED, NOW, "text/html; charset=utf-8").entries


def test_truncated_xml_keeps_the_whole_items_only() -> None:
    body = rss(item("First", 1), item("Second", 2), item("Third of which half is missing", 3))
    parsed = parse_feed(body[: body.index(b"half")], FEED, NOW)
    assert [e.title for e in parsed.entries] == ["First", "Second"]
    assert codes(parsed) == ["feed.truncated"]
    assert "2 whole items" in parsed.problems[0].reason


def test_malformed_xml_is_read_leniently() -> None:
    body = rss(item("First & last", 1, "<b>x"), item("Second", 2))
    parsed = parse_feed(body, FEED, NOW)
    assert [e.title for e in parsed.entries] == ["First & last", "Second"]
    assert codes(parsed) == ["feed.malformed"]


def test_entity_bomb_is_not_expanded() -> None:
    levels = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<?xml version="1.0"?><!-- <x> --><!DOCTYPE rss [<!ENTITY a0 "ha">{levels}]>'
    body = f"{bomb}<rss><channel>{item('&a9;')}</channel></rss>"
    for encoded in (body.encode(), body.encode("utf-16")):
        started = time.process_time()
        parsed = parse_feed(encoded, FEED, NOW)
        assert codes(parsed) == ["feed.entities"]
        assert parsed.entries == []
        assert time.process_time() - started < 1


def test_the_doctype_of_rss_091_is_harmless() -> None:
    doctype = (
        '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://x/y.dtd">'
    )
    body = f'<?xml version="1.0"?>{doctype}<rss version="0.91"><channel>{item()}</channel></rss>'
    assert codes(parse_feed(body.encode(), FEED, NOW)) == []


def test_too_large_a_body_is_not_parsed() -> None:
    body = b"<rss>" + bytes(MAX_BODY_BYTES)
    assert codes(parse_feed(body, FEED, NOW)) == ["feed.too_large"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "feed.empty"),
        (b"  \n", "feed.empty"),
        (b"hello", "feed.not_a_feed"),
        (b"<urlset><url/></urlset>", "feed.not_a_feed"),
        (b'{"a": 1}', "feed.not_a_feed"),
        (b'{"a": ', "feed.malformed"),
        (b"[" * 100_000, "feed.malformed"),
        (b"\x1f\x8b\x08\x00\x00", "feed.not_a_feed"),
    ],
)
def test_what_is_no_feed(body: bytes, code: str) -> None:
    parsed = parse_feed(body, FEED, NOW)
    assert code in codes(parsed)
    assert parsed.entries == []


def test_wrong_charset() -> None:
    text = "投資者擔心人工智慧泡沫，晶片股和比特幣一起下跌"
    body = rss(item(text)).decode().encode("big5")
    parsed = parse_feed(body, HANT, NOW)
    assert [e.title for e in parsed.entries] == [text]
    assert parsed.entries[0].language == "zh-Hant"
    assert codes(parsed) == ["feed.charset"]


def test_a_feed_without_items_says_so() -> None:
    empty = b'{"version": "https://jsonfeed.org/version/1.1", "title": "Wire"}'
    for body in (rss(), empty):
        parsed = parse_feed(body, FEED, NOW)
        assert (parsed.entries, codes(parsed)) == ([], ["feed.no_items"])


def test_items_that_share_a_link_are_told_apart() -> None:
    body = rss(*(item(t, link="https://a.example/today") for t in ("One", "Two", "One")))
    parsed = parse_feed(body, FEED, NOW)
    assert [e.title for e in parsed.entries] == ["One", "Two"]
    front = rss(*(item(t, link="https://a.example/") for t in ("One", "Two")))
    assert len({e.key for e in parse_feed(front, FEED, NOW).entries}) == 2


def test_identity_survives_tracking_parameters_and_later_titles() -> None:
    first = parse_feed(rss(item("One", link="https://a.example/1?utm_source=x")), FEED, NOW)
    second = parse_feed(rss(item("One, updated", link="https://a.example/1#c")), FEED, NOW)
    assert first.entries[0].key == second.entries[0].key


def test_relative_and_missing_links() -> None:
    body = rss(
        "<item><title>One</title><link>/n/1</link></item>",
        "<item><title>Two</title><guid>https://a.example/n/2</guid></item>",
        "<item><title>Three</title><link>javascript:void(0)</link></item>",
    )
    urls = [e.url for e in parse_feed(body, FEED, NOW).entries]
    assert urls == ["https://a.example/n/1", "https://a.example/n/2", None]


def test_a_whole_article_in_the_summary_is_a_body() -> None:
    text = "The lender pulled out of the project. " * 60
    entry = parse_feed(rss(item(extra=f"<description>{text}</description>")), FEED, NOW).entries[0]
    assert entry.summary is None
    assert entry.body == text.strip()


@pytest.mark.slow
def test_ten_thousand_entries() -> None:
    body = rss(*(item(f"Headline number {n}", n) for n in range(10_000)))
    started = time.process_time()
    parsed = parse_feed(body, FEED, NOW)
    assert len({e.key for e in parsed.entries}) == 10_000
    assert parsed.problems == []
    assert time.process_time() - started < 20


_MARKUP = st.lists(
    st.sampled_from(
        [
            "<rss>",
            "<channel>",
            "<item>",
            "</item>",
            "<title>",
            "</title>",
            "<![CDATA[",
            "]]>",
            "&",
            "<!",
            "<!DOCTYPE",
            "x",
            "泡沫",
            "</rss>",
            "<?xml ",
            "?>",
            "<feed>",
            "<entry>",
            "\x00",
            "<link href=",
            '"',
        ]
    ),
    max_size=25,
).map("".join)


@settings(max_examples=150)
@given(st.one_of(_MARKUP.map(str.encode), st.binary(max_size=200)))
def test_never_raises(body: bytes) -> None:
    parsed = parse_feed(body, FEED, NOW)
    assert all(entry.title and entry.first_seen_at == NOW for entry in parsed.entries)


@pytest.mark.slow
def test_every_captured_feed_is_read_or_explained(shared_data: Path) -> None:
    folder = shared_data / "web" / "feeds"
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    assert len(paths) > 500
    for path in paths:
        feed = Feed(f"https://x.example/{path.name}", "x", "x", None, "UTC")
        body = path.read_bytes()
        parsed = parse_feed(body, feed, NOW)
        entries = body.count(b"<item") + body.count(b"<entry")
        if entries:
            assert parsed.entries or parsed.problems, path


@pytest.mark.slow
def test_real_feeds_in_their_own_bytes(shared_data: Path) -> None:
    folder = shared_data / "web" / "feeds" / "chardet-encodings"
    for name, language in (("Big5", "zh-Hant"), ("GB2312", "zh-Hans")):
        found = [
            entry.language
            for path in sorted((folder / name).glob("*.xml"))
            for entry in parse_feed(path.read_bytes(), FEED, NOW).entries
        ]
        chinese = [f for f in found if f.startswith("zh")]  # these blogs post in English too
        assert len(chinese) > 100
        assert sum(f == language for f in chinese) > 0.97 * len(chinese)


def one(body: bytes | str, feed: Feed = FEED, **other: str) -> Entry:
    data = body.encode() if isinstance(body, str) else body
    (entry,) = parse_feed(data, feed, NOW, **other).entries
    return entry


@pytest.mark.parametrize(
    ("base", "home", "address", "link", "expected"),
    [
        # xml:base decides; without it the feed's own page; without that where the feed was found.
        (
            "https://b.example/n/",
            "https://h.example/",
            None,
            "1.html",
            "https://b.example/n/1.html",
        ),
        ("", "https://h.example/blog/", None, "1.html", "https://h.example/blog/1.html"),
        ("", "", "https://f.example/x/feed", "1.html", "https://f.example/x/1.html"),
        ("", "", None, "?id=1", "https://a.example/rss?id=1"),
        ("/sub/", "https://h.example/", None, "1.html", "https://h.example/sub/1.html"),
    ],
)
def test_relative_links(
    base: str, home: str, address: str | None, link: str, expected: str
) -> None:
    top = f"<link href='{home}'/>" if home else ""
    body = (
        f"<feed xmlns='http://www.w3.org/2005/Atom' xml:base='{base}'><title>A</title>{top}"
        f"<entry><title>Chips fall</title><link href='{link}'/></entry></feed>"
    )
    (entry,) = parse_feed(body.encode(), FEED, NOW, None, address).entries
    assert entry.url == expected


def test_of_several_links_the_alternate_one() -> None:
    links = "".join(
        f"<link rel='{rel}' href='https://c.example/{rel}'/>"
        for rel in ("self", "related", "enclosure", "alternate", "edit")
    )
    entry = one(
        f"<feed xmlns='http://www.w3.org/2005/Atom'><title>A</title>"
        f"<entry><title>Chips fall</title>{links}</entry></feed>"
    )
    assert entry.url == "https://c.example/alternate"


def test_a_counter_s_link_gives_way_to_the_original() -> None:
    names = "xmlns:feedburner='http://rssnamespace.org/feedburner/ext/1.0'"
    proxy = "http://feedproxy.google.com/~r/wire/1"
    origin = "<feedburner:origLink>https://a.example/1?utm_source=x</feedburner:origLink>"
    entry = one(
        f"<rss version='2.0' {names}><channel>{item(link=proxy, extra=origin)}</channel></rss>"
    )
    assert (entry.canonical_url, entry.other_urls) == ("https://a.example/1", (proxy,))
    alert = "https://www.google.com/url?rct=j&amp;url=https://a.example/1&amp;ct=ga"
    entry = one(rss(item(link=alert)))
    assert entry.canonical_url == "https://a.example/1"
    assert entry.other_urls[0].startswith("https://www.google.com/url?")


def test_an_aggregator_s_redirect_publisher_and_summary() -> None:
    link = "https://news.google.com/rss/articles/CBMabc?oc=5"
    said = "&lt;a href='x'&gt;Chips fall&lt;/a&gt;&amp;nbsp;&lt;font&gt;Example Wire&lt;/font&gt;"
    extra = (
        f'<source url="https://w.example">Example Wire</source><description>{said}</description>'
    )
    entry = one(rss(item("Chips fall - Example Wire", link=link, extra=extra)), GOOGLE)
    assert (entry.title, entry.source) == ("Chips fall", "Example Wire")
    assert (entry.url, entry.publisher_url) == (link, "https://w.example")
    assert entry.summary is None  # the headline and its publisher again


@pytest.mark.parametrize(
    ("people", "expected"),
    [
        ("<author>desk@a.example (Ada Reed)</author>", "Ada Reed"),
        ("<dc:creator>Ada Reed</dc:creator>", "Ada Reed"),
        ("<author>Ada Reed</author>", "Ada Reed"),
        ("", None),
    ],
)
def test_authors(people: str, expected: str | None) -> None:
    names = "xmlns:dc='http://purl.org/dc/elements/1.1/'"
    entry = one(f"<rss version='2.0' {names}><channel>{item(extra=people)}</channel></rss>")
    assert entry.author == expected


def test_a_picture_s_title_is_not_the_item_s() -> None:
    names = "xmlns:media='http://search.yahoo.com/mrss/'"
    picture = "<media:content url='x.png'><media:title>A chart</media:title></media:content>"
    body = f"<rss version='2.0' {names}><channel>{item(extra=picture)}</channel></rss>"
    assert one(body).title == "Chips fall"


def test_a_podcast_has_no_page_and_stays_known_by_its_guid() -> None:
    extra = "<guid isPermaLink='false'>ep-1</guid><enclosure url='https://a.example/1.mp3'/>"
    entry = one(rss(f"<item><title>Episode 1</title>{extra}</item>"))
    assert (entry.url, entry.guid) == (None, "ep-1")


def test_what_a_server_says_before_the_feed() -> None:
    for junk in (b"\n\n ", b"\xef\xbb\xbf", b"<br />\n<b>Warning</b>: x() in y.php<br />\n"):
        parsed = parse_feed(junk + rss(item(), item("Second", 2)), FEED, NOW)
        assert len(parsed.entries) == 2
        assert codes(parsed) == []


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"error": "rate limited"}', "rate limited"),
        (b"<?xml version='1.0'?><urlset><url/></urlset>", "<urlset>, a sitemap"),
        (b"<opml><body/></opml>", "a list of feeds"),
        (b"<Error><Code>AccessDenied</Code></Error>", "an error message"),
        (b"502 Bad Gateway", "'502 Bad Gateway'"),
    ],
)
def test_what_was_served_instead(body: bytes, said: str) -> None:
    parsed = parse_feed(body, FEED, NOW)
    assert codes(parsed) == ["feed.not_a_feed"]
    assert said in parsed.problems[0].reason


@pytest.mark.parametrize("reference", ["&#xD800;", "&#55296;", "&#0;", "&#x1F;", "&#x110000;"])
def test_a_reference_to_no_character_costs_nothing(reference: str) -> None:
    extra = f"<guid>g{reference}</guid>"
    parsed = parse_feed(
        rss(item(f"A{reference}B &#27873;", extra=extra), item("Two", 2)), FEED, NOW
    )
    assert [(e.title, e.guid) for e in parsed.entries] == [("AB 泡", "g"), ("Two", None)]
    assert codes(parsed) == []


def test_an_author_of_a_megabyte_is_read_in_a_moment() -> None:
    started = time.process_time()
    body = f"<rss><channel><item><title>T</title><author>{'a' * 1_000_000}</author></item>"
    (entry,) = parse_feed(f"{body}</channel></rss>".encode(), FEED, NOW).entries
    assert len(entry.author or "") == 2000
    assert time.process_time() - started < 10

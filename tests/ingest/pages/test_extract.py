from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug import Request, Response

from ingest.errors import HttpStatusError, RobotsRefusedError
from ingest.pages.dates import page_date
from ingest.pages.density import densest_text
from ingest.pages.extract import extract_page, fetch_page, not_asked
from ingest.web.fetch import Fetcher, Limits

if TYPE_CHECKING:
    from pytest_httpserver import HTTPServer

NOW = "2026-12-01T00:00:00Z"
SENTENCE = (
    "The lender said on Monday that it would not finance the new data centre, and shares fell. "
)
HANT = (
    "貸款方週一表示，不會再為新的資料中心專案提供融資，相關公司股價隨即下跌，分析師對此感到擔憂。"
)
HAN = "贷款方周一表示，不会再为新的数据中心项目提供融资，相关公司股价随即下跌，分析师对此感到担忧。"


def page(body: str, head: str = "", charset: str = "utf-8") -> bytes:
    html = (
        f'<html><head><meta charset="{charset}"><title>Lender pulls out</title>{head}</head>'
        f"<body><nav><a href='/'>Home</a> <a href='/m'>Markets</a></nav>{body}"
        "<footer>Copyright Example Wire</footer></body></html>"
    )
    return html.encode("gb18030" if charset == "gb2312" else charset)


def article(sentence: str = SENTENCE, paragraphs: int = 6) -> str:
    inner = "".join(f"<p>{n}. {sentence * 3}</p>" for n in range(paragraphs))
    return f"<article><h1>Lender pulls out</h1>{inner}</article>"


def test_an_article() -> None:
    head = (
        '<link rel="canonical" href="https://A.example/n/1?utm_source=x">'
        '<meta property="article:published_time" content="2026-11-20T09:30:00-05:00">'
        '<meta name="author" content="Ann Writer">'
    )
    found = extract_page(page(article(), head), "https://www.a.example/amp/1", NOW)
    assert found.status == "ok"
    assert found.title == "Lender pulls out"
    assert found.body.count("would not finance") == 18
    assert "Copyright" not in found.body
    assert "Markets" not in found.body
    assert found.canonical_url == "https://a.example/n/1"
    assert found.published_at == "2026-11-20T14:30:00Z"
    assert found.author == "Ann Writer"
    assert found.language == "en"


def test_a_canonical_address_of_another_site_is_not_believed() -> None:
    head = '<link rel="canonical" href="https://thief.example/x">'
    found = extract_page(page(article(), head), "https://a.other/1#c", NOW)
    assert found.canonical_url == "https://a.other/1"


def test_gbk_bytes_and_a_chinese_date() -> None:
    body = f"<div>发布时间：2026年11月20日 09:30 来源：例报</div>{article(HAN)}"
    for charset in ("gb2312", "utf-8"):
        found = extract_page(page(body, charset=charset), "", NOW)
        assert HAN in found.body
        assert found.published_at == "2026-11-20T01:30:00Z"
        assert found.language == "zh-Hans"


def test_related_headlines_are_cut() -> None:
    body = (
        article() + "<p>Related articles</p><p>Ten coins that could rise 260% this year alone</p>"
    )
    found = extract_page(page(f"<div>{body}</div>"), "", NOW)
    assert "260%" not in found.body
    assert "would not finance" in found.body


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("<script>only()</script>", "empty"),
        (
            "<p>Subscribe to continue reading this article. Already a subscriber? Sign in.</p>",
            "stub",
        ),
        ("<p>本文为付费内容，请登录后查看全文。感谢您的支持，我们期待与您继续同行。</p>", "stub"),
        (
            "<p>We use cookies on this site. Accept all cookies to go on with reading this.</p>",
            "stub",
        ),
        (article(), "ok"),
    ],
)
def test_status(body: str, status: str) -> None:
    html = f"<html><body>{body}</body></html>".encode()
    assert extract_page(html, "https://a.example/1", NOW).status == status


@pytest.mark.parametrize(
    ("raw", "kind"), [(b"%PDF-1.7 (text)", None), (b"<p>x</p>", "application/pdf"), (b"", None)]
)
def test_what_is_no_page_is_empty(raw: bytes, kind: str | None) -> None:
    found = extract_page(raw, "https://a.example/1", NOW, kind)
    assert (found.status, found.body, found.title) == ("empty", "", None)


def test_a_long_article_that_speaks_of_paywalls_is_no_stub() -> None:
    body = article("Readers must subscribe to continue reading, the publisher said on Monday. ")
    assert extract_page(page(body), "", NOW).status == "ok"


def test_a_page_laid_out_with_tables() -> None:
    cells = "".join(f"<tr><td><a href='/{n}'>频道{n}</a></td><td>|</td></tr>" for n in range(40))
    text = "<br>".join(HAN for _ in range(8))
    body = f"<table>{cells}</table><table><tr><td>{text}</td><td>广告</td></tr></table>"
    found = extract_page(page(body), "", NOW)
    assert found.body.count("不会再为") == 8
    assert "频道" not in found.body


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<body>时间：2004年10月21日14:18 作者</body>", "2004-10-21T06:18:00Z"),
        ("<body>新闻 2005-8-12 16:12:21 来源</body>", "2005-08-12T08:12:21Z"),
        ("<body>发布日期：2022/2/13</body>", "2022-02-12T16:00:00Z"),
        ('<script>{"datePublished":"2026-11-20T09:30:00Z"}</script>新闻', "2026-11-20T09:30:00Z"),
        ('<time datetime="2026-11-20T09:30Z">today</time>', "2026-11-20T09:30:00Z"),
        ("<body>发布时间：2099年1月2日 10:00</body>", None),
        ("<body>no date at all</body>", None),
    ],
)
def test_page_dates(html: str, expected: str | None) -> None:
    assert page_date(html, "", "Asia/Shanghai", NOW) == expected


@settings(max_examples=40)
@given(
    st.one_of(
        st.binary(max_size=300), st.text("<>ap/div ，。\"'=&;泡", max_size=80).map(str.encode)
    )
)
def test_never_raises(html: bytes) -> None:
    found = extract_page(html, "https://a.example/1", NOW)
    assert (found.status == "empty") == (found.body == "")


def test_deep_nesting_is_survived() -> None:
    deep = "<div>" * 20_000 + HAN + "</div>" * 20_000
    assert isinstance(densest_text(deep), str)
    assert extract_page(deep.encode(), "", NOW).status in ("ok", "stub", "empty")


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    with Fetcher(allow_private=True, limits=Limits(first_wait=0.01, attempts=2)) as client:
        yield client


def test_robots_txt_is_asked_once_and_obeyed(httpserver: HTTPServer, fetcher: Fetcher) -> None:
    rules = "User-agent: bubblefear\nDisallow: /private\n\nUser-agent: *\nDisallow: /"
    httpserver.expect_request("/robots.txt").respond_with_data(rules)
    httpserver.expect_request("/n/1").respond_with_data(page(article()), content_type="text/html")
    for _ in range(2):
        found = fetch_page(fetcher, httpserver.url_for("/n/1"), NOW)
        assert (found.status, found.url) == ("ok", httpserver.url_for("/n/1"))
    with pytest.raises(RobotsRefusedError, match=r"robots\.txt"):
        fetch_page(fetcher, httpserver.url_for("/private/1"), NOW)
    assert [r.path for r, _ in httpserver.log] == ["/robots.txt", "/n/1", "/n/1"]


def test_the_rules_of_where_a_redirect_leads_count(
    httpserver: HTTPServer, fetcher: Fetcher
) -> None:
    """Two hosts, one server: "localhost" forbids what the shortener at 127.0.0.1 leads to."""

    def robots(request: Request) -> Response:
        forbids = request.host.startswith("localhost")
        return Response("User-agent: *\nDisallow: /" if forbids else "")

    there = f"http://localhost:{httpserver.port}/n/1"
    httpserver.expect_request("/robots.txt").respond_with_handler(robots)
    httpserver.expect_request("/s").respond_with_response(Response("", 302, {"Location": there}))
    httpserver.expect_request("/n/1").respond_with_data(page(article()), content_type="text/html")
    with pytest.raises(RobotsRefusedError, match="localhost"):
        fetch_page(fetcher, f"http://127.0.0.1:{httpserver.port}/s", NOW)


def test_half_a_character_and_half_an_address_in_a_page() -> None:
    about = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "author": {"@type": "Person", "name": "Ada \ud800 Poe"},
    }
    head = f'<script type="application/ld+json">{json.dumps(about)}</script>'
    head += '<link rel=canonical href="http://[">'
    found = extract_page(page(article(), head), "https://a.example/n/1", NOW)
    assert found.canonical_url == "https://a.example/n/1"
    assert found.author == "Ada Poe"
    for text in (found.title, found.author, found.body):
        (text or "").encode()


def test_without_robots_txt_all_is_allowed(httpserver: HTTPServer, fetcher: Fetcher) -> None:
    httpserver.expect_request("/robots.txt").respond_with_response(Response("", 404))
    httpserver.expect_request("/n/1").respond_with_response(Response("", 410))
    with pytest.raises(HttpStatusError, match="410"):
        fetch_page(fetcher, httpserver.url_for("/n/1"), NOW)


def test_a_site_whose_robots_txt_fails_is_left_alone(
    httpserver: HTTPServer, fetcher: Fetcher
) -> None:
    httpserver.expect_request("/robots.txt").respond_with_response(Response("", 500))
    with pytest.raises(RobotsRefusedError):
        fetch_page(fetcher, httpserver.url_for("/n/1"), NOW)


@pytest.mark.parametrize("declared", [None, "utf-8", "gb2312", "big5", "iso-8859-1"])
@pytest.mark.parametrize(
    ("encoding", "sentence", "language"),
    [
        ("gbk", HAN, "zh-Hans"),
        ("gb18030", HAN.replace("数据", "数据\u3400"), "zh-Hans"),
        ("big5", HANT, "zh-Hant"),
        ("utf-8", HANT, "zh-Hant"),
    ],
)
def test_bytes_under_a_right_a_wrong_or_no_declaration(
    declared: str | None, encoding: str, sentence: str, language: str
) -> None:
    meta = f'<meta charset="{declared}">' if declared else ""
    html = f"<html><head>{meta}<title>t</title></head><body>{article(sentence)}</body></html>"
    for header in (None, "text/html", "text/html; charset=ISO-8859-1"):
        found = extract_page(html.encode(encoding), "", NOW, header)
        assert sentence in found.body
        assert (found.language, found.status) == (language, "ok")


def test_an_address_that_leads_to_no_text_is_empty() -> None:
    found = not_asked("https://a.example/film.mp4")
    assert (found.status, found.reason, found.body) == ("empty", "not a page", "")

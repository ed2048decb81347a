"""Pages of our own writing that stand in place of an article."""

from __future__ import annotations

import json

import pytest

from ingest.pages.extract import extract_page
from ingest.pages.json_ld import is_free, statements

NOW = "2026-12-01T00:00:00Z"
LEAD = "The lender pulled out of the second hall on Monday, people close to the talks said. "
HAN = "出借方周一退出第二座机房的融资，接近谈判的人士说，双方对租约年限没有谈拢，"


def page(title: str, *paragraphs: str, head: str = "") -> bytes:
    inner = "".join(f"<p>{p}</p>" for p in paragraphs)
    return (
        f"<html><head><meta charset=utf-8><title>{title}</title>{head}</head>"
        f"<body><main><article>{inner}</article></main></body></html>"
    ).encode()


def json_ld(**fields: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(fields)}</script>'


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        (page("Just a moment...", "Example Wire needs to review the security of the connection."),
         "robot check"),
        (page("Example", "Please verify you are a human to go on. Press the button below."),
         "robot check"),
        (page("例站", "系统检测到您的访问过于频繁，请完成安全验证后再继续浏览。"),
         "robot check"),
        (page("例站", "系統偵測到您的訪問過於頻繁，請完成驗證之後再瀏覽。"), "robot check"),
        (page("Before you continue", "We and our 812 partners store information on your device. "
              "You may change your mind at any time."), "consent"),
        (page("例站", "本網站使用 Cookie 改善您的體驗，繼續瀏覽即表示您同意。"),
         "consent"),
        (page("Page not found", "The page you requested does not exist. Try the search above."),
         "not found"),
        (page("例站", "抱歉，您访问的页面不存在或者已被删除，请返回首页。"), "not found"),
        (page("抱歉", "您要找的文章已下架，請回到首頁看看其他新聞。"), "not found"),
        (page("Sign in - Example Wire", "Welcome back. Forgot your password? Ask for a new one."),
         "login"),
        (page("例站", "请先登录，登录后即可查看更多内容。"), "login"),
        (page("Hall loses lender", LEAD, "Subscribe to continue reading this article."), "paywall"),
        (page("机房失去出借方", HAN + "本文为付费内容，剩余八成需要订阅后阅读。"), "paywall"),
        (page("機房失去出借方", HAN, "本文限會員閱讀，加入會員後繼續閱讀。"), "paywall"),
        (page("Hall loses lender", LEAD + "The talks, which began in the spring …"), "teaser"),
        (page("Hall loses lender", LEAD, head=json_ld(isAccessibleForFree=False)), "paywall"),
        (page("Hall loses lender", LEAD, head=json_ld(hasPart={"isAccessibleForFree": "False"})),
         "paywall"),
        (page("Hall loses lender", LEAD * 20 + "The chairman then…",
              head=json_ld(isAccessibleForFree=False)), "paywall"),
    ],
)  # fmt: skip
def test_what_stands_in_place_of_an_article_is_a_stub(html: bytes, reason: str) -> None:
    found = extract_page(html, "https://a.example/1", NOW)
    assert (found.status, found.reason) == ("stub", reason)
    assert found.title


@pytest.mark.parametrize(
    "html",
    [
        page("Hall loses lender", LEAD * 12),
        page("Hall loses lender", LEAD * 12, "Subscribe to continue reading this article."),
        page("Hall loses lender", LEAD * 12, head=json_ld(isAccessibleForFree=True)),
        page("Hall loses lender", LEAD * 60, head=json_ld(isAccessibleForFree=False)),
        page("快讯", HAN + "这家公司的股价随后下跌百分之四，交易所没有停牌。"),
        page("Wire", LEAD + "Its shares fell 4% and were not suspended from trading."),
        page(
            "Paywalls", "The paper said that its paywall lost subscribers, and its shares fell 4%."
        ),
        page(
            "Rays", "An X-ray identified unusual options activity, traders said in jest on Monday."
        ),
        page("快讯", "谷歌周一表示将继续使用第三方 Cookie，广告股应声上涨，其 Cookie 政策不变。"),
        page(
            "快讯", "该公司回应称，网传内容不存在事实依据；以下为会员国名单，还有五个会员国未表态。"
        ),
        page("Robots", "The maker of checkout robots said that its humans would be kept. " * 12),
    ],
)
def test_articles_long_and_short_are_no_walls(html: bytes) -> None:
    found = extract_page(html, "https://a.example/1", NOW)
    assert (found.status, found.reason) == ("ok", None)


def test_a_page_without_text_says_why() -> None:
    robots = b"<html><head><title>Just a moment...</title></head><body><script>x</script></body>"
    assert extract_page(robots, "", NOW).reason == "robot check"
    assert extract_page(b"<html><body></body></html>", "", NOW).reason == "no text"
    assert extract_page(b"%PDF-1.7", "", NOW).reason == "not a page"


def test_json_ld_that_is_none_is_passed_over() -> None:
    html = '<script type="application/ld+json">{oops</script>' + json_ld(
        **{"@graph": [{"@type": "NewsArticle", "isAccessibleForFree": "true"}]}
    )
    objects = statements(html)
    assert is_free(objects) is True
    assert is_free([]) is None
    assert len(objects) == 2


def test_json_ld_of_great_depth_is_survived() -> None:
    deep = '{"a":' * 30 + "1" + "}" * 30
    assert statements(f'<script type="application/ld+json">{deep}</script>')
    endless = "[" * 100_000
    assert statements(f'<script type="application/ld+json">{endless}</script>') == []

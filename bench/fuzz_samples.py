"""What the mutations start from: addresses, dates, texts, pages, lists and rows of our own."""

from __future__ import annotations

import json

from bench.sample_feeds import sample_feeds

ADDRESSES = tuple(
    address.encode()
    for address in (
        "https://www.example.org/markets/2025/11/20/chips?utm_source=rss&id=7#top",
        "HTTP://Example.ORG:80/a/../b/%7euser/%e4%b8%ad?q=%2F&&fbclid=1",
        "https://例子.中国/文章?標題=泡沫",
        "https://[2001:db8::1]:8443/a;b=1?x=1&amp;y=2",
        "http://user:pa%40ss@host.example:0443//double//slash",
        "//example.org/no-scheme",
        "http://xn--fiqs8s./.",
        "javascript:alert(1)",
        "http://[half",
        "http://h:99999/",
        "https://example.org?only=query",
    )
)

DATES = tuple(
    date.encode()
    for date in (
        *(
            "Thu, 11 Dec 2025 21:00:00 +0800 (CST)",
            "11 Dec 25 9:00 PM EST",
            "2025-12-11T21:00:00.5Z",
        ),
        *(
            "2016/6/29 15:07:41",
            "20251211210000",
            "2025年12月11日 星期四 下午 3:05",
            "民國114年12月11日",
        ),
        *(
            "Thu Dec 11 21:00:00 GMT 2025",
            "1765400000",
            "Dec 11th, 2025 at 4:05 p.m.",
            "昨天 09:30",
        ),
        *("2025-12-11 24:00:00", "03/04/2025", "3小时前", "２０２５年１２月１１日", "1970-01-01"),
    )
)

_HANS = "芯片股下跌，投资者担心人工智能泡沫。OpenAI与AMD签约后，银行不再放贷。"
_HANT = "晶片股下跌，投資者擔心人工智慧泡沫。聯準會按兵不動，比特幣收低。"
_MARKUP = "<p>A &amp; B &lt;b&gt; fell <b>5%</b><br>after the call&nbsp;&#8212; &#xD800; <![foo"
TEXTS = (
    *(_HANS.encode(codec) for codec in ("gb18030", "utf-8", "utf-16", "utf-8-sig")),
    *(_HANT.encode(codec) for codec in ("big5", "big5hkscs", "utf-8", "utf-16-be")),
    f"<meta charset=gb2312>{_HANS}".encode("gbk"),
    f'<?xml version="1.0" encoding="big5"?><t>{_HANT}</t>'.encode(),
    _MARKUP.encode(),
    "𝐀𝐈 🚀 #泡沫 @名字 人工知能バブル 인공지능 Опасения نص".encode(),
)

FEEDS = tuple(sample_feeds().values())

_BODY = "".join(f"<p>{text}</p>" for text in ("Lenders turned away from chips. " * 8, _HANS * 6))
PAGES = tuple(
    page.encode(codec)
    for codec in ("utf-8", "gb18030")
    for page in (
        f"<html><head><title>Chips fall</title><meta charset={codec}>"
        '<link rel=canonical href="/a"><meta property="article:published_time" '
        f'content="2025-11-20T09:30:00+08:00"></head><body><article>{_BODY}</article></html>',
        '<html><script type="application/ld+json">{"@type":"NewsArticle","articleBody":'
        f'"{"Lenders turned away. " * 20}\\ud800","author":{{"name":["A"]}}}}</script>'
        f"<body><table><tr><td>来源：本报 2025年11月20日 09:30{_BODY}</table></body></html>",
        "<html><body><div class=paywall>Subscribe to read on.</div></body></html>",
    )
)

OPML = (
    b'<?xml version="1.0"?><opml version="2.0"><body><outline text="News">'
    b'<outline type="rss" text="A" xmlUrl="https://example.org/feed" language="en"/>'
    b'<outline text="B" xmlUrl="http://example.org/b?x=1&amp;y=2" timezone="Asia/Taipei"/>'
    b"</outline></body></opml>",
    b'<!DOCTYPE x [<!ENTITY a "aa">]><opml><body><outline xmlUrl="&a;"/></body></opml>',
)

_ROW = {"id": "1", "published_at": "2025-11-20T09:30:00Z", "title": "Chips fall", "lang": "en"}
_LINK = {"url": "https://example.org/a", "seendate": "20251120T093000Z", "title": "Chips"}
ROWS = (
    'id,published_at,title,summary,url\n1,2025-11-20,泡沫,"a, ""b""",https://example.org/a\n'
    "2,20 Nov 2025 09:30 GMT,Chips fall,,\n".encode(),
    f"title,date\n{_HANS},2025年11月20日\n".encode("gb18030"),
    "\n".join(json.dumps(row) for row in (_ROW, _LINK, {**_ROW, "title": None}, [1])).encode(),
    json.dumps({"articles": [_LINK, {**_LINK, "seendate": 20251120093000}]}).encode(),
    json.dumps([["timestamp", "original"], ["20251120093000", "http://example.org/a"]]).encode(),
    b'{"title": "\\ud800", "date": 1e400, "url": {"a": NaN}}\n{"title": 5, "date": 1765400000}',
)

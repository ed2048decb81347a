"""Small feeds of every format in both languages: what the mutations of feed bytes start from."""

from __future__ import annotations

import json

_TITLES = (
    ("Lenders grow wary of half-built data centres", "A bank has stopped lending to two sites."),
    ("Chip orders slip for a second quarter & more", "Stocks fell 3.5%, bonds did not."),
    ("数据中心的债务让投资者不安", "两家银行停止放贷，芯片股下跌。"),
    ("人工智慧熱潮是否過頭？", "投資人擔心泡沫，類股收低。"),
)
_DATES = (
    "Mon, 05 Jan 2026 06:00:00 -0500",
    "2026-01-05T06:00:00+08:00",
    "2026-01-05 19:30:00",
    "2026年1月5日 19:30",
)


def sample_feeds() -> dict[str, bytes]:
    """A feed by name: RSS 0.9, 0.91, 2.0, RDF, Atom 0.3 and 1.0, CDF, JSON Feed, aggregator."""
    rss = _rss("2.0")
    return {
        "rss-2.0": _declared(rss),
        "rss-2.0-gb18030": _declared(rss, "gb18030"),
        "rss-2.0-big5": _declared(_rss("2.0", only=(0, 1, 3)), "big5"),
        "rss-2.0-utf-16": rss.encode("utf-16"),
        "rss-2.0-bom": b"\xef\xbb\xbf" + _declared(rss),
        "rss-0.91": _declared(_rss("0.91")),
        "rss-0.9": _declared(_rdf("http://my.netscape.com/rdf/simple/0.9/")),
        "rdf-1.0": _declared(_rdf("http://purl.org/rss/1.0/")),
        "atom-1.0": _declared(_atom("http://www.w3.org/2005/Atom", "updated")),
        "atom-0.3": _declared(_atom("http://purl.org/atom/ns#", "modified")),
        "cdf": _declared(_cdf()),
        "json-feed": _json_feed(),
        "aggregator": _declared(_aggregator()),
    }


def _declared(text: str, encoding: str = "utf-8") -> bytes:
    whole = f'<?xml version="1.0" encoding="{encoding}"?>\n{text}'
    return whole.encode(encoding, "xmlcharrefreplace")


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _rss(version: str, only: tuple[int, ...] = (0, 1, 2, 3)) -> str:
    items = "".join(
        f"<item><title>{_escaped(_TITLES[n][0])}</title><link>https://a.example/n/{n}?utm_source=r"
        f"</link><guid isPermaLink='false'>a-{n}</guid><pubDate>{_DATES[n]}</pubDate>"
        f"<description><![CDATA[<p><img src='x.png'/>{_TITLES[n][1]}</p>]]></description>"
        f"<dc:creator>Ada Reed</dc:creator><media:title>A picture</media:title></item>"
        for n in only
    )
    names = (
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/"'
    )
    head = "<title>Example Wire</title><link>https://a.example/</link><language>en-us</language>"
    return f'<rss version="{version}" {names}><channel>{head}{items}</channel></rss>'


def _rdf(namespace: str) -> str:
    items = "".join(
        f"<item rdf:about='https://b.example/{n}'><title>{_escaped(title)}</title>"
        f"<link>https://b.example/{n}</link><dc:date>2026-01-05T0{n}:00Z</dc:date>"
        f"<description>{text}</description></item>"
        for n, (title, text) in enumerate(_TITLES)
    )
    return (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns="{namespace}">'
        "<channel rdf:about='https://b.example/'><title>Example Post</title>"
        f"<link>https://b.example/</link></channel>{items}</rdf:RDF>"
    )


def _atom(namespace: str, time: str) -> str:
    entries = "".join(
        f"<entry><id>tag:c.example,2026:{n}</id><title type='html'>{_escaped(title)}</title>"
        f"<link rel='self' href='feed'/><link rel='alternate' type='text/html' href='{n}.html'/>"
        f"<link rel='enclosure' href='{n}.mp3'/><{time}>2026-01-05T0{n}:00:00Z</{time}>"
        f"<author><name>Ada Reed</name><email>ada@c.example</email></author>"
        f"<summary>{text}</summary></entry>"
        for n, (title, text) in enumerate(_TITLES)
    )
    head = "<title>例報</title><link href='https://c.example/'/>"
    return f"<feed xmlns='{namespace}' xml:base='https://c.example/n/'>{head}{entries}</feed>"


def _cdf() -> str:
    items = "".join(
        f'<ITEM HREF="https://d.example/{n}"><TITLE>{_escaped(title)}</TITLE>'
        f"<ABSTRACT>{text}</ABSTRACT></ITEM>"
        for n, (title, text) in enumerate(_TITLES)
    )
    return f'<CHANNEL HREF="https://d.example/"><TITLE>Example Channel</TITLE>{items}</CHANNEL>'


def _json_feed() -> bytes:
    items = [
        {
            "id": n,
            "url": f"https://e.example/{n}",
            "title": title,
            "content_html": f"<p>{text}</p>",
            "date_published": "2026-01-05T06:00:00+08:00",
            "authors": [{"name": "Ada Reed"}],
        }
        for n, (title, text) in enumerate(_TITLES)
    ]
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "Example", "items": items}
    return json.dumps(feed, ensure_ascii=False).encode()


def _aggregator() -> str:
    items = "".join(
        f"<item><title>{_escaped(title)} - Example Wire</title>"
        f"<link>https://news.google.com/rss/articles/CBM{n}?oc=5</link><guid>CBM{n}</guid>"
        f'<source url="https://a.example">Example Wire</source>'
        f"<pubDate>{_DATES[0]}</pubDate></item>"
        for n, (title, _) in enumerate(_TITLES)
    )
    return f'<rss version="2.0"><channel><title>chips - News</title>{items}</channel></rss>'

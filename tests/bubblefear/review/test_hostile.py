"""Whatever publishers, reviewers and addresses send is shown as text, on every page there is."""

from __future__ import annotations

import json
import re
from contextlib import closing
from html.parser import HTMLParser
from sqlite3 import connect
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from bubblefear.cli import main
from bubblefear.review.cells import LONGEST
from bubblefear.store import database

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import httpx
    from conftest import Asker
    from pytest_httpserver import HTTPServer

_LINKS = ("href", "src", "action", "formaction", "xlink:href", "data", "poster", "srcset")
_FOREIGN = {"x-pwned", "img", "iframe", "object", "embed", "math", "base", "style", "foreignobject"}
_UNSEEN = re.compile("[\u202e\u2066\u200b\u0000\u001b\u2028]")


class Reader(HTMLParser):
    """Reads a page as a browser would, and notes what only a publisher could have put there."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.escaped: list[str] = []
        self.inline = self.typed = False
        self.text = ""  # what a reader sees, but for what a reader typed

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        loose = [name for name in given if name.startswith("on") or name in ("style", "x-pwned")]
        away = [
            name
            for name in _LINKS
            if re.match(r"\s*(javascript|data|vbscript):", given.get(name) or "", re.IGNORECASE)
        ]
        if tag in _FOREIGN or loose or away:
            self.escaped.append(f"<{tag} {attrs}>"[:300])
        self.text += "".join(given.get(name) or "" for name in ("title", "aria-label", "alt"))
        self.inline = tag == "script" and "src" not in given
        self.typed = tag == "textarea"

    def handle_endtag(self, tag: str) -> None:
        self.inline = self.typed = False

    def handle_data(self, data: str) -> None:
        if self.inline and data.strip():
            self.escaped.append(f"script: {data[:100]}")
        self.text += "" if self.typed else data


def faults(answer: httpx.Response) -> list[str]:
    """What is wrong with an answer, whatever kind it is; empty = nothing."""
    kind = answer.headers.get("content-type", "").partition(";")[0]
    found = [] if answer.headers["x-content-type-options"] == "nosniff" else ["may be sniffed"]
    if answer.status_code >= 500:
        found.append(f"status {answer.status_code}")
    if kind == "text/html":
        reader = Reader()
        reader.feed(answer.text)
        found += reader.escaped
        found += [reader.text[max(0, m.start() - 60) :][:70] for m in _UNSEEN.finditer(reader.text)]
    elif kind == "application/json":
        json.loads(answer.text)
    elif kind == "image/svg+xml":
        found += re.findall(r"<(?:script|x-pwned|foreignObject)\b|\son\w+=", answer.text)
    return found


def test_the_reader_of_these_tests_sees_what_escapes() -> None:
    for text in ("<x-pwned>", "<p onclick=x>", "<p style='a'>", "<a href=' JavaScript:x'>",
                 "<script>1</script>", "<svg><foreignObject>"):  # fmt: skip
        reader = Reader()
        reader.feed(text)
        assert reader.escaped, text


@pytest.mark.slow
def test_no_page_of_ours_lets_a_text_be_more_than_text(
    hostile: Path, our_addresses: list[str], open_asker: Callable[..., Asker]
) -> None:
    asker = open_asker(hostile)
    found = {address: faults(asker.get(address)) for address in our_addresses}
    assert {address: wrong for address, wrong in found.items() if wrong} == {}
    shown = [address for address in our_addresses if "pwned" in asker.get(address).text]
    assert {"/", "/day/2025-11-21", "/article/aaaa000000000001", "/health"} <= set(shown)


def test_no_page_of_datasettes_lets_a_text_be_more_than_text(
    hostile: Path, datasette_addresses: list[str], open_asker: Callable[..., Asker]
) -> None:
    asker = open_asker(hostile)
    found = {address: faults(asker.get(address)) for address in datasette_addresses}
    assert {address: wrong for address, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize("kind", ["json", "csv"])
def test_no_export_is_taken_for_a_page(
    hostile: Path, kind: str, datasette_addresses: list[str], open_asker: Callable[..., Asker]
) -> None:
    asker = open_asker(hostile)
    for address in datasette_addresses:
        path, _, query = address.partition("?")
        if not path.startswith("/bubblefear") or (kind == "csv" and path.count("/") != 2):
            continue
        answer = asker.get(f"{path}.{kind}?{query}")
        assert answer.headers["content-type"].startswith(
            ("application/json", "text/csv", "text/plain")
        ), address
        assert faults(answer) == [], address


def test_an_address_is_a_text_too(asker: Asker, payload: str) -> None:
    evil = quote(payload, safe="")
    for address in (
        f"/search?q={evil}", f"/article/{evil}", f"/day/{evil}", f"/{evil}", f"/{evil}.json",
        f"/queue?order={evil}&language={evil}", f"/bubblefear/{evil}", f"/bubblefear?sql={evil}",
        f"/bubblefear/entries?_search={evil}", f"/bubblefear/entries?{evil}={evil}",
        f"/bubblefear/entries?_where={evil}", f"/bubblefear/entries?_sort={evil}",
        f"/bubblefear/entries?title={evil}", f"/bubblefear/entries/{evil}",
        f"/bubblefear/search?q={evil}", "/search?q=%ED%A0%80%00", "/bubblefear/entries?_size=-1",
    ):  # fmt: skip
        assert faults(asker.get(address)) == [], address[:60]


def test_pages_never_leave_for_another_host(asker: Asker) -> None:
    for address in (
        "//evil.example/",
        "//evil.example//",
        "/\\evil.example/",
        "/%2F/evil.example/",
    ):
        answer = asker.send("GET", f"http://localhost{address}", avoid_path_rewrites=True)
        assert not re.match(r"(\w+:)?[/\\]{2}", answer.headers.get("location", "")), address


def fill(path: Path, **columns: str) -> None:
    """Set texts of the newsroom's first article."""
    with closing(connect(path)) as conn, conn:
        for name, value in columns.items():
            table = "articles" if name == "body" else "entries"
            conn.execute(f"UPDATE {table} SET {name} = ? WHERE id = 'aaaa000000000001'", (value,))


@pytest.mark.slow
def test_huge_texts_leave_the_lists_small(
    newsroom: Path, our_addresses: list[str], open_asker: Callable[..., Asker]
) -> None:
    fill(newsroom, title="泡沫" * 500_000, summary="bubble " * 200_000, author="A" * 1_000_000,
         url="https://evil.example/" + "x" * 1_000_000, date_note="d" * 1_000_000)  # fmt: skip
    asker = open_asker(newsroom)
    lists = [a for a in our_addresses if not re.search(r"^/article|^/-/|\.(json|csv)$", a)]
    lists += ["/bubblefear/entries", "/bubblefear/entries/1", "/bubblefear/most_fearful_today"]
    sizes = {address: len(asker.get(address).content) for address in lists}
    assert {address: size for address, size in sizes.items() if size > 400_000} == {}


@pytest.mark.slow
def test_an_article_of_ten_megabytes_is_shown(
    newsroom: Path, open_asker: Callable[..., Asker]
) -> None:
    fill(newsroom, body="Credit funds asked for collateral. 泡沫。\n" * 250_000)
    asker = open_asker(newsroom)
    for address in ("/article/aaaa000000000001", "/article/aaaa000000000001.json"):
        answer = asker.get(address)
        assert answer.status_code == 200
        assert faults(answer) == []
    row = asker.get("/bubblefear/articles/aaaa000000000001")
    assert len(row.content) < 4 * LONGEST
    assert "more characters: see the JSON" in row.text


@pytest.mark.slow
def test_an_article_of_fifty_thousand_sentences_and_mentions(
    newsroom: Path, open_asker: Callable[..., Asker]
) -> None:
    body = "Bubble fear. " * 50_000
    fill(newsroom, body=body)
    with closing(connect(newsroom)) as conn, conn:
        conn.execute("DELETE FROM evidence WHERE article_id = 'aaaa000000000001'")
        conn.executemany(
            "INSERT INTO evidence VALUES ('aaaa000000000001', 'finbert-multi.v1', ?, 'body', ?, ?, "
            "'Bubble fear.', 0.6, 0.3, 0.1, 1, 0.9, 0, 0.1, 'threat', NULL, '[\"bubble\"]')",
            [(n, 13 * n, 13 * n + 12) for n in range(50_000)],
        )
        conn.executemany(
            "INSERT INTO mentions VALUES ('aaaa000000000001', 'entity', ?, 'Bubble', 'body', ?, ?)",
            [(f"Name {n}", 13 * n, 13 * n + 6) for n in range(5_000)],
        )
    answer = open_asker(newsroom).get("/article/aaaa000000000001")
    assert answer.status_code == 200
    assert len(answer.content) < 40_000_000


@pytest.mark.slow
def test_broken_utf8_in_the_file_is_shown_as_a_mark(
    newsroom: Path, our_addresses: list[str], open_asker: Callable[..., Asker]
) -> None:
    with closing(connect(newsroom)) as conn, conn:
        conn.execute("UPDATE entries SET title = CAST(x'eda0806162ff' AS TEXT), summary = title")
    asker = open_asker(newsroom)
    assert {a: faults(asker.get(a)) for a in our_addresses if faults(asker.get(a))} == {}
    assert "�" in asker.get("/").text


FEED = """<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>{evil}</title>
<item><title>{evil} AI bubble fears mount</title><link>{link}</link><guid>{evil}</guid>
<dc:creator>{evil}</dc:creator><description>{evil} The AI bubble may burst.</description>
<pubDate>Thu, 20 Nov 2025 10:00:00 GMT</pubDate></item></channel></rss>"""


@pytest.mark.slow
def test_a_hostile_feed_comes_through_the_front_door(
    tmp_path: Path,
    payload: str,
    httpserver: HTTPServer,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    our_addresses: list[str],
    datasette_addresses: list[str],
    open_asker: Callable[..., Asker],
) -> None:
    monkeypatch.chdir(tmp_path)
    seen = re.sub("[\x00-\x1f\u2028]", "", payload)
    evil = seen.replace("&", "&amp;").replace("<", "&lt;")
    link = "http://xn--pple-43d.example/?a=&quot;&gt;&lt;x-pwned&gt;"
    httpserver.expect_request("/rss").respond_with_data(
        FEED.format(evil=evil, link=link), content_type="application/rss+xml"
    )
    listed = {"source": seen, "title": f"{seen} bubble", "url": "https://a.example/1",
              "language": "en", "first_seen_at": "2025-11-20T15:00:00Z",
              "published_at": "2025-11-20T15:00:00Z", "body": seen * 20}  # fmt: skip
    (tmp_path / "list.jsonl").write_text(json.dumps(listed) + "\n", encoding="utf-8")
    db = ["--db", str(tmp_path / "news.db")]
    run(["init", "--no-feeds", *db])
    run(["import", str(tmp_path / "list.jsonl"), *db])
    (tmp_path / "bubblefear.toml").write_text("[ingest]\nallow_private = true\n")
    run(["feeds", "add", httpserver.url_for("/rss"), "--source", "Evil <x-pwned>", *db])
    run(["ingest", *db])
    run(["score", "--scorer", "lexicon.v1", *db])
    capsys.readouterr()
    with database(tmp_path / "news.db", create=False) as conn:
        ids = [row[0] for row in conn.execute("SELECT id FROM entries ORDER BY number")]
    assert len(ids) == 2
    asker = open_asker(tmp_path / "news.db")
    addresses = [*our_addresses, *datasette_addresses, *(f"/article/{one}" for one in ids)]
    found: dict[str, Any] = {address: faults(asker.get(address)) for address in addresses}
    assert {address: wrong for address, wrong in found.items() if wrong} == {}
    assert all("x-pwned" in asker.get(f"/article/{one}").text for one in ids)


def run(arguments: list[str]) -> None:
    """A command as from a shell, which must do its work."""
    assert main(arguments) in (0, None), arguments

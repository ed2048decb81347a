from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bubblefear.review import security
from bubblefear.store import database

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Asker

ARTICLE = "/article/aaaa000000000001"
EVIL = "/article/aaaa000000000005"


def test_a_sample_is_said_on_every_page(
    newsroom: Path, open_asker: Callable[..., Asker], asker: Asker
) -> None:
    paths = ("/", "/day/2025-11-21", "/day/2025-11-22", ARTICLE, "/search?q=bubble",
             "/bubblefear", "/bubblefear/entries")  # fmt: skip
    assert [path for path in paths if "SAMPLE" in asker.get(path).text] == []
    with database(newsroom) as conn:
        conn.execute("UPDATE sources SET kind = 'sample' WHERE name = 'Harbour Gazette'")
    sample = open_asker(newsroom)
    assert [path for path in paths if "SAMPLE" not in sample.get(path).text] == []


def test_hostile_text_is_shown_as_text(asker: Asker) -> None:
    for path in (EVIL, "/", "/day/2025-11-21", "/search?q=alert"):
        page = asker.get(path).text
        assert "<script>" not in page
        assert "<img" not in page
        assert "<svg onload" not in page
        assert "<i>Mallory" not in page
        assert "<b>Evil" not in page
        assert 'href="javascript:' not in page
        assert "\u202e" not in page
    assert "not a web address: <code>javascript:alert" in asker.get(EVIL).text
    assert "⟨U+202E⟩gpj.exe" in asker.get(EVIL).text


def test_a_title_of_a_megabyte_is_cut_in_lists(asker: Asker, newsroom: Path) -> None:
    with database(newsroom) as conn:
        conn.execute("UPDATE entries SET title = ? WHERE number = 1", ("泡沫" * 500_000,))
    assert len(asker.get("/").content) < 200_000
    assert asker.get(ARTICLE).status_code == 200


def test_every_page_runs_served_files_alone(
    asker: Asker, our_addresses: list[str], datasette_addresses: list[str]
) -> None:
    for address in [*our_addresses, *datasette_addresses, "/nothing"]:
        answer = asker.get(address)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy, address
        assert "unsafe" not in policy
        for name, value in security.HEADERS.items():
            assert answer.headers[name] == value, (address, name)
        if not answer.headers.get("content-type", "").startswith("text/html"):
            continue
        assert not re.search(r"<style|<[^>]+ style=|<[^>]+ on\w+=", answer.text), address
        scripts = re.findall(r"<script\b([^>]*)>(.*?)</script>", answer.text, re.DOTALL)
        for attributes, inside in scripts:
            assert re.search(r'src="/-/(bubblefear|static)/[\w./-]+"', attributes), address
            assert inside == ""


def test_pages_fetch_nothing_from_elsewhere(asker: Asker) -> None:
    for path in ("/", "/day/2025-11-21", ARTICLE, "/search?q=bubble", "/bubblefear"):
        page = asker.get(path).text
        loaded = re.findall(r'<(?:link|script|img|iframe)\b[^>]*?(?:href|src)="([^"]+)"', page)
        away = [address for address in loaded if re.match(r"(\w+:)?//(?!localhost/)", address)]
        assert away == []
    style = asker.get("/-/bubblefear/review.css")
    assert style.status_code == 200
    assert style.headers["content-type"].startswith("text/css")
    assert "url(" not in style.text
    assert "@import" not in style.text


def test_other_hosts_are_refused(newsroom: Path, open_asker: Callable[..., Asker]) -> None:
    asker = open_asker(newsroom, hosts=frozenset({"127.0.0.1", "localhost", "::1"}))
    for foreign in ("attacker.example", "attacker.example:8001", "127.0.0.1.attacker.example"):
        answer = asker.get("/", headers={"host": foreign})
        assert answer.status_code == 403
        assert "158.2" not in answer.text
    for own in ("127.0.0.1:8001", "localhost:8001", "[::1]:8001"):
        assert asker.get("/", headers={"host": own}).status_code == 200

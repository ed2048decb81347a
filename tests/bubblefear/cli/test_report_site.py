"""``bubblefear report --site``: a folder that any web server can show."""

from __future__ import annotations

import hashlib
import json
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import feedparser
import pytest

from bubblefear.cli import main
from bubblefear.report.site import FILES
from bubblefear.store import database

if TYPE_CHECKING:
    from pathlib import Path


class Reader(HTMLParser):
    """Collects what a browser would run, fetch or follow."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.handlers: list[str] = []
        self.fetched: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        found = dict(attrs)
        self.handlers += [name for name in found if name.startswith("on")]
        self.fetched += [found[n] or "" for n in ("src", "srcset", "data") if n in found]
        if tag == "link" and found.get("rel") != "alternate":
            self.fetched.append(found.get("href") or "")
        if tag == "a":
            self.links.append(found.get("href") or "")


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture
def site(capsys: pytest.CaptureFixture[str], edition: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "www" / "fear"
    assert main(["report", "--site", str(folder), "--db", str(edition)]) == 0
    assert capsys.readouterr().out == f"{folder / 'index.html'}\n"
    return folder


@pytest.fixture
def page(site: Path) -> str:
    return (site / "index.html").read_text(encoding="utf-8")


def test_every_file_is_there_and_sound(site: Path) -> None:
    files = contents(site)
    assert sorted(files) == sorted(FILES)
    about = json.loads(files["index.meta.json"])
    hashes = {n: hashlib.sha256(data).hexdigest() for n, data in files.items()}
    del hashes["index.meta.json"]
    assert {n: f["sha256"] for n, f in about["files"].items()} == hashes
    assert {row["series"] for row in json.loads(files["index.json"])} == {"total", "channel:credit"}
    feed = feedparser.parse(files["index.atom"])
    assert (feed.bozo, len(feed.entries)) == (False, 14)
    assert files["index.png"].startswith(b"\x89PNG")
    assert files["index.parquet"].startswith(b"PAR1")


def test_the_same_database_gives_the_same_bytes(edition: Path, site: Path) -> None:
    before, inode = contents(site), site.stat().st_ino
    assert main(["report", "--site", str(site), "--db", str(edition)]) == 0
    assert contents(site) == before
    assert site.stat().st_ino != inode  # replaced whole, not written into
    assert [p.name for p in site.parent.iterdir()] == ["fear"]


def test_the_page_says_the_index_and_what_is_behind_it(page: str) -> None:
    assert "<strong>158.2</strong>" in page
    assert "90 % band 140.5 to 176.0" in page
    assert "+28.2 since 2025-11-20" in page
    assert 'href="https://gazette.example/1"' in page
    assert page.count("<svg") == 2
    for name in FILES:
        assert name == "index.html" or f'href="{name}"' in page


def test_it_runs_and_fetches_nothing(page: str) -> None:
    reader = Reader()
    reader.feed(page)
    assert reader.tags.isdisjoint({"script", "iframe", "object", "embed", "img", "form"})
    assert (reader.handlers, reader.fetched) == ([], [])
    assert all(re.match(r"https?://|index\.", link) for link in reader.links)
    assert "url(" not in page.replace("url(#", "")
    assert "@import" not in page


def test_hostile_text_is_text(edition: Path, tmp_path: Path) -> None:
    """The first story of the peak, which stands in the table and in both charts, is hostile."""
    with database(edition) as conn:
        conn.execute(
            "UPDATE entries SET title = ? WHERE id = 'aaaa000000000001'",
            ("</text><script>alert(1)</script> \u202e泡沫",),
        )
    assert main(["report", "--site", str(tmp_path / "s"), "--db", str(edition)]) == 0
    for name in ("index.html", "index.svg", "index.atom"):
        text = (tmp_path / "s" / name).read_text(encoding="utf-8")
        assert "<script" not in text
        assert "&lt;script&gt;" in text
        assert "\u202e" not in text
        assert "javascript:" not in text


def test_an_open_session_and_a_sample_are_said(edition: Path, tmp_path: Path) -> None:
    with database(edition) as conn:
        conn.execute(
            "UPDATE vintages SET constants = json_set(constants, '$.provisional', '2025-11-21')"
        )
        conn.execute("UPDATE sources SET kind = 'sample'")
    main(["report", "--site", str(tmp_path / "s"), "--db", str(edition)])
    page = (tmp_path / "s" / "index.html").read_text(encoding="utf-8")
    assert "session of 2025-11-21, provisional" in page
    assert "<title>SAMPLE" in page
    assert json.loads((tmp_path / "s" / "index.meta.json").read_text())["sample"] is True
    assert "SAMPLE" in (tmp_path / "s" / "index.svg").read_text()


def test_without_a_value_the_page_does_not_say_calm(edition: Path, tmp_path: Path) -> None:
    with database(edition) as conn:
        conn.execute("UPDATE index_points SET value = NULL, lo = NULL, hi = NULL")
    assert main(["report", "--site", str(tmp_path / "s"), "--db", str(edition)]) == 0
    page = (tmp_path / "s" / "index.html").read_text(encoding="utf-8")
    assert "Missing is not calm." in page
    assert "<h2>Peaks" not in page


def test_nothing_of_others_is_lost(
    capsys: pytest.CaptureFixture[str], edition: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / "letter.txt").write_text("dear")
    assert main(["report", "--site", str(folder), "--db", str(edition)]) == 2
    assert "letter.txt" in capsys.readouterr().err
    assert contents(folder) == {"letter.txt": b"dear"}


def test_before_the_first_index_and_with_two_places(
    capsys: pytest.CaptureFixture[str], conn: object, db_path: Path, tmp_path: Path
) -> None:
    words = ["report", "--site", str(tmp_path / "s"), "--db", str(db_path)]
    assert main(words) == 1
    assert "there is no index yet" in capsys.readouterr().err
    assert main([*words, "--out", str(tmp_path)]) == 2
    assert not (tmp_path / "s").exists()

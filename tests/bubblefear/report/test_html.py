from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from bubblefear.errors import DatabaseMissing
from bubblefear.report.html import write_report
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
        for name, value in attrs:
            if name.startswith("on"):
                self.handlers.append(name)
            if name in ("src", "srcset", "data") or (tag == "link" and name == "href"):
                self.fetched.append(value or "")
            if tag == "a" and name == "href":
                self.links.append(value or "")


@pytest.fixture
def page(newsroom: Path, tmp_path: Path) -> str:
    return write_report(newsroom, tmp_path / "out").read_text(encoding="utf-8")


def test_a_folder_gets_report_html_and_a_file_its_name(newsroom: Path, tmp_path: Path) -> None:
    assert write_report(newsroom, tmp_path / "new" / "folder").name == "report.html"
    assert write_report(newsroom, tmp_path / "mine.html") == tmp_path / "mine.html"
    assert [path.name for path in (tmp_path / "new" / "folder").iterdir()] == ["report.html"]


def test_the_index_now_with_band_and_change(page: str) -> None:
    assert "<strong>158.2</strong>" in page
    assert "90 % band 140.5 to 176.0" in page
    assert "+28.2 since 2025-11-20" in page
    assert "channel:credit" in page
    assert "real-time" in page


def test_stories_by_contribution_with_their_links(page: str) -> None:
    first, second = page.index("Bubble fears mount"), page.index("人工智能泡沫恐慌蔓延")
    assert first < second
    assert 'href="https://gazette.example/1"' in page
    assert "輝達財報亮眼" not in page


def test_tests_in_words_with_what_they_cannot_say(page: str) -> None:
    assert "No evidence that fear predicts Bitcoin." in page
    assert "0.0120" in page
    assert "p 0.410, 0.620 after correction" in page
    assert "finds four times in five is 0.2400" in page
    assert "still says yes 6.0 % of the time" in page
    assert "Too few sessions." in page
    assert "an earlier answer" not in page
    assert "What they cannot say" in page


def test_the_data_account(page: str) -> None:
    assert "8 from 4 sources" in page
    assert "7 with text, in 3 stories" in page
    assert "finbert-multi.v1: 7, of which it abstained from 1" in page
    assert "BTC-USD 2 days, 2025-11-20 to 2025-11-21" in page
    assert "vintage 2025-11-21T21:10:00Z" in page
    assert "feed.html" in page


def test_a_sample_is_said_and_nothing_else_is(newsroom: Path, tmp_path: Path, page: str) -> None:
    sample = write_report(newsroom, tmp_path / "s.html", sample=True).read_text(encoding="utf-8")
    assert "SAMPLE" in sample
    assert "<title>SAMPLE" in sample
    assert "SAMPLE" not in page


def test_it_runs_and_fetches_nothing(page: str) -> None:
    reader = Reader()
    reader.feed(page)
    assert reader.tags.isdisjoint({"script", "iframe", "object", "embed", "img", "link", "form"})
    assert reader.handlers == []
    assert reader.fetched == []
    assert {re.match(r"https?://", link) is not None for link in reader.links} == {True}
    assert "url(" not in page.replace("url(#", "")
    assert "@import" not in page


def test_hostile_text_is_text(page: str) -> None:
    assert "&lt;script&gt;alert" in page
    assert "&lt;b&gt;Evil &amp; Sons" in page
    assert "javascript:" not in page
    assert "\u202e" not in page
    assert "Fear &lt;moves&gt; with" in page


def test_the_chart_has_a_gap_and_its_band(page: str) -> None:
    assert page.count("<svg") == 2
    assert "2025-11-21" in page[page.index("<svg") : page.index("</svg>")]


def test_an_empty_database_gives_an_honest_page(tmp_path: Path) -> None:
    with database(tmp_path / "empty.db"):
        pass
    page = write_report(tmp_path / "empty.db", tmp_path).read_text(encoding="utf-8")
    assert "There is no index yet." in page
    assert "No test has been run" in page
    assert "<svg" not in page


def test_only_missing_sessions_are_not_called_calm(newsroom: Path, tmp_path: Path) -> None:
    with database(newsroom) as conn:
        conn.execute("UPDATE index_points SET value = NULL, lo = NULL, hi = NULL")
    page = write_report(newsroom, tmp_path).read_text(encoding="utf-8")
    assert "Missing is not calm." in page


def test_a_missing_database_is_an_error_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(DatabaseMissing):
        write_report(tmp_path / "none.db", tmp_path / "out")
    assert list(tmp_path.iterdir()) == []

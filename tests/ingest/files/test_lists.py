from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import FileError
from ingest.files.lists import Listed, listed_entry, page_entry, read_list
from ingest.records import Page, Problem

NOW = "2026-01-01T00:00:00Z"


def lines(path: Path, *rows: object) -> Path:
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


def one(path: Path, row: object, **rules: Any) -> Listed | Problem:
    (found,) = read_list(lines(path, row), now=NOW, **rules)
    return found


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "list.jsonl"


def test_gdelt_by_its_interface(tmp_path: Path) -> None:
    path = tmp_path / "artlist.json"
    row = {
        "url": "https://www.example.org/a?utm_source=x",
        "title": "Lenders fear a chip glut",
        "seendate": "20251120T093000Z",
        "domain": "example.org",
        "language": "English",
    }
    path.write_text(json.dumps({"articles": [row]}), encoding="utf-8")
    assert list(read_list(path, now=NOW)) == [
        Listed(
            url="https://www.example.org/a?utm_source=x",
            canonical_url="https://www.example.org/a",
            source="example.org",
            published_at="2025-11-20T09:30:00Z",
            first_seen_at="2025-11-20T09:30:00Z",
            date_note=None,
            title="Lenders fear a chip glut",
            summary=None,
            language="en",
        )
    ]


def test_gdelt_by_its_tables(path: Path) -> None:
    row = {"DATE": 20251120093000, "DocumentIdentifier": "https://example.org/b"}
    found = one(path, row | {"SourceCommonName": "example.org"}, delay_minutes=15)
    assert isinstance(found, Listed)
    assert (found.published_at, found.first_seen_at) == (
        "2025-11-20T09:30:00Z",
        "2025-11-20T09:45:00Z",
    )
    assert (found.title, found.language, found.date_note) == (None, None, None)


def test_wayback_with_its_header_in_the_first_row(tmp_path: Path) -> None:
    path = tmp_path / "cdx.json.gz"
    rows = [
        ["urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length"],
        ["org)/a", "20240103101500", "http://www.example.org:80/a", "text/html", "200", "X", "9"],
        ["org)/b", "20240103101500", "http://example.org/b", "text/html", "404", "X", "9"],
        ["org)/c", "20240103101500", "http://example.org/c", "image/png", "200", "X", "9"],
        ["short"],
    ]
    path.write_bytes(gzip.compress(json.dumps(rows).encode()))
    good, *bad = read_list(path, now=NOW)
    assert isinstance(good, Listed)
    assert good.canonical_url == "http://www.example.org/a"
    assert good.source == "example.org"
    assert good.first_seen_at == "2024-01-03T10:15:00Z"
    assert [p.reason for p in bad if isinstance(p, Problem)] == [
        "the archive holds an answer of HTTP 404",
        "the archive holds image/png, no page",
        "neither an object nor a row as long as the header",
    ]


def test_common_crawl(path: Path) -> None:
    row = {"urlkey": "org,example)/a", "timestamp": "20240103101500"}
    row |= {"url": "https://example.org/a"}
    found = one(path, row | {"mime": "text/html", "status": "200", "filename": "x.warc.gz"})
    assert isinstance(found, Listed)
    assert found.first_seen_at == "2024-01-03T10:15:00Z"


def test_a_bare_day_is_over_at_its_end(path: Path) -> None:
    found = one(path, {"url": "https://example.org/a", "date": "2025-11-20", "title": "A title"})
    assert isinstance(found, Listed)
    assert found.published_at == "2025-11-20T00:00:00Z"
    assert found.first_seen_at == "2025-11-20T23:59:59Z"
    assert "day's end" in (found.date_note or "")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"date": "2025-11-20"}, "no address"),
        ({"url": "ftp://example.org/a", "date": "2025-11-20"}, "no http address"),
        ({"url": "https://example.org/", "date": "2025-11-20"}, "front page"),
        ({"url": "https://example.org/a"}, "date: no date given"),
        ({"url": "https://example.org/a", "date": "2027-01-01"}, "date: in the future"),
        ({"url": "https://example.org/a", "date": True}, "date: no date given"),
        (["https://example.org/a"], "not a JSON object"),
    ],
)
def test_a_row_that_is_no_address_with_a_date_is_a_problem(
    path: Path, row: object, reason: str
) -> None:
    path.write_text("{}\n" + json.dumps(row), encoding="utf-8")
    _, found = read_list(path, now=NOW)
    assert isinstance(found, Problem)
    assert (found.code, found.subject) == ("import.row", "list.jsonl:2")
    assert reason in found.reason
    assert found.raw_sha256


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("list.csv", b"url,date", "a list of addresses is"),
        ("list.json", b'{"status": "ok"}', "neither an array"),
        ("list.json", b"[1", "not JSON"),
        ("list.jsonl.gz", b"no gzip", "cannot be read"),
    ],
)
def test_a_file_of_another_kind_is_named(
    tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(FileError, match=reason):
        list(read_list(tmp_path / name))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="no such file"):
        list(read_list(tmp_path / "none.jsonl"))


def test_the_entry_of_a_page_takes_its_own_date_only_where_it_is_earlier(path: Path) -> None:
    listed = one(path, {"url": "https://example.org/a", "timestamp": "20240103101500"})
    assert isinstance(listed, Listed)
    with pytest.raises(ValueError, match="no title"):
        listed_entry(listed, "list")
    for written, taken in (
        ("2024-01-02T00:00:00Z", "2024-01-02T00:00:00Z"),
        ("2024-01-04T00:00:00Z", "2024-01-03T10:15:00Z"),
        (None, "2024-01-03T10:15:00Z"),
    ):
        page = Page(listed.url, None, "The title", "Body.", "A. Writer", written, "ok", "en")
        entry = page_entry(page, listed, "list")
        assert entry is not None
        assert (entry.published_at, entry.first_seen_at) == (taken, "2024-01-03T10:15:00Z")
        assert (entry.title, entry.author, entry.feed_url) == (
            "The title",
            "A. Writer",
            "import:list",
        )
    untitled = Page(listed.url, None, None, "Body.", None, None, "ok", "en")
    assert page_entry(untitled, listed, "list") is None


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["url", "date", "title", "original", "mime"]), inner)
    ),
    max_leaves=8,
)


@given(st.lists(_JSON, max_size=4))
def test_whatever_json_holds_every_row_is_an_address_or_a_problem(
    tmp_path_factory: pytest.TempPathFactory, rows: list[object]
) -> None:
    path = lines(tmp_path_factory.mktemp("lists") / "list.ndjson", *rows)
    try:
        found = list(read_list(path, now=NOW))
    except FileError:  # a first line that begins with "[" is read as an array
        assert isinstance(rows[0], list)
        return
    assert len(found) == len(rows) or isinstance(rows[0], list)

from __future__ import annotations

import gzip
import json
import resource
import time
from dataclasses import asdict
from pathlib import Path

import pytest

from ingest.errors import FileError
from ingest.files.read import read_items
from ingest.records import Entry, Problem

HEADER = "id,published_at,corpus,source,lang,title,summary,url,extra\n"
ROW = (
    'x1,2025-12-11T21:00:00Z,demo,Example Wire,en,"Chips fall, again","They <b>fell</b>.",'
    "https://a.example/1?utm_source=x,{}\n"
)


def split(path: Path, **options: object) -> tuple[list[Entry], list[Problem]]:
    items = list(read_items(path, **options))  # type: ignore[arg-type] # options differ in type
    entries = [item for item in items if isinstance(item, Entry)]
    return entries, [item for item in items if isinstance(item, Problem)]


def write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    raw = text.encode(encoding)
    path.write_bytes(gzip.compress(raw) if path.suffix == ".gz" else raw)
    return path


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz"])
def test_csv(tmp_path: Path, name: str) -> None:
    (entry,), problems = split(write(tmp_path / name, HEADER + ROW), delay_minutes=5)
    assert problems == []
    assert (entry.guid, entry.source, entry.feed_url) == ("x1", "Example Wire", "import:demo")
    assert (entry.title, entry.summary) == ("Chips fall, again", "They fell.")
    assert entry.canonical_url == "https://a.example/1"
    assert entry.published_at == "2025-12-11T21:00:00Z"
    assert entry.first_seen_at == "2025-12-11T21:05:00Z"
    assert entry.language == "en"


def test_half_a_character(tmp_path: Path) -> None:
    half = "\ud800"
    names = ("id", "source", "corpus", "summary", "body", "url", "author", "lang")
    row = dict.fromkeys(names, f"a{half}b") | {"title": f"{half}Chips fall"}
    good, bad = row | {"date": "2025-12-11"}, row | {"date": half + "never"}
    path = write(tmp_path / "a.jsonl", f"{json.dumps(good)}\n{json.dumps(bad)}\n")
    (entry,), (problem,) = split(path)
    assert (entry.title, entry.guid, entry.source) == ("Chips fall", "ab", "ab")
    for record in (entry, problem):
        for value in asdict(record).values():
            (value or "").encode("utf-8")


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz", "a.ndjson"])
def test_json_lines(tmp_path: Path, name: str) -> None:
    lines = [
        json.dumps({"headline": "芯片股下跌", "date": "2025-12-11 21:00", "extra": {"a": [1]}}),
        "",
        "{broken",
        "[1]",
        json.dumps({"headline": "x"}),
    ]
    entries, problems = split(write(tmp_path / name, "\n".join(lines)), timezone="Asia/Shanghai")
    assert [(e.title, e.published_at, e.language) for e in entries] == [
        ("芯片股下跌", "2025-12-11T13:00:00Z", "zh-Hans")
    ]
    assert entries[0].source == "a"
    assert [(p.code, p.subject) for p in problems] == [
        ("import.row", f"{name}:3"),
        ("import.row", f"{name}:4"),
        ("import.row", f"{name}:5"),
    ]


def test_parquet(tmp_path: Path) -> None:
    import pandas as pd

    frame = pd.DataFrame(
        {
            "title": ["One", None, "Three"],
            "published_at": pd.to_datetime(["2025-12-11 21:00"] * 3, utc=True),
            "lang": ["en", "en", None],
            "id": [7.0, 8.0, None],
        }
    )
    frame.to_parquet(tmp_path / "a.parquet")
    entries, problems = split(tmp_path / "a.parquet")
    assert [(e.title, e.published_at) for e in entries] == [
        ("One", "2025-12-11T21:00:00Z"),
        ("Three", "2025-12-11T21:00:00Z"),
    ]
    assert [e.guid for e in entries] == ["7.0", None]
    assert [(p.subject, p.reason) for p in problems] == [("a.parquet:2", "no title")]


def test_other_order_and_names_of_columns(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.csv", "Link, Date ,HEADLINE\nhttps://a.example/1,2025-12-11,Hi there\n"
    )
    (entry,), _ = split(path)
    assert entry.url == "https://a.example/1"
    assert entry.title == "Hi there"


def test_a_bare_day_is_known_at_its_end(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "title,date\nHi there,2025-12-11\n")
    (entry,), _ = split(path, timezone="America/New_York")
    assert entry.published_at == "2025-12-11T05:00:00Z"
    assert entry.first_seen_at == "2025-12-12T04:59:59Z"
    assert "day's end" in (entry.date_note or "")


def test_bad_rows_are_problems_and_the_rest_is_read(tmp_path: Path) -> None:
    text = (
        HEADER
        + ROW
        + (
            "x2,2025-12-11T21:00:00Z,demo,S,en,,,,\n"
            "x3,1970-01-01T00:00:00Z,demo,S,en,Old,,,\n"
            "x4,2099-01-01T00:00:00Z,demo,S,en,Future,,,\n"
            "x5,not a date,demo,S,en,Odd,,,\n"
            "too,few\n"
            "\n"
        )
        + ROW.replace("x1", "x9")
    )
    entries, problems = split(write(tmp_path / "a.csv", text), now="2026-01-01T00:00:00Z")
    assert [e.guid for e in entries] == ["x1", "x9"]
    reasons = [p.reason for p in problems]
    assert [p.subject for p in problems] == [f"a.csv:{n}" for n in (3, 4, 5, 6, 7)]
    assert reasons[0] == "no title"
    assert "before 1990" in reasons[1]
    assert "in the future" in reasons[2]
    assert "unknown date format" in reasons[3]
    assert reasons[4] == "2 cells where the header has 9"


def test_identity(tmp_path: Path) -> None:
    same_link = ROW + ROW.replace("x1", "x2") + ROW.replace("demo", "other")
    path = write(tmp_path / "a.csv", HEADER + same_link)
    first, _ = split(path)
    again, _ = split(path)
    assert len({e.key for e in first}) == 3
    assert [e.key for e in first] == [e.key for e in again]
    without_id = write(tmp_path / "b.csv", HEADER + ROW.replace("x1", "") * 2)
    assert len({e.key for e in split(without_id)[0]}) == 1


def test_languages_of_the_file_and_detected(tmp_path: Path) -> None:
    rows = "".join(
        f"{n},2025-12-11T21:00:00Z,d,s,{lang},{title},,,\n"
        for n, (lang, title) in enumerate(
            [("zh-Hant", "AI泡沫"), ("zh", "晶片股齊跌"), ("", "Chips fall"), ("zh-TW", "AI泡沫")]
        )
    )
    entries, _ = split(write(tmp_path / "a.csv", HEADER + rows))
    assert [e.language for e in entries] == ["zh-Hant", "zh-Hant", "en", "zh-Hant"]


def test_a_gbk_file(tmp_path: Path) -> None:
    text = "title,date\n" + "芯片股普遍下跌，投资者担心泡沫,2025-12-11\n" * 3
    for encoding in ("gb18030", "utf-16", "utf-8-sig"):
        entries, _ = split(write(tmp_path / "a.csv", text, encoding))
        assert entries[0].title == "芯片股普遍下跌，投资者担心泡沫"


@pytest.mark.parametrize(
    ("name", "raw", "reason"),
    [
        ("a.csv", b"", "empty"),
        ("a.csv", b"id,title\n1,x\n", "no column published_at"),
        ("a.csv", b"a,b\n", "no column title nor published_at"),
        ("a.txt", b"x", "not one of"),
        ("a.csv.gz", b"not gzip", "cannot be read"),
        ("a.csv.gz", gzip.compress(b"x" * 9999, mtime=0)[:30], "cannot be read"),
        ("a.parquet", b"PAR1 not", "not Parquet"),
    ],
)
def test_files_that_are_not_what_their_name_says(
    tmp_path: Path, name: str, raw: bytes, reason: str
) -> None:
    (tmp_path / name).write_bytes(raw)
    with pytest.raises(FileError, match=reason):
        list(read_items(tmp_path / name))


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="no such file"):
        list(read_items(tmp_path / "none.csv"))


@pytest.mark.slow
def test_the_real_file_keeps_every_row_in_time_and_memory(shared_data: Path) -> None:
    path = shared_data / "e2e" / "news_dev_2025-08_2025-12.csv.gz"
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.process_time()
    keys, count = set(), 0
    for item in read_items(path):
        assert isinstance(item, Entry), item
        assert item.first_seen_at == item.published_at
        keys.add(item.key)
        count += 1
    assert count == len(keys) == 128_757
    assert time.process_time() - started < 10  # 4 s alone on a core
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200 * 1024

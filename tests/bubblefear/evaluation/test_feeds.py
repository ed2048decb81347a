"""``evaluate feeds``: files are read or explained, and judged by the truth that they carry."""

from __future__ import annotations

from pathlib import Path

import pytest

from bubblefear.errors import BubblefearError
from bubblefear.evaluation.feeds import evaluate_feeds, true_texts

NOW = "2026-01-06T12:00:00Z"


def atom(expect: str, inside: str) -> str:
    return f"<!--\nExpect: not bozo and {expect}\n-->\n<feed version='0.3' xmlns='http://purl.org/atom/ns#'><entry>{inside}</entry></feed>"


def test_files_are_judged(tmp_path: Path) -> None:
    (tmp_path / "page.xml").write_text("<html><body>no</body></html>")
    right = atom("entries[0]['title'] == 'Chips fall'", "<title>Chips fall</title>")
    (tmp_path / "right.xml").write_text(right)
    wrong = atom("entries[0]['id'] == 'other'", "<id>tag:1</id>")
    (tmp_path / "wrong.xml").write_text(wrong)
    (tmp_path / "Big5").mkdir()
    item = "<item><title>投資人擔心泡沫，類股收低，晶片股下跌</title></item>"
    text = f"<?xml version='1.0'?><rss><channel>{item}</channel></rss>"
    (tmp_path / "Big5" / "a.xml").write_bytes(text.encode("big5"))
    figures = evaluate_feeds(tmp_path, NOW)
    assert (figures["n"], figures["read"], figures["explained"], figures["lost"]) == (4, 2, 2, [])
    assert figures["encodings"] == {"Big5": (1, 1)}
    assert figures["fields"] == {"id": (0, 1), "title": (1, 1)}
    assert figures["field_misses"] == ["wrong.xml"]
    assert figures["problems"]["feed.html"] == 1


def test_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(BubblefearError, match="no files"):
        evaluate_feeds(tmp_path, NOW)


def test_charsets_of_a_label_differ_in_a_dash() -> None:
    assert true_texts(b"\xa1\xaa", "GB2312") == ["―", "—", "—"]
    assert true_texts(b"\xff", "GB2312") == ["\ufffd"]


@pytest.mark.slow
def test_the_saved_feeds(shared_data: Path) -> None:
    figures = evaluate_feeds(shared_data / "web" / "feeds", NOW)
    assert figures["n"] > 500
    assert figures["lost"] == []
    for hits, of in (figures["encodings"][name] for name in ("Big5", "GB2312")):
        assert hits >= 0.95 * of
    agreed = [sum(part) for part in zip(*figures["fields"].values(), strict=True)]
    assert agreed[0] >= 0.95 * agreed[1]

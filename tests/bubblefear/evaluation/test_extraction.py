from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bubblefear.cli.evaluate import app
from bubblefear.errors import BubblefearError
from bubblefear.evaluation.extraction import compare, evaluate_extraction, half, tokens
from bubblefear.evaluation.saved_pages import names


def test_chinese_is_cut_into_characters_and_english_into_words() -> None:
    assert tokens("AI 泡沫破裂 的风险") == list("AI泡沫破裂的风险")
    assert tokens("Fears of a bubble, again.") == ["Fears", "of", "a", "bubble", "again"]


def test_repeated_shingles_count_as_often_as_they_stand() -> None:
    precision, recall, f1 = compare("a b c d", "a b c d a b c d")
    assert recall == 1.0
    assert precision == pytest.approx(1 / 5)
    assert f1 == pytest.approx(1 / 3)


def test_nothing_found_is_zero_and_nothing_to_find_is_one() -> None:
    assert compare("a b c d e", "") == (0.0, 0.0, 0.0)
    assert compare("", "") == (1.0, 1.0, 1.0)


def test_an_unknown_layout_is_named(tmp_path: Path) -> None:
    with pytest.raises(BubblefearError, match=r"neither ground-truth\.json nor cleaned"):
        evaluate_extraction(tmp_path, "2026-01-01T00:00:00Z")


PROSE = "The lender pulled out of the second hall on Monday, people close to the talks said. " * 3
HAN = "出借方周一退出第二座机房的融资，接近谈判的人士说，双方对租约年限没有谈拢，仍在寻找新的资金。"


def _saved(folder: Path, name: str, html: str, body: str, author: str, date: str) -> None:
    for part in ("original", "cleaned", "author", "date"):
        (folder / part).mkdir(exist_ok=True)
    (folder / "original" / f"{name}.html").write_text(f"<meta charset=utf-8>{html}", "utf-8")
    for part, text in (("cleaned", body), ("author", author), ("date", date)):
        (folder / part / f"{name}.txt").write_text(text, "utf-8")


def _chinese(byline: str) -> str:
    paragraphs = "".join(f"<p>{n}、{HAN}</p>" for n in range(4))
    return f"<html><body><h1>机房等钱</h1><p>{byline}</p>{paragraphs}</body></html>"


def test_authors_and_dates_count_where_the_truth_has_them(tmp_path: Path) -> None:
    body = "\n".join(f"{n}、{HAN}" for n in range(4))
    right = _chinese("作者：林晓月 发布时间：2026年11月20日 07:30")
    _saved(tmp_path, "a", right, body, "林晓月 (记者)", "2026-11-20 07:30")
    _saved(tmp_path, "b", right, body, "UNKNOWN", "2026-11")
    _saved(tmp_path, "c", _chinese("来源：例报"), body, "陈大文", "2026-11-20")
    figures = evaluate_extraction(tmp_path, "2026-12-01T00:00:00Z", worst=2)
    assert figures["author"] == {"n": 2, "right": 1, "found": 1, "without_truth": 1}
    assert figures["date"] == {"n": 2, "right": 1, "found": 1, "without_truth": 1}
    assert figures["f1"] > 0.9
    assert len(figures["worst"]) == 2


def test_the_worst_pages_come_first_and_halves_make_the_whole(tmp_path: Path) -> None:
    (tmp_path / "html").mkdir()
    truth = {name: {"articleBody": PROSE} for name in ("a", "b", "c", "d")}
    (tmp_path / "ground-truth.json").write_text(json.dumps(truth), "utf8")
    for name in truth:
        text = "<script>x</script>" if name == "c" else f"<article><p>{PROSE}</p></article>"
        html = f"<html><body>{text}</body></html>".encode()
        (tmp_path / "html" / f"{name}.html.gz").write_bytes(gzip.compress(html))
    figures = evaluate_extraction(tmp_path, "2026-12-01T00:00:00Z", worst=1)
    assert (figures["n"], figures["failed"]) == (4, 1)
    assert figures["worst"] == [
        {"id": "c", "status": "empty", "precision": 0.0, "recall": 0.0, "f1": 0.0}
    ]
    sizes = [sum(half(name) == h for name in truth) for h in (0, 1)]
    assert 0 not in sizes
    whole = sum(n * f1 for n, f1 in zip(sizes, figures["f1_halves"], strict=True)) / 4
    assert whole == pytest.approx(figures["f1"])
    assert figures["author"] is None


def test_names_are_equal_however_they_are_divided() -> None:
    assert names("林晓月、陈大文") == names("陈大文  林晓月") == names("林晓月; 陈大文")
    assert names("周思 (Jo Poe)") == names("周思")
    assert names(None) == frozenset()


def test_the_command_prints_counts_and_the_worst(tmp_path: Path) -> None:
    _saved(tmp_path, "a", _chinese("作者：林晓月"), HAN, "林晓月", "UNKNWON")
    result = CliRunner().invoke(app, ["extraction", str(tmp_path), "--worst", "1"])
    assert result.exit_code == 0, result.output
    assert "author: 1/1 right" in result.output
    assert "date: 0/0 right" in result.output
    assert "precision" in result.output.splitlines()[-3]

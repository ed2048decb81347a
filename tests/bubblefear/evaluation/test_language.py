from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from bubblefear.errors import BubblefearError
from bubblefear.evaluation.language import evaluate_language, script_by_standard

TITLES = [
    ("Chip makers fall again on fears of too much capacity", "en"),
    ("芯片股继续下跌", "zh-Hans"),
    ("晶片股繼續下跌", "zh-Hant"),
    ("AI泡沫", "zh-Hant"),
    ("晶片股繼續下跌，投資者觀望", "zh-Hans"),  # a label that the characters contradict
    ("チップ株が下がる", "other"),
    ("🚀🚀", "en"),
    ("华尔街回应", "zh"),
]


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    path = tmp_path / "titles.csv.gz"
    rows = "".join(f"{place},{title},{label}\n" for place, (title, label) in enumerate(TITLES))
    path.write_bytes(gzip.compress(f"id,title,lang\n{rows}9,no label,\n".encode()))
    return path


def test_the_standards_tell_where_one_alone_holds_the_characters() -> None:
    assert script_by_standard("芯片股继续下跌") == "zh-Hans"
    assert script_by_standard("晶片股繼續下跌") == "zh-Hant"
    assert script_by_standard("AI泡沫") is None
    assert script_by_standard("继續") is None
    assert script_by_standard("no Han at all") is None


def test_shares_are_of_what_was_counted(labelled: Path) -> None:
    figures = evaluate_language(labelled)
    assert figures["n"] == 8
    assert figures["language"] == pytest.approx(6 / 7)  # of en and zh; the emoji is undecided
    assert figures["per_label"] == {"en": 0.5, "zh-Hans": 0.5, "zh-Hant": 0.5, "other": 1.0}
    assert figures["telling"] == 3
    assert figures["script"] == pytest.approx(2 / 3)
    assert figures["per_script"] == {"zh-Hans": 0.5, "zh-Hant": 1.0}
    assert figures["disputed"] == 1
    assert figures["script_of_standard"] == 1.0
    assert figures["undecided"] == pytest.approx(2 / 8)
    assert figures["no_telling_character"] == pytest.approx(1 / 4)
    assert figures["confusion"]["zh"] == {"en": 0, "zh-Hans": 1, "zh-Hant": 0, "other": 0}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"id,text\n1,a\n", "no column lang nor title"),
        (b"title,lang\nOne,fr\n", "no row has one of the labels"),
        (b"title,lang\n\xff\xfe,en\n", "cannot be read"),
    ],
)
def test_a_file_that_cannot_be_measured_is_named(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    path = tmp_path / "titles.csv"
    path.write_bytes(content)
    with pytest.raises(BubblefearError, match=reason):
        evaluate_language(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BubblefearError, match=r"none\.csv: cannot be read"):
        evaluate_language(tmp_path / "none.csv")

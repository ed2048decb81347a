from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bubblefear.errors import BubblefearError
from bubblefear.evaluation.fear import COLUMNS, evaluate_fear
from nlp.article import ArticleScorer
from nlp.lexicon_scorer import create

if TYPE_CHECKING:
    from pathlib import Path

# id, lang, text, topic, fear, stance, kind, channel, stratum, stratum_size, stratum_n
HEADLINES = [
    "1,en,AI bubble fears grow as valuations soar,1,2,fear,threat,valuation,a,90,1",
    "2,en,Council repaints the old ferry,0,0,none,none,none,b,10,1",
    "3,zh-Hans,\u4eba\u5de5\u667a\u80fd\u6ce1\u6cab\u62c5\u5fe7\u5347\u6e29,1,2,fear,threat,valuation,a,90,1",
    "4,en,Bread prices rise in the valley,1,1,fear,threat,capex,c,1,1",
]


def write(path: Path, rows: list[str]) -> Path:
    path.write_text("\n".join([",".join(COLUMNS), *rows]), encoding="utf8")
    return path


@pytest.fixture(scope="module")
def scorer() -> ArticleScorer:
    return ArticleScorer(create())


def test_a_rare_stratum_weighs_as_much_as_it_stands_for(
    tmp_path: Path, scorer: ArticleScorer
) -> None:
    figures = evaluate_fear(write(tmp_path / "f.csv", HEADLINES), scorer)
    assert (figures["n"], figures["abstained"]) == (4, 0)
    # The missed headline is one of three fearful rows, and 1 of 181 by weight.
    assert figures["unweighted"]["fear"]["recall"] == pytest.approx(2 / 3)
    assert figures["weighted"]["fear"]["recall"] == pytest.approx(180 / 181)
    assert figures["weighted"]["fear"]["precision"] == 1.0
    assert figures["weighted"]["kind_accuracy"] == pytest.approx(180 / 181)
    assert set(figures["by_lang"]) == {"en", "zh-Hans"}
    assert figures["by_lang"]["zh-Hans"]["fear"]["auc"] is None


@pytest.mark.parametrize(
    "tail", ["0,0,none,none,none,b,10,0", "0,0,none,none,none,b,x,1", "0,9,none,none,none,b,1,1"]
)
def test_a_row_that_cannot_be_weighed_is_named(
    tmp_path: Path, scorer: ArticleScorer, tail: str
) -> None:
    path = write(tmp_path / "f.csv", [f"r7,en,Some headline,{tail}"])
    with pytest.raises(BubblefearError, match="row r7"):
        evaluate_fear(path, scorer)

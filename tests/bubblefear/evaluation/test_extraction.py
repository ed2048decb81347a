from __future__ import annotations

from pathlib import Path

import pytest

from bubblefear.errors import BubblefearError
from bubblefear.evaluation.extraction import compare, evaluate_extraction, tokens


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


@pytest.mark.slow
@pytest.mark.parametrize(
    ("folder", "pages", "floor", "median_floor"),
    [("scrapinghub-aeb", 131, 0.93, 0.97), ("cn-extraction-dataset", 51, 0.72, 0.93)],
)
def test_real_pages_keep_their_figures(
    shared_data: Path, folder: str, pages: int, floor: float, median_floor: float
) -> None:
    figures = evaluate_extraction(shared_data / "web" / "articles" / folder, "2026-01-01T00:00:00Z")
    assert figures["n"] == pages
    assert figures["f1"] >= floor
    assert figures["median_f1"] >= median_floor

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.figures import figures


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("lost $80 billion", "8e+10"),
        ("an $80bn loss", "8e+10"),
        ("蒸发约800亿美元", "8e+10"),
        ("worth five trillion", "5e+12"),
        ("市值达5万亿美元", "5e+12"),
        ("市值达五万亿美元", "5e+12"),
        ("资金缺口1.5兆美元", "1.5e+12"),
        ("half a trillion of debt", "5e+11"),
        ("16 percent", "16%"),
        ("16 per cent", "16%"),
        ("股价跌16%", "16%"),
        ("下跌百分之十六", "16%"),
        ("缩水三成", "30%"),
        ("12,000 jobs", "12000"),
        ("裁员1.2万人", "12000"),
        ("裁员 1.2 万人", "12000"),
        ("cut by 25 basis points", "0.25%"),
        ("25 bps", "0.25%"),
        ("降息25个基点", "0.25%"),
        ("a correlation of 0.96", "0.96"),
        ("相关性约0.96", "0.96"),
        ("below $90,000", "90000"),
        ("below 90K", "90000"),
        ("利润增3倍", "3x"),
    ],
)
def test_one_figure_in_every_wording(text: str, expected: str) -> None:
    assert figures(text) == {expected}


@pytest.mark.parametrize(
    "text",
    [
        "on Dec. 11, 2025",
        "12月11日 9:30",
        "2025年第三季度",
        "in the 3rd quarter of 2025",
        "Q3 results",
        "3 reasons to worry",
        "iOS 26.3 and GPT-5.2",
        "H200 chips",
        "成功",
    ],
)
def test_dates_names_and_counts_are_no_figures(text: str) -> None:
    assert figures(text) == frozenset()


def test_a_megawatt_is_not_a_trillion() -> None:
    assert figures("500兆瓦") == {"500"}


@given(st.text(max_size=60))
def test_any_text_is_read(text: str) -> None:
    assert all(figure.strip("%x") for figure in figures(text))


@given(st.integers(1, 999))
def test_billions_are_the_same_in_both_languages(number: int) -> None:
    assert figures(f"${number} billion") == figures(f"{number * 10}亿美元")

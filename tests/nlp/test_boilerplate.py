"""Boilerplate is left out, the article is kept."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from nlp.boilerplate import is_notice, strip


def kept(text: str, language: str = "en") -> list[str]:
    return [text[start:end] for start, end in strip(text, language)]


def test_disclaimers_and_notices_go() -> None:
    text = (
        "Shares of chip makers fell on Monday.\n"
        "Disclaimer: the views expressed are the author's.\n"
        "Subscribe to our daily letter\n"
        "Jane Roe is a senior reporter covering banks\n"
        "https://a.example/1 https://a.example/2\n"
        "NVDA +1.2% ORCL -3.1% AMD -0.4%\n"
        "Traders blamed debt."
    )
    assert kept(text) == ["Shares of chip makers fell on Monday.", "Traders blamed debt."]


def test_related_headlines_go_until_prose_comes() -> None:
    prose = (
        "The bank's strategists wrote that spending on computing centres had run ahead of sales "
        "for three years and would have to slow down."
    )
    text = f"Oracle fell.\nRelated articles\nIs the AI bubble bursting?\nCoins soar 300%!\n{prose}"
    assert kept(text) == ["Oracle fell.", prose]


def test_chinese_boilerplate_in_both_scripts() -> None:
    for text in (
        "芯片股周一下跌。\n免责声明：文章仅代表作者观点。\n相关阅读\n泡沫要破了吗？\n又一条标题",
        "晶片股週一下跌。\n免責聲明：文章僅代表作者觀點。\n您也可能喜歡\n泡沫要破了嗎？\n又一條標題",
    ):
        assert kept(text, "zh-Hant") == [text.partition("\n")[0]]


def test_a_notice_within_a_paragraph_is_known() -> None:
    assert is_notice("同时提示市场有风险，投资需谨慎。")
    assert not is_notice("央行提示人工智能估值过高。")


def test_other_languages_are_kept_whole() -> None:
    assert strip("Avertissement", "other") == [(0, 13)]
    assert strip("  ", "other") == []


@given(st.text(alphabet="ab 。.\nDisclaimer:相关阅读", max_size=120))
def test_spans_are_ordered_and_stripping_is_idempotent(text: str) -> None:
    spans = strip(text, "en")
    assert all(0 <= a < b <= len(text) for a, b in spans)
    assert spans == sorted(spans)
    once = "\n".join(kept(text))
    assert kept(once) == kept(text)

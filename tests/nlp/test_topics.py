"""Phrase matching and the word lists."""

from __future__ import annotations

import pytest

from nlp.errors import NlpError
from nlp.folding import fold
from nlp.lexicon import LANGUAGES, expand, groups, table
from nlp.sentences import parse
from nlp.topics import LISTS, Match, find, may_matter


def matches(text: str) -> list[Match]:
    return find(parse(text), text)


def labels(text: str) -> set[str]:
    return {match.label for match in matches(text)}


def entities(text: str) -> set[str]:
    return {match.name for match in matches(text) if match.list == "entities"}


@pytest.mark.parametrize("text", ["OpenAI said it again", "The mountain air", "Hawaii paid"])
def test_ai_is_not_found_inside_words(text: str) -> None:
    assert "subjects.ai" not in labels(text)


@pytest.mark.parametrize("text", ["Is AI worth it", "an ai-led rally", "「AI」又來了", "谈AI的人"])
def test_ai_is_found_as_a_word(text: str) -> None:
    assert labels(text) & {"subjects.ai", "subjects.ai_market"}


@pytest.mark.parametrize(
    ("name", "texts"),
    [
        ("Nvidia", ["Nvidia's chief", "NVIDIA up", "英伟达大涨", "輝達領跌", "英偉達股價"]),
        ("Oracle", ["Oracle sinks", "甲骨文"]),
        ("Federal Reserve", ["Fed cuts", "美联储", "聯準會降息", "美聯準會", "聯儲局"]),
        ("Bitcoin", ["bitcoin", "BTC", "比特币", "比特幣"]),
        ("TSMC", ["TSMC", "台积电", "台積電"]),
        ("SoftBank", ["SoftBank", "软银", "軟銀"]),
        ("S&P 500", ["the S&P 500 fell", "标普500"]),
        ("Bank of England", ["Bank of England", "英国央行", "英倫銀行", "英格蘭銀行"]),
    ],
)
def test_aliases_in_three_scripts(name: str, texts: list[str]) -> None:
    for text in texts:
        assert entities(text) == {name}, text


def test_common_words_are_not_names() -> None:
    assert entities("the cat was fed with meta data by an oracle") == set()


def test_the_longest_phrase_wins_within_a_list() -> None:
    found = labels("AI stocks and the dot-com bubble")
    assert "subjects.ai_market" in found
    assert "subjects.ai" not in found
    assert "fear.dotcom" in found
    assert "fear.bubble" not in found


def test_offsets_point_into_the_original() -> None:
    text = "憂慮：輝達與AI泡沫"
    for match in find(parse(text), text, offset=100):
        assert text[match.start - 100 : match.end - 100] == match.surface
    assert "輝達" in {m.surface for m in matches(text)}


def test_quick_filter_lets_every_subject_through() -> None:
    for group in (g for name in ("subjects", "entities") for g in groups(name)):
        for phrase in group.phrases:
            assert may_matter(fold(f"xx {phrase} yy")), phrase
    assert not may_matter("Rain is expected in the north tomorrow")


def test_every_language_has_the_same_lists_and_groups() -> None:
    for name in LISTS:
        keys = [set(table(language, name)) for language in LANGUAGES]
        assert keys[0] == keys[1], name


def test_chinese_lists_are_written_in_simplified() -> None:
    for name in (*LISTS, "sentiment"):
        for group in groups(name):
            for phrase in group.phrases:
                assert fold(phrase) == phrase, (name, group.label)


def test_braces_are_alternatives() -> None:
    assert list(expand("{a,b}x{,s}")) == ["ax", "axs", "bx", "bxs"]
    assert list(expand("plain")) == ["plain"]


def test_unknown_list_is_refused() -> None:
    with pytest.raises(NlpError, match="no word list"):
        table("en", "nothing")

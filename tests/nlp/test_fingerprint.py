from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from nlp.fingerprint import fingerprint
from nlp.lexicon import table


def test_names_acts_and_figures_meet_across_languages() -> None:
    english = fingerprint("Amazon's 14,000 layoffs begin, GPT-5.2 helps", None, "en").title
    chinese = fingerprint("亞馬遜開始裁員1.4萬人，GPT-5.2幫忙", None, "zh-Hant").title
    assert {"name:Amazon", "act:layoff", "figure:14000", "word:gpt 5.2"} <= english & chinese


def test_both_scripts_have_the_same_traits() -> None:
    simplified = fingerprint("芯片大厂英伟达发布财报", "营收创新高", "zh-Hans")
    traditional = fingerprint("芯片大廠英偉達發布財報", "營收創新高", "zh-Hant")
    assert simplified == traditional


def test_a_summary_adds_to_all_but_not_to_the_title() -> None:
    found = fingerprint("Chip maker reports", "Nvidia earned $30 billion", "en")
    assert "name:Nvidia" in found.all - found.title


def test_a_name_needs_its_capital() -> None:
    assert "name:Target" not in fingerprint("a price target corp", None, "en").title
    assert "name:United States" not in fingerprint("it helps us all", None, "en").title


def test_both_languages_have_the_same_tables() -> None:
    for name in ("names", "acts"):
        assert table("en", name).keys() == table("zh", name).keys()


@given(st.text(max_size=80), st.sampled_from(["en", "zh-Hans", "zh-Hant"]))
def test_any_title_is_read(title: str, language: str) -> None:
    found = fingerprint(title, None, language)
    assert found.title == found.all
    sorts = {"name", "act", "figure", "word", "pair"}
    assert {trait.partition(":")[0] for trait in found.title} <= sorts

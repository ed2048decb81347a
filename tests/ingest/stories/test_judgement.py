from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.stories.candidates import Candidates
from ingest.stories.items import Traits
from ingest.stories.judgement import SIGNS, Told, agree, judge, shared_figures


def told(*traits: str, language: str = "en", source: str = "a", seen: float = 0.0) -> Told:
    own = frozenset(traits)
    return Told.read(Traits(own, own), language, source, seen)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2.47e+12", "2.5e+12", True),
        ("4.97e+12", "5e+12", False),
        ("14000", "14000", True),
        ("16%", "16", False),
        ("16%", "16.2%", True),
        ("3x", "3%", False),
    ],
)
def test_figures_agree_to_the_coarser_precision(one: str, other: str, same: bool) -> None:
    assert agree(f"figure:{one}", f"figure:{other}") is same
    assert agree(f"figure:{other}", f"figure:{one}") is same


def test_rarity_is_what_a_trait_tells() -> None:
    assert judge().weight("word:quokka") > judge().weight("name:Trump")


def test_shared_names_and_figures_make_the_same_story_likelier() -> None:
    base = told("name:Oracle", "act:fall", "figure:8e+10", "word:database")
    same = told("name:Oracle", "act:fall", "figure:8e+10", "pair:市值", language="zh-Hans")
    other = told("act:fall", "figure:3e+09", "pair:市值", language="zh-Hans")
    stranger = told("name:Micron", "act:fall", "figure:8e+10", language="zh-Hans")
    assert judge().probability(base, same, 0.6) > judge().probability(base, other, 0.6) + 0.2
    assert judge().probability(base, stranger, 0.6) == 0
    assert shared_figures(base, same) == {"figure:8e+10"}


def test_up_and_down_are_two_stories_unless_two_figures_agree() -> None:
    up = told("name:Nasdaq", "act:rise", "figure:2%")
    down = told("name:Nasdaq", "act:fall", "figure:2%", language="zh-Hans")
    assert judge().probability(up, down, 0.6) == 0
    doubts = told("act:rise", "act:capex", "figure:8e+10", "figure:16%")
    shares = told("act:fall", "act:capex", "figure:8e+10", "figure:16%", language="zh-Hans")
    assert judge().probability(doubts, shares, 0.6) > 0.5


_TRAITS = st.frozensets(
    st.sampled_from(
        "name:Nvidia name:Oracle act:rise act:fall figure:16% figure:8e+10 word:quokka "
        "word:chip pair:芯片".split()
    )
)


@given(_TRAITS, _TRAITS, st.booleans(), st.floats(-1, 1), st.floats(0, 1e5))
def test_the_judgement_is_symmetric_and_a_probability(
    one: frozenset[str], other: frozenset[str], across: bool, cosine: float, later: float
) -> None:
    first = told(*one)
    second = told(*other, language="zh-Hans" if across else "en", source="b", seen=later)
    probability = judge().probability(first, second, cosine)
    assert 0 <= probability <= 1
    assert probability == pytest.approx(judge().probability(second, first, cosine))
    assert len(judge().signs(first, second, cosine)) == len(SIGNS)


def test_candidates_share_something_rare_and_are_in_the_window() -> None:
    index: Candidates[str] = Candidates(judge(), window=100.0)
    index.add(told("word:quokka", seen=0.0), "old")
    index.add(told("word:quokka", "word:wombat", seen=90.0), "rare")
    index.add(told("name:Trump", seen=95.0), "everyday")
    found = index.like(told("word:quokka", "word:wombat", "name:Trump", seen=110.0))
    assert found == ["rare"]
    assert index.like(told("word:quokka", seen=80.0)) == ["old"]


def test_a_rounded_figure_leads_to_the_exact_one() -> None:
    index: Candidates[str] = Candidates(judge(), window=100.0)
    index.add(told("figure:2.47e+12"), "exact")
    assert index.like(told("figure:2.5e+12")) == ["exact"]

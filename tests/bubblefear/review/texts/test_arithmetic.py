from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bubblefear.review.texts.arithmetic import arithmetic, power_sum
from bubblefear.store.article_queries import EvidenceLine, ScoreLine

if TYPE_CHECKING:
    from conftest import Asker


def line(weight: float | None, fear: float | None, position: int = 0) -> EvidenceLine:
    return EvidenceLine(position, "title", 0, 1, "x", 1.0, fear, 0.0, weight, None, None, ())


def score(fear: float | None) -> ScoreLine:
    return ScoreLine(
        "s", "sha", 0.5, 0.5, 0.0, 1.0, fear, 0.0, None, None, 0, None, "2025-11-21T21:05:00Z"
    )


def test_the_root_of_the_terms_is_the_articles_fear() -> None:
    found = power_sum([line(0.5, 1.0), line(0.5, 0.0)], "fear", 0.8409)
    assert found.terms == (0.5, 0.0)
    assert found.root == pytest.approx(0.5**0.25)
    assert found.agrees


@pytest.mark.parametrize("stored", [None, 0.5])
def test_another_stored_score_does_not_agree(stored: float | None) -> None:
    assert not power_sum([line(1.0, 0.9), line(None, None)], "fear", stored).agrees


@given(fears=st.lists(st.floats(0, 1), min_size=1, max_size=120))
def test_shown_terms_and_the_others_are_the_whole_sum(fears: list[float]) -> None:
    lines = [line(1 / len(fears), fear, n) for n, fear in enumerate(fears)]
    found = arithmetic(lines, score(0.5))
    shown = sum(row.term for row in found.rows)
    assert shown + found.others[1] == pytest.approx(found.sums["fear"].total)
    assert len(found.rows) + found.others[0] == len(fears)
    positions = [row.line.position for row in found.rows]
    assert positions == sorted(positions)
    smallest = min(row.term for row in found.rows)
    assert found.others[1] <= found.others[0] * smallest + 1e-12


def test_the_page_shows_the_sum_and_says_where_the_score_is_not_made_by_it(asker: Asker) -> None:
    page = asker.get("/article/aaaa000000000002").text
    assert "= 0.1296<sup>1/4</sup> = <strong>0.60</strong>" in page
    assert "was not made by this sum" not in page
    assert "was not made by this sum" in asker.get("/article/aaaa000000000001").text

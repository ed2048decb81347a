from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bubblefear.review.texts.arithmetic import fear_sum
from bubblefear.store.article_queries import EvidenceLine

if TYPE_CHECKING:
    from conftest import Asker


def line(weight: float | None, fear: float | None) -> EvidenceLine:
    return EvidenceLine(0, "title", 0, 1, "x", 1.0, fear, 0.0, weight, None, None, ())


def test_the_root_of_the_terms_is_the_articles_fear() -> None:
    found = fear_sum([line(0.5, 1.0), line(0.5, 0.0)], 0.8409)
    assert found.terms == (0.5, 0.0)
    assert found.root == pytest.approx(0.5**0.25)
    assert found.agrees


@pytest.mark.parametrize("stored", [None, 0.5])
def test_another_stored_score_does_not_agree(stored: float | None) -> None:
    assert not fear_sum([line(1.0, 0.9), line(None, None)], stored).agrees


def test_the_page_shows_the_sum_and_says_where_the_score_is_not_made_by_it(asker: Asker) -> None:
    page = asker.get("/article/aaaa000000000002").text
    assert "the article's fear 0.60" in page
    assert "was not made by this sum" not in page
    assert "was not made by this sum" in asker.get("/article/aaaa000000000001").text

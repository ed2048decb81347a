from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bubblefear.review.accounts.share import share
from bubblefear.store import article_queries, database

if TYPE_CHECKING:
    from pathlib import Path

    from bubblefear.review.accounts.share import Share


def of(path: Path, number: int, **changed: str | None) -> Share:
    with database(path, create=False) as conn:
        found = article_queries.article(conn, f"aaaa{number:012}")
        assert found is not None
        score = next(iter(article_queries.scores(conn, found.id)), None)
        return share(conn, replace(found, **changed), score)  # type: ignore[arg-type]  # of tests


def test_points_are_rate_times_fear_times_novelty(accounted: Path) -> None:
    found = of(accounted, 7)
    assert found.part is not None
    assert found.rate is not None
    assert found.rate * found.part.fear * found.part.novelty == pytest.approx(40.0)
    assert (found.rank, found.counted, found.date) == (2, 3, "2025-11-21")
    assert found.percent == pytest.approx(100 * 40 / 158.25)


@pytest.mark.parametrize(
    ("number", "changed", "why"),
    [
        (4, {}, "expresses no fear"),
        (6, {}, "abstained"),
        (8, {}, "not been scored"),
        (5, {}, "not among those that the index counts"),
        (5, {"first_seen_at": "2025-11-25T00:00:00Z"}, "after the newest vintage"),
        (5, {"first_seen_at": "1901-01-01T00:00:00Z"}, "outside the trading calendar"),
        (4, {"story_id": "story-1"}, "another article of it was earlier"),
    ],
)
def test_an_article_that_adds_nothing_says_why(
    accounted: Path, number: int, changed: dict[str, str], why: str
) -> None:
    found = of(accounted, number, **changed)
    assert found.part is None
    assert found.why is not None
    assert why in found.why


def test_the_article_counted_instead_is_named(accounted: Path) -> None:
    assert of(accounted, 4, story_id="story-1").instead == "aaaa000000000001"


def test_without_an_index_there_is_no_part(tmp_path: Path, accounted: Path) -> None:
    with database(accounted, create=False) as conn:
        found = article_queries.article(conn, "aaaa000000000001")
    assert found is not None
    with database(tmp_path / "empty.db") as conn:
        assert share(conn, found, None).why == "There is no index yet."

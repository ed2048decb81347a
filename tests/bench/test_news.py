"""The generated news has the shape that it claims, and a database of it can be built from."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from bench.index_days import news_of_a_day
from bench.news import News, Shape, generate, write
from bubblefear.config import DEFAULT_SCORER, Settings
from bubblefear.pipeline import build_index
from bubblefear.store import articles, open_database

if TYPE_CHECKING:
    from pathlib import Path

SHAPE = Shape(rows=20_000, sources=60, sessions=50)


@pytest.fixture(scope="module")
def news() -> News:
    return generate(SHAPE)


def test_shares_are_those_asked_for(news: News) -> None:
    place = np.arange(SHAPE.rows)
    assert (news.relevance > 0).mean() == pytest.approx(SHAPE.relevant, rel=0.2)
    assert (news.fear > 0).mean() == pytest.approx(SHAPE.fearful, rel=0.2)
    assert (news.first != place).mean() == pytest.approx(SHAPE.copied, rel=0.05)
    volume = np.bincount(news.source)
    assert volume[0] / volume[3] == pytest.approx(4, rel=0.15)
    assert (np.diff(news.seen) >= 0).all()


def test_a_copy_tells_the_story_of_an_earlier_row(news: News) -> None:
    assert (news.first <= np.arange(SHAPE.rows)).all()
    assert (news.first[news.first] == news.first).all()
    assert ((news.relevance > 0) == (news.relevance[news.first] > 0)).all()
    assert ((news.fear > 0) == (news.fear[news.first] > 0)).all()


def test_equal_shapes_give_equal_news_and_other_seeds_other(news: News) -> None:
    assert (generate(SHAPE).fear == news.fear).all()
    assert (generate(replace(SHAPE, seed=18)).fear != news.fear).any()


def test_an_index_is_built_of_it_and_a_day_more_is_read_alone(news: News, tmp_path: Path) -> None:
    write(tmp_path / "news.db", news, DEFAULT_SCORER)
    settings = Settings(index=(("bootstrap_draws", 0),))
    with closing(open_database(tmp_path / "news.db")) as conn:
        assert articles.count_unscored(conn, DEFAULT_SCORER) == 0
        first, _ = build_index.build(conn, settings, now=lambda: "2024-06-03T00:00:00Z")
        news_of_a_day(conn, "2024-06-03T19:00:00Z", 0)
        second, _ = build_index.build(conn, settings, now=lambda: "2024-06-03T19:00:00Z")
        values = conn.execute(
            "SELECT count(*) FROM index_points WHERE series = 'total' AND value > 0"
        ).fetchone()[0]
    assert (first.articles, second.articles) == (20_000, 20_300)
    assert (first.unscored, second.unscored) == (0, 0)
    assert values > 40

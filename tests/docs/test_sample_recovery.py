"""On the sample the instrument finds what was planted: texts to fear to index to returns."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from bubblefear import config
from models.index import build
from models.index.spec import IndexSpec
from nlp.article import ArticleScorer
from nlp.lexicon_scorer import create
from nlp.records import Document

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

    from nlp.records import ArticleScore

SYMBOLS = ("QQQ", "SPY", "NVDA", "BTC-USD")


@pytest.fixture(scope="module")
def rows(sample: Path) -> list[dict[str, str]]:
    with (sample / "news.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture(scope="module")
def scores(rows: list[dict[str, str]]) -> list[ArticleScore]:
    documents = [Document(r["id"], r["title"], r["summary"], None, r["lang"]) for r in rows]
    return list(ArticleScorer(create()).score(documents))


@pytest.fixture(scope="module")
def coded(rows: list[dict[str, str]]) -> list[float]:
    codes = [json.loads(row["extra"]) for row in rows]
    return [code["grade"] / 3 if code["stance"] == "fear" else 0.0 for code in codes]


@pytest.fixture(scope="module")
def index(rows: list[dict[str, str]], scores: list[ArticleScore], sample: Path) -> pd.Series[float]:
    """The total by session (text dates), each item its own story unless coded otherwise."""
    names = ("abstained", "relevance", "fear", "relief", "kind", "channel", "recap")
    articles = pd.DataFrame(
        {
            "article_id": [row["id"] for row in rows],
            "story_id": [json.loads(row["extra"]).get("story", row["id"]) for row in rows],
            "source": [row["source"] for row in rows],
            "language": [row["lang"] for row in rows],
            "first_seen_at": pd.to_datetime([row["published_at"] for row in rows]),
        }
        | {name: [getattr(score, name) for score in scores] for name in names}
    )
    settings = config.load(sample / "bubblefear.toml", environment={})
    points = build(articles, IndexSpec(**dict(settings.index))).points
    return points[points["series"] == "total"].set_index("date")["value"]


def session_returns(sample: Path, symbol: str, sessions: pd.Index) -> np.ndarray:
    prices = pd.read_csv(sample / "market" / f"{symbol}.csv").set_index("date")["close"]
    traded = pd.read_csv(sample / "market" / "QQQ.csv")["date"]
    returns: np.ndarray = np.log(prices.loc[traded]).diff().loc[sessions].to_numpy()
    return returns


def test_scored_fear_follows_the_coding(scores: list[ArticleScore], coded: list[float]) -> None:
    scored = [(s.relevance or 0) * (s.fear or 0) for s in scores]
    assert np.corrcoef(scored, coded)[0, 1] > 0.8


def test_disclaimer_does_not_count(rows: list[dict[str, str]], scores: list[ArticleScore]) -> None:
    place = next(i for i, row in enumerate(rows) if '"disclaimer"' in row["extra"])
    assert (scores[place].fear or 0) < 0.1


def test_relief_is_not_read_as_fear(rows: list[dict[str, str]], scores: list[ArticleScore]) -> None:
    for row, score in zip(rows, scores, strict=True):
        if json.loads(row["extra"])["stance"] == "relief":
            assert (score.relief or 0) > (score.fear or 0), row["title"]


def test_index_has_a_value_in_every_session(index: pd.Series[float]) -> None:
    assert len(index) == 44
    assert index.notna().all()
    assert index.iloc[:20].mean() == pytest.approx(100)


def test_index_follows_the_coded_fear(
    index: pd.Series[float], generate: ModuleType, sample: Path
) -> None:
    truth = generate.coded_fear(sample / "news.csv")
    assert np.corrcoef(index, truth)[0, 1] > 0.75


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_planted_effect_is_found_and_no_other(
    symbol: str, index: pd.Series[float], generate: ModuleType, sample: Path
) -> None:
    """Same session: clearly below zero (.30 is the 5 % level of |r| at n = 44); else nothing."""
    innovation = generate.innovations(index)
    returns = session_returns(sample, symbol, index.index)
    assert np.corrcoef(innovation, returns)[0, 1] < -0.4
    assert abs(np.corrcoef(innovation[:-1], returns[1:])[0, 1]) < 0.3
    assert abs(np.corrcoef(innovation[1:], returns[:-1])[0, 1]) < 0.3

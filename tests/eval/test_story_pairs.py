"""The labelled pairs of headlines are whole, consistent and about articles that exist."""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

PAIRS = Path(__file__).with_name("story_pairs.csv")
PAGE = Path(__file__).with_name("STORY_PAIRS.md")
NEWS = Path("e2e") / "news_dev_2025-08_2025-12.csv.gz"
WINDOW = timedelta(hours=72)


@dataclass(frozen=True)
class Pair:
    """One labelled pair, the article that came first in front."""

    a: str
    b: str
    same: bool
    kind: str
    doubt: bool
    split: str


@dataclass(frozen=True)
class Article:
    """What the checks need of one row of the news file."""

    published: datetime
    language: str


@pytest.fixture(scope="module")
def pairs() -> list[Pair]:
    with PAIRS.open(encoding="utf-8", newline="") as file:
        return [
            Pair(r["a"], r["b"], r["same"] == "1", r["kind"], r["doubt"] == "1", r["split"])
            for r in csv.DictReader(file)
        ]


@pytest.fixture(scope="module")
def articles(pairs: list[Pair], shared_data: Path) -> dict[str, Article]:
    path = shared_data / NEWS
    if not path.is_file():
        pytest.skip(f"{NEWS.name} is not in the shared data folder")
    wanted = {one for pair in pairs for one in (pair.a, pair.b)}
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return {
            row["id"]: Article(datetime.fromisoformat(row["published_at"]), row["lang"])
            for row in csv.DictReader(file)
            if row["id"] in wanted
        }


def groups(links: list[tuple[str, str]]) -> dict[str, str]:
    """Map each article to a representative of the group that ``links`` put it into."""
    parent: dict[str, str] = {}

    def root(one: str) -> str:
        parent.setdefault(one, one)
        while parent[one] != one:
            one = parent[one]
        return one

    for a, b in links:
        parent[root(a)] = root(b)
    return {one: root(one) for one in list(parent)}


def test_the_file_has_its_columns_and_only_known_values() -> None:
    with PAIRS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["a", "b", "same", "kind", "doubt", "split"]
    allowed = {
        "same": {"0", "1"},
        "kind": {"en", "zh", "cross"},
        "doubt": {"0", "1"},
        "split": {"dev", "test"},
    }
    for column, values in allowed.items():
        assert {row[column] for row in rows} == values
    assert rows == sorted(rows, key=lambda row: (row["kind"], row["a"], row["b"]))


def test_no_pair_comes_twice(pairs: list[Pair]) -> None:
    assert all(pair.a != pair.b for pair in pairs)
    assert len({frozenset((pair.a, pair.b)) for pair in pairs}) == len(pairs)


def test_every_kind_is_large_and_about_half_positive(pairs: list[Pair]) -> None:
    total = Counter(pair.kind for pair in pairs)
    positive = Counter(pair.kind for pair in pairs if pair.same)
    for kind in ("en", "zh", "cross"):
        assert total[kind] >= 80
        assert 0.4 <= positive[kind] / total[kind] <= 0.6


def test_the_page_tells_the_counts_of_the_file(pairs: list[Pair]) -> None:
    page = PAGE.read_text(encoding="utf-8")
    for kind in ("en", "zh", "cross", "all"):
        here = [pair for pair in pairs if kind in (pair.kind, "all")]
        same, other = (sum(pair.same == label for pair in here) for label in (True, False))
        doubts = [sum(p.doubt for p in here if p.same == label) for label in (True, False)]
        assert f"| {kind} | {same} | {other} | {doubts[0]}, {doubts[1]} |" in page


def test_the_halves_are_alike_in_kind_and_label(pairs: list[Pair]) -> None:
    strata = Counter((pair.kind, pair.same) for pair in pairs)
    dev = Counter((pair.kind, pair.same) for pair in pairs if pair.split == "dev")
    for stratum, count in strata.items():
        assert 0.45 <= dev[stratum] / count <= 0.55


def test_no_article_is_in_both_halves(pairs: list[Pair]) -> None:
    seen = {
        split: {one for pair in pairs if pair.split == split for one in (pair.a, pair.b)}
        for split in ("dev", "test")
    }
    assert not seen["dev"] & seen["test"]


def test_the_labels_do_not_contradict_one_another(pairs: list[Pair]) -> None:
    # If A tells B's story and B tells C's, then A and C cannot be labelled as two stories.
    story = groups([(pair.a, pair.b) for pair in pairs if pair.same])
    for pair in pairs:
        if not pair.same:
            assert story.get(pair.a, pair.a) != story.get(pair.b, pair.b), pair


@pytest.mark.slow
def test_the_articles_exist_and_lie_within_three_days(
    pairs: list[Pair], articles: dict[str, Article]
) -> None:
    for pair in pairs:
        a, b = articles[pair.a], articles[pair.b]
        assert timedelta(0) <= b.published - a.published <= WINDOW, pair


@pytest.mark.slow
def test_a_day_is_in_one_half_only(pairs: list[Pair], articles: dict[str, Article]) -> None:
    # An event's reports come on the same day: a threshold tuned on it must not be tested on it.
    days = {(articles[pair.a].published.date(), pair.split) for pair in pairs}
    assert len(days) == len({day for day, _ in days})


@pytest.mark.slow
def test_the_kind_is_that_of_the_languages(pairs: list[Pair], articles: dict[str, Article]) -> None:
    both_scripts = 0
    for pair in pairs:
        languages = {articles[pair.a].language, articles[pair.b].language}
        main = {language.partition("-")[0] for language in languages}
        assert pair.kind == ("cross" if len(main) == 2 else main.pop()), pair
        both_scripts += languages == {"zh-Hans", "zh-Hant"}
    assert both_scripts >= 15

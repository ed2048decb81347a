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
POOL = Path(__file__).with_name("story_pool.csv")
PAGE = Path(__file__).with_name("STORY_PAIRS.md")
NEWS = Path("e2e") / "news_dev_2025-08_2025-12.csv.gz"
WINDOW = timedelta(hours=72)
DRAWN = {"en": 50, "zh-Hans": 40, "zh-Hant": 10}  # the headlines drawn for the pool, by language


@dataclass(frozen=True)
class Pair:
    """One labelled pair, the article that came first in front."""

    a: str
    b: str
    same: bool
    kind: str
    doubt: bool


@dataclass(frozen=True)
class HardPair(Pair):
    """One pair of the hard set, with the half that it belongs to."""

    split: str


@dataclass(frozen=True)
class PooledPair(Pair):
    """One pair of the pooled draw: ``query`` names the column of the headline that was drawn."""

    query: str

    @property
    def drawn(self) -> str:
        """Id of the headline that was drawn at random."""
        return self.a if self.query == "a" else self.b


@dataclass(frozen=True)
class Article:
    """What the checks need of one row of the news file."""

    published: datetime
    language: str


def rows_of(path: Path) -> list[dict[str, str]]:
    """Read one file of pairs."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def pairs() -> list[HardPair]:
    return [
        HardPair(r["a"], r["b"], r["same"] == "1", r["kind"], r["doubt"] == "1", r["split"])
        for r in rows_of(PAIRS)
    ]


@pytest.fixture(scope="module")
def pool() -> list[PooledPair]:
    return [
        PooledPair(r["a"], r["b"], r["same"] == "1", r["kind"], r["doubt"] == "1", r["query"])
        for r in rows_of(POOL)
    ]


@pytest.fixture(scope="module")
def articles(
    pairs: list[HardPair], pool: list[PooledPair], shared_data: Path
) -> dict[str, Article]:
    path = shared_data / NEWS
    if not path.is_file():
        pytest.skip(f"{NEWS.name} is not in the shared data folder")
    wanted = {one for pair in [*pairs, *pool] for one in (pair.a, pair.b)}
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
    rows = rows_of(PAIRS)
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


def test_no_pair_comes_twice(pairs: list[HardPair]) -> None:
    assert all(pair.a != pair.b for pair in pairs)
    assert len({frozenset((pair.a, pair.b)) for pair in pairs}) == len(pairs)


def test_every_kind_is_large_and_about_half_positive(pairs: list[HardPair]) -> None:
    total = Counter(pair.kind for pair in pairs)
    positive = Counter(pair.kind for pair in pairs if pair.same)
    for kind in ("en", "zh", "cross"):
        assert total[kind] >= 80
        assert 0.4 <= positive[kind] / total[kind] <= 0.6


def test_the_page_tells_the_counts_of_the_file(pairs: list[HardPair]) -> None:
    page = PAGE.read_text(encoding="utf-8")
    for kind in ("en", "zh", "cross", "all"):
        here = [pair for pair in pairs if kind in (pair.kind, "all")]
        same, other = (sum(pair.same == label for pair in here) for label in (True, False))
        doubts = [sum(p.doubt for p in here if p.same == label) for label in (True, False)]
        assert f"| {kind} | {same} | {other} | {doubts[0]}, {doubts[1]} |" in page


def test_the_halves_are_alike_in_kind_and_label(pairs: list[HardPair]) -> None:
    strata = Counter((pair.kind, pair.same) for pair in pairs)
    dev = Counter((pair.kind, pair.same) for pair in pairs if pair.split == "dev")
    for stratum, count in strata.items():
        assert 0.45 <= dev[stratum] / count <= 0.55


def test_no_article_is_in_both_halves(pairs: list[HardPair]) -> None:
    seen = {
        split: {one for pair in pairs if pair.split == split for one in (pair.a, pair.b)}
        for split in ("dev", "test")
    }
    assert not seen["dev"] & seen["test"]


def test_the_labels_do_not_contradict_one_another(pairs: list[HardPair]) -> None:
    # If A tells B's story and B tells C's, then A and C cannot be labelled as two stories.
    story = groups([(pair.a, pair.b) for pair in pairs if pair.same])
    for pair in pairs:
        if not pair.same:
            assert story.get(pair.a, pair.a) != story.get(pair.b, pair.b), pair


@pytest.mark.slow
def test_the_articles_exist_and_lie_within_three_days(
    pairs: list[HardPair], articles: dict[str, Article]
) -> None:
    for pair in pairs:
        a, b = articles[pair.a], articles[pair.b]
        assert timedelta(0) <= b.published - a.published <= WINDOW, pair


@pytest.mark.slow
def test_a_day_is_in_one_half_only(pairs: list[HardPair], articles: dict[str, Article]) -> None:
    # An event's reports come on the same day: a threshold tuned on it must not be tested on it.
    days = {(articles[pair.a].published.date(), pair.split) for pair in pairs}
    assert len(days) == len({day for day, _ in days})


@pytest.mark.slow
def test_the_kind_is_that_of_the_languages(
    pairs: list[HardPair], articles: dict[str, Article]
) -> None:
    both_scripts = 0
    for pair in pairs:
        languages = {articles[pair.a].language, articles[pair.b].language}
        main = {language.partition("-")[0] for language in languages}
        assert pair.kind == ("cross" if len(main) == 2 else main.pop()), pair
        both_scripts += languages == {"zh-Hans", "zh-Hant"}
    assert both_scripts >= 15


def test_the_pool_has_its_columns_and_only_known_values() -> None:
    rows = rows_of(POOL)
    assert list(rows[0]) == ["a", "b", "same", "kind", "doubt", "query"]
    allowed = {
        "same": {"0", "1"},
        "kind": {"en", "zh", "cross"},
        "doubt": {"0", "1"},
        "query": {"a", "b"},
    }
    for column, values in allowed.items():
        assert {row[column] for row in rows} == values
    assert rows == sorted(rows, key=lambda row: (row["kind"], row["a"], row["b"]))


def test_no_pair_of_the_pool_comes_twice(pool: list[PooledPair]) -> None:
    assert all(pair.a != pair.b for pair in pool)
    assert len({frozenset((pair.a, pair.b)) for pair in pool}) == len(pool)


def test_every_drawn_headline_has_the_whole_of_its_pool(pool: list[PooledPair]) -> None:
    # Thirteen if no two means agree; at least six: the encoder's three of each language.
    sizes = Counter(pair.drawn for pair in pool)
    assert len(sizes) == sum(DRAWN.values())
    assert all(6 <= size <= 13 for size in sizes.values())


def test_the_page_tells_the_counts_of_the_pool(pool: list[PooledPair]) -> None:
    page = PAGE.read_text(encoding="utf-8")
    for kind in ("en", "zh", "cross", "all"):
        here = [pair for pair in pool if kind in (pair.kind, "all")]
        same, other = (sum(pair.same == label for pair in here) for label in (True, False))
        doubts = [sum(p.doubt for p in here if p.same == label) for label in (True, False)]
        share = f"{100 * same / len(here):.1f} %"
        assert f"| {kind} | {same} | {other} | {doubts[0]}, {doubts[1]} | {share} |" in page


def test_the_labels_of_both_files_do_not_contradict_one_another(
    pairs: list[HardPair], pool: list[PooledPair]
) -> None:
    everything: list[Pair] = [*pairs, *pool]
    story = groups([(pair.a, pair.b) for pair in everything if pair.same])
    for pair in everything:
        if not pair.same:
            assert story.get(pair.a, pair.a) != story.get(pair.b, pair.b), pair


def test_a_pair_in_both_files_has_one_label(pairs: list[HardPair], pool: list[PooledPair]) -> None:
    hard = {(pair.a, pair.b): (pair.same, pair.doubt) for pair in pairs}
    both = [pair for pair in pool if (pair.a, pair.b) in hard]
    assert both
    for pair in both:
        assert hard[pair.a, pair.b] == (pair.same, pair.doubt), pair


@pytest.mark.slow
def test_the_pool_lies_within_three_days_and_has_the_kind_of_its_languages(
    pool: list[PooledPair], articles: dict[str, Article]
) -> None:
    for pair in pool:
        a, b = articles[pair.a], articles[pair.b]
        assert timedelta(0) <= b.published - a.published <= WINDOW, pair
        main = {one.language.partition("-")[0] for one in (a, b)}
        assert pair.kind == ("cross" if len(main) == 2 else main.pop()), pair


@pytest.mark.slow
def test_half_of_the_drawn_headlines_are_chinese(
    pool: list[PooledPair], articles: dict[str, Article]
) -> None:
    languages = Counter(articles[one].language for one in {pair.drawn for pair in pool})
    assert languages == DRAWN

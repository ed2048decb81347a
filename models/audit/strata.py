"""A stratified random draw of scored articles for people to code.

An ordinary draw of 200 articles would hold one or two with fear. So the articles are parted by what
the scorer said, and each part is drawn at its own rate; the rate is kept with each item, so that
what is measured on the draw can be weighted back to all articles.

Three levels: `irrelevant` (relevance 0), `silent` (relevant, adds no fear: most misses hide here)
and the fearful, by decile of what they add (relevance x fear). Each by language, the last two by
source too, where a source is large enough. Within a level the draw goes by the square root of a
stratum's size, which lies between equal shares and proportional ones: without knowledge of the
spread within the strata it stands in for Neyman's allocation.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from models.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Sequence

COLUMNS: Final = ("article_id", "source", "language", "relevance", "fear", "relief")
IRRELEVANT, SILENT, FEARFUL = "irrelevant", "silent", "fearful"
SHARES: Final = {IRRELEVANT: 0.10, SILENT: 0.30}
"""Of the draw; the fearful get the rest."""

POOLED: Final = "other sources"
OWN_SHARE: Final = 0.10
"""Of its language's fearful articles: a source with that many is a group of its own."""
OWN_LEAST: Final = 20
"""Fearful articles that such a source needs."""

# Parts of the fearful by contribution, and whether sources stand alone: the first that leaves two
# items for each stratum is used.
_CUTS: Final = ((10, True), (5, True), (10, False), (5, False), (2, False), (1, False))


@dataclass(frozen=True)
class Drawn:
    """A draw.

    Attributes:
        items: in the order of coding (random): columns `article_id, source_group, stratum,
            stratum_size, stratum_n, weight`.
        definition: JSON-able: how the strata were made, their number, the population.
    """

    items: pd.DataFrame
    definition: dict[str, Any]


def contribution(relevance: np.ndarray, fear: np.ndarray, relief: np.ndarray) -> np.ndarray:
    """What a score adds to the index: relevance x fear, 0 where relief is larger."""
    added: np.ndarray = np.where(relief > fear, 0.0, relevance * fear)
    return added


def draw_sample(articles: pd.DataFrame, size: int, seed: int) -> Drawn:
    """Draw `size` articles, or all if there are fewer.

    Args:
        articles: one row for each scored article: columns `article_id, source, language,
            relevance, fear, relief` (0-1), in any order.
        size: of the draw.
        seed: the same articles and seed give the same draw.

    Raises:
        ModelError: no articles, a column is missing, or a size below 1.
    """
    missing = [name for name in COLUMNS if name not in articles.columns]
    if missing:
        raise ModelError(f"the articles lack the columns {', '.join(missing)}")
    if articles.empty or size < 1:
        raise ModelError(f"cannot draw {size} of {len(articles)} scored articles")
    frame = articles.sort_values("article_id", kind="stable").reset_index(drop=True)
    frame["level"], frame["added"] = _levels(frame)
    levels = {str(level): int(n) for level, n in frame["level"].value_counts().items()}
    budgets = _budgets(levels, size)
    cuts, alone, frame = _stratified(frame, budgets[FEARFUL])
    rng = np.random.default_rng(seed)
    chosen = [
        _drawn(frame[frame["level"] == level], budget, rng)
        for level, budget in budgets.items()
        if budget
    ]
    items = pd.concat(chosen).iloc[rng.permutation(sum(map(len, chosen)))]
    definition = {
        "population": len(frame),
        "levels": dict(sorted(levels.items())),
        "drawn": budgets,
        "strata": int(frame["stratum"].nunique()),
        "cuts": cuts,
        "own_sources": sorted(set(frame["source_group"]) - {POOLED}) if alone else [],
        "allocation": "square root of the stratum's size, 1 at least",
    }
    return Drawn(items.reset_index(drop=True), definition)


def allocate(sizes: Sequence[int], total: int) -> list[int]:
    """Numbers to draw from strata of these sizes, by the square roots of the sizes.

    Each gets 1 as far as the total goes (the largest first) and never more than it holds; the next
    unit always goes where sqrt(size) / (drawn + 1) is largest.
    """
    drawn = [0] * len(sizes)
    queue = [(-float("inf"), -size, place) for place, size in enumerate(sizes) if size > 0]
    heapq.heapify(queue)
    for _ in range(min(total, sum(sizes))):
        _, size, place = heapq.heappop(queue)
        drawn[place] += 1
        if drawn[place] < -size:
            heapq.heappush(queue, (-np.sqrt(-size) / (drawn[place] + 1), size, place))
    return drawn


def _levels(frame: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    relevance, fear, relief = (
        frame[name].to_numpy(dtype="float64") for name in ("relevance", "fear", "relief")
    )
    added = contribution(relevance, fear, relief)
    quiet = np.where(relevance > 0, SILENT, IRRELEVANT)
    return np.where(added > 0, FEARFUL, quiet), added


def _budgets(sizes: dict[str, int], total: int) -> dict[str, int]:
    """How many of each level; what a level cannot give goes to the next."""
    found = {level: min(round(SHARES[level] * total), sizes.get(level, 0)) for level in SHARES}
    found[FEARFUL] = min(total - sum(found.values()), sizes.get(FEARFUL, 0))
    for level in (SILENT, IRRELEVANT):
        spare = total - sum(found.values())
        found[level] += min(spare, sizes.get(level, 0) - found[level])
    return found


def _stratified(frame: pd.DataFrame, budget: int) -> tuple[int, bool, pd.DataFrame]:
    """The finest strata that leave two items for each fearful one, else the coarsest."""
    fearful = (frame["level"] == FEARFUL).to_numpy()
    share = frame["added"].where(fearful).rank(pct=True)
    own = _own_sources(frame[fearful])
    for cuts, alone in _CUTS:
        pairs = pd.MultiIndex.from_frame(frame[["source", "language"]])
        group = frame["source"].where(pairs.isin(own) & alone, POOLED)
        part = (share.fillna(0.0) * cuts).apply(np.ceil).astype("int64").astype(str)
        level = frame["level"].where(~fearful, f"{FEARFUL} " + part + f"/{cuts}")
        place = group.where(frame["level"] != IRRELEVANT, POOLED)
        found = frame.assign(
            source_group=group, stratum=frame["language"] + " | " + place + " | " + level
        )
        if 2 * found.loc[fearful, "stratum"].nunique() <= budget:
            break
    return cuts, alone, found


def _own_sources(fearful: pd.DataFrame) -> pd.MultiIndex:
    """(source, language) pairs that are a group of their own."""
    counts = fearful.groupby(["source", "language"]).size()
    if counts.empty:
        return pd.MultiIndex.from_arrays([[], []], names=["source", "language"])
    language = counts.groupby(level="language").transform("sum")
    large = counts[(counts >= OWN_LEAST) & (counts >= OWN_SHARE * language)]
    return pd.MultiIndex.from_tuples(list(large.index), names=["source", "language"])


def _drawn(frame: pd.DataFrame, budget: int, rng: np.random.Generator) -> pd.DataFrame:
    strata = [rows for _, rows in frame.groupby("stratum", sort=True)]
    numbers = allocate([len(rows) for rows in strata], budget)
    parts = [
        rows.iloc[np.sort(rng.choice(len(rows), number, replace=False))].assign(
            stratum_size=len(rows), stratum_n=number, weight=len(rows) / number
        )
        for rows, number in zip(strata, numbers, strict=True)
        if number
    ]
    columns = ["article_id", "source_group", "stratum", "stratum_size", "stratum_n", "weight"]
    return pd.concat(parts)[columns]

"""``evaluate stories``: labelled pairs against the stories that the pipeline's grouper makes.

The headlines of three days around each pair go through ``ingest.stories.grouper`` in the order of
publication, as on a run of the pipeline; a pair is found if both end in one story.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from math import sqrt
from typing import TYPE_CHECKING, TypedDict

from bubblefear.errors import BubblefearError
from bubblefear.evaluation.story_pairs import News, Pair, read_news, read_pairs
from bubblefear.headline_traits import traits_of
from ingest.clock import from_text, to_text
from ingest.stories.grouper import StoryGrouper
from ingest.stories.items import Item

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from ingest.stories.items import Embed, Placed, Vector
    from nlp.embedding import Embedder

WINDOW_HOURS = 72
PORTION = 5_000


class PairFigures(TypedDict):
    """Pairwise figures of one group of pairs; the interval is Wilson's, 95 %, of precision."""

    n: int
    precision: float
    recall: float
    f1: float
    precision_low: float
    precision_high: float


class StoryFigures(TypedDict):
    """What ``evaluate stories`` prints."""

    headlines: int
    stories: int
    joined: dict[str, int]
    groups: dict[str, PairFigures]


def evaluate_stories(
    news: Path, pairs_file: Path, embedder: Embedder | None, *, whole: bool = False
) -> StoryFigures:
    """Group the headlines around the pairs and compare.

    Args:
        news: the news file.
        pairs_file: labelled pairs of its ids.
        embedder: ``None`` for words alone.
        whole: group the whole file and not the days around the pairs.

    Raises:
        BubblefearError: a file is malformed, or an id of a pair is not in the news file.
    """
    rows, pairs = read_news(news), read_pairs(pairs_file)
    known = {row.id for row in rows}
    unknown = [entry for p in pairs for entry in (p.a, p.b) if entry not in known]
    if unknown:
        raise BubblefearError(f"{pairs_file} names {unknown[0]}, which is not in {news.name}")
    placed = group(rows if whole else around(rows, pairs), embedder)
    story = {one.id: one.story for one in placed}
    joined: dict[str, int] = defaultdict(int)
    for one in placed:
        joined[one.how or "first"] += 1
    return {
        "headlines": len(placed),
        "stories": len(set(story.values())),
        "joined": dict(joined),
        "groups": by_group(pairs, lambda p: story[p.a] == story[p.b]),
    }


def judged(rows: Sequence[News], pairs: Sequence[Pair], embedder: Embedder) -> set[Pair]:
    """The pairs that the judge takes for one story, each by itself, without the stream around."""
    from bubblefear.headline_traits import all_traits
    from ingest.stories.judgement import Told, judge

    wanted = {entry for pair in pairs for entry in (pair.a, pair.b)}
    chosen = [row for row in rows if row.id in wanted]
    vectors = _embed(chosen, embedder)([row.id for row in chosen])
    told = {
        row.id: Told.read(
            all_traits(row.title, row.summary, row.language),
            row.language,
            row.source,
            from_text(row.published_at).timestamp(),
        )
        for row in chosen
    }
    found = set()
    for pair in pairs:
        one, other = told[pair.a], told[pair.b]
        cosine = float(vectors[pair.a] @ vectors[pair.b])
        if judge().probability(one, other, cosine) >= judge().least(one, other):
            found.add(pair)
    return found


def around(rows: Sequence[News], pairs: Iterable[Pair]) -> list[News]:
    """Headlines from three days before the earlier of a pair to the later one."""
    when = {row.id: row.published_at for row in rows}
    spans = []
    for pair in pairs:
        first, last = sorted((when[pair.a], when[pair.b]))
        start = to_text(from_text(first) - timedelta(hours=WINDOW_HOURS))
        spans.append((start, last))
    return [row for row, inside in zip(rows, _inside(rows, sorted(spans)), strict=True) if inside]


def _inside(rows: Sequence[News], spans: list[tuple[str, str]]) -> Iterable[bool]:
    reach, at = "", 0
    for row in rows:
        while at < len(spans) and spans[at][0] <= row.published_at:
            reach = max(reach, spans[at][1])
            at += 1
        yield row.published_at <= reach


def group(rows: Sequence[News], embedder: Embedder | None) -> list[Placed]:
    """Stories of headlines in the order of publication."""
    grouper = StoryGrouper(WINDOW_HOURS)
    embed = _embed(rows, embedder) if embedder else None
    placed: list[Placed] = []
    for first in range(0, len(rows), PORTION):
        items = [_item(row) for row in rows[first : first + PORTION]]
        placed += grouper.place(items, embed)
    return placed


def _item(row: News) -> Item:
    traits = traits_of(row.title, row.summary, row.language)
    return Item(row.id, row.title, row.published_at, row.language, row.source, traits)


def _embed(rows: Sequence[News], embedder: Embedder) -> Embed:
    from nlp.embedding import text_of

    by_id = {row.id: row for row in rows}

    def embed(ids: Sequence[str]) -> dict[str, Vector]:
        chosen = [by_id[entry] for entry in ids]
        vectors = embedder.embed(
            [text_of(row.title, row.summary) for row in chosen], [row.language for row in chosen]
        )
        return dict(zip(ids, vectors, strict=True))

    return embed


def by_group(pairs: Sequence[Pair], found: Callable[[Pair], bool]) -> dict[str, PairFigures]:
    """Figures by split and kind, with pairs in doubt and (``clear``) without."""
    groups = {}
    for split in dict.fromkeys(sorted(p.split for p in pairs)):
        for kind, kinds in (("en", "en"), ("zh", "zh"), ("one language", "en zh"), ("cross",) * 2):
            chosen = [p for p in pairs if p.split == split and p.kind in kinds.split()]
            for name, those in (
                (f"{split} {kind}", chosen),
                (f"{split} {kind} clear", [p for p in chosen if not p.doubt]),
            ):
                if those:
                    groups[name] = _figures([(p.same, found(p)) for p in those])
    return groups


def _figures(answers: Sequence[tuple[bool, bool]]) -> PairFigures:
    hits = sum(same and said for same, said in answers)
    said = sum(said for _, said in answers)
    same = sum(same for same, _ in answers)
    low, high = wilson(hits, said)
    return {
        "n": len(answers),
        "precision": hits / said if said else 0.0,
        "recall": hits / same if same else 0.0,
        "f1": 2 * hits / (said + same) if said + same else 0.0,
        "precision_low": low,
        "precision_high": high,
    }


def wilson(hits: int, n: int, z: float = 1.96) -> tuple[float, float]:
    """Wilson's interval of a share; (0, 1) of nothing."""
    if n == 0:
        return 0.0, 1.0
    share, step = hits / n, z * z / n
    middle = (share + step / 2) / (1 + step)
    half = z * sqrt(share * (1 - share) / n + step / (4 * n)) / (1 + step)
    return max(0.0, middle - half), min(1.0, middle + half)

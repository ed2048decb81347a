"""Fit the judge of stories: ``python -m bubblefear.evaluation.fit_stories NEWS --pairs PAIRS``.

Coefficients are those of a logistic regression (ridge on standardised signs) on the pairs of
split ``dev``, apart for pairs in one language and across languages. Frequencies are counted on
every third headline that is in no pair. Both go into ``ingest/stories/judgement.json``.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

import ingest.stories
from bubblefear.evaluation.story_pairs import News, Pair, read_news, read_pairs
from bubblefear.headline_traits import LANGUAGES, all_traits
from ingest.clock import from_text
from ingest.stories.judgement import SIGNS, Judge, Told, key_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from nlp.embedding import Embedder

EVERY = 3
FEWEST = 8
RIDGE = 4.0
AGAINST = frozenset({"figures_clash", "names_clash", "opposite", "days", "same_source"})
"""Signs that may only speak against a join, the others only for it: some hundred pairs are too
few to teach the contrary."""
THRESHOLD = (0.65, 0.5)
"""Least probabilities of a join. The pairs are hard ones, half of them the same story; in the
stream one candidate in some twenty is, so that half would be far too little in one language."""

Matrix = np.ndarray[Any, np.dtype[np.float64]]


def count(rows: Iterable[News]) -> tuple[int, dict[str, int]]:
    """How many headlines have each trait in their title; rare ones are left out."""
    counted: Counter[str] = Counter()
    headlines = 0
    for row in rows:
        if row.language in LANGUAGES:
            headlines += 1
            traits = all_traits(row.title, None, row.language)
            counted.update({key_of(trait) for trait in traits.title})
    return headlines, {key: n for key, n in sorted(counted.items()) if n >= FEWEST}


def signs(
    judge: Judge, pairs: Sequence[Pair], rows: Mapping[str, News], embedder: Embedder
) -> Matrix:
    """Signs of each pair, float64 [pairs, signs]."""
    from nlp.embedding import text_of

    ids = sorted({entry for pair in pairs for entry in (pair.a, pair.b)})
    vectors = embedder.embed(
        [text_of(rows[i].title, rows[i].summary) for i in ids], [rows[i].language for i in ids]
    )
    place = {entry: n for n, entry in enumerate(ids)}
    table = []
    for pair in pairs:
        cosine = float(vectors[place[pair.a]] @ vectors[place[pair.b]])
        table.append(judge.signs(_told(rows[pair.a]), _told(rows[pair.b]), cosine))
    return np.array(table)


def regress(values: Matrix, same: Matrix) -> tuple[float, ...]:
    """Constant and coefficients, on the signs' own scales."""
    from scipy.optimize import minimize

    mean, spread = values.mean(0), values.std(0)
    spread[spread == 0] = 1.0
    scaled = (values - mean) / spread

    def loss(at: Matrix) -> float:
        margin = (2 * same - 1) * (scaled @ at[1:] + at[0])
        return float(np.logaddexp(0, -margin).sum() + RIDGE * (at[1:] ** 2).sum())

    start = np.zeros(values.shape[1] + 1)
    bounds = [(None, None)] + [(None, 0) if sign in AGAINST else (0, None) for sign in SIGNS]
    found = minimize(loss, start, method="L-BFGS-B", bounds=bounds).x
    own = found[1:] / spread
    return tuple(round(float(v), 4) for v in (found[0] - own @ mean, *own))


def fit(rows: Sequence[News], pairs: Sequence[Pair], embedder: Embedder) -> Judge:
    """The judge that the ``dev`` pairs give."""
    in_pairs = {entry for pair in pairs for entry in (pair.a, pair.b)}
    headlines, frequencies = count(row for row in rows[::EVERY] if row.id not in in_pairs)
    nothing = (0.0,) * (len(SIGNS) + 1)
    judge = Judge(headlines, frequencies, nothing, nothing, THRESHOLD)
    by_id = {row.id: row for row in rows if row.id in in_pairs}
    fitted = []
    for across in (False, True):
        chosen = [p for p in pairs if p.split == "dev" and (p.kind == "cross") == across]
        same = np.array([float(p.same) for p in chosen])
        fitted.append(regress(signs(judge, chosen, by_id, embedder), same))
    return Judge(headlines, frequencies, fitted[0], fitted[1], THRESHOLD)


def _told(row: News) -> Told:
    traits = all_traits(row.title, row.summary, row.language)
    return Told.read(traits, row.language, row.source, from_text(row.published_at).timestamp())


def main() -> None:
    """Fit and write."""
    from bubblefear.scorers import story_embedder

    parser = argparse.ArgumentParser(prog="python -m bubblefear.evaluation.fit_stories")
    parser.add_argument("news", type=Path)
    parser.add_argument("--pairs", type=Path, required=True)
    args = parser.parse_args()
    judge = fit(read_news(args.news), read_pairs(args.pairs), story_embedder())
    content = {
        "headlines": judge.headlines,
        "signs": list(SIGNS),
        "one_language": judge.one_language,
        "two_languages": judge.two_languages,
        "threshold": judge.threshold,
        "frequencies": judge.frequencies,
    }
    target = Path(ingest.stories.__file__).with_name("judgement.json")
    target.write_text(json.dumps(content, ensure_ascii=False, indent=0) + "\n", encoding="utf8")


if __name__ == "__main__":
    main()

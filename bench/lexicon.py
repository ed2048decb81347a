"""100,000 texts by the lexicon alone, against the published time of sentometrics.

sentometrics (R) publishes 18.69 s for 100,000 newspaper texts with one lexicon on one core
(``appendix/output_timings.txt`` of its repository, column ``sento_unigrams``; R 3.6.2, a Windows
machine of 2020). It counts words; ours parses sentences, folds two Chinese scripts into one, and
turns a word around that is negated. How long its texts are is not said; ours have 200 words.
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any, Final

from bench.measuring import figure, seconds, spread
from bench.poll_world import headline
from bench.rows import Row

TEXTS: Final = 100_000
WORDS: Final = 200
PARTS: Final = 5
PUBLISHED_S: Final = 18.692
SMOKE: Final = {"texts": 200}
ROWS: Final = (
    Row(
        "100,000 texts of 200 words by `lexicon.v1`, one core",
        "hundred_thousand_s",
        "s",
        peer="sentometrics_published_s",
        peer_label="sentometrics, as published, on another machine",
    ),
)


def run(folder: Path, texts: int = TEXTS) -> dict[str, Any]:
    """Score made-up English texts in parts; the seconds of all parts together, and of each.

    Args:
        folder: Not used.
        texts: How many; the seconds are told for 100,000.
    """
    from nlp.registry import load_scorer

    del folder
    scorer = load_scorer("lexicon.v1")
    scorer.score(_texts(100, 1), ["en"] * 100)
    size = texts // PARTS
    taken = [
        seconds(scorer.score, part, ["en"] * size)
        for part in (_texts(size, number) for number in range(PARTS))
    ]
    return {
        "texts": size * PARTS,
        "words": WORDS,
        "hundred_thousand_s": spread([one / size * TEXTS for one in taken]),
        "texts_per_s": figure(size * PARTS / sum(taken)),
        "sentometrics_published_s": PUBLISHED_S,
    }


def _texts(count: int, seed: int) -> list[str]:
    """Sentences of the made-up press, to 200 words a text."""
    dice = random.Random(seed)
    sentences = [headline(f"{3 * n + 1}-1") for n in range(2_000)]
    long = [" ".join(f"{line}." for line in dice.choices(sentences, k=16)) for _ in range(count)]
    return [" ".join(text.split()[:WORDS]) for text in long]

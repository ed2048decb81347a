"""Which of several readings of a page is the article: the one that the others agree with most.

Each extractor errs in its own way: one loses the paragraphs under a video, one takes the comments
along, one stops at a copyright notice. What most of them found is the article. (The centroid of a
set of candidates under a similarity, as in minimum Bayes risk decoding, Kumar & Byrne 2004.)
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

_TOKEN = re.compile("[\u3040-\u30ff\u3400-\u9fff]|\\w+")
_SHINGLE: Final = 4
# The first reading is taken unless another is clearly nearer to the rest.
_FIRST_BY: Final = 0.05


def most_agreed(readings: Sequence[str]) -> str:
    """The reading nearest to the others, the first one in a tie; "" if all are empty.

    Nearness is the mean overlap (Dice) of sets of four words, or Chinese characters, in a row. An
    empty reading cannot be chosen and counts as a disagreement.
    """
    sets = [_shingles(reading) for reading in readings]
    best, found = -1.0, ""
    for place, (reading, own) in enumerate(zip(readings, sets, strict=True)):
        if not own:
            continue
        others = sum(_overlap(own, other) for n, other in enumerate(sets) if n != place)
        score = others / max(1, len(sets) - 1) + (_FIRST_BY if place == 0 else 0.0)
        if score > best:
            best, found = score, reading
    return found


def _shingles(text: str) -> set[int]:
    tokens = _TOKEN.findall(text)
    last = max(1, len(tokens) - _SHINGLE + 1)
    return {hash(tuple(tokens[n : n + _SHINGLE])) for n in range(last)} if tokens else set()


def _overlap(one: set[int], other: set[int]) -> float:
    return 2 * len(one & other) / (len(one) + len(other)) if other else 0.0

"""The sum behind an article's fear, sentence by sentence, as ``nlp.aggregate`` makes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nlp.aggregate import EXPONENT, power_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bubblefear.store.article_queries import EvidenceLine

# Scores are floats that went through the database: they come back to the last digit or so.
_TOLERANCE = 0.005


@dataclass(frozen=True)
class FearSum:
    """Terms weight x fear^exponent, their sum, and its root, which is the article's fear.

    ``agrees`` is false where the stored score is another number: an earlier version of the
    scorer made it.
    """

    exponent: int
    terms: tuple[float, ...]
    total: float
    root: float
    agrees: bool


def fear_sum(lines: Sequence[EvidenceLine], stored: float | None) -> FearSum:
    """Do the sum again from the stored sentences."""
    weights = [line.weight or 0.0 for line in lines]
    fears = [line.fear or 0.0 for line in lines]
    terms = tuple(w * x**EXPONENT for w, x in zip(weights, fears, strict=True))
    root = power_mean(weights, fears)
    agrees = stored is not None and abs(root - stored) <= _TOLERANCE
    return FearSum(EXPONENT, terms, sum(terms), root, agrees)

"""The sums behind an article's score, sentence by sentence, as ``nlp.aggregate`` makes them.

Relevance, fear and relief are each ``(sum of weight x value^4)^(1/4)`` of the sentences.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from nlp.aggregate import EXPONENT, power_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bubblefear.store.article_queries import EvidenceLine, ScoreLine

# Scores are floats that went through the database: they come back to the last digit or so.
_TOLERANCE = 0.005
FIGURES: Final = ("relevance", "fear", "relief")
# A table of a thousand sentences is read by nobody: the largest terms are shown, the others added.
_SHOWN = 40


@dataclass(frozen=True)
class PowerSum:
    """Terms weight x value^exponent, their sum, and its root.

    ``agrees`` is false where the stored figure is another number: an earlier version of the
    scorer made it.
    """

    exponent: int
    terms: tuple[float, ...]
    total: float
    root: float
    stored: float | None
    agrees: bool


@dataclass(frozen=True)
class Row:
    """A sentence in the sum of fear: its term."""

    line: EvidenceLine
    term: float


@dataclass(frozen=True)
class Arithmetic:
    """The sums of an article's three figures.

    Attributes:
        sums: By ``relevance``, ``fear`` and ``relief``.
        rows: The sentences with the largest terms of fear, in reading order.
        others: How many sentences are not in ``rows``, and their terms of fear added up.
    """

    sums: dict[str, PowerSum]
    rows: tuple[Row, ...]
    others: tuple[int, float]

    @property
    def largest(self) -> list[Row]:
        """The three largest terms of fear, largest first, as the sum begins when written out."""
        return sorted((row for row in self.rows if row.term), key=lambda row: -row.term)[:3]

    @property
    def agrees(self) -> bool:
        """Whether every stored figure is made by its sum."""
        return all(found.agrees for found in self.sums.values())


def power_sum(lines: Sequence[EvidenceLine], name: str, stored: float | None) -> PowerSum:
    """Do the sum of one figure again from the stored sentences; a missing value counts as 0."""
    weights = [line.weight or 0.0 for line in lines]
    values = [getattr(line, name) or 0.0 for line in lines]
    terms = tuple(w * x**EXPONENT for w, x in zip(weights, values, strict=True))
    root = power_mean(weights, values)
    agrees = stored is not None and abs(root - stored) <= _TOLERANCE
    return PowerSum(EXPONENT, terms, sum(terms), root, stored, agrees)


def arithmetic(lines: Sequence[EvidenceLine], score: ScoreLine) -> Arithmetic:
    """The sums of a score from its sentences."""
    sums = {name: power_sum(lines, name, getattr(score, name)) for name in FIGURES}
    terms = sums["fear"].terms
    order = sorted(range(len(lines)), key=lambda n: (-terms[n], n))
    shown, rest = sorted(order[:_SHOWN]), order[_SHOWN:]
    rows = tuple(Row(lines[n], terms[n]) for n in shown)
    return Arithmetic(sums, rows, (len(rest), sum(terms[n] for n in rest)))

"""From sentences to an article, by arithmetic that can be redone from the evidence.

With the sentences' weights w (they sum to 1) and values x:

- sentiment is the weighted mean of the sentences that were scored;
- relevance, fear and relief are weighted power means, (sum w x^4)^(1/4): between the mean, which
  would drown one clear paragraph in a long page, and the maximum, which would let one aside
  speak for it;
- kind and channel are those with the largest sum of w (fear + relief).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nlp.records import Evidence, Sentiment
from nlp.relevance import THRESHOLD

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

EXPONENT = 4
"""Exponent of the power mean for relevance, fear and relief."""

FEAR_THRESHOLD = 1 / 6
"""Least fear that counts as present: half of grade 1."""

PLACE_WEIGHTS = {"title": 3.0, "summary": 2.0, "body": 1.0}
"""Weight of a sentence by its field, before they are scaled to sum to 1."""


def power_mean(weights: Sequence[float], values: Sequence[float]) -> float:
    """Weighted power mean with ``EXPONENT``, of values 0-1 and weights that sum to 1."""
    total = sum(w * x**EXPONENT for w, x in zip(weights, values, strict=True))
    return min(float(total ** (1 / EXPONENT)), 1.0)


def mean_sentiment(evidence: Iterable[Evidence]) -> Sentiment | None:
    """Weighted mean of the scored sentences' probabilities, or ``None`` if there is none."""
    rows = [
        (e.weight, e.negative, e.neutral, e.positive)
        for e in evidence
        if e.negative is not None and e.neutral is not None and e.positive is not None
    ]
    total = sum(row[0] for row in rows)
    if not total:
        return None
    means = (sum(row[0] * row[k] for row in rows) / total for k in (1, 2, 3))
    return Sentiment(*means)


def vote(evidence: Iterable[Evidence], choices: Iterable[str | None]) -> str | None:
    """The choice with the largest sum of weight x (fear + relief); the earlier one in a tie."""
    votes: dict[str, float] = {}
    for sentence, choice in zip(evidence, choices, strict=True):
        if choice is not None:
            strength = sentence.weight * (sentence.fear + sentence.relief)
            votes[choice] = votes.get(choice, 0.0) + strength
    return max(votes, key=votes.__getitem__) if votes else None


def grade(fear: float) -> int:
    """The coding guide's grade, 0-3, nearest to a fear of 0-1."""
    return min(3, int(3 * fear + 0.5))


def stance(fear: float, relief: float) -> str:
    """``fear``, ``relief`` or ``none``: which of the two an article expresses."""
    if max(fear, relief) < FEAR_THRESHOLD:
        return "none"
    return "relief" if relief > fear else "fear"


def is_topical(relevance: float) -> bool:
    """Whether a relevance means "on topic"."""
    return relevance >= THRESHOLD

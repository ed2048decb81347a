"""How the sentiment of a sentence weighs on the fear that its phrases express.

Phrases say that the bubble is spoken of; the scorer says in which voice. With the lean
``negative - positive`` of a sentence, -1 to 1:

    fear   = phrases' fear   x (1 - TONE x (1 - lean) / 2)
    relief = phrases' relief x (1 - TONE x (1 + lean) / 2)

A wholly negative voice leaves the fear as it is, a glad one takes ``TONE`` of it away. Where
phrases say nothing, the tone adds nothing: most negative news about AI companies (lawsuits, lost
staff) is no fear of a bubble.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nlp.records import Sentiment

TONE = 0.1
"""Small on purpose: it orders headlines of the same grade a little better, and a larger share
would carry some of them over into another grade."""


def lean(sentiment: Sentiment | None) -> float:
    """Negative minus positive probability; 0 where the scorer abstained."""
    return 0.0 if sentiment is None else sentiment.negative - sentiment.positive


def toned_fear(fear: float, lean: float) -> float:
    """Fear 0-1 in a voice that leans to the negative (``lean`` > 0) or the positive."""
    return fear * (1 - TONE * (1 - lean) / 2)


def toned_relief(relief: float, lean: float) -> float:
    """Relief 0-1 in such a voice: a gloomy one weakens it."""
    return relief * (1 - TONE * (1 + lean) / 2)

"""Does a headline speak of a placebo topic: one that has nothing to do with AI or with markets?

An index of such a topic's bad news, made by the same pipeline, shares everything with the fear
index but its subject: the sources that come and go, the weekends, the busy months. What it finds
in returns is what the pipeline makes of nothing.
"""

from __future__ import annotations

import re
from functools import cache

from nlp.folding import fold
from nlp.lexicon import groups

LIST = "placebo"


@cache
def topics() -> tuple[str, ...]:
    """Names of the topics."""
    return tuple(dict.fromkeys(group.label.partition(".")[2] for group in groups(LIST)))


def topics_of(text: str) -> tuple[str, ...]:
    """The topics that a text in any of the three scripts has a phrase of."""
    folded = fold(text)
    return tuple(topic for topic in topics() if _pattern(topic).search(folded))


@cache
def _pattern(topic: str) -> re.Pattern[str]:
    phrases = [
        phrase
        for group in groups(LIST)
        if group.label == f"{LIST}.{topic}"
        for phrase in group.phrases
    ]
    # A Chinese phrase has no word boundary around it; an English one does ("flu" is not "fluid").
    latin = "|".join(re.escape(one) for one in phrases if one.isascii())
    others = "|".join(re.escape(one) for one in phrases if not one.isascii())
    return re.compile(rf"\b(?:{latin})\b|{others}", re.IGNORECASE)

"""The sentences that carried the fear of the first stories, and how their points come about."""

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bubblefear.pipeline.explain import Counted, Explained
    from bubblefear.store.explain_queries import Sentence
    from models.account.explain import Moved

SENTENCES = 2
BOLD, PLAIN = "\x1b[1m", "\x1b[22m"


def said(found: "Explained", limit: int, bold: bool) -> list[str]:
    """A paragraph for each of the first stories: its strongest article, with its sentences.

    Args:
        found: The account.
        limit: How many stories.
        bold: Whether matched phrases are set in bold; else they are listed.
    """
    out: list[str] = []
    for place, story in enumerate([s for s in found.stories if s.parts][:limit], 1):
        out += ["", _made(place, story)]
        shown = found.sentences.get(story.parts[0].article, [])[:SENTENCES]
        out += [line for sentence in shown for line in _sentence(sentence, bold)]
    return out


def _made(place: int, story: "Moved[Counted]") -> str:
    """Where the points of a story come from: each of its articles adds such a product."""
    from bubblefear.report.terminal import number, one_line

    lead = story.parts[0]
    weight = lead.fear * lead.novelty
    whole = number(lead.points / weight) if weight else "0"
    text = f"{place}. {one_line(lead.source)}: fear {lead.fear:.2f} x novelty {lead.novelty:.2f} x "
    text += f"{whole} points, what a whole fearful entry of {one_line(lead.member)} adds that day"
    return text + (f"; {_more(story.parts[1:])}" if story.parts[1:] else "")


def _more(parts: "Sequence[Counted]") -> str:
    from bubblefear.report.terminal import number, one_line

    sources = ", ".join(dict.fromkeys(one_line(part.source) for part in parts))
    return f"{number(sum(part.points for part in parts))} more from {sources}"


def _sentence(found: "Sentence", bold: bool) -> list[str]:
    from bubblefear.report.terminal import one_line

    text, phrases = one_line(found.sentence), [one_line(phrase) for phrase in found.phrases]
    shown = emphasised(text, phrases, lambda phrase: f"{BOLD}{phrase}{PLAIN}") if bold else text
    about = [] if bold else longest(phrases)
    tail = "; ".join(filter(None, [found.channel, ", ".join(about)]))
    return [f"   “{shown}”", f"   fear {found.fear:.2f}{f': {tail}' if tail else ''}"]


def emphasised(text: str, phrases: Sequence[str], mark: Callable[[str], str]) -> str:
    """The text with every matched phrase marked; of phrases that overlap the longest.

    A phrase of Latin letters is marked as a word: "AI" is not in "said".
    """
    known = sorted(filter(None, phrases), key=len, reverse=True)
    if not known:
        return text
    pattern = re.compile("|".join(map(_word, known)), re.IGNORECASE)
    return pattern.sub(lambda match: mark(match.group()), text)


def _word(phrase: str) -> str:
    start = r"(?<![A-Za-z0-9])" if phrase[0].isascii() and phrase[0].isalnum() else ""
    end = r"(?![A-Za-z0-9])" if phrase[-1].isascii() and phrase[-1].isalnum() else ""
    return f"{start}{re.escape(phrase)}{end}"


def longest(phrases: Sequence[str]) -> list[str]:
    """The phrases that are in no other one: "泡沫" goes where there is "AI泡沫".

    A single character ("未", a negation) says nothing out of its sentence.
    """
    distinct = dict.fromkeys(phrase for phrase in phrases if len(phrase) > 1)
    return [
        phrase
        for phrase in distinct
        if not any(phrase != other and phrase.lower() in other.lower() for other in distinct)
    ]

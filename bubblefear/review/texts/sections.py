"""An article's three fields as they are shown: cut into sentences, or plain where nothing fits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bubblefear.review.texts import highlight

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bubblefear.review.texts.highlight import Passage
    from bubblefear.store.article_queries import Article, EvidenceLine, MentionLine

FIELDS: Final = ("title", "summary", "body")
# A page of three thousand marked sentences is slow to make and to show; no article is so long.
_MARKED: Final = 1000


@dataclass(frozen=True)
class Section:
    """One field of an article as shown.

    Attributes:
        field: ``title``, ``summary`` or ``body``.
        passages: Its text.
        stale: Whether it changed after the scoring, so that no sentence can be marked.
        unmarked: Sentences at its end that are not marked, as there are too many.
    """

    field: str
    passages: list[Passage]
    stale: bool
    unmarked: int = 0


def sections(
    found: Article, lines: Sequence[EvidenceLine] = (), mentions: Sequence[MentionLine] = ()
) -> list[Section]:
    """The fields that have a text, in reading order."""
    every = [_section(found, name, lines, mentions) for name in FIELDS]
    return [section for section in every if section.passages or section.stale]


def _section(
    found: Article, name: str, lines: Sequence[EvidenceLine], mentions: Sequence[MentionLine]
) -> Section:
    text = getattr(found, name) or ""
    own = [line for line in lines if line.field == name]
    fits = highlight.fits(text, own)
    named = [m for m in mentions if m.field == name]
    marked = own[:_MARKED] if fits else []
    unmarked = max(0, len(own) - _MARKED) if fits else 0
    return Section(name, highlight.passages(text, marked, named), not fits, unmarked)

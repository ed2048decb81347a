"""What stands on a page but is not its article: disclaimers, other pages' headlines, links."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from nlp.folding import fold
from nlp.lexicon import LANGUAGES, table

if TYPE_CHECKING:
    from collections.abc import Iterator

_LINE = re.compile(r"[^\n]+")
_URL = re.compile(r"https?://\S+|www\.\S+")
# "NVDA +2.1%" or "輝達(NVDA-US) 180.5": a list of quotes, not a sentence.
_QUOTE = re.compile(r"\(?\b[A-Z]{1,5}(?:[.\-][A-Z]{1,2})?\b\)?\s*:?\s*[+\-−▲▼]?\$?\d[\d.,]*\s*%?")
# A headline may end in ! or ?, hardly ever in a full stop.
_PROSE_ENDS = "。．.”」』"
_PROSE_LENGTH = {True: 40, False: 120}
_CJK = re.compile(r"[\u3400-\u9fff]")


@cache
def _patterns(key: str) -> re.Pattern[str]:
    # Both languages' rules serve every text: Chinese pages end in English disclaimers too.
    rules = [rule for language in LANGUAGES for rule in table(language, "boilerplate")[key]]
    return re.compile(r"[\s　>》•·\-—*#【\[]*(?:" + "|".join(rules) + ")", re.IGNORECASE)


def is_notice(text: str) -> bool:
    """Whether a line or sentence is a notice ("not investment advice") and not the article."""
    return _patterns("line").match(fold(text)) is not None


def _is_prose(line: str) -> bool:
    long = len(line) >= _PROSE_LENGTH[bool(_CJK.search(line))]
    return long and line.rstrip()[-1:] in tuple(_PROSE_ENDS)


def _is_list(line: str) -> bool:
    """Mostly addresses or quotes."""
    links = sum(len(found) for found in _URL.findall(line))
    quotes = [found.group() for found in _QUOTE.finditer(line)]
    listed = links + (sum(map(len, quotes)) if len(quotes) > 1 else 0)
    return bool(line.strip()) and listed > 0.5 * len(line.strip())


def _kept_lines(text: str) -> Iterator[tuple[int, int]]:
    folded = fold(text)
    elsewhere = False
    for found in _LINE.finditer(text):
        line = folded[found.start() : found.end()]
        if not line.strip():
            continue
        if _patterns("related").match(line):
            elsewhere = True
            continue
        if elsewhere and not _is_prose(line):
            continue
        elsewhere = False
        if not (_patterns("line").match(line) or _is_list(line)):
            yield found.span()


def strip(text: str, language: str) -> list[tuple[int, int]]:
    """Spans of the text that belong to the article.

    Args:
        text: Body or summary, one paragraph per line.
        language: Language of the text; ``other`` is kept whole.

    Returns:
        ``(start, end)`` of the kept lines in order. Lines are kept or dropped whole; a block of
        related headlines ends where a paragraph of prose begins.
    """
    if language == "other":
        return [(0, len(text))] if text.strip() else []
    return list(_kept_lines(text))

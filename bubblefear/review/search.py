"""A person's search words -> an FTS5 expression that finds them in either Chinese script.

The stored text has a space around every CJK character (``bubblefear.store.search``), so a word
of two characters is the phrase "泡 沫". 英伟达 must find what Taiwan writes 英偉達 or 輝達:
each word is looked for in both scripts and under the other names of the company that it names.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from bubblefear.store.search import match_phrase

if TYPE_CHECKING:
    from collections.abc import Iterable

    from opencc import OpenCC

# Characters alone, then with regional wording: 芯片 is 晶片 in Taiwan.
_CONVERSIONS = ("t2s", "s2t", "s2tw", "s2hk", "tw2sp", "s2twp")
_WORDS = re.compile(r'(-?)"([^"]*)"?|(-?)(\S+)')
# A Chinese keyboard's quotation marks; and SQLite would take a NUL for the end of the expression.
_TYPED: Final = str.maketrans({"“": '"', "”": '"', "„": '"', "＂": '"', "\0": " "})
_FIELD = re.compile(r"(?:source|lang|language|channel|kind|label|month|from|to):", re.IGNORECASE)
# "a*" would stand for a third of all words.
_SHORTEST_START: Final = 2
MAX_WORDS: Final = 20


@dataclass(frozen=True)
class Term:
    """A word of a query, or what stood in double quotes.

    Attributes:
        text: As typed, without quotes and signs.
        spellings: In which it is looked for, the typed one first.
        unwanted: It had a minus before it: articles with it are left out.
        start: It had an asterisk after it: longer words that begin so are found too.
    """

    text: str
    spellings: tuple[str, ...]
    unwanted: bool = False
    start: bool = False

    @property
    def expression(self) -> str:
        """In FTS5's language: any of the spellings."""
        phrases = [match_phrase(spelling) + "*" * self.start for spelling in self.spellings]
        return f"({' OR '.join(phrases)})"


@dataclass(frozen=True)
class Query:
    """What was asked, and ``notes`` in words on what of it was not understood as typed."""

    terms: tuple[Term, ...]
    notes: tuple[str, ...] = ()

    @property
    def wanted(self) -> str:
        """The FTS5 expression of what must be there; empty where nothing must."""
        return " AND ".join(term.expression for term in self.terms if not term.unwanted)

    @property
    def unwanted(self) -> str:
        """The FTS5 expression of what must not be there; empty where everything may."""
        return " OR ".join(term.expression for term in self.terms if term.unwanted)


def read(query: str) -> Query:
    """A query as typed: words, "phrases", ``-word`` to leave out, ``bubbl*`` for beginnings."""
    found = [
        _term(quoted or bare, unwanted=bool(no_phrase or no_word), bare=not quoted)
        for no_phrase, quoted, no_word, bare in _WORDS.findall(query.translate(_TYPED))
    ]
    terms = tuple(term for term in found if term is not None)
    return Query(terms[:MAX_WORDS], tuple(_notes(terms)))


def _term(typed: str, *, unwanted: bool, bare: bool) -> Term | None:
    text = typed.rstrip("*") if bare else typed
    letters = sum(character.isalnum() for character in text)
    if not letters:
        # A phrase of signs alone has no token, which FTS5 takes as "matches nothing".
        return None
    # 泡沫* is 泡沫: each Chinese character is a word, and none begins with another.
    start = text != typed and letters >= _SHORTEST_START and text[-1].isascii()
    return Term(text, (text,) if start else tuple(variants(text)), unwanted, start)


def _notes(terms: tuple[Term, ...]) -> Iterable[str]:
    if len(terms) > MAX_WORDS:
        yield f"Only the first {MAX_WORDS} words are looked for."
    for term in terms:
        if field := _FIELD.match(term.text):
            yield (
                f"{field.group()} is looked for as a word: sources, languages and dates are chosen "
                "in the form and beside the hits."
            )


def variants(word: str) -> list[str]:
    """A word with its other scripts and other names, itself first, without repeats."""
    spellings = [word, *_scripts(word)]
    names = [name for spelling in spellings for name in _aliases().get(spelling.casefold(), ())]
    return list(dict.fromkeys([*spellings, *(s for n in names for s in (n, *_scripts(n)))]))


def escape_fts(query: str | None) -> str:
    """SQL function in place of Datasette's: its table search finds Chinese words through it."""
    asked = read(query or "")
    if not asked.wanted:
        return '""'
    return f"({asked.wanted}) NOT ({asked.unwanted})" if asked.unwanted else asked.wanted


@cache
def _converter(name: str) -> OpenCC:
    from opencc import OpenCC

    return OpenCC(name)


def _scripts(word: str) -> list[str]:
    if word.isascii():
        return []
    return [str(_converter(name).convert(word)) for name in _CONVERSIONS]


@cache
def _aliases() -> dict[str, tuple[str, ...]]:
    """Each name of an entity, case folded -> all its names, from the word lists of ``nlp``."""
    from nlp.lexicon import groups

    by_label: dict[str, list[str]] = {}
    for group in groups("entities"):
        by_label.setdefault(group.label, []).extend(group.phrases)
    return {
        name.casefold(): tuple(dict.fromkeys(names))
        for names in by_label.values()
        for name in names
    }

"""A person's search words -> an FTS5 expression that finds them in either Chinese script.

The stored text has a space around every CJK character (``bubblefear.store.search``), so a word
of two characters is the phrase "泡 沫". 英伟达 must find what Taiwan writes 英偉達 or 輝達:
each word is looked for in both scripts and under the other names of the company that it names.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from bubblefear.store.search import match_phrase

if TYPE_CHECKING:
    from collections.abc import Iterable

    from opencc import OpenCC

# Characters alone, then with regional wording: 芯片 is 晶片 in Taiwan.
_CONVERSIONS = ("t2s", "s2t", "s2tw", "s2hk", "tw2sp", "s2twp")
_WORDS = re.compile(r'"([^"]*)"?|(\S+)')
MAX_WORDS = 20


def words(query: str) -> list[str]:
    """The words of a query; what stands in double quotes is one."""
    # SQLite would take a NUL for the end of the expression.
    found = (quoted or bare for quoted, bare in _WORDS.findall(query.replace("\0", " ")))
    return [word for word in found if _has_letters(word)][:MAX_WORDS]


def _has_letters(word: str) -> bool:
    # A phrase of signs alone has no token, which FTS5 takes as "matches nothing".
    return any(character.isalnum() for character in word)


def variants(word: str) -> list[str]:
    """A word with its other scripts and other names, itself first, without repeats."""
    spellings = [word, *_scripts(word)]
    names = [name for spelling in spellings for name in _aliases().get(spelling.casefold(), ())]
    return list(dict.fromkeys([*spellings, *(s for n in names for s in (n, *_scripts(n)))]))


def expression(query: str) -> str:
    """The FTS5 expression: all words, each in any of its variants; empty without words."""
    return " AND ".join(_any_of(variants(word)) for word in words(query))


def _any_of(spellings: Iterable[str]) -> str:
    return "(" + " OR ".join(match_phrase(spelling) for spelling in spellings) + ")"


def escape_fts(query: str | None) -> str:
    """SQL function in place of Datasette's: its table search finds Chinese words through it."""
    return (expression(query) if query else "") or '""'


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

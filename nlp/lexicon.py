"""Word lists, read from ``nlp/lang/<language>/<list>.toml``.

Each language has the same files. A table is a group of phrases::

    [burst]
    weight = 0.3
    channel = "valuation"
    phrases = ["burst{,s,ing}", "dot{-,}com bust"]

Braces are alternatives, as in a shell. Chinese is written in Simplified characters: Traditional
text is folded to them before matching (``nlp.folding``).
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from nlp.errors import NlpError

if TYPE_CHECKING:
    from collections.abc import Iterator

LANGUAGES = ("en", "zh")
_BRACES = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Group:
    """Phrases that mean the same to the rules.

    Attributes:
        label: ``<list>.<table>``, the same in every language.
        weight: Strength, 0-1; its meaning is the list's.
        channel: Channel that the phrases speak for, or ``None``.
        kind: Sort of entity (``company``, ``index`` ...), or ``None``.
        cased: The phrase counts only when its first letter is a capital ("Fed", not "fed").
        phrases: The phrases, braces expanded.
    """

    label: str
    weight: float
    channel: str | None
    kind: str | None
    cased: bool
    phrases: tuple[str, ...]


def expand(pattern: str) -> Iterator[str]:
    """All phrases that a pattern with brace alternatives stands for."""
    found = _BRACES.search(pattern)
    if found is None:
        yield pattern
        return
    for choice in found.group(1).split(","):
        yield from expand(pattern[: found.start()] + choice + pattern[found.end() :])


@cache
def table(language: str, name: str) -> dict[str, Any]:
    """One language's TOML file.

    Raises:
        NlpError: There is no such list.
    """
    path = files("nlp").joinpath("lang", language, f"{name}.toml")
    if not path.is_file():
        raise NlpError(f"no word list {name!r} for language {language!r}")
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def groups(name: str) -> tuple[Group, ...]:
    """The groups of a list, every language's one after the other."""
    return tuple(
        Group(
            label=f"{name}.{key}",
            weight=float(content.get("weight", 0.0)),
            channel=content.get("channel"),
            kind=content.get("kind"),
            cased=bool(content.get("cased", False)),
            phrases=tuple(phrase for line in content["phrases"] for phrase in expand(line)),
        )
        for language in LANGUAGES
        for key, content in table(language, name).items()
    )


@cache
def abbreviations() -> tuple[str, ...]:
    """Abbreviations, without their full stop, after which a sentence goes on."""
    return tuple(word for lang in LANGUAGES for word in table(lang, "sentences")["abbreviations"])

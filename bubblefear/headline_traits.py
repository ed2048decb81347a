"""A headline's fingerprint as the grouping of stories takes it.

Only headlines that may be on the topic have one: words alone group the rest, since a vector costs
some four milliseconds and the index reads nothing of them but their number.
"""

from __future__ import annotations

from ingest.stories.items import Traits

LANGUAGES = ("en", "zh-Hans", "zh-Hant")


def traits_of(title: str, summary: str | None, language: str) -> Traits | None:
    """Traits by the word lists; ``None`` off the topic and for a language that has none."""
    from nlp.folding import fold
    from nlp.topics import may_matter

    if language not in LANGUAGES or not may_matter(fold(f"{title} {summary or ''}")):
        return None
    return all_traits(title, summary, language)


def all_traits(title: str, summary: str | None, language: str) -> Traits:
    """Traits of a headline, whatever it is about."""
    from nlp.fingerprint import fingerprint

    found = fingerprint(title, summary, language)
    return Traits(found.title, found.all)

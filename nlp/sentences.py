"""Sentences of English and Chinese text, with exact offsets."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import spacy
from spacy.pipeline import Sentencizer

from nlp import tokenizer
from nlp.errors import NlpError
from nlp.folding import fold

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

LANGUAGES = ("en", "zh-Hans", "zh-Hant")
_FULL_STOPS = [".", "。", "｡", "…", "\n", "\r", "\u2028", "\u2029"]
_OPENERS = frozenset("“‘「『《〈（(【")
_END_CHARACTERS = [*_FULL_STOPS, "!", "?", "！", "？", "；", "‼", "⁇", "⁈", "⁉"]


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a text: ``whole[start:end] == text``."""

    start: int
    end: int
    text: str


@cache
def pipeline() -> Language:
    """The blank pipeline whose tokenizer and vocabulary all texts and phrases share."""
    return spacy.blank("xx", config={"nlp": {"tokenizer": {"@tokenizers": tokenizer.NAME}}})


@cache
def _sentencizer(*, headline: bool) -> Sentencizer:
    return Sentencizer(punct_chars=_FULL_STOPS if headline else _END_CHARACTERS)


def parse(text: str, *, headline: bool = False) -> Doc:
    """Tokens and sentence starts of the text, folded to Simplified characters.

    Args:
        text: Any text; offsets of the result are those of the text.
        headline: Only full stops end a sentence. A Chinese headline is one statement in several
            exclamations: "AI泡沫?不存在!" must not fall into a fear and an unrelated denial.
    """
    doc: Doc = _sentencizer(headline=headline)(pipeline().make_doc(fold(text)))
    if _OPENERS.isdisjoint(text):
        return doc
    # spaCy takes an opening quote after a full stop for a closing one: 'fell. “It' | 'is over'.
    for token in doc[1:]:
        if token.is_sent_start and doc[token.i - 1].text in _OPENERS and token.i > 1:
            token.is_sent_start = False
            doc[token.i - 1].is_sent_start = True
    return doc


def spans(doc: Doc, text: str, *, offset: int = 0) -> list[Span]:
    """Sentences of a parsed text without surrounding white space; empty ones are left out.

    Args:
        doc: The text, parsed.
        text: The same text, unfolded.
        offset: Where the text begins in a larger one; spans count from there.
    """
    found = []
    for sentence in doc.sents:
        raw = text[sentence.start_char : sentence.end_char]
        stripped = raw.strip()
        if stripped:
            start = sentence.start_char + len(raw) - len(raw.lstrip())
            found.append(Span(offset + start, offset + start + len(stripped), stripped))
    return found


def split(text: str, language: str) -> list[Span]:
    """Cut a text into sentences.

    Args:
        text: Any text.
        language: ``en``, ``zh-Hans`` or ``zh-Hant``; one set of rules serves them all, because
            Chinese news is full of English names and figures.

    Returns:
        Sentences in order, none empty; what lies between them is white space.

    Raises:
        NlpError: The language is none of these.
    """
    if language not in LANGUAGES:
        raise NlpError(f"no sentence rules for language {language!r}")
    return spans(parse(text), text)

"""What a document says before any sentiment: sentences, phrases, relevance, fear, mentions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from nlp import aggregate, boilerplate, fear, relevance, sentences, topics, worries
from nlp.folding import fold
from nlp.records import Document, Mention

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nlp.topics import Match

_FIELDS = ("title", "summary", "body")
_SHOWN = ("subjects", "fear", "relations", "moves", "entities")


@dataclass(frozen=True, slots=True)
class ReadSentence:
    """A sentence with what its phrases say; the fields are those of ``Evidence``."""

    text: str
    start: int
    end: int
    field: str
    weight: float
    relevance: float
    assessment: fear.Assessment
    recap: bool
    fell: bool
    phrases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """A document read. ``abstained`` says why there is nothing, or is ``None``."""

    language: str
    sentences: tuple[ReadSentence, ...]
    mentions: tuple[Mention, ...]
    abstained: str | None


@dataclass(frozen=True, slots=True)
class _Piece:
    """A sentence with its matches, before it is weighed against the others."""

    field: str
    span: sentences.Span
    place: str
    matches: tuple[Match, ...]
    aspects: relevance.Aspects


def read(document: Document) -> Reading:
    """Read a document; ``empty`` and ``language:...`` are its reasons to abstain."""
    if document.language not in sentences.LANGUAGES:
        return Reading(document.language, (), (), f"language:{document.language}")
    pieces = list(_pieces(document))
    if not pieces:
        return Reading(document.language, (), (), "empty")
    total = sum(aggregate.PLACE_WEIGHTS[piece.place] for piece in pieces)
    chinese = document.language != "en"
    read_sentences = [
        _read_sentence(
            piece,
            piece.aspects.within(_context(piece, pieces)).relevance,
            aggregate.PLACE_WEIGHTS[piece.place] / total,
            chinese,
        )
        for piece in pieces
    ]
    read_sentences = _settle(read_sentences)
    mentions = tuple(_mentions(pieces, read_sentences))
    return Reading(document.language, tuple(read_sentences), mentions, None)


def _pieces(document: Document) -> Iterator[_Piece]:
    for field in _FIELDS:
        text: str | None = getattr(document, field)
        if text and text.strip():
            yield from _field_pieces(text, field, document.language)


def _field_pieces(text: str, field: str, language: str) -> Iterator[_Piece]:
    kept = [(0, len(text))] if field == "title" else boilerplate.strip(text, language)
    for start, end in kept:
        part = text[start:end]
        doc = sentences.parse(part, headline=field == "title")
        matters = topics.may_matter(fold(part))
        matches = topics.find(doc, part, offset=start) if matters else []
        for position, span in enumerate(sentences.spans(doc, part, offset=start)):
            if field != "title" and boilerplate.is_notice(span.text):
                continue
            own = tuple(m for m in matches if span.start <= m.start and m.end <= span.end)
            # Some sources put the summary after the headline in one field.
            place = "summary" if field == "title" and position else field
            yield _Piece(field, span, place, own, relevance.aspects(own))


def _settle(read_sentences: list[ReadSentence]) -> list[ReadSentence]:
    """Let what is said first of the worry in title or summary settle how the rest is read.

    Under a headline that denies the bubble, the worry recounted below is what is being denied;
    under one that reports a fall of the shares, it is why they fell.
    """
    lead = [s for s in read_sentences if s.field != "body"]
    spoken = [s for s in lead if s.assessment.fear >= aggregate.FEAR_THRESHOLD]
    fell = bool(lead) and lead[0].fell
    if not spoken:
        return read_sentences
    denied = spoken[0].assessment.relief > 0
    return [
        replace(s, assessment=fear.settled(s.assessment, denied=denied, fell=fell))
        if s.field != "body"
        else s
        for s in read_sentences
    ]


def _context(piece: _Piece, pieces: Sequence[_Piece]) -> relevance.Aspects:
    """Where a sentence's unnamed subject is named: the title; for the title, the summary."""
    place = "summary" if piece.place == "title" else "title"
    around = [other.aspects for other in pieces if other.place == place]
    if not around:
        return relevance.NOTHING
    return relevance.Aspects(max(a.subject for a in around), max(a.matter for a in around))


def _read_sentence(piece: _Piece, relevant: float, weight: float, chinese: bool) -> ReadSentence:
    view = worries.Sentence(
        matches=piece.matches,
        relevance=relevant,
        question="?" in piece.span.text or "？" in piece.span.text,
        chinese=chinese,
    )
    shown = [m for m in piece.matches if m.list in _SHOWN]
    return ReadSentence(
        text=piece.span.text,
        start=piece.span.start,
        end=piece.span.end,
        field=piece.field,
        weight=weight,
        relevance=relevant,
        assessment=fear.assess(view) if piece.matches else fear.CALM,
        recap=bool(piece.matches) and fear.is_recap(view),
        fell=fear.reports_fall(view),
        phrases=tuple(dict.fromkeys(m.surface for m in shown)),
    )


def _mentions(
    pieces: Sequence[_Piece], read_sentences: Sequence[ReadSentence]
) -> Iterator[Mention]:
    seen = set()
    for number, (piece, sentence) in enumerate(zip(pieces, read_sentences, strict=True)):
        for match in piece.matches:
            named = _named(match, sentence)
            key = (*named, piece.field, match.start) if named else None
            if named and key not in seen:
                seen.add(key)
                yield Mention(*named, match.surface, piece.field, match.start, match.end, number)


def _named(match: Match, sentence: ReadSentence) -> tuple[str, str] | None:
    """Kind and name of the mention that a match makes, if any."""
    if match.list == "entities":
        return "entity", match.name
    if match.list == "channels" and match.name == sentence.assessment.channel:
        return "channel", match.name
    if match.list == "subjects" and match.name in ("ai", "ai_market", "ai_build"):
        return "topic", "AI"
    if match.label in ("fear.bubble", "subjects.tech_bubble"):
        return "topic", "bubble"
    return None

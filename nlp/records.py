"""The records that go into and come out of scoring."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sentiment:
    """Probabilities of the three polarities; they sum to 1."""

    negative: float
    neutral: float
    positive: float


@dataclass(frozen=True, slots=True)
class Abstention:
    """A text that could not be scored, with the reason (``empty``, ``language:other``)."""

    reason: str


@dataclass(frozen=True, slots=True)
class Document:
    """A text to score. Language is ``en``, ``zh-Hans``, ``zh-Hant`` or ``other``."""

    id: str
    title: str
    summary: str | None
    body: str | None
    language: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """One sentence of a document and what it contributes.

    Attributes:
        sentence: The sentence's text, ``field_text[start:end]``.
        start: First character, counted in its field.
        end: Character after the last one.
        field: ``title``, ``summary`` or ``body``.
        negative: Probability, ``None`` where the scorer abstained; likewise the next two.
        neutral: Probability.
        positive: Probability.
        relevance: 0-1, does it treat the AI boom as an economic or market matter.
        fear: 0-1, strength of the expressed or reported fear.
        relief: 0-1, strength of its denial or easing.
        weight: Share of the document; a document's weights sum to 1.
        kind: ``threat``, ``act`` or ``None`` (no fear).
        channel: One of the six channels or ``None``.
        phrases: Matched wording, in order of appearance.
    """

    sentence: str
    start: int
    end: int
    field: str
    negative: float | None
    neutral: float | None
    positive: float | None
    relevance: float
    fear: float
    relief: float
    weight: float
    kind: str | None
    channel: str | None
    phrases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mention:
    """A named entity, channel or topic found in a document.

    Attributes:
        kind: ``entity``, ``channel`` or ``topic``.
        name: Canonical name, the same in the three scripts (``Nvidia``).
        surface: The wording found.
        field: ``title``, ``summary`` or ``body``.
        start: First character, counted in its field.
        end: Character after the last one.
        sentence: Position in ``ArticleScore.evidence``.
    """

    kind: str
    name: str
    surface: str
    field: str
    start: int
    end: int
    sentence: int


@dataclass(frozen=True, slots=True)
class ArticleScore:
    """The score of one document by one scorer, with its evidence.

    Attributes:
        document_id: ``Document.id``.
        scorer: The scorer's name, ``finbert-multi.v1``.
        sentiment: Weighted mean over the sentences; ``None`` when abstained.
        relevance: 0-1; ``None`` when abstained, as the next two.
        fear: 0-1; the guide's grades 1, 2, 3 are near .33, .67 and 1.
        relief: 0-1.
        kind: ``threat``, ``act`` or ``None``.
        channel: One of the six channels or ``None``.
        recap: A plain report of price moves; ``None`` when abstained.
        abstained: Reason, or ``None`` when scored.
        evidence: Sentences in order.
        mentions: Entities, channels and topics in order.
    """

    document_id: str
    scorer: str
    sentiment: Sentiment | None
    relevance: float | None
    fear: float | None
    relief: float | None
    kind: str | None
    channel: str | None
    recap: bool | None
    abstained: str | None
    evidence: tuple[Evidence, ...]
    mentions: tuple[Mention, ...]

"""Scores of whole documents, with the sentences that made them."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from nlp import aggregate, tone
from nlp.reading import Reading, read
from nlp.records import Abstention, ArticleScore, Evidence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from nlp.protocol import Scorer
    from nlp.reading import ReadSentence
    from nlp.records import Document, Sentiment


class ArticleScorer:
    """Reads documents and scores them, many at a time.

    Sentences of many documents go to the sentiment scorer in one call, which can then sort them
    by length; the scores do not depend on the company that a document is in.
    """

    def __init__(self, scorer: Scorer, *, batch_documents: int = 512) -> None:
        """Set up.

        Args:
            scorer: Sentiment scorer.
            batch_documents: Documents read before their sentences are scored together.
        """
        self.scorer = scorer
        self.batch_documents = batch_documents

    def score(self, documents: Iterable[Document]) -> Iterator[ArticleScore]:
        """Score documents, in their order, as a stream.

        A document that cannot be read (``empty``, ``language:other``) gives a score that says so
        in ``abstained`` and has no numbers.
        """
        stream = iter(documents)
        while batch := list(islice(stream, self.batch_documents)):
            readings = [read(document) for document in batch]
            sentiments = iter(self._sentiments(readings))
            for document, reading in zip(batch, readings, strict=True):
                own = list(islice(sentiments, len(reading.sentences)))
                yield _compose(document.id, self.scorer.name, reading, own)

    def _sentiments(self, readings: Sequence[Reading]) -> list[Sentiment | Abstention]:
        texts = [s.text for reading in readings for s in reading.sentences]
        languages = [r.language for r in readings for _ in r.sentences]
        return self.scorer.score(texts, languages) if texts else []


def _compose(
    document_id: str,
    scorer: str,
    reading: Reading,
    sentiments: Sequence[Sentiment | Abstention],
) -> ArticleScore:
    refused = [s.reason for s in sentiments if isinstance(s, Abstention)]
    if reading.abstained or len(refused) == len(sentiments):
        return _abstained(document_id, scorer, reading.abstained or refused[0])
    evidence = tuple(map(_evidence, reading.sentences, sentiments))
    weights = [e.weight for e in evidence]
    relief = aggregate.power_mean(weights, [e.relief for e in evidence])
    fear = aggregate.power_mean(weights, [e.fear for e in evidence])
    counted = max(fear, relief) >= aggregate.FEAR_THRESHOLD
    return ArticleScore(
        document_id=document_id,
        scorer=scorer,
        sentiment=aggregate.mean_sentiment(evidence),
        relevance=aggregate.power_mean(weights, [e.relevance for e in evidence]),
        fear=fear,
        relief=relief,
        kind=aggregate.vote(evidence, [e.kind for e in evidence]) if counted else None,
        channel=aggregate.vote(evidence, [e.channel for e in evidence]) if counted else None,
        recap=sum(s.weight for s in reading.sentences if s.recap) >= 0.5,
        abstained=None,
        evidence=evidence,
        mentions=reading.mentions,
    )


def _abstained(document_id: str, scorer: str, reason: str) -> ArticleScore:
    return ArticleScore(
        document_id, scorer, None, None, None, None, None, None, None, reason, (), ()
    )


def _evidence(sentence: ReadSentence, sentiment: Sentiment | Abstention) -> Evidence:
    scored = None if isinstance(sentiment, Abstention) else sentiment
    assessed = sentence.assessment
    lean = tone.lean(scored)
    return Evidence(
        sentence=sentence.text,
        start=sentence.start,
        end=sentence.end,
        field=sentence.field,
        negative=scored.negative if scored else None,
        neutral=scored.neutral if scored else None,
        positive=scored.positive if scored else None,
        relevance=sentence.relevance,
        fear=tone.toned_fear(assessed.fear, lean),
        relief=tone.toned_relief(assessed.relief, lean),
        weight=sentence.weight,
        kind=assessed.kind,
        channel=assessed.channel,
        phrases=sentence.phrases,
    )

"""Articles -> scores: streams what has no score of its present text, in order of writing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from bubblefear.pipeline.archive import unread_line
from bubblefear.store import articles, scores, transaction
from bubblefear.store.archive.ledger import unread
from bubblefear.store.hashing import text_sha256

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from bubblefear.config import Settings
    from bubblefear.pipeline.recording import Run
    from nlp.protocol import Scorer
    from nlp.records import ArticleScore, Document

BATCH: Final = 2000


@dataclass
class Scored:
    """What a round of scoring gave.

    ``archived_unread`` articles lie in the archive, where this scorer cannot read them.
    """

    scorer: str
    articles: int = 0
    relevant: int = 0
    abstained: int = 0
    archived_unread: int = 0

    def __str__(self) -> str:
        """One line for the terminal."""
        told = (
            f"{self.articles:,} articles scored by {self.scorer}: {self.relevant:,} relevant, "
            f"{self.abstained:,} abstained"
        )
        return f"{told}; {unread_line(self.archived_unread)}" if self.archived_unread else told


def score(
    conn: sqlite3.Connection,
    settings: Settings,
    run: Run,
    *,
    now: Callable[[], str],
    progress: Callable[[int, int], None] | None = None,
    scorer: Scorer | None = None,
    batch: int = BATCH,
) -> Scored:
    """Score every article whose present text this scorer has not read.

    Each batch is one transaction, and a batch begins where the last committed one ended, so a
    run that was killed goes on with the same batches as an undisturbed one.

    Args:
        conn: The database.
        settings: Names the scorer that the scores are stored under.
        run: The run that this belongs to.
        now: The clock.
        progress: Gets articles done and articles in all.
        scorer: Stands in for the settings' scorer (it is loaded only if there is work).
        batch: Articles in a transaction.

    Raises:
        NlpError: the scorer is unknown or cannot be loaded.
    """
    name = settings.scorer_id
    done = Scored(name, archived_unread=unread(conn, name))
    total = articles.count_unscored(conn, name)
    if total:
        _score_all(conn, done, scorer, settings, now, progress, total, batch)
    run.say(str(done))
    return done


def _score_all(
    conn: sqlite3.Connection,
    done: Scored,
    scorer: Scorer | None,
    settings: Settings,
    now: Callable[[], str],
    progress: Callable[[int, int], None] | None,
    total: int,
    batch: int,
) -> None:
    from bubblefear.scorers import from_settings
    from nlp.article import ArticleScorer

    reader = ArticleScorer(scorer or from_settings(settings))
    after = 0
    while chunk := articles.unscored(conn, done.scorer, after, batch):
        found = read_scores(reader, chunk)
        with transaction(conn):
            # What was moved to the archive meanwhile stays as it lies there.
            here = articles.stored(conn, [text.id for text in chunk])
            write_scores(conn, done, found.of(here), now())
        after = chunk[-1].number
        if progress:
            progress(done.articles, total)


class Reader(Protocol):
    """What scores documents, or looks up their scores."""

    def score(self, documents: Iterable[Document]) -> Iterator[ArticleScore]:
        """One score per document, in their order."""


Row = tuple["ArticleScore", str, str]


@dataclass(frozen=True)
class Found:
    """Scores, each with the hash of its text and the time that this was known.

    Attributes:
        scores: Of the articles as they are.
        earlier: Of what was known of some before the body.
    """

    scores: list[Row]
    earlier: list[Row]

    def of(self, ids: Collection[str]) -> Found:
        """Those of some articles."""
        return Found(
            [row for row in self.scores if row[0].document_id in ids],
            [row for row in self.earlier if row[0].document_id in ids],
        )


def read_scores(reader: Reader, chunk: Sequence[articles.Text]) -> Found:
    """Scores of articles, and of their headlines where a body came before these were scored."""
    from nlp.records import Document

    whole = [Document(t.id, t.title, t.summary, t.body, t.language) for t in chunk]
    late = [(t, t.headline_at) for t in chunk if t.headline_at is not None]
    before = [Document(t.id, t.title, t.summary, None, t.language) for t, _ in late]
    return Found(
        [
            (score, t.text_sha256, t.known_at)
            for score, t in zip(reader.score(whole), chunk, strict=True)
        ],
        [
            (score, text_sha256(t.title, t.summary, None), seen)
            for score, (t, seen) in zip(reader.score(before), late, strict=True)
        ],
    )


def write_scores(conn: sqlite3.Connection, done: Scored, found: Found, now: str) -> None:
    """Store scores inside a transaction of the caller, and count them."""
    scores.write_earlier(conn, found.earlier, scorer=done.scorer, now=now)
    scores.write(conn, found.scores, scorer=done.scorer, now=now)
    done.articles += len(found.scores)
    done.relevant += sum(1 for score, _, _ in found.scores if score.relevance)
    done.abstained += sum(1 for score, _, _ in found.scores if score.abstained)

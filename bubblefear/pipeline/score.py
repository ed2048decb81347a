"""Articles -> scores: streams what has no score of its present text, in order of writing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bubblefear.store import articles, scores, transaction
from bubblefear.store.hashing import text_sha256

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

    from bubblefear.config import Settings
    from bubblefear.pipeline.recording import Run
    from nlp.article import ArticleScorer
    from nlp.protocol import Scorer
    from nlp.records import ArticleScore

BATCH: Final = 2000


@dataclass
class Scored:
    """What a round of scoring gave."""

    scorer: str
    articles: int = 0
    relevant: int = 0
    abstained: int = 0

    def __str__(self) -> str:
        """One line for the terminal."""
        return (
            f"{self.articles:,} articles scored by {self.scorer}: {self.relevant:,} relevant, "
            f"{self.abstained:,} abstained"
        )


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
    done = Scored(name)
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
    from nlp.records import Document

    reader = ArticleScorer(scorer or from_settings(settings))
    after = 0
    while chunk := articles.unscored(conn, done.scorer, after, batch):
        documents = [Document(t.id, t.title, t.summary, t.body, t.language) for t in chunk]
        found = list(reader.score(documents))
        rows = [(s, t.text_sha256, t.known_at) for s, t in zip(found, chunk, strict=True)]
        earlier = _headlines(reader, chunk)
        with transaction(conn):
            scores.write_earlier(conn, earlier, scorer=done.scorer, now=now())
            scores.write(conn, rows, scorer=done.scorer, now=now())
        after = chunk[-1].number
        done.articles += len(chunk)
        done.relevant += sum(1 for s in found if s.relevance)
        done.abstained += sum(1 for s in found if s.abstained)
        if progress:
            progress(done.articles, total)


def _headlines(
    reader: ArticleScorer, chunk: list[articles.Text]
) -> list[tuple[ArticleScore, str, str]]:
    """Scores of what was known before the body, with the text's hash and time."""
    from nlp.records import Document

    late = [(t, t.headline_at) for t in chunk if t.headline_at is not None]
    documents = [Document(t.id, t.title, t.summary, None, t.language) for t, _ in late]
    return [
        (score, text_sha256(t.title, t.summary, None), seen)
        for score, (t, seen) in zip(reader.score(documents), late, strict=True)
    ]

"""Scored parts -> store, each score once, whatever is killed and however many do it at once.

Every batch is one transaction that begins with the question which articles have no score of their
present text. Only these are written, and only from a score of that very text: a part that was
merged before, or a text that changed since it was scored, has no such article.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any, Final

from bubblefear.pipeline.engines.keys import documents, text_key
from bubblefear.pipeline.engines.results import read_part, to_score
from bubblefear.pipeline.score import read_scores, write_scores
from bubblefear.store import articles, transaction
from ingest.records import Problem

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from bubblefear.pipeline.score import Scored
    from nlp.records import ArticleScore, Document

BATCH: Final = 2_000
# Parts held in memory: copies of a story are near one another, and so are their texts' parts.
_HELD: Final = 64


class ScoredTexts:
    """Looks up scores where a scorer would compute them.

    Attributes:
        problems: Parts that cannot be read; what they held is scored again.
    """

    def __init__(self, parts: Iterable[Path]) -> None:
        """Read the keys of the parts."""
        self.problems: list[Problem] = []
        self._parts: list[Path] = []
        self._places: dict[bytes, tuple[int, int]] = {}
        self._held: OrderedDict[int, list[dict[str, Any]]] = OrderedDict()
        for path in parts:
            self._add(path)

    def __len__(self) -> int:
        """Distinct texts."""
        return len(self._places)

    def __contains__(self, document: Document) -> bool:
        """Whether there is a score of the document's text."""
        return text_key(document) in self._places

    def score(self, documents: Iterable[Document]) -> Iterator[ArticleScore]:
        """The scores of documents, in their order.

        Raises:
            KeyError: the text of one has none.
        """
        for document in documents:
            part, row = self._places[text_key(document)]
            yield to_score(self._rows(part)[row], document.id)

    def _add(self, path: Path) -> None:
        try:
            rows = read_part(path)
            keys = rows["key"].to_pylist()
        except (OSError, ValueError, KeyError) as error:
            # A disk may give a part back with the power that failed; the text is still there.
            reason = f"{' '.join(str(error).split())[:200]}; its texts are scored again"
            self.problems.append(Problem("score.part", path.name, reason, None))
            path.unlink(missing_ok=True)
            return
        for row, key in enumerate(keys):
            self._places[key] = (len(self._parts), row)
        self._parts.append(path)

    def _rows(self, part: int) -> list[dict[str, Any]]:
        if part in self._held:
            self._held.move_to_end(part)
            return self._held[part]
        rows: list[dict[str, Any]] = read_part(self._parts[part]).to_pylist()
        self._held[part] = rows
        if len(self._held) > _HELD:
            self._held.popitem(last=False)
        return rows


def merge(
    conn: sqlite3.Connection,
    found: ScoredTexts,
    done: Scored,
    *,
    now: Callable[[], str],
    after: int = 0,
    until: int | None = None,
    batch: int = BATCH,
) -> None:
    """Write the scores of every article that has none and whose texts were scored.

    Args:
        conn: The database.
        found: The scores.
        done: Counts what was written, and names the scorer.
        now: The clock.
        after: Only articles numbered above this.
        until: The last article that the scores were made for; None = any.
        batch: Articles in a transaction.
    """
    while len(found):
        with transaction(conn):
            chunk = articles.unscored(conn, done.scorer, after, batch)
            ready = [text for text in chunk if all(d in found for d in documents(text))]
            if ready:
                write_scores(conn, done, read_scores(found, ready), now())
        if not chunk or (until is not None and chunk[-1].number >= until):
            return
        after = chunk[-1].number

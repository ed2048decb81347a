"""What every engine's workers do: read a table of texts, return a table of scores."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import pyarrow as pa

    from bubblefear.config import Settings

# What the libraries that compute ask for the number of their threads, when they are loaded.
THREADS: Final = (
    *("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"),
    "RAYON_NUM_THREADS",
)

_FIRST: Final = (
    ("AI bubble fears", "en"),
    ("人工智能泡沫", "zh-Hans"),
    ("人工智慧泡沫", "zh-Hant"),
)


def one_thread() -> None:
    """One core to a worker: two that each take both cores wait for one another.

    To be called before anything that computes is imported.
    """
    os.environ.update(dict.fromkeys(THREADS, "1"))


class Worker:
    """The settings' scorer, loaded once."""

    def __init__(self, settings: Settings) -> None:
        """Load the scorer.

        Raises:
            NlpError: a scorer cannot be loaded.
        """
        from bubblefear.scorers import from_settings
        from nlp.article import ArticleScorer
        from nlp.records import Document

        self._scorer = ArticleScorer(from_settings(settings))
        # Word lists and rules are made for the first text that needs them: not at others' cost.
        documents = [Document("", title, None, None, language) for title, language in _FIRST]
        list(self._scorer.score(documents))

    def score(self, texts: pa.Table) -> pa.Table:
        """Rows of ``results.SCHEMA`` for rows of ``work.SCHEMA``, in their order."""
        from bubblefear.pipeline.engines.results import as_stored, to_table
        from nlp.records import Document

        rows = texts.to_pylist()
        documents = [
            Document("", row["title"], row["summary"], row["body"], row["language"]) for row in rows
        ]
        scores = (as_stored(score) for score in self._scorer.score(documents))
        return to_table([row["key"] for row in rows], scores)

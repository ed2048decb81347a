"""Vectors of headlines for the grouping of stories: stored ones, else made and kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bubblefear.store import stories

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Sequence

    from bubblefear.pipeline.recording import Run
    from bubblefear.store.stories import Mark, Wording
    from ingest.stories.items import Vector
    from nlp.embedding import Embedder


class StoryVectors:
    """Gives vectors by article id; without a model it gives none, and says so in the run."""

    def __init__(
        self, conn: sqlite3.Connection, run: Run, load: Callable[[], Embedder] | None = None
    ) -> None:
        """Take the database; the model is loaded when a vector is first asked for.

        Args:
            conn: The database.
            run: Where a missing model is noted.
            load: Loads the model; ``None`` for the one that ships.
        """
        self._conn = conn
        self._run = run
        self._load = load
        self._embedder: Embedder | None = None
        self._missing = False
        self._made: list[Mark] = []

    def __call__(self, ids: Sequence[str]) -> dict[str, Vector]:
        """Vectors of these articles; none for any if the model is missing or damaged."""
        import numpy as np

        embedder = self._model()
        if embedder is None:
            return {}
        stored = stories.vectors(self._conn, embedder.name, ids)
        found = {
            entry: np.frombuffer(raw, dtype="<f2").astype(np.float32)
            for entry, raw in stored.items()
        }
        fresh = stories.wordings(self._conn, [entry for entry in ids if entry not in found])
        return found | self._make(embedder, fresh)

    def take_made(self) -> list[Mark]:
        """The marks made since the last call, to be stored with the stories that they gave."""
        made, self._made = self._made, []
        return made

    def _make(self, embedder: Embedder, rows: list[Wording]) -> dict[str, Vector]:
        from bubblefear.headline_traits import traits_of
        from bubblefear.store.stories import Mark
        from nlp.embedding import text_of

        vectors = embedder.embed(
            [text_of(row.title, row.summary) for row in rows], [row.language for row in rows]
        )
        for row, vector in zip(rows, vectors, strict=True):
            traits = traits_of(row.title, row.summary, row.language)
            telling = () if traits is None else tuple(sorted(filter(_is_kept, traits.all)))
            raw = vector.astype("<f2").tobytes()
            self._made.append(Mark(row.id, embedder.name, raw, telling))
        return {row.id: vector for row, vector in zip(rows, vectors, strict=True)}

    def _model(self) -> Embedder | None:
        from nlp.errors import NlpError

        if self._embedder is None and not self._missing:
            from bubblefear.scorers import story_embedder

            try:
                self._embedder = (self._load or story_embedder)()
            except NlpError as error:
                self._missing = True
                self._run.say(f"stories by words alone: {error}")
        return self._embedder


def _is_kept(trait: str) -> bool:
    """Names and figures are shown to a reader; words and acts are read from the title again."""
    return trait.startswith(("name:", "figure:"))

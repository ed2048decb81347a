"""The work folder: what is to be scored, and what has been, as Parquet parts.

    NEWS.db.scoring/MODEL HASH/todo/     title, summary, body, language and key of distinct texts
    NEWS.db.scoring/MODEL HASH/scored/   their scores

A round is as many articles as make up `ROUND_PARTS` parts: it bounds the disk and the memory that
scoring takes, however many articles there are.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from bubblefear.pipeline.engines.abandoned import SCORED, scores_in
from bubblefear.pipeline.engines.keys import documents, text_key
from bubblefear.pipeline.engines.results import write_part
from bubblefear.pipeline.whole_files import need_room
from bubblefear.store import articles

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from pathlib import Path

    from nlp.records import Document

# Some seconds of a core, which is what a killed worker loses.
PART_TEXTS: Final = 256
PART_CHARACTERS: Final = 500_000
ROUND_PARTS: Final = 2_000
BATCH: Final = 2_000
SCHEMA: Final = pa.schema(
    [
        ("key", pa.binary(32)),
        ("title", pa.string()),
        ("summary", pa.string()),
        ("body", pa.string()),
        ("language", pa.string()),
    ]
)


@dataclass(frozen=True)
class Round:
    """What was written to be scored.

    Attributes:
        parts: Files of texts.
        texts: Distinct texts in them.
        articles: Articles that have these texts.
        after: The articles are numbered above this...
        last: ...and up to this.
    """

    parts: tuple[Path, ...]
    texts: int
    articles: int
    after: int
    last: int


class WorkFolder:
    """A folder for one model's unfinished scores of one database."""

    def __init__(self, path: Path) -> None:
        """Make the folder where it is not there."""
        self.path = path
        self.todo = path / "todo"
        self.scored = path / SCORED
        for folder in (self.todo, self.scored):
            folder.mkdir(parents=True, exist_ok=True)

    def results(self) -> list[Path]:
        """Files of scores, in the order of their names."""
        return scores_in(self.path)

    def size(self) -> int:
        """Bytes of all files."""
        return sum(path.stat().st_size for path in self.path.rglob("*") if path.is_file())

    def clear(self) -> None:
        """Remove what was merged or can be written anew."""
        for folder in (self.todo, self.scored):
            for path in folder.iterdir():
                path.unlink(missing_ok=True)

    def leave(self) -> None:
        """Keep what was scored and is not merged; remove the folders where there is none."""
        if self.results():
            return
        shutil.rmtree(self.path, ignore_errors=True)
        if not any(self.path.parent.iterdir()):
            self.path.parent.rmdir()

    def plan(self, conn: sqlite3.Connection, scorer: str, after: int, *, token: str) -> Round:
        """Write the texts of the next articles without a score, each text once.

        Args:
            conn: The database.
            scorer: Whose scores are missing.
            after: Only articles numbered above this.
            token: Begins the parts' names: a worker that outlived a killed run may still write
                one, which must not take the place of another.

        Raises:
            StoreError: the disk has no room.
        """
        planner = _Planner(conn, scorer, after)
        parts: list[Path] = []
        for rows in planner.parts():
            path = self.todo / f"{token}-{len(parts):06}.parquet"
            table = pa.Table.from_pylist(rows, SCHEMA)
            need_room(self.todo, table.nbytes)
            write_part(table, path)
            parts.append(path)
        return Round(tuple(parts), len(planner.seen), planner.articles, after, planner.last)


class _Planner:
    """Walks over the articles without a score until a round is full."""

    def __init__(self, conn: sqlite3.Connection, scorer: str, after: int) -> None:
        self.conn, self.scorer, self.last = conn, scorer, after
        self.articles = 0
        self.seen: set[bytes] = set()
        self._full = False

    def parts(self) -> Iterator[list[dict[str, object]]]:
        """Rows of one part after another."""
        rows: list[dict[str, object]] = []
        characters = made = 0
        for row in self._rows():
            rows.append(row)
            characters += sum(len(str(row[name] or "")) for name in ("title", "summary", "body"))
            if len(rows) == PART_TEXTS or characters >= PART_CHARACTERS:
                yield rows
                rows, characters, made = [], 0, made + 1
                self._full = made >= ROUND_PARTS
        if rows:
            yield rows

    def _rows(self) -> Iterator[dict[str, object]]:
        while not self._full and (
            chunk := articles.unscored(self.conn, self.scorer, self.last, BATCH)
        ):
            for text in chunk:
                for document in documents(text):
                    key = text_key(document)
                    if key not in self.seen:
                        self.seen.add(key)
                        yield _row(key, document)
            self.articles += len(chunk)
            self.last = chunk[-1].number


def _row(key: bytes, document: Document) -> dict[str, object]:
    return {
        "key": key,
        "title": document.title,
        "summary": document.summary,
        "body": document.body,
        "language": document.language,
    }

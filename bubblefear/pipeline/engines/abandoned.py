"""Work folders that a killed run left and that no run has taken up since."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bubblefear.errors import Locked
from bubblefear.pipeline.lock import locked
from bubblefear.store import articles, database_file
from nlp.errors import NlpError

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

    from bubblefear.config import Settings

SUFFIX: Final = ".scoring"
SCORED: Final = "scored"
_MODEL: Final = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True)
class Abandoned:
    """Work folders of a database.

    Attributes:
        spent: Nothing in them is wanted any more.
        unmerged: With scores that only a run of the same model can use.
    """

    spent: tuple[Path, ...] = ()
    unmerged: tuple[Path, ...] = ()


def work_folder(file: Path) -> Path:
    """Where the work folders of a database lie, one for each model."""
    return file.with_name(file.name + SUFFIX)


def scores_in(folder: Path) -> list[Path]:
    """Whole parts of scores in a model's work folder, in the order of their names."""
    return sorted((folder / SCORED).glob("*.parquet"))


def abandoned(conn: sqlite3.Connection, settings: Settings) -> Abandoned:
    """What killed runs left; nothing while a run is at work.

    Texts that were to be scored are in the database too. Scores are wanted until they are merged:
    those of the model in force until every article has one, those of another for ever, since the
    name of a folder does not say whose they are.
    """
    above = work_folder(database_file(conn))
    if not above.is_dir():
        return Abandoned()
    try:
        with locked(above, ""):
            folders = sorted(p for p in above.iterdir() if p.is_dir() and _MODEL.fullmatch(p.name))
            scored = [p for p in folders if scores_in(p)]
    except Locked:
        return Abandoned()
    done = _merged(conn, settings) if scored else None
    unmerged = tuple(p for p in scored if p.name != done)
    return Abandoned(tuple(p for p in folders if p not in unmerged), unmerged)


def _merged(conn: sqlite3.Connection, settings: Settings) -> str | None:
    """The model in force, where every article has its score."""
    from bubblefear.pipeline.engines.model_hash import model_hash

    if articles.count_unscored(conn, settings.scorer_id):
        return None
    try:
        return model_hash(settings)
    except NlpError:
        return None  # the check of the scorer says so

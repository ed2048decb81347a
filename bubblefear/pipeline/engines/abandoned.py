"""Work folders that a killed run left and that no run has taken up since."""

from __future__ import annotations

import re
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bubblefear.errors import Locked
from bubblefear.pipeline.lock import locked
from bubblefear.pipeline.whole_files import clear
from bubblefear.store import articles, database_file
from nlp.errors import NlpError

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
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
    with _at_rest(conn) as above:
        return _look(conn, settings, above) if above else Abandoned()


def clear_spent(conn: sqlite3.Connection, settings: Settings) -> None:
    """Remove the folders in which nothing is wanted any more; none while a run is at work."""
    with _at_rest(conn) as above:
        if above:
            clear(_look(conn, settings, above).spent)
            if not any(above.iterdir()):
                above.rmdir()


@contextmanager
def _at_rest(conn: sqlite3.Connection) -> Iterator[Path | None]:
    """Where the work folders lie, with no run in them; None where there are none, or is one."""
    above = work_folder(database_file(conn))
    if not above.is_dir():
        yield None
        return
    with ExitStack() as held:
        free = True
        try:
            held.enter_context(locked(above, ""))
        except Locked:
            free = False
        yield above if free else None


def _look(conn: sqlite3.Connection, settings: Settings, above: Path) -> Abandoned:
    folders = sorted(p for p in above.iterdir() if p.is_dir() and _MODEL.fullmatch(p.name))
    scored = [p for p in folders if scores_in(p)]
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

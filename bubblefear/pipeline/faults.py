"""What in the database does not agree with itself, each with what ``doctor --repair`` does of it.

Nothing that was written once is changed or deleted: texts, scores, vintages and their seals,
reviews. What follows from them is made again, and the rest is said.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from bubblefear.errors import BubblefearError, Locked
from bubblefear.pipeline import backup
from bubblefear.pipeline.engines.abandoned import abandoned, clear_spent
from bubblefear.pipeline.lock import locked
from bubblefear.pipeline.whole_files import PARTIAL, RESTORING, clear
from bubblefear.store import backups, cells, counters, mending, problems, runs, scores, transaction
from bubblefear.store.archive import leftovers
from bubblefear.store.archive.ledger import folder_of
from ingest.records import Problem

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable
    from pathlib import Path

    from bubblefear.config import Settings
    from bubblefear.pipeline.engines.abandoned import Abandoned

BEFORE_REPAIR: Final = ".before-repair-"
SALVAGED: Final = ".salvaged-"


@dataclass(frozen=True)
class Fault:
    """Something that is not as it should be.

    Attributes:
        name: Of doctor's check.
        text: What is so.
        would: What a repair does; None = nothing can be made again here.
        mend: Does it, and says what was done.
        broken: Whether something works wrongly because of it.
        changes: Whether a repair writes to the database.
    """

    name: str
    text: str
    would: str | None = None
    mend: Callable[[], str] | None = None
    broken: bool = True
    changes: bool = True

    def __str__(self) -> str:
        """What is so, and what to do."""
        return (
            f"{self.text}: `bubblefear doctor --repair` {self.would}" if self.would else self.text
        )


@dataclass(frozen=True)
class Looked:
    """What every search for faults is given."""

    conn: sqlite3.Connection
    path: Path
    settings: Settings
    now: Callable[[], str]


def pages(looked: Looked) -> Fault | None:
    """Pages, and rows against their indices."""
    wrong = backups.integrity(looked.conn)
    if not wrong:
        return None
    text = "; ".join(wrong[: backups.SHOWN])
    if mending.only_indices(wrong):

        def reindex() -> str:
            mending.reindex(looked.conn)
            return "every index was made again from its rows"

        return Fault("database", text, "makes the indices again", reindex)
    return Fault("database", f"damaged: {text}", "saves what can be read into a new file")


def schema(looked: Looked) -> Fault | None:
    """Indices, triggers and views that are missing, and statements that are others."""
    strange = mending.foreign_objects(looked.conn)
    missing = mending.missing_objects(looked.conn)
    if not strange and not missing:
        return None
    told = [f"missing: {', '.join(missing)}"] if missing else []
    told += [f"not as bubblefear makes it: {', '.join(strange)}"] if strange else []
    text = "; ".join(told)
    if not missing:
        return Fault("schema", text)

    def make() -> str:
        mending.make(looked.conn, missing)
        return f"made: {', '.join(missing)}"

    return Fault("schema", text, "makes what is missing", make)


def search(looked: Looked) -> Fault | None:
    """The search table beside the texts."""
    text = mending.search_faults(looked.conn)
    if text is None:
        return None

    def rebuild() -> str:
        number = mending.rebuild_search(looked.conn)
        return f"the search table was filled again with {number:,} articles"

    return Fault("search", text, "fills it again from the texts", rebuild)


def counts(looked: Looked) -> Fault | None:
    """The count of changes beside the hours that were noted with it."""
    latest = mending.behind(looked.conn)
    if latest is None:
        return None
    behind = latest - counters.inputs(looked.conn)

    def raise_count() -> str:
        with transaction(looked.conn):
            counters.bump(looked.conn, behind)
        return f"the count of changes was raised by {behind:,}"

    return Fault("counts", f"the count of changes is {behind:,} behind", "raises it", raise_count)


def sums(looked: Looked) -> Fault | None:
    """Sums kept for the index beside those of all articles, where the index is up to date."""
    from bubblefear.pipeline.computing import compute_whole, work_on

    conn, settings = looked.conn, looked.settings
    last = counters.last_build(conn, settings.index_version)
    built = counters.is_built(conn, settings.index_version, settings.specification)
    if last is None or not built or not scores.any_by(conn, settings.scorer_id):
        return None
    work = work_on(conn, settings, last.instant)
    plain = replace(work, spec=replace(work.spec, bootstrap_draws=0))
    found = compute_whole(conn, plain).sums
    wrong = {
        date
        for known, whole in found.items()
        for date, _ in whole.items() ^ cells.read(conn, work.recipe, known).items()
    }
    if not wrong:
        return None

    def build() -> str:
        from bubblefear.pipeline.build_index import build_recorded

        mending.forget_build(conn, settings.index_version, work.recipe)
        return str(build_recorded(conn, settings, now=looked.now))

    text = (
        f"kept sums of {len(wrong):,} sessions are not those of their articles, first {min(wrong)}"
    )
    return Fault("sums", text, "builds the index from every article", build)


def unfinished(looked: Looked) -> Fault | None:
    """Runs of earlier days that never ended; one of today may run, or be taken up again."""
    found = mending.unfinished(looked.conn, looked.now()[:10])
    if not found:
        return None

    def close() -> str:
        note = "killed, not taken up again"
        with transaction(looked.conn):
            for run_id, _ in found:
                runs.finish(looked.conn, run_id, outcome="failed", now=looked.now(), note=note)
        return f"{len(found)} runs were closed as failed"

    commands = ", ".join(sorted({command for _, command in found}))
    text = f"{len(found)} runs of earlier days never ended ({commands})"
    return Fault("runs", text, "closes them as failed", close, broken=False)


def orphans(looked: Looked) -> Fault | None:
    """Rows that name a row which is not there."""
    found = mending.orphans(looked.conn)
    if not found:
        return None
    told = [
        f"{o.number:,} rows of {o.table} name what is not in {o.parent} ({', '.join(o.named)})"
        for o in found
    ]

    def note() -> str:
        instant = looked.now()
        kept = [
            Problem("store.orphan", orphan.table, reason, None)
            for orphan, reason in zip(found, told, strict=True)
        ]
        with transaction(looked.conn):
            problems.record(looked.conn, kept, instant, instant)
        return "noted as store.orphan among the problems; no row was deleted"

    return Fault("orphans", "; ".join(told), "notes them among the problems", note)


def left(looked: Looked) -> Fault | None:
    """Files of commands that were killed."""
    scoring = abandoned(looked.conn, looked.settings)
    found, unknown = [*_files(looked.path), *scoring.spent], leftovers.unknown(looked.conn)
    waiting = _waiting(scoring)
    if not found and not unknown:
        return Fault("leftovers", waiting, broken=False) if waiting else None
    names = [str(place.relative_to(looked.path.parent)) for place in found] + unknown

    def removed() -> str:
        clear(_files(looked.path))
        clear_spent(looked.conn, looked.settings)
        strangers = _clear_archive(looked) if unknown else []
        alone = f", left alone: {', '.join(strangers)}" if strangers else ""
        return f"{len(names) - len(strangers)} removed{alone}"

    text = f"{len(names)} left by killed commands, such as {names[0]}"
    text = f"{waiting}; {text}" if waiting else text
    return Fault("leftovers", text, "removes them", removed, broken=False, changes=False)


def _waiting(scoring: Abandoned) -> str:
    if not scoring.unmerged:
        return ""
    return (
        f"scores that were not merged lie in {', '.join(map(str, scoring.unmerged))}: `bubblefear "
        "score --engine` by the same model takes them up, or delete them"
    )


def _clear_archive(looked: Looked) -> list[str]:
    with locked(folder_of(looked.path), "an archive command runs on "):
        return leftovers.clear(looked.conn)


def _files(path: Path) -> list[Path]:
    return [*_halves(path), *_of_backups(backup.default_folder(path), path)]


def _halves(path: Path) -> list[Path]:
    """Files beside the database, and beside those of its archive, that were not finished."""
    begun = (f"{path.name}{BEFORE_REPAIR}", f"{path.stem}{SALVAGED}")
    near = [
        place
        for place in path.parent.iterdir()
        if place.name == f"{path.name}{RESTORING}"
        or (place.name.startswith(begun) and PARTIAL in place.suffix)
    ]
    return sorted(near) + sorted(folder_of(path).glob(f"month=*/*{RESTORING}"))


def _of_backups(folder: Path, path: Path) -> list[Path]:
    """Nothing where a backup is written just now."""
    found = backup.leftovers(folder, path)
    if not found:
        return []
    try:
        with locked(folder / f".{path.stem}", ""):
            return found
    except Locked:
        return []


# In the order in which they are mended: what is made again first is read by what comes after it.
SEARCHES: Final[dict[str, Callable[[Looked], Fault | None]]] = {
    "database": pages,
    "schema": schema,
    "search": search,
    "counts": counts,
    "sums": sums,
    "runs": unfinished,
    "orphans": orphans,
    "leftovers": left,
}


def find(looked: Looked, name: str) -> Fault | None:
    """One search; what cannot be looked at because the file is damaged is a fault too."""
    import sqlite3

    try:
        return SEARCHES[name](looked)
    except sqlite3.OperationalError:
        raise
    except (sqlite3.DatabaseError, BubblefearError) as error:
        return Fault(name, f"cannot be looked at: {error}")

"""The review database that a team publishes: what is on the topic, counted beforehand, read-only.

Equal databases and choices give equal bytes: nothing of the moment or of the machine is in it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from bubblefear.errors import NothingToDo, StoreError, UsageError
from bubblefear.pipeline.lock import locked
from bubblefear.pipeline.whole_files import PARTIAL, clear, megabytes, need_room, put, side_files
from bubblefear.store import database, publish, published, report_queries
from bubblefear.store.archive import ledger
from bubblefear.store.archive import rows as archived

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator
    from pathlib import Path

_READ_ONLY: Final = 0o444


@dataclass(frozen=True)
class Published:
    """What was published.

    Attributes:
        file: Where.
        bytes: Its size.
        articles: In it.
        entries: In the database, archive included.
        vintages: Of the index, all of them.
        reviews: Codes of people in it.
        since: First day of the articles; None = all.
    """

    file: str
    bytes: int
    articles: int
    entries: int
    vintages: int
    reviews: int
    since: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)

    def __str__(self) -> str:
        """One line for the terminal."""
        codes = f", {self.reviews:,} reviews" if self.reviews else ""
        return (
            f"{self.file}: {megabytes(self.bytes)}, {self.articles:,} of {self.entries:,} "
            f"articles{codes}, {self.vintages:,} vintages"
        )


@dataclass(frozen=True)
class Asked:
    """What is to be published; as ``store.publish.Choice``, and whether a file may be replaced."""

    since: str | None = None
    reviews: bool = False
    coders: bool = False
    force: bool = False


def publish_database(
    path: Path,
    out: Path,
    asked: Asked,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> Published:
    """Write the published file of the database at ``path``; it is there whole or not at all.

    Args:
        path: The database.
        out: The file to write.
        asked: What goes into it.
        progress: Told steps done and in all.

    Raises:
        UsageError: ``since`` is no date, or names of coders without their reviews.
        StoreError: the file is there already, or is a database or a part of one; or what is to be
            published was published itself, or is not there.
        NothingToDo: nothing was scored yet.
        Locked: another job runs on the database.
    """
    asked = _checked(path, out, asked)
    told = progress or (lambda _done, _all: None)
    with locked(path, "another job runs on "):
        need_room(out.parent, path.stat().st_size)
        half, packed = (out.with_name(f"{out.name}{end}{PARTIAL}") for end in ("", ".packed"))
        made = [half, packed, *side_files(half), *side_files(packed)]
        try:
            clear(made)
            told(0, 4)
            done = _write(path, half, asked, told)
            publish.pack(half, packed)
            packed.chmod(_READ_ONLY)
            put(packed, out)
            told(4, 4)
        finally:
            clear(made)
    return Published(str(out), out.stat().st_size, *done, since=asked.since)


def _checked(path: Path, out: Path, asked: Asked) -> Asked:
    """What was asked, its day as the database writes days."""
    if asked.since is not None:
        try:
            # 20251130 is a day too, and as text it would be after every instant of 2025.
            asked = replace(asked, since=date.fromisoformat(asked.since).isoformat())
        except ValueError as error:
            raise UsageError(f"--since {asked.since} is no date: write it as 2025-11-30") from error
    if asked.coders and not asked.reviews:
        raise UsageError("--coders names who wrote the reviews: give --reviews too")
    with database(path, create=False) as source:
        if published.is_published(source):
            raise StoreError(f"{path} was published itself: publish from the whole database")
    _check_place(path.resolve(), out, force=asked.force)
    return asked


def _check_place(path: Path, out: Path, *, force: bool) -> None:
    place = out.resolve()
    if place == path:
        raise StoreError(f"{out} is the database itself: publish into another file")
    own = {*side_files(path), path.with_name(f"{path.name}.lock")}
    if place in own or ledger.folder_of(path) in place.parents:
        raise StoreError(f"{out} is a part of the database: publish into another file")
    if out.is_dir():
        raise StoreError(f"{out} is a folder: name the file to write")
    if not out.parent.is_dir():
        raise StoreError(f"there is no folder {out.parent}")
    if out.exists() and not force:
        raise StoreError(f"{out} is there already: give --force to replace it")
    if out.exists() and published.is_whole_database(out):
        raise StoreError(f"{out} is a database that was not published: --force leaves it as it is")


def _write(
    path: Path, half: Path, asked: Asked, progress: Callable[[int, int], None]
) -> tuple[int, int, int, int]:
    with database(path, create=False) as source:
        scorer = report_queries.main_scorer(source)
        if scorer is None:
            raise NothingToDo("nothing was scored yet: run `bubblefear score`")
        choice = publish.Choice(scorer, asked.since, asked.reviews, asked.coders)
        with publish.new_file(half, path) as conn:
            kept = publish.choose(conn, choice)
            publish.copy(conn, choice)
            progress(1, 4)
            publish.add_tables(conn)
            _count_left_out(conn, source, scorer)
            progress(2, 4)
            entries = publish.count(conn, "src.entries") + ledger.count(source, ledger.ENTRIES)
            reviews, vintages = publish.count(conn, "reviews"), publish.count(conn, "vintages")
            counts = {"articles": kept, "entries": entries, "reviews": reviews}
            about: dict[str, str | None] = {name: str(n) for name, n in counts.items()}
            about |= {"scorer": scorer, "since": asked.since, "vintages": str(vintages)}
            publish.finish(conn, choice, about)
            progress(3, 4)
    return kept, entries, vintages, reviews


def _count_left_out(conn: sqlite3.Connection, source: sqlite3.Connection, scorer: str) -> None:
    """By session, what is in SQLite and not published, and what lies in the archive."""
    ends = [*publish.span_of_entries(conn), *ledger.span(source)]
    instants = [instant for instant in ends if instant]
    if not instants:
        return
    closes = list(_closes(min(instants), max(instants)))
    publish.count_left_out(conn, closes, scorer)
    publish.add_archived(conn, archived.counts_by_close(source, scorer, closes))


def _closes(first: str, last: str) -> Iterator[str]:
    """Closes of the sessions from before the first instant to after the last, UTC text."""
    from models.sessions import closes

    # The longest time without a session, of 2001, was six days.
    week = timedelta(days=8)
    start, end = date.fromisoformat(first[:10]) - week, date.fromisoformat(last[:10]) + week
    yield from closes(start.isoformat(), end.isoformat()).dt.strftime("%Y-%m-%dT%H:%M:%SZ")

"""``bubblefear archive``: old months in Parquet files beside the database."""

from typing import TYPE_CHECKING, Annotated

import typer

from bubblefear.cli.lean import LeanCommand, LeanGroup, lean_app
from bubblefear.cli.options import Config, Db, Json

if TYPE_CHECKING:
    from bubblefear.pipeline.archive import Listed

app = lean_app("Move old months out of SQLite into Parquet files, and back.")
app.info.cls = LeanGroup

MOVE = """\b
Examples:
  bubblefear archive move        this month and the three before it stay
  bubblefear archive move --before 2025-09 --vacuum
"""
RESTORE = """\b
Examples:
  bubblefear archive restore 2025-08
  bubblefear archive restore all
"""


@app.command(cls=LeanCommand, epilog=MOVE)
def move(
    before: Annotated[
        str | None,
        typer.Option(help="First month that stays; default: three months ago.", metavar="YYYY-MM"),
    ] = None,
    vacuum: Annotated[
        bool, typer.Option("--vacuum", help="Give the bytes that are free then to the disk.")
    ] = False,
    db: Db = None,
    config: Config = None,
    json_: Json = False,
) -> None:
    """Move what has no relevance and is referred to by nobody into DATABASE.archive.

    Nine in ten entries of a financial feed are of that kind. The index, explain and test read
    both places as one, to the same numbers; pages and the search show what stays: all that has
    relevance, was reviewed, drawn for an audit, counts in an account or tells such a story. A
    month that still holds articles without score or story is left, with the reason.

    A move that was killed loses nothing, and the next goes on.
    """
    from bubblefear.cli.options import now
    from bubblefear.cli.progress import bar
    from bubblefear.cli.working import show, working
    from bubblefear.pipeline import archive
    from bubblefear.store import database_file

    with working("archive move", db, config) as work:
        path = database_file(work.conn)
        with work.run.stage("archive"), bar("months") as progress:
            moved = archive.move(
                work.conn, path, before=before, now=now, progress=progress, vacuum=vacuum
            )
        work.run.say(f"{moved.entries:,} entries moved")
    show(moved, json_)


@app.command("list", cls=LeanCommand, epilog="\b\nExample:\n  bubblefear archive list --json")
def list_(db: Db = None, json_: Json = False) -> None:
    """List the months of the archive with their rows and size."""
    from bubblefear import config as configuration
    from bubblefear.cli.working import show
    from bubblefear.pipeline import archive
    from bubblefear.store import database

    with database(configuration.database_path(db), create=False) as conn:
        found = archive.listed(conn)
    if json_:
        show([vars(month) for month in found], json_)
        return
    from bubblefear.report.terminal import table

    head = ["month", "entries", "articles", "scores", "MB", "archived at"]
    typer.echo(table(head, [_cells(month) for month in found]))
    typer.echo(f"{len(found)} months")


@app.command(cls=LeanCommand, epilog="\b\nExample:\n  bubblefear archive verify")
def verify(db: Db = None, json_: Json = False) -> int:
    """Hash every file, count its rows, and look whether any entry is in both places or in none.

    Exit code 1 where something is wrong.
    """
    from bubblefear import config as configuration
    from bubblefear.cli.progress import bar
    from bubblefear.cli.working import show
    from bubblefear.errors import DONE, FAILED
    from bubblefear.pipeline import archive
    from bubblefear.store import database

    with (
        database(configuration.database_path(db), create=False) as conn,
        bar("files") as progress,
    ):
        found = archive.verify(conn, progress)
    show(found, json_)
    return FAILED if found.faults else DONE


@app.command(cls=LeanCommand, epilog=RESTORE)
def restore(
    months: Annotated[
        list[str], typer.Argument(metavar="YYYY-MM...", help="Months, or the word all.")
    ],
    db: Db = None,
    config: Config = None,
    json_: Json = False,
) -> None:
    """Put every row of some months back into SQLite, and delete their files."""
    from bubblefear.cli.progress import bar
    from bubblefear.cli.working import show, working
    from bubblefear.pipeline import archive
    from bubblefear.store import database_file

    with working("archive restore", db, config) as work:
        with work.run.stage("archive"), bar("months") as progress:
            done = archive.restore(work.conn, database_file(work.conn), months, progress=progress)
        work.run.say("; ".join(str(done).splitlines()))
    show(done, json_)


def _cells(month: "Listed") -> list[str]:
    counts = [f"{month.rows.get(name, 0):,}" for name in ("entries", "articles", "scores")]
    return [month.month, *counts, f"{month.bytes / 1e6:,.1f}", month.archived_at]

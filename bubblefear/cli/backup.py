"""``bubblefear backup``: a whole copy of the database, while others write."""

from pathlib import Path
from typing import Annotated

import typer

from bubblefear.cli.lean import LeanCommand, lean_app
from bubblefear.cli.options import Db, Json

app = lean_app()

EPILOG = """\b
Examples:
  bubblefear backup
  bubblefear backup --keep 14
  bubblefear backup /mnt/usb/bubblefear --keep 4
  bubblefear backup before-upgrade.db
"""


@app.command(cls=LeanCommand, epilog=EPILOG)
def backup(
    target: Annotated[
        Path | None,
        typer.Argument(
            help="A file that is not there yet, or a folder, where the name tells the instant; "
            "else `backups` beside the database.",
            metavar="[FILE|FOLDER]",
        ),
    ] = None,
    keep: Annotated[
        int | None,
        typer.Option(
            help="How many of the folder's backups stay; the oldest go once the new one is sound.",
            metavar="N",
        ),
    ] = None,
    db: Db = None,
    json_: Json = False,
) -> int:
    """Copy the whole database, while others write.

    The copy is checked before it counts: pages, indices, seals of all vintages. It is an ordinary
    database that opens as it is; beside it lie its hash and the files of its archive. Files of
    other names are never removed.

    Exit code 3 where vintages are not as they were sealed: the backup stays, and so do the others.
    """
    from bubblefear import config as configuration
    from bubblefear.cli.options import now
    from bubblefear.cli.progress import bar
    from bubblefear.cli.working import show
    from bubblefear.errors import DONE, PARTIAL
    from bubblefear.pipeline.backup import back_up

    path = configuration.database_path(db)
    with bar("pages") as progress:
        made = back_up(path, target, now=now, keep=keep, progress=progress)
    show(made.as_dict() if json_ else made, json_)
    return DONE if made.sound else PARTIAL

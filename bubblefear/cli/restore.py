"""``bubblefear restore``: a backup in the place of the database."""

from pathlib import Path
from typing import Annotated

import typer

from bubblefear.cli.lean import LeanCommand, lean_app
from bubblefear.cli.options import Db, Json

app = lean_app()

EPILOG = """\b
Examples:
  bubblefear restore data/backups/bubblefear-20251121T220000Z.db
  bubblefear restore backup.db --db elsewhere/news.db --json
"""


@app.command(cls=LeanCommand, epilog=EPILOG)
def restore(
    file: Annotated[Path, typer.Argument(help="The backup.", metavar="FILE")],
    any_seals: Annotated[
        bool,
        typer.Option("--any-seals", help="Also where vintages are not as they were sealed."),
    ] = False,
    db: Db = None,
    json_: Json = False,
) -> None:
    """Put a backup where the database is.

    The backup is checked first: hash, pages, seals, schema. Refused while a job or anybody else,
    such as the review server, has the database open. The step itself is one renaming, and what was
    there before stays beside it as FILE.before-restore-INSTANT.
    """
    from bubblefear import config as configuration
    from bubblefear.cli.options import now
    from bubblefear.cli.progress import bar
    from bubblefear.cli.working import show
    from bubblefear.pipeline.restore import restore as put_back

    with bar("pages") as progress:
        done = put_back(
            file,
            configuration.database_path(db),
            now=now,
            any_seals=any_seals,
            progress=progress,
        )
    show(done.as_dict() if json_ else done, json_)

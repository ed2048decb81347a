"""``bubblefear publish``: the part of the database that may be shown, as a file of its own."""

from pathlib import Path
from typing import Annotated

import typer

from bubblefear.cli.lean import LeanCommand, lean_app
from bubblefear.cli.options import Db, Json

app = lean_app()

EPILOG = """\b
Examples:
  bubblefear publish public.db
  bubblefear publish public.db --since 2025-08-01 --force
  bubblefear review --db public.db
  datasette public.db
"""


@app.command(cls=LeanCommand, epilog=EPILOG)
def publish(
    out: Annotated[Path, typer.Argument(metavar="OUT.db", help="File to write.")],
    since: Annotated[
        str | None,
        typer.Option(help="First day of the articles, UTC; default: all.", metavar="YYYY-MM-DD"),
    ] = None,
    reviews: Annotated[
        bool, typer.Option("--reviews", help="With the reviewers' codes, without notes and names.")
    ] = False,
    coders: Annotated[bool, typer.Option("--coders", help="With the reviewers' names.")] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Replace the file, if it was published.")
    ] = False,
    db: Db = None,
    json_: Json = False,
) -> None:
    """Write what may be shown into a read-only file.

    Its facets are counted beforehand.
    In it: articles on the topic with title, link, times and scores, their names, their stories,
    and of each article up to three sentences that made its fear or relief; the whole index with
    accounts and seals; counts of all that was read. Not in it: summaries, bodies, authors, feeds,
    runs, prices, and reviews unless asked for.

    Any Datasette opens it, and so does `review --db OUT.db`, where nothing can be written.
    """
    from bubblefear import config as configuration
    from bubblefear.cli.progress import bar
    from bubblefear.cli.working import show
    from bubblefear.pipeline.publish import Asked, publish_database

    path = configuration.database_path(db)
    asked = Asked(since, reviews, coders, force)
    with bar("steps") as progress:
        made = publish_database(path, out, asked, progress=progress)
    show(made.as_dict() if json_ else made, json_)

"""``bubblefear init``: a database with the default feeds."""

from typing import Annotated

import typer

from bubblefear.cli.lean import LeanCommand, lean_app
from bubblefear.cli.options import Config, Db

app = lean_app()


@app.command(
    cls=LeanCommand,
    epilog="\b\nExamples:\n  bubblefear init\n  bubblefear init --no-feeds --db news.db",
)
def init(
    feeds: Annotated[bool, typer.Option(help="Add the default feeds.")] = True,
    db: Db = None,
    config: Config = None,
) -> None:
    """Make the database and add the default feeds.

    An older database is brought up to date. Feeds that were removed stay removed.
    """
    from bubblefear import config as configuration
    from bubblefear.cli.options import now
    from bubblefear.cli.working import working
    from bubblefear.pipeline.feed_list import add_defaults

    with working("init", db, config, create=True) as work:
        added = add_defaults(work.conn, now=now) if feeds else 0
        work.run.say(f"{added} feeds added")
    typer.echo(f"{configuration.database_path(db)}: ready, {added} feeds added")

"""``bubblefear ingest``: poll the feeds once."""

from typing import TYPE_CHECKING, Annotated

import typer

from bubblefear.cli.lean import LeanCommand, lean_app
from bubblefear.cli.options import Config, Db, Json

if TYPE_CHECKING:
    from bubblefear.pipeline.ingest_feeds import Polled

app = lean_app()


EPILOG = """\b
Examples:
  bubblefear ingest && bubblefear score
  bubblefear ingest --due     (for cron, every 10 minutes)
"""


@app.command(cls=LeanCommand, epilog=EPILOG)
def ingest(
    due: Annotated[
        bool, typer.Option("--due", help="Only feeds whose time has come, by their own rhythm.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Also hosts that are left alone.")] = False,
    db: Db = None,
    config: Config = None,
    json_: Json = False,
) -> int:
    """Poll every feed once and keep every item.

    With --due a feed is asked only when about a quarter of its items will have been replaced:
    every 15 minutes to once a day. A host that did not answer in three rounds is left alone for
    an hour, then two, up to a day; one answer ends that. What is new is grouped into stories and
    scored by `bubblefear score`, or by the next `daily`.

    Exit code 3 where some feeds failed or were left alone; `bubblefear doctor` says why.
    """
    from bubblefear.cli.options import now
    from bubblefear.cli.progress import bar
    from bubblefear.cli.working import show, working
    from bubblefear.pipeline.ingest_feeds import ingest_feeds

    with working("ingest", db, config) as work:
        with work.run.stage("poll"), bar("feeds") as progress:
            polled = ingest_feeds(
                work.conn,
                work.settings,
                work.run,
                now=now,
                progress=progress,
                due_only=due,
                force=force,
            )
        _tell(polled)
    show(polled, json_)
    return work.exit_code


def _tell(polled: "Polled") -> None:
    """On standard error: which feeds failed, which were left alone and until when."""
    for failure in polled.failures:
        said = f"{failure['url']}: {failure['code']}: {failure['reason']}"
        typer.echo(f"bubblefear: {said}", err=True)
    for alone in polled.left_alone:
        until = f"until {alone['until']}" if alone["until"] else "for this round"
        said = f"{alone['url']}: {alone['host']} is left alone {until}: {alone['reason']}"
        typer.echo(f"bubblefear: {said}", err=True)

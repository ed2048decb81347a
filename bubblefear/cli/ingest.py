"""``bubblefear ingest``: poll the feeds once."""

import typer

from bubblefear.cli.lean import LeanCommand, lean_app
from bubblefear.cli.options import Config, Db, Json

app = lean_app()


@app.command(cls=LeanCommand, epilog="\b\nExample:\n  bubblefear ingest && bubblefear score")
def ingest(db: Db = None, config: Config = None, json_: Json = False) -> int:
    """Poll every feed once and keep every item.

    Exit code 3 where some feeds failed; `bubblefear doctor` lists the reasons.
    """
    from bubblefear.cli.options import now
    from bubblefear.cli.progress import bar
    from bubblefear.cli.working import show, working
    from bubblefear.pipeline.group_stories import group_stories
    from bubblefear.pipeline.ingest_feeds import ingest_feeds
    from bubblefear.store import feeds

    with working("ingest", db, config) as work:
        with work.run.stage("poll"), bar("feeds") as progress:
            polled = ingest_feeds(work.conn, work.settings, work.run, now=now, progress=progress)
        with work.run.stage("stories"):
            group_stories(work.conn, work.run)
        for url, error in feeds.failed_in_run(work.conn, work.run.id):
            typer.echo(f"bubblefear: {url}: {error}", err=True)
    show(polled, json_)
    return work.exit_code

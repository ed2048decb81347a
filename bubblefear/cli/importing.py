"""``bubblefear import``: files of dated items."""

from pathlib import Path
from typing import Annotated

import typer

from bubblefear.cli.lean import LeanCommand, lean_app
from bubblefear.cli.options import Config, Db, Json

app = lean_app()

EPILOG = """\b
Examples:
  bubblefear import news.csv.gz
  bubblefear import 2024.jsonl 2025.parquet --json
"""


@app.command(cls=LeanCommand, epilog=EPILOG)
def import_(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="CSV, JSONL or Parquet; gz too.")
    ],
    db: Db = None,
    config: Config = None,
    json_: Json = False,
) -> int:
    """Store the dated items of CSV, JSONL or Parquet files.

    Columns id, published_at, corpus, source, lang, title, summary, url, of which only a title and
    a date are needed. An item counts as first seen when it was published, plus
    the setting import_delay. Rows that are stored already are left alone; rows that cannot be
    read become problems, and the exit code is 3.
    """
    from bubblefear.cli.options import now
    from bubblefear.cli.progress import bar
    from bubblefear.cli.working import show, working
    from bubblefear.pipeline.group_stories import group_stories
    from bubblefear.pipeline.import_file import file_sha256, import_file

    results = []
    with working("import", db, config, create=True) as work:
        for path in files:
            with work.run.stage("read"), bar(path.name) as progress:
                done = import_file(
                    work.conn, work.settings, work.run, path, now=now, progress=progress
                )
            work.run.data_sha256 = file_sha256(path)
            results.append(done)
        with work.run.stage("stories"), bar("stories") as progress:
            group_stories(work.conn, work.run, progress=progress)
    if json_:
        show([vars(done) for done in results], as_json=True)
    else:
        typer.echo("\n".join(str(done) for done in results))
    return work.exit_code

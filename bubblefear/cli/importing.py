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
  bubblefear import gdelt.jsonl --pages --limit 1000
  bubblefear import cdx.json --pages --via 'https://ARCHIVE/{timestamp}/{url}'
  bubblefear import --pages
"""


@app.command(cls=LeanCommand, epilog=EPILOG)
def import_(
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="FILE...", help="CSV, JSONL or Parquet; gz too."),
    ] = None,
    pages: Annotated[
        bool, typer.Option("--pages", help="Files are lists of addresses: read their pages.")
    ] = False,
    via: Annotated[
        str | None,
        typer.Option("--via", help="An archive's copies: {url}, {timestamp}.", metavar="TEMPLATE"),
    ] = None,
    limit: Annotated[
        int | None, typer.Option("--limit", help="Most pages to ask for.", min=0, metavar="N")
    ] = None,
    db: Db = None,
    config: Config = None,
    json_: Json = False,
) -> int:
    """Store the dated items of CSV, JSONL or Parquet files.

    Columns id, published_at, corpus, source, lang, title, summary, url, of which only a title and
    a date are needed. An item counts as first seen when it was published, plus
    the setting import_delay. Rows that are stored already are left alone; rows that cannot be
    read become problems, and the exit code is 3. `bubblefear score` groups what is new into
    stories and scores it.

    With --pages the files are lists of addresses with dates, in JSON: of Wayback's or Common
    Crawl's index, of GDELT, or url, date and title. Titles count from the list's date, the text of
    a page from the day it is read, and that of an archive's copy (--via) from the day it was made.
    Without files the pages that still wait are read, also after Ctrl-C or a kill.
    """
    if not pages:
        return _import_items(files or [], via, limit, db, config, json_)
    return _import_pages(files or [], via, limit, db, config, json_)


def _import_items(
    files: list[Path],
    via: str | None,
    limit: int | None,
    db: Path | None,
    config: Path | None,
    json_: bool,
) -> int:
    from bubblefear.cli.options import now
    from bubblefear.cli.progress import bar
    from bubblefear.cli.working import show, working
    from bubblefear.errors import UsageError
    from bubblefear.pipeline.import_file import file_sha256, import_file

    if not files:
        raise UsageError("a file is needed; `bubblefear import --pages` goes on with listed pages")
    if via is not None or limit is not None:
        raise UsageError("--via and --limit go with --pages")
    results = []
    with working("import", db, config, create=True) as work:
        for path in files:
            with work.run.stage("read"), bar(path.name) as progress:
                done = import_file(
                    work.conn, work.settings, work.run, path, now=now, progress=progress
                )
            work.run.data_sha256 = file_sha256(path)
            results.append(done)
    if json_:
        show([vars(done) for done in results], as_json=True)
    else:
        typer.echo("\n".join(str(done) for done in results))
    return work.exit_code


def _import_pages(
    files: list[Path],
    via: str | None,
    limit: int | None,
    db: Path | None,
    config: Path | None,
    json_: bool,
) -> int:
    from bubblefear.cli.options import now
    from bubblefear.cli.progress import bar
    from bubblefear.cli.working import show, working
    from bubblefear.errors import UsageError
    from bubblefear.pipeline.backfill import read_pages
    from bubblefear.pipeline.import_file import file_sha256
    from bubblefear.pipeline.import_list import check_template, import_list

    if via is not None and not files:
        raise UsageError("--via goes with a list: what waits already has its addresses")
    if via is not None:
        check_template(via)
    lists = []
    with working("import", db, config, create=bool(files)) as work:
        conn, settings, run = work.conn, work.settings, work.run
        for path in files:
            with run.stage("lists"), bar(path.name) as progress:
                lists.append(
                    import_list(conn, settings, run, path, via=via, now=now, progress=progress)
                )
            run.data_sha256 = file_sha256(path)
        with run.stage("pages"), bar("pages") as progress:
            read = read_pages(conn, settings, run, limit=limit, now=now, progress=progress)
    if json_:
        show({"lists": [vars(one) for one in lists], "pages": vars(read)}, as_json=True)
    else:
        typer.echo("\n".join(map(str, [*lists, read])))
    return work.exit_code

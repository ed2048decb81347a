"""``bubblefear review``: read and grade articles in a browser."""

from typing import Annotated

import typer

from bubblefear.cli.lean import LeanCommand, lean_app
from bubblefear.cli.options import Config, Db

app = lean_app()


@app.command(
    cls=LeanCommand,
    epilog="\b\nExample:\n  bubblefear review\n  bubblefear review --port 8400 --no-browser",
)
def review(
    port: Annotated[int, typer.Option(help="Port on this machine.", metavar="N")] = 8321,
    host: Annotated[
        str, typer.Option(help="Address to listen on.", metavar="ADDRESS")
    ] = "127.0.0.1",
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open a browser at its address.")
    ] = True,
    token: Annotated[
        str | None,
        typer.Option(help="Token of the review form; default: a new one.", metavar="TEXT"),
    ] = None,
    db: Db = None,
    config: Config = None,
) -> None:
    """Read and grade articles in a browser.

    Serves the index, the articles with their scores and evidence, the tests, audited claims and
    the health of the feeds until Ctrl-C. Everything is read-only except the review form, which
    needs the token printed at the start.
    """
    from bubblefear import config as configuration
    from bubblefear.errors import UsageError

    if not 0 <= port <= 65_535:  # some systems would take it modulo 65,536
        raise UsageError(f"--port {port}: not between 0 and 65535")
    from bubblefear.review.server import serve
    from bubblefear.store import database

    settings = configuration.load(config)
    path = configuration.database_path(db)
    with database(path, create=False):
        pass  # a missing or foreign file is said here, in one line
    serve(path, port, host, browser, token, settings)

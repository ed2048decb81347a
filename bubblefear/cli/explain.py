"""``bubblefear explain``: what moved the index on a date."""

from typing import TYPE_CHECKING, Annotated

import typer

from bubblefear.cli.lean import LeanCommand, lean_app
from bubblefear.cli.options import Config, Db, Json, ScorerName

if TYPE_CHECKING:
    from bubblefear.pipeline.explain import Explained

app = lean_app()

EPILOG = """\b
Examples:
  bubblefear explain last
  bubblefear explain 2025-11-20 --since 2025-11-03
  bubblefear explain 2025-11-20 --by entity --limit 20
  bubblefear explain 2025-11-20 --as-of 2025-11-21 --json
"""


@app.command(cls=LeanCommand, epilog=EPILOG)
def explain(
    date: Annotated[str, typer.Argument(metavar="DATE", help="Session, or 'last'.")],
    since: Annotated[
        str,
        typer.Option(help="Compare with this session, not the one before.", metavar="DATE"),
    ] = "",
    by: Annotated[
        str,
        typer.Option(
            help="One table only: story, channel, source, language, kind or entity.",
            metavar="KEY",
        ),
    ] = "",
    limit: Annotated[int, typer.Option(help="Rows shown.", metavar="N")] = 10,
    as_of: Annotated[
        str,
        typer.Option(help="As known at this instant (UTC) or day's end.", metavar="TIME"),
    ] = "",
    scorer: ScorerName = None,
    db: Db = None,
    config: Config = None,
    json_: Json = False,
) -> None:
    """Show which stories, sources and channels made a session.

    In index points: `points` add up to the value, `change` to the difference from the session
    before, or from another with --since.
    """
    from bubblefear import config as configuration
    from bubblefear.cli.options import now
    from bubblefear.pipeline import chosen_vintage
    from bubblefear.pipeline import explain as explaining
    from bubblefear.pipeline.read_index import end_of
    from bubblefear.store import database

    _check(by, limit)
    day = date if date == explaining.LAST else end_of(date)[:10]
    other = end_of(since)[:10] if since else None
    instant = end_of(as_of) if as_of else None
    settings = configuration.load(config, scorer=scorer)
    with database(configuration.database_path(db), create=False) as conn:
        if instant is None:
            chosen_vintage.bring_up_to_date(conn, settings, now=now, say=say)
        found = explaining.explain(conn, settings, day, since=other, as_of=instant)
    typer.echo(_as_json(found, by) if json_ else _as_text(found, limit, by, since=bool(other)))


def say(line: str) -> None:
    """One line on stderr."""
    typer.echo(line, err=True)


def _check(by: str, limit: int) -> None:
    from bubblefear.errors import UsageError
    from bubblefear.pipeline.explain import KEYS

    if by and by not in KEYS:
        raise UsageError(f"--by {by}: should be one of {', '.join(KEYS)}")
    if limit < 1:
        raise UsageError(f"--limit {limit}: should be 1 or more")


def _as_json(found: "Explained", by: str) -> str:
    import json

    from bubblefear.cli.explain_json import as_dict

    return json.dumps(as_dict(found, by or None), ensure_ascii=False)


def _as_text(found: "Explained", limit: int, by: str, *, since: bool) -> str:
    from bubblefear.cli.explain_movers import movers_lines
    from bubblefear.cli.explain_text import lines

    if since and not by:
        return "\n".join(movers_lines(found, limit))
    return "\n".join(lines(found, limit, by or None, bold=_terminal()))


def _terminal() -> bool:
    """Whether somebody looks, and wants to see bold type."""
    import os
    import sys

    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")

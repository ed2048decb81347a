"""``bubblefear explain``: what moved the index on a date."""

from typing import TYPE_CHECKING, Annotated

import typer

from bubblefear.cli.lean import LeanCommand, lean_app
from bubblefear.cli.options import Config, Db, Json, ScorerName

if TYPE_CHECKING:
    from bubblefear.pipeline.explain import Explained

app = lean_app()


@app.command(
    cls=LeanCommand,
    epilog="\b\nExamples:\n  bubblefear explain 2025-11-20\n  bubblefear explain last --limit 5",
)
def explain(
    date: Annotated[str, typer.Argument(metavar="DATE", help="Session, or 'last'.")],
    limit: Annotated[int, typer.Option(help="Articles shown.", metavar="N")] = 15,
    scorer: ScorerName = None,
    db: Db = None,
    config: Config = None,
    json_: Json = False,
) -> None:
    """Show which articles made the index of a session.

    In index points: `level` adds up to the value, `change` to the difference from the session
    before.
    """
    from bubblefear import config as configuration
    from bubblefear.cli.options import now
    from bubblefear.cli.working import show
    from bubblefear.errors import NothingToDo
    from bubblefear.pipeline import explain as explaining
    from bubblefear.pipeline.read_index import end_of
    from bubblefear.store import database

    settings = configuration.load(config, scorer=scorer)
    with database(configuration.database_path(db), create=False) as conn:
        day = explaining.last_session(conn, settings) if date == "last" else end_of(date)[:10]
        if day is None:
            raise NothingToDo("there is no index yet: run `bubblefear index`")
        found = explaining.explain(conn, settings, day, as_of=now())
    if json_:
        show(found, as_json=True)
    else:
        typer.echo("\n".join(lines(found, limit)))


def lines(found: "Explained", limit: int) -> list[str]:
    """The account as a table under a sentence."""
    from bubblefear.report.terminal import change, number, table

    moved = (
        f", {change(found.value, found.before)} from the session before"
        if found.before is not None
        else ""
    )
    head = [f"{found.date}: index {number(found.value)}{moved}, {len(found.parts)} articles"]
    if found.revised:
        head.append("(news that came in since the last vintage is counted here)")
    parts = sorted(found.parts, key=lambda p: -abs(p.change if p.change is not None else p.level))
    rows = [
        [number(p.level), change(p.change, 0.0), p.source, p.language, p.title]
        for p in parts[:limit]
    ]
    return [*head, table(["level", "change", "source", "lang", "title"], rows, width=100)]

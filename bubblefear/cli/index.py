"""``bubblefear index``: the index as it stands, or as it stood."""

from typing import TYPE_CHECKING, Annotated

import typer

from bubblefear.cli.lean import LeanCommand, lean_app
from bubblefear.cli.options import Config, Db, Json, ScorerName

if TYPE_CHECKING:
    from bubblefear.pipeline.read_index import Shown
    from bubblefear.store.points import Point

app = lean_app()

EPILOG = """\b
Examples:
  bubblefear index --since 2025-11-01
  bubblefear index --json --series total --series threat
  bubblefear index --as-of 2025-12-01 --json
"""


@app.command(cls=LeanCommand, epilog=EPILOG)
def index(
    since: Annotated[str, typer.Option(help="First session, YYYY-MM-DD.", metavar="DATE")] = "",
    until: Annotated[str, typer.Option(help="Last session, YYYY-MM-DD.", metavar="DATE")] = "",
    series: Annotated[
        list[str] | None,
        typer.Option(help="Series; may be given again; 'all' for all. Default: total."),
    ] = None,
    as_of: Annotated[
        str,
        typer.Option(help="As known at this instant (UTC) or day's end.", metavar="TIME"),
    ] = "",
    version: Annotated[
        str, typer.Option(help="Version of the index; default: of the settings.", metavar="NAME")
    ] = "",
    scorer: ScorerName = None,
    db: Db = None,
    config: Config = None,
    json_: Json = False,
) -> None:
    """Print the index, brought up to date first.

    A new vintage is built where news or scores came in since the last. Mean 100 over the base
    window; a missing value means too little news. A reconstruction
    (--as-of before the first build) is labelled so.
    """
    from bubblefear import config as settings
    from bubblefear.cli.options import now
    from bubblefear.pipeline import read_index

    shown = read_index.read(
        settings.database_path(db),
        settings.load(config, scorer=scorer),
        read_index.Question(
            series=tuple(series or ("total",)),
            since=since or None,
            until=until or None,
            as_of=as_of or None,
            version=version or None,
        ),
        now=now,
        say=lambda line: typer.echo(line, err=True),
    )
    typer.echo(_as_json(shown) if json_ else _as_table(shown))


def _as_json(shown: "Shown") -> str:
    import json

    return json.dumps(shown.rows(), ensure_ascii=False)


def band(point: "Point") -> str:
    """The 90 % band of a point, or a dash."""
    from bubblefear.report.terminal import number

    return "-" if point.lo is None else f"{number(point.lo)}-{number(point.hi)}"


def _as_table(shown: "Shown") -> str:
    from bubblefear.report.terminal import number, table

    rows = [
        [
            p.date,
            p.series,
            number(p.value),
            number(p.ma7),
            number(p.ma30),
            f"{number(p.lo)}-{number(p.hi)}" if p.lo is not None else "-",
            str(p.n),
        ]
        for p in shown.points
    ]
    head = ["date", "series", "index", "MA7", "MA30", "90 % band", "articles"]
    label = "sample, " if shown.sample else ""
    foot = f"{label}version {shown.version}, vintage {shown.vintage}"
    return f"{table(head, rows)}\n{foot}"

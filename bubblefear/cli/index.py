"""``bubblefear index``: the index as it stands, or as it stood; its peaks and its revisions."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import typer

from bubblefear.cli.lean import LazyGroup
from bubblefear.cli.options import Config, Db, Json, ScorerName

if TYPE_CHECKING:
    from bubblefear.pipeline.output import Choice, Table
    from bubblefear.store.points import Point


class IndexGroup(LazyGroup):
    """The plain command, and what else is asked of the index."""

    modules: ClassVar[dict[str, str]] = {
        "peaks": "index_peaks",
        "revisions": "index_revisions",
        "compare": "index_compare",
        "sources": "index_sources",
    }


app = typer.Typer(
    rich_markup_mode=None,
    add_completion=False,
    pretty_exceptions_enable=False,
)

EPILOG = """\b
Examples:
  bubblefear index --since 2025-11-01
  bubblefear index --json --series total --series threat
  bubblefear index --as-of 2025-12-01 --json
  bubblefear index --frequency week --weights exponential --lags 12
  bubblefear index --format csv --series all --out index.csv
  bubblefear index --plot index.png
"""


Since = Annotated[str, typer.Option(help="First session, YYYY-MM-DD.", metavar="DATE")]
Until = Annotated[str, typer.Option(help="Last session, YYYY-MM-DD.", metavar="DATE")]
Series = Annotated[
    list[str] | None,
    typer.Option(help="Series; may be given again; 'all' for all. Default: total.", metavar="NAME"),
]
AsOf = Annotated[
    str,
    typer.Option(help="As known at this instant (UTC) or day's end.", metavar="TIME"),
]
Version = Annotated[
    str, typer.Option(help="Version of the index; default: of the settings.", metavar="NAME")
]
Frequency = Annotated[
    str, typer.Option(help="session, week or month: means, without a band.", metavar="NAME")
]
Weights = Annotated[
    str,
    typer.Option(
        help="Adds a weighted mean of the past: equal, linear, exponential, almon or beta; "
        "with parameters as in exponential:0.1 or beta:2,2.",
        metavar="NAME",
    ),
]
Lags = Annotated[int, typer.Option(help="Sessions (weeks, months) in that mean.", metavar="N")]
Format = Annotated[
    str, typer.Option("--format", help="table, json, csv, parquet or atom.", metavar="NAME")
]
Out = Annotated[
    Path | None, typer.Option(help="Write to FILE, and FILE.meta.json beside it.", metavar="FILE")
]
Plot = Annotated[
    Path | None, typer.Option(help="Draw a chart: .png, .svg or .html.", metavar="FILE")
]
Stack = Annotated[bool, typer.Option("--stack", help="In a chart, series on one another.")]


@app.callback(
    cls=IndexGroup,
    epilog=EPILOG,
    invoke_without_command=True,
    subcommand_metavar="[COMMAND]",
)
def index(
    ctx: typer.Context,
    since: Since = "",
    until: Until = "",
    series: Series = None,
    as_of: AsOf = "",
    version: Version = "",
    frequency: Frequency = "session",
    weights: Weights = "",
    lags: Lags = 30,
    format_: Format = "",
    out: Out = None,
    plot: Plot = None,
    stack: Stack = False,
    scorer: ScorerName = None,
    db: Db = None,
    config: Config = None,
    json_: Json = False,
) -> None:
    """Print the index, brought up to date first.

    A new vintage is built where news or scores came in since the last. Mean 100 over the base
    window; a missing value means too little news. A session that had not closed is provisional.
    A reconstruction (--as-of before the first build) is labelled so. With a command, its peaks
    or its revisions.
    """
    if ctx.invoked_subcommand is not None:
        _refuse_options(ctx)
        return
    from bubblefear import config as settings
    from bubblefear.cli.options import now
    from bubblefear.pipeline import output
    from bubblefear.pipeline.read_index import Question

    kind = _format(format_, out, json_=json_)
    _check_plot(plot)
    path, chosen = settings.database_path(db), settings.load(config, scorer=scorer)
    choice = output.Choice(frequency, weights or None, lags)
    question = Question(
        series=tuple(series or ("total",)),
        since=since or None,
        until=until or None,
        as_of=as_of or None,
        version=version or None,
    )
    table = output.read(path, chosen, question, choice, now=now, say=_say)
    if out or plot or kind not in ("json", "table"):
        _files(path, chosen, table, choice, kind, out, plot, stack=stack)
    else:
        typer.echo(_as_table(table, choice) if kind == "table" else _as_json(table))


def _refuse_options(ctx: typer.Context) -> None:
    """An option before the command would be passed over in silence.

    Raises:
        UsageError: there is one.
    """
    from bubblefear.errors import UsageError

    given = [
        name
        for name in ctx.params
        if getattr(ctx.get_parameter_source(name), "name", "") == "COMMANDLINE"
    ]
    if given:
        option = f"--{given[0].strip('_').replace('_', '-')}"
        raise UsageError(
            f"{option} is of `index` alone: after `{ctx.invoked_subcommand}` give its own"
        )


def _format(given: str, out: Path | None, *, json_: bool) -> str:
    """The format asked for.

    Raises:
        UsageError: no such format, two formats, or one that needs a file or cannot be in one.
    """
    from bubblefear.errors import UsageError

    known = ("table", "json", "csv", "parquet", "atom")
    if json_ and given not in ("", "json"):
        raise UsageError(f"--json and --format {given}: one of the two")
    if given and given not in known:
        raise UsageError(f"no format {given!r}; there are {', '.join(known)}")
    kind = given or ("json" if json_ else "table")
    if out is not None and not (given or json_):
        kind = {".json": "json", ".csv": "csv", ".parquet": "parquet", ".atom": "atom"}.get(
            out.suffix.lower(), "table"
        )
    if out is not None and kind == "table":
        raise UsageError(f"--out {out}: give --format json, csv, parquet or atom")
    if kind == "parquet" and out is None:
        raise UsageError("Parquet is no text: give --out FILE")
    return kind


def _check_plot(plot: Path | None) -> None:
    if plot is not None:
        from bubblefear.pipeline.output_files import check_plot

        check_plot(plot)


def _files(
    path: Path,
    settings: Any,  # noqa: ANN401 - Settings, whose module is imported lazily
    table: "Table",
    choice: "Choice",
    kind: str,
    out: Path | None,
    plot: Path | None,
    *,
    stack: bool,
) -> None:
    """Write what was asked for as files; without ``--out`` a text format goes to the output."""
    from bubblefear.pipeline import output, output_files
    from bubblefear.report import files
    from bubblefear.store import database

    with database(path, create=False) as conn:
        origin = output.origin(conn, table, settings)
        if out is not None or kind != "table":
            data = output_files.encoded(conn, table, origin, kind)
            if out is None:
                typer.echo(data.decode(), nl=False)
            else:
                output_files.write(out, data, table, origin, output.made(choice))
                typer.echo(f"{out}: {len(table.rows):,} rows, vintage {table.vintage}", err=True)
        if plot is not None:
            files.replace(plot, output_files.plot(conn, table, origin, plot, stack=stack))
            typer.echo(f"{plot}: a chart, vintage {table.vintage}", err=True)


def band(point: "Point") -> str:
    """The 90 % band of a point, or a dash."""
    from bubblefear.report.terminal import number

    return "-" if point.lo is None else f"{number(point.lo)}-{number(point.hi)}"


def _say(line: str) -> None:
    typer.echo(line, err=True)


def _as_json(table: "Table") -> str:
    from bubblefear.report.formats import as_json

    return as_json(table.rows)


def _as_table(table: "Table", choice: "Choice") -> str:
    import sys

    from bubblefear.cli.index_table import foot, lines, spark

    shown = [*lines(table), foot(table, choice)]
    # For a person alone: a pipe gets the table.
    if sys.stdout.isatty():
        shown += spark(table)
    return "\n".join(shown)

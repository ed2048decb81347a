"""``bubblefear index compare``: how two series of the index go together, and which leads."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bubblefear.cli.lean import LeanCommand, lean_app
from bubblefear.cli.options import Config, Db, Json, ScorerName

if TYPE_CHECKING:
    from bubblefear.pipeline.compare import Compared
    from models.index.comparison import Association, Estimate, Lagged

app = lean_app()

EPILOG = """\b
Examples:
  bubblefear index compare
  bubblefear index compare threat act --since 2025-09-01
  bubblefear index compare threat act --frequency week --lags 4 --json
"""


@app.command(cls=LeanCommand, epilog=EPILOG, no_args_is_help=False)
def compare(
    first: Annotated[
        str, typer.Argument(metavar="SERIES", help="The one that may lead.")
    ] = "lang:en",
    second: Annotated[
        str, typer.Argument(metavar="SERIES", help="The other one.")
    ] = "lang:zh-Hans",
    since: Annotated[str, typer.Option(help="First session, YYYY-MM-DD.", metavar="DATE")] = "",
    until: Annotated[str, typer.Option(help="Last session, YYYY-MM-DD.", metavar="DATE")] = "",
    version: Annotated[
        str, typer.Option(help="Version of the index; default: of the settings.", metavar="NAME")
    ] = "",
    lags: Annotated[int, typer.Option(help="Sessions (weeks) to either side.", metavar="N")] = 10,
    frequency: Annotated[str, typer.Option(help="session or week.", metavar="NAME")] = "session",
    scorer: ScorerName = None,
    db: Db = None,
    config: Config = None,
    json_: Json = False,
) -> None:
    """Correlate two series of the index, and see which of them leads.

    Changes count, levels are only shown: two series that drift correlate without any connection.
    A positive lag means that the first leads. All intervals are 95 %, from a bootstrap over
    blocks of sessions; the joint band holds all lags together, so that one of many that stands
    out by chance is not taken for a lead. Missing and unfinished sessions are left out.
    """
    from bubblefear import config as configuration
    from bubblefear.cli.options import now
    from bubblefear.pipeline import compare as comparing

    asked = comparing.Asked(
        (first, second), since or None, until or None, version or None, lags, frequency
    )
    found = comparing.compare(
        configuration.database_path(db),
        configuration.load(config, scorer=scorer),
        asked,
        now=now,
        say=lambda line: typer.echo(line, err=True),
    )
    typer.echo(_as_json(found) if json_ else _as_text(found))


def _as_text(found: "Compared") -> str:
    from bubblefear.report.terminal import table

    figures, (first, second) = found.found, found.asked.series
    rows = [_row("changes", figures.changes), _row("levels", figures.levels)]
    head = ["", "Pearson", "95 % interval", "Spearman", "95 % interval", "n"]
    lag_head = ["lag", "r", "95 % interval", "joint band", "n", ""]
    lags = [_lag_row(found, one) for one in figures.lagged]
    return "\n".join(
        [
            f"{first} and {second}, {found.first} to {found.last}, by {found.asked.frequency}",
            "",
            table(head, rows),
            *([found.warning] if found.warning else []),
            "",
            f"Changes of {first} with those of {second} so many {found.asked.frequency}s later:",
            table(lag_head, lags),
            "",
            *_notes(found),
        ]
    )


def _row(name: str, one: "Association") -> list[str]:
    estimates = (one.pearson, one.spearman)
    cells = [cell for each in estimates for cell in (_signed(each.value), _interval(each))]
    return [name, *cells, str(one.n)]


def _lag_row(found: "Compared", one: "Lagged") -> list[str]:
    mark = "largest" if one is found.found.largest else ""
    if one.outside:
        mark = f"{mark}, outside" if mark else "outside"
    joint = f"{_signed(one.joint_lo)} to {_signed(one.joint_hi)}"
    return [f"{one.lag:+d}", _signed(one.r.value), _interval(one.r), joint, str(one.n), mark]


def _interval(one: "Estimate") -> str:
    return f"{_signed(one.lo)} to {_signed(one.hi)}"


def _signed(value: float) -> str:
    return f"{value:+.2f}"


def _notes(found: "Compared") -> list[str]:
    """The verdict, and what it rests on."""
    told = [found.together, found.lead]
    shown = found.found.lagged[-1].lag
    if shown < found.asked.lags:
        told.append(f"Lags beyond {shown} have fewer than 20 pairs and are left out.")
    if found.left_out:
        told.append(f"Left out as not finished: {', '.join(found.left_out)}.")
    if found.kind != "real-time":
        told.append(
            "Reconstructed: when its news could first be known was set afterwards, so a lead may "
            "be one of the clocks."
        )
    if found.sample:
        told.append("SAMPLE: invented news; none of this happened.")
    return [*told, f"version {found.version}, vintage {found.vintage}"]


def _as_json(found: "Compared") -> str:
    import json

    return json.dumps(_plain(found), ensure_ascii=False)


def _plain(found: "Compared") -> dict[str, Any]:
    from dataclasses import asdict

    figures, asked = found.found, found.asked
    return {
        "series": list(asked.series),
        "frequency": asked.frequency,
        "first": found.first,
        "last": found.last,
        "changes": asdict(figures.changes),
        "levels": asdict(figures.levels),
        "persistence": [_known(value) for value in figures.persistence],
        "warning": found.warning,
        "lags": [_lag(one) for one in figures.lagged],
        "largest": _lag(figures.largest),
        "verdict": {"together": found.together, "lead": found.lead},
        "level": figures.level,
        "draws": figures.draws,
        "left_out": list(found.left_out),
        "version": found.version,
        "vintage": found.vintage,
        "kind": found.kind,
        "sample": found.sample,
    }


def _known(value: float) -> float | None:
    import math

    return value if math.isfinite(value) else None


def _lag(one: "Lagged") -> dict[str, Any]:
    return {
        "lag": one.lag,
        "r": one.r.value,
        "lo": one.r.lo,
        "hi": one.r.hi,
        "joint_lo": one.joint_lo,
        "joint_hi": one.joint_hi,
        "n": one.n,
        "outside": one.outside,
    }

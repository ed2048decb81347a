"""``bubblefear audit``: people code a sample of articles, and the scorer is measured on it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bubblefear.cli.lean import LeanCommand, LeanGroup, lean_app
from bubblefear.cli.options import Config, Db, Json, ScorerName

if TYPE_CHECKING:
    from bubblefear.pipeline.audit import Calibrated, Reported

app = lean_app("Measure the scorer on articles coded by people, and correct it.")
app.info.cls = LeanGroup

OptionalName = Annotated[
    str | None, typer.Argument(metavar="[NAME]", help="The sample; default: the newest.")
]


@app.command(
    cls=LeanCommand,
    epilog="\b\nExamples:\n  bubblefear audit sample --size 200\n"
    "  bubblefear audit sample --since 2025-11-01 --until 2025-11-30 --seed 7",
)
def sample(
    size: Annotated[int, typer.Option(help="Articles to draw.", metavar="N")] = 200,
    seed: Annotated[
        int | None, typer.Option(help="Of the draw; default: the day.", metavar="N")
    ] = None,
    since: Annotated[
        str | None, typer.Option(help="First day of first sight (UTC).", metavar="DATE")
    ] = None,
    until: Annotated[str | None, typer.Option(help="Last day.", metavar="DATE")] = None,
    scorer: ScorerName = None,
    db: Db = None,
    config: Config = None,
    json_: Json = False,
) -> int:
    """Draw a random sample of scored articles for people to code.

    Stratified by language, source and what the scorer said, so that fear, silence and the
    irrelevant mass are all there; each item keeps the number of articles that it stands for.
    The same seed and scores give the same draw.
    """
    from bubblefear.cli.options import now
    from bubblefear.cli.working import show, working
    from bubblefear.pipeline import audit

    with working("audit sample", db, config, scorer=scorer) as work, work.run.stage("sample"):
        drawn = audit.draw(
            work.conn, work.settings, size=size, seed=seed, since=since, until=until, now=now
        )
        work.run.say(str(drawn).splitlines()[0])
    show(drawn, json_)
    return work.exit_code


@app.command(cls=LeanCommand, epilog="\b\nExample:\n  bubblefear audit export --out to_code.csv")
def export(
    out: Annotated[Path, typer.Option("--out", help="The CSV file to write.", metavar="FILE")],
    name: OptionalName = None,
    force: Annotated[
        bool, typer.Option("--force", help="Write over a file that is there.")
    ] = False,
    db: Db = None,
) -> None:
    """Write a sample as a CSV file for a spreadsheet.

    It shows the text and not the scores: coders code blind, in random order. Fill in topic (0, 1),
    fear (0-3), stance, kind and channel; rows left empty count as not coded yet.
    """
    from bubblefear import config as configuration
    from bubblefear.errors import UsageError
    from bubblefear.pipeline.audit import find_sample
    from bubblefear.pipeline.audit_sheets import export_text
    from bubblefear.store import database

    if out.exists() and not force:
        raise UsageError(f"{out} is there already and may hold codes: give --force or another name")
    with database(configuration.database_path(db), create=False) as conn:
        found = find_sample(conn, name)
        text = export_text(conn, found)
    out.write_text(text, encoding="utf-8", newline="")
    typer.echo(f"{found.name}: {len(text.splitlines()) - 1} items written to {out}")


@app.command(
    "import",
    cls=LeanCommand,
    epilog="\b\nExample:\n  bubblefear audit import coded.csv --reviewer 'A. Coder'",
)
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="The coded file.")],
    reviewer: Annotated[str, typer.Option(help="Who coded it.", metavar="NAME")],
    db: Db = None,
    config: Config = None,
    json_: Json = False,
) -> int:
    """Store a coded file as reviews.

    Reads what spreadsheets write: commas, semicolons or tabs, UTF-8, UTF-16 or GB18030. A row
    that is stored already adds nothing. Rows with wrong values are listed and left out, and the
    exit code is 3.
    """
    from dataclasses import asdict

    from bubblefear.cli.options import now
    from bubblefear.cli.working import show, working
    from bubblefear.pipeline.audit_sheets import import_sheet

    with working("audit import", db, config) as work, work.run.stage("import"):
        done, refused = import_sheet(work.conn, work.run, file, reviewer=reviewer, now=now())
    if json_:
        show(asdict(done) | {"refusals": [asdict(one) for one in refused]}, as_json=True)
    else:
        lines = [f"line {one.line}: {one.reason}" for one in refused]
        typer.echo("\n".join([str(done), *lines]))
    return work.exit_code


@app.command(
    cls=LeanCommand, epilog="\b\nExample:\n  bubblefear audit report audit-2025-11-23 --json"
)
def report(
    name: OptionalName = None,
    scorer: Annotated[
        str | None,
        typer.Option(help="Stored scorer; default: the sample's.", metavar="NAME"),
    ] = None,
    db: Db = None,
    json_: Json = False,
) -> None:
    """Precision, recall, F1 and confusion of the scorer, and agreement between the coders.

    Weighted to all articles that the sample was drawn from; 95 % intervals from a stratified
    bootstrap. A coder's last word on an article counts; with several coders their mean grade.
    """
    from bubblefear import config as configuration
    from bubblefear.cli.working import show
    from bubblefear.pipeline import audit
    from bubblefear.store import database

    with database(configuration.database_path(db), create=False) as conn:
        found = audit.report(conn, name, scorer)
    if json_:
        show(found.as_dict(), as_json=True)
    else:
        typer.echo("\n".join(lines(found)))


@app.command(cls=LeanCommand, epilog="\b\nExample:\n  bubblefear audit calibrate audit-2025-11-23")
def calibrate(
    name: OptionalName = None,
    scorer: Annotated[
        str | None,
        typer.Option(help="Stored scorer; default: the sample's.", metavar="NAME"),
    ] = None,
    db: Db = None,
    config: Config = None,
    json_: Json = False,
) -> int:
    """Fit the scorer's fear to the coders' grades, as a calibration for an index of its own.

    A rising curve for each language with 60 coded items that the scorer found fearful, and one
    for the others, drawn towards no change as if 60 more items asked for none. The index made with
    it has a version of its own; the old one stays.
    """
    from dataclasses import asdict

    from bubblefear.cli.options import now
    from bubblefear.cli.working import show, working
    from bubblefear.pipeline import audit

    with working("audit calibrate", db, config) as work, work.run.stage("calibrate"):
        found = audit.calibrate(work.conn, name, scorer=scorer, now=now)
        work.run.say(found.calibration.name)
    if json_:
        show(asdict(found.calibration) | {"new": found.new}, as_json=True)
    else:
        typer.echo("\n".join(curve_lines(found)))
    return work.exit_code


def lines(found: "Reported") -> list[str]:
    """The report as tables."""
    from bubblefear.report.terminal import table

    figures = found.figures
    head = f"{found.sample}, {found.scorer}: {figures['coded']} of {figures['items']} items coded"
    coders = ", ".join(f"{name} {n}" for name, n in figures["coders"].items())
    if figures["overall"] is None:
        return [f"{head}. Code some: bubblefear audit export {found.sample} --out FILE.csv"]
    groups = {"all": figures["overall"], **figures["by_language"], **figures["by_source_group"]}
    title = ["group", "n", "fearful", "topic F1", "fear P", "fear R", "fear F1", "Spearman"]
    out = [
        f"{head} ({coders}); the strata coded hold {figures['covered']:.0%} of all articles",
        "",
        table(title, [_row(name, one) for name, one in groups.items()], width=120),
        "Weighted to all articles, with 95 % intervals.",
        "",
        "Grade of fear, items: scorer in rows, coders in columns",
        table(
            ["", "0", "1", "2", "3"],
            [
                [f"scorer {grade}", *map(str, row)]
                for grade, row in enumerate(figures["confusion"]["items"])
            ],
        ),
    ]
    return [*out, *_agreement(figures["agreement"])]


def _row(name: str, figures: dict[str, Any]) -> list[str]:
    values = [
        figures["topic"]["f1"],
        *(figures["fear"][key] for key in ("precision", "recall", "f1")),
        figures["spearman"],
    ]
    return [name, str(figures["n"]), str(figures["fearful"]), *map(_interval, values)]


def _interval(one: dict[str, float | None]) -> str:
    if one["value"] is None:
        return "-"
    return f"{one['value']:.2f} ({one['lo']:.2f}-{one['hi']:.2f})"


def _agreement(pairs: list[dict[str, Any]]) -> list[str]:
    from bubblefear.report.terminal import table

    if not pairs:
        return []
    fields = ("topic", "fear", "stance", "kind", "channel")
    rows = [
        [" / ".join(pair["coders"]), str(pair["n"])]
        + ["-" if pair[f]["kappa"] is None else f"{pair[f]['kappa']:.2f}" for f in fields]
        for pair in pairs
    ]
    title = "Agreement of the coders: Cohen's kappa, of fear with quadratic weights"
    return ["", title, table(["coders", "n", *fields], rows, width=100)]


def curve_lines(found: "Calibrated") -> list[str]:
    """A calibration as a table of what becomes of some fears."""
    import numpy as np

    from bubblefear.report.terminal import table
    from models.audit.calibration import apply

    one = found.calibration
    fears = np.array([0.2, 1 / 3, 0.5, 2 / 3, 0.8, 1.0])
    rows = [
        [name, *(f"{y:.2f}" for y in apply(fears, [name] * len(fears), one.knots))]
        for name in one.knots
    ]
    made = "" if found.new else " (as it was: the codes have not changed)"
    return [
        f"calibration {one.name} from {one.coded} coded items of {one.sample}{made}",
        table(["fear becomes", *(f"{x:.2f}" for x in fears)], rows),
        f"Next: bubblefear index --version fear.v1+{one.name}",
    ]

"""``bubblefear doctor``: what is missing, what went wrong lately, and what can be mended."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bubblefear.cli.lean import LeanCommand, lean_app
from bubblefear.cli.options import Config, Db, Json

if TYPE_CHECKING:
    from bubblefear.config import Settings
    from bubblefear.pipeline.doctor import Check
    from bubblefear.pipeline.repair import Repair

app = lean_app()

EPILOG = """\b
Examples:
  bubblefear doctor --json
  bubblefear doctor --repair
"""


@app.command(cls=LeanCommand, epilog=EPILOG)
def doctor(
    repair: Annotated[
        bool, typer.Option("--repair", help="Mend what can be mended without guessing.")
    ] = False,
    db: Db = None,
    config: Config = None,
    json_: Json = False,
) -> int:
    """Say what is missing and what went wrong lately.

    Looks at database, disk, backups, scorer, feeds, prices and runs; changes and fetches nothing.
    Feeds that fail, are left alone, show nothing new, show less than usual, moved, or may have lost
    items between two polls are listed, each with what to do.

    --repair makes again what follows from the rest: indices, the search table, kept sums, counts;
    it closes runs that were killed and removes what they left. A copy is made before the first
    change, and every step is told before it is taken. Of a damaged file what can be read goes into
    a new one, and the file stays as it is. Texts, scores, vintages, seals and reviews are never
    changed. Nobody else may have the database open.

    Exit code 1 where something is broken, 3 where something needs a look.
    """
    from bubblefear import config as configuration
    from bubblefear.cli.options import now
    from bubblefear.errors import DONE, FAILED, PARTIAL
    from bubblefear.pipeline.doctor import BROKEN, LOOK, examine
    from bubblefear.store import database

    settings = configuration.load(config)
    path = configuration.database_path(db)
    repaired = _repaired(path, settings) if repair else None
    if repaired and repaired.salvaged:
        _show([], repaired, json_)
        return FAILED
    with database(path, create=False) as conn:
        checks = examine(conn, settings, now=now)
    _show(checks, repaired, json_)
    states = {check.state for check in checks}
    return FAILED if BROKEN in states else PARTIAL if LOOK in states else DONE


def _repaired(path: Path, settings: "Settings") -> "Repair":
    from bubblefear.cli.options import now
    from bubblefear.cli.progress import bar
    from bubblefear.pipeline.repair import repair

    def tell(line: str) -> None:
        typer.echo(f"bubblefear: {line}", err=True)

    with bar("tables") as progress:
        return repair(path, settings, now=now, tell=tell, progress=progress)


def _show(checks: "list[Check]", repaired: "Repair | None", as_json: bool) -> None:
    if as_json:
        import json

        plain = [vars(check) for check in checks]
        whole = {"repair": repaired.as_dict(), "checks": plain} if repaired else plain
        typer.echo(json.dumps(whole, ensure_ascii=False))
        return
    if repaired:
        _print_repair(repaired)
    typer.echo("\n".join(f"{c.state:6}  {c.name:9} {c.text}" for c in checks))
    _print_findings([finding for check in checks for finding in check.findings])


def _print_repair(repaired: "Repair") -> None:
    for one in repaired.mended:
        typer.echo(f"{'mended' if one.done else 'left':6}  {one.name:9} {one.done or one.text}")
    for name, saved in repaired.saved.items():
        lost = f", {saved['refused']:,} refused, {saved['gaps']} gaps"
        damaged = lost if saved["refused"] or saved["gaps"] else ""
        if saved["rows"] or damaged:
            typer.echo(f"saved   {name}: {saved['rows']:,} rows{damaged}")
    if repaired.salvaged:
        typer.echo(
            f"look at it with --db {repaired.salvaged}; `bubblefear restore` puts it in place"
        )
    elif not repaired.mended:
        typer.echo("nothing to mend")
    elif repaired.backup:
        typer.echo(f"what was there before: {repaired.backup}")


def _print_findings(findings: list[dict[str, str]]) -> None:
    """A block for each feed that is not as it should be: what is so, why, what to do."""
    from bubblefear.report.terminal import one_line

    for finding in findings:
        typer.echo(f"\n{finding['state']}: {finding['url']}")
        typer.echo(f"  {one_line(finding['why'])}")
        typer.echo(f"  -> {finding['remedy']}")

"""``bubblefear doctor``: what is missing, and what went wrong lately."""

import typer

from bubblefear.cli.lean import LeanCommand, lean_app
from bubblefear.cli.options import Config, Db, Json

app = lean_app()


@app.command(cls=LeanCommand, epilog="\b\nExample:\n  bubblefear doctor --json")
def doctor(db: Db = None, config: Config = None, json_: Json = False) -> int:
    """Say what is missing and what went wrong lately.

    Looks at database, scorer, feeds, prices and runs; changes and fetches nothing. Feeds that
    fail, are left alone, show nothing new, show less than usual, moved, or may have lost items
    between two polls are listed, each with what to do.

    Exit code 1 where something is broken, 3 where something needs a look.
    """
    from bubblefear import config as configuration
    from bubblefear.cli.options import now
    from bubblefear.errors import DONE, FAILED, PARTIAL
    from bubblefear.pipeline.doctor import BROKEN, LOOK, examine
    from bubblefear.store import database

    settings = configuration.load(config)
    with database(configuration.database_path(db), create=False) as conn:
        checks = examine(conn, settings, now=now)
    if json_:
        import json

        typer.echo(json.dumps([vars(check) for check in checks], ensure_ascii=False))
    else:
        typer.echo("\n".join(f"{c.state:6}  {c.name:9} {c.text}" for c in checks))
        _print_findings([finding for check in checks for finding in check.findings])
    states = {check.state for check in checks}
    return FAILED if BROKEN in states else PARTIAL if LOOK in states else DONE


def _print_findings(findings: list[dict[str, str]]) -> None:
    """A block for each feed that is not as it should be: what is so, why, what to do."""
    from bubblefear.report.terminal import one_line

    for finding in findings:
        typer.echo(f"\n{finding['state']}: {finding['url']}")
        typer.echo(f"  {one_line(finding['why'])}")
        typer.echo(f"  -> {finding['remedy']}")

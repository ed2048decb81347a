"""``bubblefear test``: is the fear transmitted to prices?"""

from typing import Any

import typer

from bubblefear.cli.lean import LeanCommand, lean_app
from bubblefear.cli.options import Config, Db, Json, ScorerName

app = lean_app()


@app.command(
    cls=LeanCommand,
    epilog="\b\nExamples:\n  bubblefear test\n  bubblefear test --json > tests.json",
)
def transmission(
    scorer: ScorerName = None, db: Db = None, config: Config = None, json_: Json = False
) -> int:
    """Test the index against the stored prices.

    Every p-value stands beside its correction within the family (q), the test's rejection rate
    under a simulated null (size) and the smallest effect that it could have found (mde).
    """
    from bubblefear.cli.options import now
    from bubblefear.cli.working import working
    from bubblefear.pipeline.build_index import ensure_built
    from bubblefear.pipeline.run_tests import run_tests

    with working("test", db, config, scorer=scorer) as work:
        built = ensure_built(work.conn, work.settings, now=now)
        if built:
            typer.echo(f"bubblefear: {built}", err=True)
        with work.run.stage("test"):
            rows = run_tests(work.conn, work.settings, work.run)
    if json_:
        import json

        typer.echo(json.dumps(rows, ensure_ascii=False))
    else:
        typer.echo("\n".join(lines(rows)))
    return work.exit_code


def lines(rows: list[dict[str, Any]]) -> list[str]:
    """Results as a table, with the verdicts under it."""
    from bubblefear.report.terminal import number, table

    cells = [
        [
            r["hypothesis"],
            number(r["estimate"], 3),
            number(r["p"], 3),
            number(r["q"], 3),
            number(r["size"], 2),
            number(r["mde"], 3),
            str(r["n"]),
        ]
        for r in rows
    ]
    head = ["hypothesis", "estimate", "p", "q", "size", "mde", "n"]
    verdicts = [f"{r['hypothesis']}: {r['verdict']}" for r in rows]
    return [table(head, cells, width=100), "", *verdicts, *_rolling(rows)]


def _rolling(rows: list[dict[str, Any]]) -> list[str]:
    """The last window of each rolling correlation, and how far the windows before it went."""
    said = [
        f"{r['hypothesis']}: {_window(r['rolling'])}"
        for r in rows
        if r["rolling"] and r["estimate"] is not None
    ]
    return ["", "Rolling correlation:", *said] if said else []


def _window(found: dict[str, Any]) -> str:
    from bubblefear.report.terminal import number

    r, low, high, smallest, largest = (
        number(value, 2)
        for value in (found["r"], *found["interval"], found["smallest"], found["largest"])
    )
    return (
        f"{r} over the {found['window']} sessions to {found['last']} "
        f"({100 * found['level']:.3g} % interval {low} to {high}); "
        f"{smallest} to {largest} over all {found['windows']} windows"
    )

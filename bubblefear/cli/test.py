"""``bubblefear test``: is the fear transmitted to prices?"""

from pathlib import Path
from typing import Annotated, ClassVar

import typer

from bubblefear.cli.lean import LazyGroup
from bubblefear.cli.options import Config, Db, Json, ScorerName


class TestGroup(LazyGroup):
    """The plain command, and the declaration that comes before it."""

    modules: ClassVar[dict[str, str]] = {"declare": "test_declare"}


app = typer.Typer(rich_markup_mode=None, add_completion=False, pretty_exceptions_enable=False)

EPILOG = """\b
Examples:
  bubblefear test declare
  bubblefear test
  bubblefear test --quick --family predictive --family granger
  bubblefear test --json > tests.json
"""


@app.callback(
    cls=TestGroup, epilog=EPILOG, invoke_without_command=True, subcommand_metavar="[COMMAND]"
)
def transmission(
    ctx: typer.Context,
    quick: Annotated[
        bool, typer.Option("--quick", help="Few draws: p-values to a percent or so.")
    ] = False,
    family: Annotated[
        list[str] | None,
        typer.Option(help="Only this family; may be given again.", metavar="NAME"),
    ] = None,
    hypotheses: Annotated[
        Path | None,
        typer.Option(
            help="File of hypotheses; default: declared last, else shipped.", metavar="FILE"
        ),
    ] = None,
    scorer: ScorerName = None,
    db: Db = None,
    config: Config = None,
    json_: Json = False,
) -> int:
    """Test the index against the stored prices.

    Declared hypotheses come first, then every family of tests. Every p-value stands beside its
    correction within the family (q), the test's rejection rate under a simulated null (size) and
    the smallest effect that it could have found (mde). What is computed already, on the same data
    with the same choices, is not computed again.
    """
    if ctx.invoked_subcommand is not None:
        return 0
    from bubblefear.cli.options import now
    from bubblefear.cli.progress import bar
    from bubblefear.cli.working import working
    from bubblefear.pipeline.build_index import ensure_built
    from bubblefear.pipeline.run_tests import Options, run_tests

    options = Options(quick, tuple(family or ()), hypotheses)
    with working("test", db, config, scorer=scorer) as work:
        built = ensure_built(work.conn, work.settings, now=now)
        if built:
            typer.echo(f"bubblefear: {built}", err=True)
        with work.run.stage("test"), bar("families of tests") as progress:
            rows = run_tests(
                work.conn, work.settings, work.run, options, now=now, progress=progress
            )
    if json_:
        import json

        typer.echo(json.dumps(rows, ensure_ascii=False))
    else:
        from bubblefear.report.test_lines import lines

        typer.echo("\n".join(lines(rows)))
    return work.exit_code

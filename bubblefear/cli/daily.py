"""``bubblefear daily``: everything, once a day."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bubblefear.cli.lean import LeanCommand, lean_app
from bubblefear.cli.options import Config, Db, Json, ScorerName

if TYPE_CHECKING:
    from bubblefear.pipeline.daily import Outcome

app = lean_app()

EPILOG = """\b
Examples:
  bubblefear daily
  bubblefear daily --sample
  17 22 * * *  cd /srv/bubblefear && bubblefear daily   (a line of crontab)
"""


@app.command(cls=LeanCommand, epilog=EPILOG)
def daily(
    sample: Annotated[
        bool, typer.Option("--sample", help="The shipped sample, without network.")
    ] = False,
    scorer: ScorerName = None,
    db: Db = None,
    config: Config = None,
    json_: Json = False,
) -> int:
    """Do everything, once a day.

    Poll, fetch pages, group stories, score, fetch prices, index, test and report. One at a
    time on a database. If it is killed, the next one of the same UTC day goes on where
    it was. Exit code 3 where a feed or a symbol failed. With --sample the database is
    data/sample.db and every output says that it is a sample.
    """
    from bubblefear import config as configuration
    from bubblefear.cli.options import now
    from bubblefear.cli.progress import bar
    from bubblefear.cli.summary import gather, lines
    from bubblefear.errors import DONE, PARTIAL
    from bubblefear.pipeline.daily import daily as run_daily

    shipped = _sample() if sample else None
    if shipped:
        path = db or Path("data/sample.db")
        settings = configuration.load(config or shipped.folder / "bubblefear.toml", scorer=scorer)
    else:
        path = configuration.database_path(db)
        settings = configuration.load(config, scorer=scorer)
    outcome = run_daily(path, settings, now=now, bar=bar, sample=shipped)
    summary = gather(path, settings, outcome, as_of=now())
    if json_:
        import json

        typer.echo(json.dumps(_plain(outcome, summary.rows), ensure_ascii=False, default=str))
    else:
        typer.echo("\n".join(lines(summary, path)))
    return PARTIAL if outcome.partial else DONE


def _sample() -> Any:  # noqa: ANN401 - a Sample, whose module is imported lazily
    """The sample beside the working folder, or the checkout's own.

    Raises:
        NothingToDo: it is in neither place.
    """
    from bubblefear.errors import NothingToDo
    from bubblefear.pipeline.daily import Sample

    checkout = Path(__file__).resolve().parents[2] / "data" / "sample"
    for folder in (Path("data/sample"), checkout):
        if (folder / "news.csv").is_file():
            return Sample(folder)
    raise NothingToDo("no sample at data/sample: it ships with the repository, not the package")


def _plain(outcome: "Outcome", index: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "run": outcome.run_id,
        "outcome": "partial" if outcome.partial else "done",
        "sample": outcome.sample,
        "resumed": outcome.resumed,
        "notes": outcome.notes,
        "failed_feeds": [{"url": url, "error": error} for url, error in outcome.failed_feeds],
        "index": index,
        "tests": outcome.tests,
        "report": outcome.report,
    }

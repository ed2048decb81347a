"""``bubblefear daily``: everything, once a day."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bubblefear.cli.lean import LeanCommand, lean_app
from bubblefear.cli.options import Config, Db, Json, ScorerName

if TYPE_CHECKING:
    from bubblefear.config import Settings
    from bubblefear.pipeline.alert import Watch
    from bubblefear.pipeline.daily import Outcome

app = lean_app()

EPILOG = """\b
Examples:
  bubblefear daily
  bubblefear daily --sample
  bubblefear daily --alert "z>2" --alert "channel:credit.change>=50"
  17 22 * * *  cd /srv/bubblefear && bubblefear daily   (a line of crontab)
"""


@app.command(cls=LeanCommand, epilog=EPILOG)
def daily(
    sample: Annotated[
        bool, typer.Option("--sample", help="The shipped sample, without network.")
    ] = False,
    alert: Annotated[
        list[str] | None,
        typer.Option(
            help="Exit code 4 and a message where the newest final session fits: [SERIES.]NAME, "
            "then > >= < or <=, then a number; NAME is value, change, z, ma7 or ma30. "
            "May be given again; instead of those of the settings.",
            metavar="RULE",
        ),
    ] = None,
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

    An alert is told once for each session, and posted as JSON to the address in
    BUBBLEFEAR_ALERT_WEBHOOK if that is set. Exit code 4 says that one fired and nothing failed;
    where something failed too it is 3, and the alert is on standard error all the same.
    """
    from bubblefear import config as configuration
    from bubblefear.cli.options import now
    from bubblefear.cli.progress import bar
    from bubblefear.cli.summary import gather, lines
    from bubblefear.errors import ALERT, DONE, PARTIAL
    from bubblefear.pipeline.daily import daily as run_daily

    shipped = _sample() if sample else None
    if shipped:
        path = db or Path("data/sample.db")
        settings = configuration.load(config or shipped.folder / "bubblefear.toml", scorer=scorer)
    else:
        path = configuration.database_path(db)
        settings = configuration.load(config, scorer=scorer)
    watched = _watch(alert, settings)
    outcome = run_daily(path, settings, now=now, bar=bar, sample=shipped, watched=watched)
    _tell(outcome)
    summary = gather(path, settings, outcome)
    if json_:
        import json

        typer.echo(json.dumps(_plain(outcome, summary.rows), ensure_ascii=False, default=str))
    else:
        typer.echo("\n".join(lines(summary, path)))
    if outcome.partial:
        return PARTIAL
    return ALERT if outcome.alerts else DONE


def _watch(given: list[str] | None, settings: "Settings") -> "Watch":
    """The rules of the command line, else of the settings, and the webhook of the environment.

    Raises:
        UsageError: a rule is none, or the webhook's address cannot be.
    """
    from bubblefear.pipeline import alert, alert_rules, alert_webhook

    rules = alert_rules.parse_all(given or settings.alerts)
    return alert.Watch(rules, alert_webhook.address())


def _tell(outcome: "Outcome") -> None:
    """The alerts on standard error, each with the stories that drive it."""
    if not outcome.alerts:
        return
    from bubblefear.pipeline.alert import line
    from bubblefear.report.terminal import one_line

    for message in outcome.alerts:
        typer.echo(f"bubblefear: {line(message)}", err=True)
        for story in message["stories"]:
            points = f"{story['points']:.1f}  " if story["points"] is not None else ""
            told = one_line(f"{story['title']} ({story['source']})")
            typer.echo(f"  {points}{told}", err=True)
    if outcome.partial:
        typer.echo("bubblefear: something failed too, so the exit code is 3, not 4", err=True)


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
        "alerts": outcome.alerts,
        "tests": outcome.tests,
        "report": outcome.report,
    }

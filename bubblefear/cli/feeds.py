"""``bubblefear feeds``: the addresses that are polled."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bubblefear.cli.lean import LeanCommand, LeanGroup, lean_app
from bubblefear.cli.options import Config, Db, Json

if TYPE_CHECKING:
    from bubblefear.pipeline.feed_health import Finding, Shares
    from ingest.feeds.poll import PollOutcome

app = lean_app("List, add, remove, check, import and export feeds.")
app.info.cls = LeanGroup

Url = Annotated[str, typer.Argument(metavar="URL", help="Address of the feed.")]


@app.command("list", cls=LeanCommand, epilog="\b\nExample:\n  bubblefear feeds list --json")
def list_(
    all_: Annotated[bool, typer.Option("--all", help="Also the removed ones.")] = False,
    db: Db = None,
    json_: Json = False,
) -> None:
    """List the feeds with what their last poll gave."""
    from bubblefear import config as configuration
    from bubblefear.store import database, feeds

    with database(configuration.database_path(db), create=False) as conn:
        rows = feeds.listed(conn, enabled_only=not all_)
    if json_:
        _print_json([{name: getattr(r, name) for name in r.__dataclass_fields__} for r in rows])
        return
    from bubblefear.report.terminal import table

    head = ["source", "lang", "last poll", "result", "address"]
    cells = [
        [r.source, r.language or "", r.last_polled_at or "never", _result(r), _where(r)]
        for r in rows
    ]
    typer.echo(table(head, cells, width=120))
    typer.echo(f"{len(rows)} feeds")


@app.command(
    cls=LeanCommand,
    epilog="\b\nExample:\n  bubblefear feeds add https://example.org/rss --source 'Example Post'",
)
def add(
    url: Url,
    source: Annotated[
        str | None, typer.Option(help="Publisher; default: the host.", metavar="NAME")
    ] = None,
    language: Annotated[
        str | None, typer.Option(help="en, zh-Hans or zh-Hant; default: detect.", metavar="LANG")
    ] = None,
    timezone: Annotated[
        str | None, typer.Option(help="IANA zone of dates without one.", metavar="ZONE")
    ] = None,
    aggregator: Annotated[
        bool, typer.Option("--aggregator", help="Each entry names its own publisher.")
    ] = False,
    db: Db = None,
    config: Config = None,
) -> None:
    """Add a feed, or change its settings."""
    from bubblefear.cli.options import now
    from bubblefear.cli.working import working
    from bubblefear.pipeline.feed_list import add_all, checked_feed

    feed = checked_feed(url, source, language, timezone, aggregator)
    with working("feeds add", db, config, create=True) as work:
        changed = add_all(work.conn, [feed], now=now)
        work.run.say(url)
    typer.echo(f"{url}: {'added' if changed else 'was there already'}")


@app.command(
    cls=LeanCommand, epilog="\b\nExample:\n  bubblefear feeds remove https://example.org/rss"
)
def remove(url: Url, db: Db = None, config: Config = None) -> None:
    """Poll a feed no more; its polls and entries stay."""
    from bubblefear.cli.working import working
    from bubblefear.errors import UsageError
    from bubblefear.store import feeds

    with working("feeds remove", db, config) as work:
        if not feeds.remove(work.conn, url):
            raise UsageError(f"no such feed is polled: {url}")
        work.run.say(url)
    typer.echo(f"{url}: removed")


@app.command(cls=LeanCommand, epilog="\b\nExample:\n  bubblefear feeds check")
def check(
    urls: Annotated[
        list[str] | None, typer.Argument(metavar="[URL]...", help="Default: every feed.")
    ] = None,
    db: Db = None,
    config: Config = None,
    json_: Json = False,
) -> int:
    """Poll feeds without storing what they hold, and say how well each is.

    Besides those that fail: stale ones (nothing new for 7 days, or for 10 times their own
    interval), saturated ones (nothing they show is stored, though they were read before), thin
    ones (under half of the items that are usual in 30 days), those that moved, and those with
    poor dates, titles or doubled items. Each with what to do. An address need not be in the
    list. Hosts that are left alone are asked too, and opened again where they answer.

    Exit code 3 where some fail.
    """
    import shutil

    from bubblefear import config as configuration
    from bubblefear.cli.options import now
    from bubblefear.errors import DONE, PARTIAL
    from bubblefear.pipeline import feed_health, feed_list
    from bubblefear.store import database

    settings = configuration.load(config)
    with database(configuration.database_path(db), create=False) as conn:
        outcomes = feed_list.check(conn, settings, urls or [], now=now)
        rows = [_checked(o, feed_health.of_poll(conn, o), feed_health.shares(o)) for o in outcomes]
    if json_:
        _print_json(rows)
    else:
        from bubblefear.report.terminal import table

        cells = [cell for row in rows for cell in _cells(row)]
        head = ["items", "state", "address", "why", "what to do"]
        typer.echo(table(head, cells, width=shutil.get_terminal_size((160, 24)).columns))
    return PARTIAL if any(row["error"] for row in rows) else DONE


@app.command(
    "import", cls=LeanCommand, epilog="\b\nExample:\n  bubblefear feeds import my-feeds.opml"
)
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE.opml", help="List of any feed reader.")],
    db: Db = None,
    config: Config = None,
) -> int:
    """Add the feeds of an OPML file. Exit code 3 where an outline is refused."""
    from bubblefear.cli.options import now
    from bubblefear.cli.working import working
    from bubblefear.pipeline.feed_list import import_opml

    with working("feeds import", db, config, create=True) as work:
        changed, refused = import_opml(work.conn, work.run, file, now=now)
    for problem in refused:
        typer.echo(f"bubblefear: refused: {problem.subject}: {problem.reason}", err=True)
    typer.echo(f"{changed} feeds added or changed")
    return work.exit_code


@app.command(cls=LeanCommand, epilog="\b\nExample:\n  bubblefear feeds export > my-feeds.opml")
def export(db: Db = None) -> None:
    """Print the feeds as OPML, each at the address where it is now."""
    from bubblefear import config as configuration
    from bubblefear.pipeline.feed_list import export_opml
    from bubblefear.store import database

    with database(configuration.database_path(db), create=False) as conn:
        typer.echo(export_opml(conn), nl=False)


def _where(row: Any) -> str:  # noqa: ANN401 - a FeedRow, whose module is imported lazily
    """The user's address, and where the feed is asked now if it moved."""
    return f"{row.url} -> {row.address}" if row.address else str(row.url)


def _result(row: Any) -> str:  # noqa: ANN401 - a FeedRow, whose module is imported lazily
    if row.last_polled_at is None:
        return ""
    return str(row.last_error or row.last_status)


def _cells(row: dict[str, Any]) -> list[list[str]]:
    """A line for each finding, or one that says "fine"."""
    findings = row["findings"] or [{"state": "fine", "why": "", "remedy": ""}]
    return [[str(row["items"]), f["state"], row["url"], f["why"], f["remedy"]] for f in findings]


def _checked(outcome: "PollOutcome", findings: "list[Finding]", shares: "Shares") -> dict[str, Any]:
    return {
        "url": outcome.feed.url,
        "source": outcome.feed.source,
        "status": outcome.poll.status,
        "items": outcome.poll.items_seen,
        "error": outcome.poll.error,
        "problems": [f"{p.code}: {p.reason}" for p in outcome.problems],
        "seconds": round(outcome.seconds, 2),
        "moved_to": outcome.moved_to,
        "shares": vars(shares),
        "findings": [vars(finding) for finding in findings],
    }


def _print_json(rows: list[dict[str, Any]]) -> None:
    import json

    typer.echo(json.dumps(rows, ensure_ascii=False))

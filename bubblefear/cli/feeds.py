"""``bubblefear feeds``: the addresses that are polled."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bubblefear.cli.lean import LeanCommand, LeanGroup, lean_app
from bubblefear.cli.options import Config, Db, Json

if TYPE_CHECKING:
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
        [r.source, r.language or "", r.last_polled_at or "never", _result(r), r.url] for r in rows
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
    """Poll feeds without storing anything. Exit code 3 where some fail."""
    from bubblefear import config as configuration
    from bubblefear.cli.options import now
    from bubblefear.errors import DONE, PARTIAL
    from bubblefear.pipeline import feed_list
    from bubblefear.store import database

    settings = configuration.load(config)
    with database(configuration.database_path(db), create=False) as conn:
        outcomes = feed_list.check(conn, settings, urls or [], now=now)
    rows = [_checked(outcome) for outcome in outcomes]
    if json_:
        _print_json(rows)
    else:
        from bubblefear.report.terminal import table

        cells = [[str(r["items"]), r["error"] or "fine", r["url"]] for r in rows]
        typer.echo(table(["items", "result", "address"], cells, width=120))
    return PARTIAL if any(row["error"] for row in rows) else DONE


@app.command(
    "import", cls=LeanCommand, epilog="\b\nExample:\n  bubblefear feeds import my-feeds.opml"
)
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE.opml", help="List of any feed reader.")],
    db: Db = None,
    config: Config = None,
) -> None:
    """Add the feeds of an OPML file."""
    from bubblefear.cli.options import now
    from bubblefear.cli.working import working
    from bubblefear.pipeline.feed_list import import_opml

    with working("feeds import", db, config, create=True) as work:
        changed = import_opml(work.conn, file, now=now)
        work.run.say(f"{file}: {changed} feeds")
    typer.echo(f"{changed} feeds added or changed")


@app.command(cls=LeanCommand, epilog="\b\nExample:\n  bubblefear feeds export > my-feeds.opml")
def export(db: Db = None) -> None:
    """Print the feeds as OPML."""
    from bubblefear import config as configuration
    from bubblefear.pipeline.feed_list import export_opml
    from bubblefear.store import database

    with database(configuration.database_path(db), create=False) as conn:
        typer.echo(export_opml(conn), nl=False)


def _result(row: Any) -> str:  # noqa: ANN401 - a FeedRow, whose module is imported lazily
    if row.last_polled_at is None:
        return ""
    return str(row.last_error or row.last_status)


def _checked(outcome: "PollOutcome") -> dict[str, Any]:
    return {
        "url": outcome.feed.url,
        "source": outcome.feed.source,
        "status": outcome.poll.status,
        "items": outcome.poll.items_seen,
        "error": outcome.poll.error,
        "problems": [f"{p.code}: {p.reason}" for p in outcome.problems],
    }


def _print_json(rows: list[dict[str, Any]]) -> None:
    import json

    typer.echo(json.dumps(rows, ensure_ascii=False))

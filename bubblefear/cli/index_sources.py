"""``bubblefear index sources``: who makes the index, and what it is without each of them."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bubblefear.cli.lean import LeanCommand, lean_app
from bubblefear.cli.options import Config, Db, Json, ScorerName

if TYPE_CHECKING:
    from bubblefear.pipeline.sources import Source, Sources

app = lean_app()

EPILOG = """\b
Examples:
  bubblefear index sources
  bubblefear index sources --top 5 --since 2025-11-01
  bubblefear index sources --version fear.v1.sources --json
"""


@app.command(cls=LeanCommand, epilog=EPILOG, no_args_is_help=False)
def sources(
    top: Annotated[
        int,
        typer.Option(help="Sources shown, and the index made again without.", metavar="N"),
    ] = 20,
    since: Annotated[str, typer.Option(help="First session, YYYY-MM-DD.", metavar="DATE")] = "",
    until: Annotated[str, typer.Option(help="Last session, YYYY-MM-DD.", metavar="DATE")] = "",
    version: Annotated[
        str, typer.Option(help="Version of the index; default: of the settings.", metavar="NAME")
    ] = "",
    scorer: ScorerName = None,
    db: Db = None,
    config: Config = None,
    json_: Json = False,
) -> None:
    """List the sources that make the index, and how far it is the same without each.

    Entries, fearful entries and index points of every source and language; expected is its share
    of the denominator. Without it: the correlation of the index that is made again without the
    source with the index, and the session that changes most. Looked at are the sources with most
    points and those of which most is expected: one that never fears holds the index down.
    """
    from bubblefear import config as configuration
    from bubblefear.cli.options import now
    from bubblefear.pipeline import sources as asking
    from bubblefear.pipeline.read_index import end_of
    from bubblefear.store import database

    first, last = (end_of(text)[:10] if text else None for text in (since, until))
    settings = configuration.load(config, scorer=scorer)
    if version:
        settings = settings.with_version(version)
    with database(configuration.database_path(db), create=False) as conn:
        found = asking.sources(
            conn,
            settings,
            top=top,
            since=first,
            until=last,
            now=now,
            say=lambda line: typer.echo(line, err=True),
        )
    typer.echo(_as_json(found) if json_ else _as_text(found, top))


def _as_text(found: "Sources", top: int) -> str:
    from bubblefear.cli.explain_text import drawn

    head = ["source", "lang", "entries", "fearful", "points", "share", "expected"]
    body = [_cells(one) for one in found.sources[:top]]
    rest = found.sources[top:]
    if rest:
        body.append(_together(rest))
    title = f"{found.first} to {found.last}, {found.sessions} sessions"
    shown = drawn([*head, "r without", "moved most", "index", "without"], body)
    return "\n".join([title, "", *shown, "", *_statement(found)])


def _cells(one: "Source") -> list[str]:
    from bubblefear.report.terminal import MISSING, number

    left = one.left
    return [
        one.source,
        one.language,
        f"{one.entries:,}",
        f"{one.fearful:,}",
        number(one.points, 0),
        _percent(one.share),
        _percent(one.expected),
        number(left.correlation if left else None, 3),
        (left.date if left else None) or MISSING,
        number(left.value if left else None, 0),
        number(left.without if left else None, 0),
    ]


def _together(rest: "tuple[Source, ...]") -> list[str]:
    """The sources that are not shown one by one."""
    from bubblefear.cli.explain_text import count
    from bubblefear.report.terminal import number

    shares = [one.share for one in rest if one.share is not None]
    return [
        f"({count(len(rest), 'other', 'others')})",
        "",
        f"{sum(one.entries for one in rest):,}",
        f"{sum(one.fearful for one in rest):,}",
        number(sum(one.points for one in rest), 0),
        _percent(sum(shares) if shares else None),
        _percent(sum(one.expected for one in rest)),
        *[""] * 4,
    ]


def _percent(share: float | None) -> str:
    from bubblefear.report.terminal import MISSING

    return MISSING if share is None else f"{100 * share:.1f} %"


def _statement(found: "Sources") -> list[str]:
    """How much hangs on one source, and where the figures are from."""
    import math

    from bubblefear.report.terminal import number, one_line

    told = []
    if found.effective is not None:
        told.append(f"As concentrated as {number(found.effective)} sources with equal points.")
    most = found.most
    if most and most.left and most.left.correlation is not None:
        least = math.floor(most.left.correlation * 100) / 100  # at least: never rounded up
        told.append(
            f"Without any one of the {len(found.looked_at)} weightiest sources the index "
            f"correlates at least {least:.2f} with itself; the most influential is "
            f"{one_line(most.label)}."
        )
    else:
        told.append("How much hangs on one source cannot be said: no value is left without it.")
    if found.vintage.provisional:
        told.append(f"{found.vintage.provisional} is provisional.")
    return [*told, f"version {found.vintage.version}, vintage {found.vintage.instant}"]


def _as_json(found: "Sources") -> str:
    import json

    return json.dumps(_plain(found), ensure_ascii=False)


def _plain(found: "Sources") -> dict[str, Any]:
    from dataclasses import asdict

    most = found.most
    return {
        "first": found.first,
        "last": found.last,
        "sessions": found.sessions,
        "sources": [asdict(one) for one in found.sources],
        "effective": found.effective,
        "looked_at": len(found.looked_at),
        "most_influential": asdict(most) if most else None,
        "version": found.vintage.version,
        "vintage": found.vintage.instant,
        "kind": found.vintage.kind,
        "provisional": found.vintage.provisional,
    }

"""``bubblefear index peaks``: the highest sessions, each episode once, and what they were about."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bubblefear.cli.lean import LeanCommand, lean_app
from bubblefear.cli.options import Config, Db, Json, ScorerName

if TYPE_CHECKING:
    from bubblefear.pipeline.peaks import Peak, Peaks

app = lean_app()

EPILOG = """\b
Examples:
  bubblefear index peaks
  bubblefear index peaks --top 5 --since 2025-09-01 --json
"""


@app.command(cls=LeanCommand, epilog=EPILOG)
def peaks(
    top: Annotated[int, typer.Option(help="How many at most.", metavar="N")] = 10,
    since: Annotated[str, typer.Option(help="First session, YYYY-MM-DD.", metavar="DATE")] = "",
    until: Annotated[str, typer.Option(help="Last session, YYYY-MM-DD.", metavar="DATE")] = "",
    as_of: Annotated[
        str,
        typer.Option(help="As known at this instant (UTC) or day's end.", metavar="TIME"),
    ] = "",
    scorer: ScorerName = None,
    db: Db = None,
    config: Config = None,
    json_: Json = False,
) -> None:
    """List the highest sessions with the channel and the story that dominate them.

    Each is the highest of the five sessions to either side, so that an episode is named once. z
    is the distance from the mean of the 60 sessions before, in their standard deviations.
    """
    from bubblefear import config as configuration
    from bubblefear.cli.options import now
    from bubblefear.errors import UsageError
    from bubblefear.pipeline import chosen_vintage
    from bubblefear.pipeline import peaks as finding
    from bubblefear.pipeline.read_index import end_of
    from bubblefear.store import database

    if top < 1:
        raise UsageError(f"--top {top}: should be 1 or more")
    first, last = (end_of(text)[:10] if text else None for text in (since, until))
    instant = end_of(as_of) if as_of else None
    settings = configuration.load(config, scorer=scorer)
    with database(configuration.database_path(db), create=False) as conn:
        if instant is None:
            chosen_vintage.bring_up_to_date(
                conn, settings, now=now, say=lambda line: typer.echo(line, err=True)
            )
        found = finding.peaks(conn, settings, top=top, since=first, until=last, as_of=instant)
    typer.echo(_as_json(found) if json_ else _as_text(found))


def _as_text(found: "Peaks") -> str:
    from bubblefear.cli.explain_text import drawn

    head = ["date", "index", "90 % band", "z", "channel", "share", "sources", "story"]
    if not found.found:
        return "No session between these dates has a value above its surroundings."
    body = drawn(head, [_cells(peak) for peak in found.found])
    marks = [peak.point.date for peak in found.found if peak.provisional]
    foot = f"version {found.vintage.version}, vintage {found.vintage.instant}"
    return "\n".join([*body, foot + (f"; {marks[0]} is provisional" if marks else "")])


def _cells(peak: "Peak") -> list[str]:
    from bubblefear.cli.index import band
    from bubblefear.report.terminal import MISSING, number

    row = _row(peak)
    shares = [row["channel_share"], row["story_share"]]
    channel, story = (f"{100 * share:.0f} %" if share is not None else MISSING for share in shares)
    return [
        peak.point.date,
        number(peak.point.value),
        band(peak.point),
        number(peak.z),
        f"{row['channel']} {channel}" if row["channel"] else MISSING,
        story,
        str(len(row["sources"])),
        row["story"] or MISSING,
    ]


def _as_json(found: "Peaks") -> str:
    import json

    origin = {"version": found.vintage.version, "vintage": found.vintage.instant}
    return json.dumps([_row(peak) | origin for peak in found.found], ensure_ascii=False)


def _row(peak: "Peak") -> dict[str, Any]:
    from bubblefear.cli.explain_json import known
    from bubblefear.cli.explain_text import title

    told = peak.story.parts if peak.story else ()
    return {
        "date": peak.point.date,
        "value": peak.point.value,
        "lo": peak.point.lo,
        "hi": peak.point.hi,
        "z": peak.z,
        "provisional": peak.provisional,
        "channel": known(peak.channel.key) if peak.channel else None,
        "channel_share": peak.share(peak.channel),
        "story": title(peak.story) if peak.story else None,
        "story_share": peak.share(peak.story),
        "sources": sorted({counted.source for counted in told}),
    }

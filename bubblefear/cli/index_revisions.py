"""``bubblefear index revisions``: how values changed from vintage to vintage, and by what."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bubblefear.cli.lean import LeanCommand, lean_app
from bubblefear.cli.options import Config, Db, Json, ScorerName

if TYPE_CHECKING:
    from bubblefear.pipeline.revisions import History, Revision, Stability
    from bubblefear.store.explain_queries import Stored

app = lean_app()

WIDTH = 110
TOLD = 3
UNKNOWN = "–: cannot be said: one of the two values is missing, or is older than its accounts."
SHORT = {
    "late article": "late",
    "withdrawn": "withdrawn",
    "rescoring": "rescored",
    "story merge": "merged",
    "source change": "source",
}

EPILOG = """\b
Examples:
  bubblefear index revisions
  bubblefear index revisions 2025-11-20 --json
"""


@app.command(cls=LeanCommand, epilog=EPILOG, no_args_is_help=False)
def revisions(
    date: Annotated[
        str, typer.Argument(metavar="DATE", help="Session; default: all.", show_default=False)
    ] = "",
    top: Annotated[
        int, typer.Option(help="Without DATE: sessions shown, most revised first.", metavar="N")
    ] = 20,
    scorer: ScorerName = None,
    db: Db = None,
    config: Config = None,
    json_: Json = False,
) -> None:
    """Show every value that a session had, and what each change was due to.

    Late articles, withdrawn articles, rescoring, story merges, and changes of a source's weight
    (its number of entries, the panel, the constants): they add up to the change. Without DATE,
    which sessions were revised most, and how large revisions are in general.
    """
    from bubblefear import config as configuration
    from bubblefear.cli.options import now
    from bubblefear.errors import UsageError
    from bubblefear.pipeline import chosen_vintage
    from bubblefear.pipeline import revisions as revising
    from bubblefear.pipeline.read_index import end_of
    from bubblefear.store import database

    if top < 1:
        raise UsageError(f"--top {top}: should be 1 or more")
    day = end_of(date)[:10] if date else None
    settings = configuration.load(config, scorer=scorer)
    with database(configuration.database_path(db), create=False) as conn:
        chosen_vintage.bring_up_to_date(
            conn, settings, now=now, say=lambda line: typer.echo(line, err=True)
        )
        if day:
            found = revising.history(conn, settings, day)
            typer.echo(_json(_history(found)) if json_ else _history_text(found))
        else:
            general = revising.stability(conn, settings)
            typer.echo(_json(_stability(general)) if json_ else _stability_text(general, top))


def _json(value: dict[str, Any]) -> str:
    import json

    return json.dumps(value, ensure_ascii=False)


def _history(found: "History") -> dict[str, Any]:
    return {
        "date": found.date,
        "version": found.version,
        "first": {
            "vintage": found.first.vintage,
            "kind": found.first.kind,
            "value": found.first.value,
            "provisional": found.first.provisional,
        },
        "revisions": [_revision(found, revision) for revision in found.revisions],
    }


def _revision(found: "History", revision: "Revision") -> dict[str, Any]:
    return {
        "vintage": revision.stored.vintage,
        "kind": revision.stored.kind,
        "value": revision.stored.value,
        "provisional": revision.stored.provisional,
        "before": revision.before,
        "change": revision.change,
        "causes": revision.causes,
        "articles": [
            {
                "article": part.article,
                "title": _title(found, part.article),
                "member": part.member,
                "cause": part.cause,
                "points": part.points,
            }
            for part in revision.parts or ()
        ],
        "sum": _sum(revision),
    }


def _sum(revision: "Revision") -> dict[str, Any] | None:
    """The check that the causes make the change: the remainder is what rounding took off."""
    if revision.total is None or revision.change is None:
        return None
    return {
        "points": revision.total,
        "change": revision.change,
        "remainder": revision.change - revision.total,
        "adds_up": revision.adds_up,
    }


def _title(found: "History", article: str) -> str | None:
    facts = found.facts.get(article)
    return facts.title if facts else None


def _history_text(found: "History") -> str:
    from bubblefear.report.terminal import number, table

    if not found.revisions:
        return _headline(found)
    out = [_headline(found), ""]
    first = [found.first.vintage, _kind(found.first), number(found.first.value), ""]
    rows = [[*first, *[""] * len(_causes())], *(_cells(revision) for revision in found.revisions)]
    header = ["vintage", "kind", "index", "change", *(SHORT[cause] for cause in _causes())]
    out += table(header, rows, width=WIDTH).splitlines()
    if any(revision.parts is None for revision in found.revisions):
        out += ["", UNKNOWN]
    for revision in found.revisions:
        out += _told(found, revision)
    return "\n".join(out)


def _headline(found: "History") -> str:
    from bubblefear.report.terminal import change, number

    if not found.revisions:
        first = f"vintage {found.first.vintage}, {found.first.kind}"
        return f"{found.date}: index {number(found.first.value)}, never revised since {first}"
    last = found.revisions[-1].stored.value
    times = f"{len(found.revisions)} times" if len(found.revisions) > 1 else "once"
    moved = f"{change(last, found.first.value)} from {number(found.first.value)}"
    return f"{found.date}: index {number(last)}, revised {times}, {moved} at first"


def _kind(stored: "Stored") -> str:
    return "provisional" if stored.provisional else stored.kind


def _causes() -> tuple[str, ...]:
    from models.account.revisions import CAUSES

    return CAUSES


def _cells(revision: "Revision") -> list[str]:
    """A revision's row; the causes add up to the change as printed."""
    from bubblefear.report.terminal import MISSING, change, number
    from models.account.parts import apportion

    stored = revision.stored
    head = [
        stored.vintage,
        _kind(stored),
        number(stored.value),
        change(stored.value, revision.before),
    ]
    if revision.causes is None or revision.change is None:
        return head + [MISSING] * len(_causes())
    points = list(revision.causes.values())
    # What is nothing stays nothing: no unit of rounding goes to a cause that was not there.
    shown = iter(apportion([part for part in points if part], 1, revision.change))
    return head + [change(next(shown), 0.0) if part else "0" for part in points]


def _told(found: "History", revision: "Revision") -> list[str]:
    """The articles that moved a revision most."""
    from bubblefear.report.terminal import one_line, shorten

    out = []
    for part in (revision.parts or ())[:TOLD]:
        text = one_line(_title(found, part.article) or f"({part.article}, no longer stored)")
        head = f"  {part.points:+,.1f}  {part.cause}, {one_line(part.member)}: "
        out.append(shorten(head + text, WIDTH))
    return ["", f"{revision.stored.vintage}:", *out] if out else []


def _stability(found: "Stability") -> dict[str, Any]:
    from dataclasses import asdict

    plain = asdict(found)
    plain["sessions"] = [
        asdict(revised) | {"revised": revised.revised, "range": revised.high - revised.low}
        for revised in found.sessions
    ]
    return plain


def _stability_text(found: "Stability", top: int) -> str:
    from bubblefear.report.terminal import change, number, table

    moved = [revised for revised in found.sessions if revised.high > revised.low]
    rows = [
        [
            revised.date,
            number(revised.high - revised.low),
            number(revised.final),
            number(revised.last),
            change(revised.last, revised.final),
            str(revised.revisions),
        ]
        for revised in moved[:top]
    ]
    head = ["date", "range", "first final", "last", "revised", "times"]
    body = [table(head, rows), ""] if rows else []
    return "\n".join([*body, _general(found, len(moved))])


def _general(found: "Stability", moved: int) -> str:
    from bubblefear.report.terminal import number

    final = [revised for revised in found.sessions if revised.final is not None]
    text = f"{found.version}: {moved} of {len(found.sessions)} sessions were ever revised."
    if not final:
        return text
    percent = f" ({number(found.mean_percent)} %)" if found.mean_percent is not None else ""
    return (
        f"{text} From the first value after the close to the last, over {len(final)} sessions: "
        f"mean absolute revision {number(found.mean_absolute, 2)} points{percent}, "
        f"median {number(found.median_absolute, 2)}."
    )

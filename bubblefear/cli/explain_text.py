"""The account of a session as text: what an analyst reads first stands first."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bubblefear.cli.explain_figures import Figures
    from bubblefear.pipeline.explain import Counted, Explained
    from models.account.explain import Moved

    Row = tuple["Sequence[Moved[Counted]]", Figures, str]

NARROW, USUAL, WIDE = 80, 110, 150
TOLD = 3
GONE = 3
GROUPS = 8
TABLES = ("channel", "source", "language")
OVERLAP = "An article may name several: these overlap and do not add up to the index."


def lines(found: "Explained", limit: int, by: str | None = None, bold: bool = False) -> list[str]:
    """The whole account, or one table of it.

    Args:
        found: The account.
        limit: Rows of the table of stories, or of the table asked for.
        by: Only the table by this key.
        bold: Whether matched phrases are set in bold.
    """
    from bubblefear.cli.explain_said import said
    from bubblefear.pipeline.explain import STORY

    out = [headline(found), *notes(found)]
    if by and by != STORY:
        return [*out, "", *group_table(found, by, limit)]
    out += ["", *story_table(found, limit)]
    if not by:
        out += said(found, min(limit, TOLD), bold)
        for name in TABLES:
            out += ["", *group_table(found, name, GROUPS)]
    return [*out, "", add_up(found)]


def headline(found: "Explained") -> str:
    """Value, band and change in one line."""
    from bubblefear.cli.index import band
    from bubblefear.report.terminal import change, number

    point = found.session.point
    shown = f" (90 % band {band(point)})" if point.lo is not None else ""
    text = f"{found.date}: index {number(found.value)}{shown}"
    if found.other is None:
        return f"{text}, the first session with a value"
    # Of the figures as printed: a reader may subtract them.
    moved = change(round(found.value, 1), round(found.before or 0.0, 1))
    return f"{text}, {moved} from {number(found.before)} on {found.other.point.date}"


def notes(found: "Explained") -> list[str]:
    """What the level is mostly of, and what a reader must know of the vintage."""
    out = [_mostly(found) if found.value else "No article of that session has fear."]
    if found.provisional:
        out.append("Provisional: the session had not closed, more news will change it.")
    if found.vintage.kind != "real-time":
        out.append("Reconstructed: when its news could first be known was set afterwards.")
    return [*out, "SAMPLE: invented news; none of this happened."] if found.sample else out


def _mostly(found: "Explained") -> str:
    from bubblefear.report.terminal import one_line

    parts = []
    for name in TABLES:
        first = found.by[name][0]
        parts.append(f"{name} {one_line(first.key)} {100 * first.points / found.value:.0f} %")
    return f"Mostly {', '.join(parts)}."


def story_table(found: "Explained", limit: int) -> list[str]:
    """Top stories, the others, the largest of those that are gone, and all; columns add up."""
    from bubblefear.cli.explain_figures import exclusive, whole

    figures = exclusive(found, found.stories)
    known = list(zip(found.stories, figures, strict=True))
    here = [(story, figure) for story, figure in known if story.parts]
    gone = [(story, figure) for story, figure in known if not story.parts]
    rows = _rows(here, limit, "(%s)", ("other story", "other stories"))
    if found.other:
        since = found.other.point.date
        names = ("more story", "more stories")
        rows += _rows(gone, GONE, f"(%s gone since {since})", names, head=f"gone since {since}: ")
    if rows:
        rows.append(([story for story, _ in here], whole(found), "(all)"))
    header = ["points", "share", "change", "articles", "sources", "lang", "story"]
    body = [[*figure.cells(), *_counts(stories), text] for stories, figure, text in rows]
    return drawn(header, body) if body else []


def _rows(
    known: "Sequence[tuple[Moved[Counted], Figures]]",
    limit: int,
    rest: str,
    names: tuple[str, str],
    *,
    head: str = "",
) -> "list[Row]":
    """The first stories one by one, the others together."""
    from bubblefear.cli.explain_figures import together

    rows: list[Row] = [
        ([story], figure, f"{head}{title(story)}") for story, figure in known[:limit]
    ]
    others = known[limit:]
    if others:
        text = rest % count(len(others), *names)
        rows.append(([story for story, _ in others], together([f for _, f in others]), text))
    return rows


def group_table(found: "Explained", name: str, limit: int) -> list[str]:
    """Rows by channel, source, ...; the columns add up where an article has one of them."""
    from bubblefear.cli.explain_figures import exclusive, overlapping, together, whole
    from bubblefear.pipeline.explain import OVERLAPPING

    groups = found.by[name]
    shared = name in OVERLAPPING
    figures = (overlapping if shared else exclusive)(found, groups)
    body = [
        [group.key, *figure.cells()]
        for group, figure in list(zip(groups, figures, strict=True))[:limit]
    ]
    rest = figures[limit:]
    if rest and not shared:
        body.append([f"({count(len(rest), 'other', 'others')})", *together(rest).cells()])
    if body and not shared:
        body.append(["(all)", *whole(found).cells()])
    shown = drawn([name, "points", "share", "change"], body) if body else []
    return [*shown, OVERLAP] if shared else shown


def drawn(header: list[str], body: list[list[str]]) -> list[str]:
    """A table as wide as the terminal, within reason; a pipe gets the usual width."""
    from shutil import get_terminal_size

    from bubblefear.report.terminal import table

    width = get_terminal_size((USUAL, 24)).columns
    return table(header, body, width=min(max(width, NARROW), WIDE)).splitlines()


def _counts(stories: "Sequence[Moved[Counted]]") -> list[str]:
    """Articles, sources and languages; of what is gone, those that it had."""
    counted = [c for story in stories for c in story.parts or story.parts_before]
    languages = " ".join(sorted({c.language for c in counted}))
    return [str(len(counted)), str(len({c.source for c in counted})), languages]


def title(story: "Moved[Counted]") -> str:
    """The headline of the article of a story that counts most."""
    return (story.parts or story.parts_before)[0].title


def add_up(found: "Explained") -> str:
    """That the articles make the value, to the digits that are stored."""
    session = found.session
    told = count(len(session.counted), "article", "articles")
    told += f" of {count(sum(bool(s.parts) for s in found.stories), 'story', 'stories')}"
    verdict = "the value stored" if session.adds_up else f"not the value {session.value:,.6f}"
    origin = f"{found.vintage.version}, vintage {found.vintage.instant}"
    return f"{told} add up to {session.total:,.6f}, {verdict} ({origin})."


def count(number: int, one: str, many: str) -> str:
    """A number with its noun."""
    return f"{number:,} {one if number == 1 else many}"

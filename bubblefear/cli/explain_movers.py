"""The movers between two sessions as text: what came in, grew, shrank and went out."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bubblefear.pipeline.explain import Counted, Explained
    from bubblefear.pipeline.movers import Movers
    from models.account.explain import Moved

SAID = {
    "entering": "came in",
    "growing": "grew",
    "shrinking": "shrank",
    "leaving": "went out",
}


def movers_lines(found: "Explained", limit: int) -> list[str]:
    """Stories by state, the largest changes first; every column adds up to its last row.

    Args:
        found: An account with a session to compare with.
        limit: Stories shown of each state.
    """
    from bubblefear.cli.explain_text import add_up, drawn, headline, notes
    from bubblefear.pipeline.movers import movers
    from bubblefear.report.terminal import change, number
    from models.account.parts import apportion

    rows = [row for moved in movers(found) for row in _rows(moved, limit)]
    own = apportion([row[1] for row in rows], 1, found.value)
    old = apportion([row[2] for row in rows], 1, found.before)
    body = [
        [row[0], number(old[place]), number(own[place]), change(own[place], old[place]), row[3]]
        for place, row in enumerate(rows)
    ]
    ends = [number(found.before), number(found.value)]
    moved = change(round(found.value, 1), round(found.before or 0.0, 1))
    body.append(["(all)", *ends, moved, f"({len(found.stories):,} stories)"])
    since = found.other.point.date if found.other else ""
    table = drawn(["", since, found.date, "change", "story"], body)
    return [headline(found), *notes(found), "", *table, "", add_up(found)]


def _rows(moved: "Movers", limit: int) -> list[tuple[str, float, float, str]]:
    """What happened, points now, points before and story; the last row is of all others."""
    from bubblefear.cli.explain_text import count, title

    shown, rest = moved.stories[:limit], moved.stories[limit:]
    out = [_row(moved.state, (story,), title(story)) for story in shown]
    if rest:
        out.append(_row(moved.state, rest, f"({count(len(rest), 'other', 'others')})"))
    return out


def _row(
    state: str, stories: "tuple[Moved[Counted], ...]", text: str
) -> tuple[str, float, float, str]:
    now = sum(story.points for story in stories)
    return SAID[state], now, sum(story.before or 0.0 for story in stories), text

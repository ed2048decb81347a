"""Test results for a terminal: what was declared, then each family, then what it comes to.

Of a hundred and more verdicts a reader wants the few that say something: those of declared
hypotheses and of what is supported, contradicted or alarming are written out, the others are one
word in their family's table (``test --json`` has them all in full).
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from bubblefear.report.terminal import number, table

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH: Final = 100
_HEAD: Final = ("hypothesis", "estimate", "p", "q", "size", "mde", "n", "verdict")
# First words of a verdict -> the one word of a table.
_WORDS: Final = {"this sample could not tell": "could not tell"}


def lines(rows: Sequence[dict[str, Any]]) -> list[str]:
    """The lines to print, of results as ``test --json`` gives them."""
    asked = [row for row in rows if row["test"]]
    families = dict.fromkeys(row["family"] for row in rows if not row["test"])
    found = _asked(asked) if asked else []
    for name in families:
        members = [row for row in rows if row["family"] == name and not row["test"]]
        found += ["", name, _table(members), *_said(members)]
    return [*found, *_rolling(rows), "", *_summary(rows)]


def word(verdict: str) -> str:
    """A verdict's first words: what a table has room for."""
    start = verdict.split(":")[0].split(",")[0].split("(")[0].strip()
    return _WORDS.get(start, start)


def _asked(rows: Sequence[dict[str, Any]]) -> list[str]:
    """Hypotheses of a file, with what each says and every verdict in full."""
    status = Counter(row["status"] for row in rows)
    head = ", ".join(f"{count} {name}" for name, count in status.items())
    found = [f"hypotheses ({head})", _table(rows)]
    for row in rows:
        found += ["", f"{row['hypothesis']} ({row['test']}, {row['status']}): {row['says']}"]
        found += [f"  {row['verdict']}"]
    return found


def _table(rows: Sequence[dict[str, Any]]) -> str:
    cells = [
        [
            str(row["hypothesis"]),
            number(row["estimate"], 3),
            number(row["p"], 3),
            number(row["q"], 3),
            number(row["size"], 2),
            number(row["mde"], 3),
            str(row["n"]),
            word(row["verdict"]),
        ]
        for row in rows
    ]
    return table(list(_HEAD), cells, width=WIDTH)


def _said(rows: Sequence[dict[str, Any]]) -> list[str]:
    """The verdicts of a family that say more than that the sample could not tell."""
    quiet = ("this sample could not tell", "abstained", "quiet", "stationary")
    loud = [row for row in rows if not row["verdict"].startswith(quiet)]
    reasons = Counter(row["verdict"] for row in rows if row["verdict"].startswith("abstained"))
    said = [f"  {row['hypothesis']}: {row['verdict']}" for row in loud]
    return said + [f"  {count} {reason}" for reason, count in reasons.items()]


def _summary(rows: Sequence[dict[str, Any]]) -> list[str]:
    """How many of each verdict, declared and exploratory apart."""
    found = []
    for status in dict.fromkeys(row["status"] for row in rows):
        members = [row for row in rows if row["status"] == status and row["q"] is not None]
        counts = Counter(word(row["verdict"]) for row in members)
        told = ", ".join(f"{count} {name}" for name, count in counts.most_common())
        found.append(f"{status}: {len(members)} tests; {told or 'none could be made'}")
    return [*found, "q is corrected within each family; size and mde: see docs/transmission.md"]


def _rolling(rows: Sequence[dict[str, Any]]) -> list[str]:
    """The last window of each rolling correlation, and how far the windows before it went."""
    said = [
        f"  {row['hypothesis']}: {_window(row['rolling'])}"
        for row in rows
        if row["family"] == "correlation" and row["rolling"] and row["estimate"] is not None
    ]
    return ["", "rolling correlation", *said] if said else []


def _window(found: dict[str, Any]) -> str:
    r, low, high, smallest, largest = (
        number(value, 2)
        for value in (found["r"], *found["interval"], found["smallest"], found["largest"])
    )
    return (
        f"{r} over the {found['window']} sessions to {found['last']} "
        f"({100 * found['level']:.3g} % interval {low} to {high}); "
        f"{smallest} to {largest} over all {found['windows']} windows"
    )

"""Test results as CSV for a spreadsheet and as LaTeX for a paper."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from bubblefear.report import latex
from bubblefear.report.families import family
from bubblefear.report.results import (
    ABSTAINED,
    amount,
    between,
    by_family,
    notes,
    probability,
    slug,
)
from bubblefear.report.spreadsheet import cell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bubblefear.report.results import Result

_FACTS: Final = (
    "unit", "error", "first", "last", "series", "index", "p_simulated", "decided_by", "q_by",
    "family_size", "mde_rho", "says", "test", "declared_at",
)  # fmt: skip
COLUMNS: Final = (
    "hypothesis", "family", "status", "estimate", "lo", "hi", "level", "p", "q", "size", "mde",
    "n", "answer", "verdict", *_FACTS,
)  # fmt: skip
# Longer tables do not fit on a page.
_ROWS: Final = 36
_HEAD: Final = ("Hypothesis", "Estimate", "Interval", "p", "q", "Size", "MDE", "n", "Answer")


def as_csv(results: Sequence[Result]) -> str:
    """A header and one line for each result; missing is empty, numbers keep all their digits."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([cell(value) for value in row(one)] for one in results)
    return text.getvalue()


def row(one: Result) -> list[object]:
    """The values of ``COLUMNS``; missing is ``None``."""
    low, high = one.interval or (None, None)
    return [
        one.hypothesis, one.family, one.status, one.estimate, low, high, one.detail.get("level"),
        one.p, one.q, one.size, one.mde, one.n, one.answer, one.verdict,
        *(one.detail.get(name) for name in _FACTS),
    ]  # fmt: skip


def as_latex(results: Sequence[Result]) -> str:
    """One table for each family, for a document that loads ``booktabs``.

    What the numbers rest on stands under each table: errors, sample, index, size of the family.
    """
    parts = ["% Needs \\usepackage{booktabs} and, before 2018, \\usepackage[utf8]{inputenc}."]
    for name, rows in by_family(results).items():
        for first in range(0, len(rows), _ROWS):
            some = rows[first : first + _ROWS]
            said = [*notes(rows), *_reasons(some)]
            parts.append(_table(name, some, said, continued=first > 0))
    return "\n".join(parts)


def _table(name: str, rows: Sequence[Result], said: Sequence[str], *, continued: bool) -> str:
    words = family(name)
    caption = f"{words.title}{' (continued)' if continued else ''}. {words.what}".rstrip()
    units = dict.fromkeys(one.unit for one in rows if one.unit)
    lines = [
        "\\begin{table}[htbp]",
        "\\centering\\footnotesize",
        f"\\caption{{{latex.escaped(caption)}}}",
        f"\\label{{tab:{slug(name)}{'-continued' if continued else ''}}}",
        "\\begin{tabular}{llrrrrrrl}",
        "\\toprule",
        latex.row(_HEAD),
        "\\midrule",
        *(latex.row(_cells(one)) for one in rows),
        "\\bottomrule",
        "\\end{tabular}",
        "\\par\\smallskip",
        "\\begin{minipage}{\\linewidth}\\footnotesize",
        latex.escaped(" ".join([_legend(list(units)), *said])),
        "\\end{minipage}",
        "\\end{table}",
    ]
    return "\n".join([*lines, ""])


def _reasons(rows: Sequence[Result]) -> list[str]:
    """Why some have no number."""
    return [f"{one.hypothesis} {one.verdict}." for one in rows if one.answer == ABSTAINED]


def _legend(units: Sequence[str]) -> str:
    unit = f"Estimates in {'; '.join(units)}. " if units else ""
    return (
        f"{unit}q: p after correction within the family. Size: rejection rate of the 5 % test "
        "under a simulated null. MDE: smallest effect found 8 times in 10."
    )


def _cells(one: Result) -> list[str]:
    name = f"{one.hypothesis} ({one.status})" if one.status != "exploratory" else one.hypothesis
    return [
        name, amount(one.estimate), between(one.interval), probability(one.p), probability(one.q),
        probability(one.size), amount(one.mde), "" if one.n is None else f"{one.n:,}", one.answer,
    ]  # fmt: skip

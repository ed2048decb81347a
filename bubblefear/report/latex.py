"""Texts that LaTeX reads as text: escaped, one row of a table, a label."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bubblefear.report.terminal import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

_COMMANDS: Final = {
    "\\": "\\textbackslash{}",
    "{": "\\{",
    "}": "\\}",
    "$": "\\$",
    "&": "\\&",
    "#": "\\#",
    "%": "\\%",
    "_": "\\_",
    "^": "\\textasciicircum{}",
    "~": "\\textasciitilde{}",
    "<": "\\textless{}",
    ">": "\\textgreater{}",
    "|": "\\textbar{}",
    "\u2013": "--",
    "\u2014": "---",
    "\u2018": "`",
    "\u2019": "'",
    "\u201c": "``",
    "\u201d": "''",
    "\u2026": "\\ldots{}",
    "\u2212": "$-$",
    "\u00d7": "$\\times$",
    "\u00b1": "$\\pm$",
    "\u2264": "$\\leq$",
    "\u2265": "$\\geq$",
    "\u2192": "$\\rightarrow$",
    "\u2248": "$\\approx$",
}
_NUMBERS: Final = re.compile(r"-?[\d.,]+(e[+-]?\d+)?( to -?[\d.,]+(e[+-]?\d+)?)?")
# Without eth and thorn, which the default encoding of fonts lacks.
_PLAIN: Final = re.compile(
    r"[\x20-\x7e\u00c0-\u00cf\u00d1-\u00d6\u00d8-\u00dd\u00df-\u00ef\u00f1-\u00f6\u00f8-\u00fd\u00ff]"
)


def escaped(text: str) -> str:
    """A text that pdfLaTeX sets as it stands.

    Characters for which it has no glyph without further packages, such as Chinese, are named by
    their code point: one of them in the text would otherwise stop the whole document.
    """
    return "".join(_character(c) for c in one_line(text))


def _character(character: str) -> str:
    if character in _COMMANDS:
        return _COMMANDS[character]
    if _PLAIN.match(character):
        return character
    return f"\\texttt{{U+{ord(character):04X}}}"


def row(cells: Sequence[str]) -> str:
    """One row of a table.

    A row that begins with ``[`` or ``*`` would be read as an argument of the row's end before it.
    """
    joined = " & ".join(_number(escaped(cell)) for cell in cells)
    return f"{'{}' if joined.startswith(('[', '*')) else ''}{joined} \\\\"


def _number(text: str) -> str:
    """A minus sign where a hyphen stands before a digit at the beginning of a number."""
    return re.sub(r"(?<![\w.\-])-(?=\d)", "$-$", text) if _NUMBERS.fullmatch(text) else text

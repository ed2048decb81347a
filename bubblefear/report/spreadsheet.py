"""Texts of others in a CSV file: whatever a publisher wrote, no spreadsheet runs it as a formula.

A cell is run where it begins with one of ``SIGNS``, spaces before it or not. Where a spreadsheet's
own separator is the semicolon (most of Europe) or the tab, it cuts a text there and runs what
follows; so does a line break once the quotes are misread. In all these places an apostrophe goes
before the sign, which says "text" to a spreadsheet. Numbers stay numbers.
"""

from __future__ import annotations

import re
from typing import Final

# The full-width signs run too, in spreadsheets that are set to Chinese or Japanese.
SIGNS: Final = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
# Each run is matched once, with all that may stand before a sign: a megabyte of spaces costs no
# more than a megabyte of words.
_STARTS: Final = re.compile(r"(?:^|[;\t\n])['\"\s]*")
_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


def cell(value: object) -> object:
    """A value as a CSV file holds it; switches are true and false.

    ``-0.3`` is a number and stays; ``-2+cmd|' /C calc'!A0`` is none.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str) or _NUMBER.fullmatch(value):
        return value
    # Python's writer does not quote a bare CR, and readers take it for the end of the row.
    text = value.replace("\r\n", "\n").replace("\r", "\n") if "\r" in value else value
    return _STARTS.sub(lambda run: f"{run[0]}'" if _runs(run) else run[0], text)


def typed(text: str) -> str:
    """The text that ``cell`` made this of: a name that is read back names the same thing."""
    return _STARTS.sub(lambda run: run[0].removesuffix("'") if _runs(run) else run[0], text)


def _runs(run: re.Match[str]) -> bool:
    """Whether what follows would be run."""
    return run.string.startswith(SIGNS, run.end())

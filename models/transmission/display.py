"""How a result of any family shows itself: a table for a terminal, for a notebook, for a paper.

Every result has `to_frame()` (the numbers), `summary()` (plain text) and `_repr_html_()`, each one
line that calls what is here, so that all of them look alike.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd


def text(title: str, frame: pd.DataFrame, notes: Sequence[str] = (), digits: int = 4) -> str:
    """Title, table and notes as plain text; missing numbers are dashes."""
    shown = frame.to_string(float_format=f"{{:.{digits}g}}".format, na_rep="-")
    return "\n".join([title, "", shown, *([""] if notes else []), *notes])


def html(title: str, frame: pd.DataFrame, notes: Sequence[str] = (), digits: int = 4) -> str:
    """The same as one HTML fragment; nothing in it is markup but ours."""
    shown = frame.to_html(float_format=f"{{:.{digits}g}}".format, na_rep="-", border=0, escape=True)
    said = "".join(f"<p>{escape(note)}</p>" for note in notes)
    return f"<div><p><strong>{escape(title)}</strong></p>{shown}{said}</div>"

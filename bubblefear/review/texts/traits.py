"""What two tellings of a story have in common, in words.

The grouping writes it as traits with their sort in front (``nlp.fingerprint``).
"""

from __future__ import annotations

import re

_FIGURE = re.compile(r"(\d[\d.]*e[+-]?\d+)(.*)")


def in_words(trait: str) -> str:
    """A trait for a reader: ``name:Nvidia`` is Nvidia, ``figure:5.7e+10`` is 57,000,000,000."""
    sort, _, told = trait.partition(":")
    if sort not in ("name", "act", "figure"):
        return trait
    figure = _FIGURE.fullmatch(told) if sort == "figure" else None
    return f"{float(figure[1]):,.15g}{figure[2]}" if figure else told

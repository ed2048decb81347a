"""Traditional -> Simplified, one character for one character.

Phrase-level conversion (``tw2sp``) changes lengths (資訊 becomes 信息, but 計程車 becomes 出租车),
so that a match in the converted text no longer points at the original. Here every character
is converted alone: offsets stay, and regional wording (資料中心) is listed in the lexicon instead.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opencc import OpenCC


@cache
def _converter() -> OpenCC:
    from opencc import OpenCC

    return OpenCC("t2s")


class _Table(dict[int, str]):
    """Fills itself: a few thousand characters occur, of the 100,000 that exist."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        folded = character
        if "\u3400" <= character <= "\u9fff" or code > 0x1FFFF:
            converted = _converter().convert(character)
            # A few rare characters have two-character equivalents; offsets matter more.
            folded = converted if len(converted) == 1 else character
        elif character == "\u2019":
            folded = "'"  # typographic apostrophe: "isn’t" is written "isn't" in the lexicon
        self[code] = folded
        return folded


_TABLE = _Table()


def fold(text: str) -> str:
    """The text in Simplified characters, of the same length, so that offsets stay valid."""
    return text.translate(_TABLE)

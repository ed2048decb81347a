"""What a reader sees of a page, a line per block; for bylines and datelines, not for bodies."""

from __future__ import annotations

import re
from html import unescape

_BLOCKS = re.compile(
    r"</?(?:p|div|td|tr|table|li|ul|h[1-6]|section|article|header|footer|dd|dt|center|body)\b[^<>]*>"
    r"|<br\b[^<>]*>",
    re.IGNORECASE,
)
# What is never closed goes to the end: a search for the end from each of a million openings would
# not come to one. For the same reason no tag reaches beyond the next "<".
_UNSEEN = re.compile(
    r"<(script|style|title)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)", re.DOTALL | re.IGNORECASE
)
_TAGS = re.compile(r"<[^<>]*>")
_SPACES = re.compile(r"[^\S\n]+")


def visible_lines(html: str) -> list[str]:
    """Lines with text, inline markup removed, runs of spaces as one."""
    text = _BLOCKS.sub("\n", _UNSEEN.sub(" ", html).replace("\n", " "))
    lines = (_SPACES.sub(" ", line).strip() for line in unescape(_TAGS.sub("", text)).split("\n"))
    return [line for line in lines if line]

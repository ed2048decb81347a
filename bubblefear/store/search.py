"""Full-text rows: a space around every CJK character, so that two-character words are found.

SQLite's unicode61 tokenizer takes a run of Chinese characters as one word and finds nothing of
泡沫 inside 人工智能泡沫破裂; with spaces each character is a word and the phrase "泡 沫" matches.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

_CJK: Final = ((0x3040, 0x30FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF))
# The same for a pattern's square brackets.
CJK: Final = "".join(f"{chr(low)}-{chr(high)}" for low, high in _CJK)


def spaced(text: str | None) -> str:
    """``text`` with a space around every CJK character, for the search table."""
    if not text or text.isascii():
        return text or ""
    return text.translate(_spaces())


@cache
def _spaces() -> dict[int, str]:
    # A table, made on first need: a million replacements by pattern take four times as long.
    return {code: f" {chr(code)} " for low, high in _CJK for code in range(low, high + 1)}


def match_phrase(words: str) -> str:
    """An FTS5 expression that finds ``words`` in their order, whatever signs they hold."""
    return '"' + " ".join(spaced(words).replace('"', " ").split()) + '"'


def insert(
    conn: sqlite3.Connection, rows: Iterable[tuple[int, str | None, str | None, str | None]]
) -> None:
    """Add rows of number, title, summary and body; inside the entries' transaction."""
    conn.executemany(
        "INSERT INTO articles_fts(rowid, title, summary, body) VALUES (?, ?, ?, ?)",
        ((number, spaced(t), spaced(s), spaced(b)) for number, t, s, b in rows),
    )


def set_body(conn: sqlite3.Connection, number: int, body: str) -> None:
    """Put a body that was fetched later into the entry's row."""
    conn.execute("UPDATE articles_fts SET body = ? WHERE rowid = ?", (spaced(body), number))

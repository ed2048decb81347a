"""Full-text rows: a space around every CJK character, so that two-character words are found.

SQLite's unicode61 tokenizer takes a run of Chinese characters as one word and finds nothing of
泡沫 inside 人工智能泡沫破裂; with spaces each character is a word and the phrase "泡 沫" matches.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

_CJK: Final = re.compile(r"([\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff])")


def spaced(text: str | None) -> str:
    """``text`` with a space around every CJK character, for the search table."""
    if not text or text.isascii():
        return text or ""
    return _CJK.sub(r" \1 ", text)


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

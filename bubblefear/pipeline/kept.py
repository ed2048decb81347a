"""Results of families kept in the database, as the lab's memory."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from bubblefear.store import kept_results, transaction

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

    from models.transmission.results import TestResult


class Kept:
    """A `models.transmission.memory.Memory`: each family is stored as soon as it is computed.

    Args:
        conn: The database.
        now: The clock.
    """

    def __init__(self, conn: sqlite3.Connection, now: Callable[[], str]) -> None:
        self._conn, self._now = conn, now

    def get(self, key: str) -> list[TestResult] | None:
        """The results under a key, or None."""
        from models.transmission.results import TestResult

        text = kept_results.get(self._conn, key)
        if text is None:
            return None
        rows = json.loads(text)
        return [
            TestResult(**row | {"interval": tuple(row["interval"]) if row["interval"] else None})
            for row in rows
        ]

    def put(self, key: str, family: str, found: list[TestResult]) -> None:
        """Store a family's results."""
        rows = json.dumps([asdict(one) for one in found], ensure_ascii=False, default=plain)
        with transaction(self._conn):
            kept_results.put(self._conn, key, family, rows, self._now())


def plain(value: Any) -> object:  # noqa: ANN401 - whatever json cannot write
    """Numbers of numpy as Python's, anything else as text."""
    return value.item() if hasattr(value, "item") else str(value)

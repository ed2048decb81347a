"""What a vintage says of itself, and which session of it was not finished when it was built."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence


@dataclass(frozen=True)
class Provenance:
    """Where a set of points comes from.

    Attributes:
        version: Of the index.
        vintage: Instant of the build, or ``reconstructed T``.
        kind: ``real-time`` or ``reconstructed``.
        as_of: Nothing first seen after this instant (UTC text) is in it.
        scorer: Whose scores, or None where it is not recorded.
        inputs_sha256: Of articles, scores and specification; None of a reconstruction.
        seal: Hash over this vintage and the seal before it; None where there is none.
        constants: Base window, scales and specification.
    """

    version: str
    vintage: str
    kind: str
    as_of: str
    scorer: str | None = None
    inputs_sha256: str | None = None
    seal: str | None = None
    constants: dict[str, Any] = field(default_factory=dict)


def provenance(conn: sqlite3.Connection, version: str, vintage: str) -> Provenance | None:
    """The record of a stored vintage, or None where there is no such vintage."""
    row = conn.execute(
        "SELECT v.kind, v.as_of, v.inputs_sha256, v.constants, s.sha256 FROM vintages v "
        "LEFT JOIN seals s ON s.version = v.version AND s.vintage = v.vintage "
        "WHERE v.version = ? AND v.vintage = ?",
        (version, vintage),
    ).fetchone()
    if row is None:
        return None
    constants = json.loads(row[3])
    return Provenance(
        version, vintage, row[0], row[1], constants.get("scorer"), row[2], row[4], constants
    )


def provisional(
    conn: sqlite3.Connection, version: str, vintage: str
) -> tuple[str | None, str | None]:
    """The session (``YYYY-MM-DD``) that had not closed at the vintage's ``as_of``, and its close.

    Returns:
        Both None where every session had closed; the close (UTC text) None where it was not kept.
    """
    row = conn.execute(
        "SELECT json_extract(constants, '$.provisional'), "
        "json_extract(constants, '$.provisional_until') FROM vintages "
        "WHERE version = ? AND vintage = ?",
        (version, vintage),
    ).fetchone()
    return (row[0] or None, row[1] or None) if row else (None, None)


def as_of(conn: sqlite3.Connection, version: str, vintage: str) -> str | None:
    """The instant up to which news is in a stored vintage (UTC text)."""
    row = conn.execute(
        "SELECT as_of FROM vintages WHERE version = ? AND vintage = ?", (version, vintage)
    ).fetchone()
    return str(row[0]) if row else None


def changed_at(
    conn: sqlite3.Connection, version: str, vintage: str, series: Sequence[str]
) -> dict[tuple[str, str], str]:
    """The vintage that gave each point its present figures, by series and session."""
    rows = conn.execute(
        "SELECT series, date, max(vintage) FROM index_points WHERE version = ? AND vintage <= ? "
        f"AND series IN ({', '.join('?' * len(series))}) GROUP BY series, date",
        (version, vintage, *series),
    )
    return {(row[0], row[1]): row[2] for row in rows}

"""A file of claims, stored prices and the index -> the answer to each claim."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from bubblefear import toml
from bubblefear.errors import ConfigError, NothingToDo, UsageError
from bubblefear.pipeline.run_tests import index_frame
from bubblefear.store import claim_results, prices, transaction

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import pandas as pd

    from bubblefear.config import Settings
    from bubblefear.pipeline.recording import Run
    from models.claims import Audit, Claim

_COLUMNS = ("symbol", "date", "open", "high", "low", "close", "adj_close")


@dataclass(frozen=True)
class ClaimsFile:
    """A file of claims: its name, the hash of its bytes, and what it claims."""

    name: str
    sha256: str
    claims: tuple[Claim, ...]


def open_file(path: Path) -> ClaimsFile:
    """A file of claims.

    Raises:
        UsageError: it cannot be read, or is no TOML.
        ConfigError: it holds no claims as they must be; the claim and the key are named.
    """
    from models.claims import ClaimError, read

    document, sha256 = _document(path)
    try:
        return ClaimsFile(path.name, sha256, read(document))
    except ClaimError as error:
        raise ConfigError(f"{path}: {error}") from error


def faults_of(path: Path) -> list[str]:
    """What is wrong with a file, one line for each claim that has a fault.

    Raises:
        UsageError: it cannot be read, or is no TOML.
    """
    from models.claims import faults

    return [f"{path}: {fault}" for fault in faults(_document(path)[0])]


def chosen(claims: tuple[Claim, ...], ids: Sequence[str]) -> tuple[Claim, ...]:
    """Those claims that are asked for, in the file's order; all of them where none is named.

    Raises:
        UsageError: there is none of that identity.
    """
    known = [claim.id for claim in claims]
    for name in ids:
        if name not in known:
            raise UsageError(f"there is no claim {name!r}; there are {', '.join(known)}")
    return tuple(claim for claim in claims if not ids or claim.id in ids)


def audit_claims(
    conn: sqlite3.Connection,
    settings: Settings,
    run: Run,
    claims: tuple[Claim, ...],
    *,
    progress: Callable[[int, int], None] | None = None,
) -> Audit:
    """Answer the claims from the stored prices and the last vintage of the index.

    Raises:
        ModelError: the stored prices cannot be used.
    """
    from models.claims import audit

    found = audit(claims, bar_frame(conn, claims), _index(conn, settings), progress=progress)
    told = [a.data["sha256"] or "" for a in found.answers if a.data is not None]
    run.data_sha256 = hashlib.sha256("\n".join(told).encode()).hexdigest()
    counts = ", ".join(f"{n} {verdict}" for verdict, n in found.counts().items() if n)
    run.say(f"claims audited: {counts}")
    return found


def keep(conn: sqlite3.Connection, run: Run, file: ClaimsFile, audit: Audit) -> None:
    """Store the answers to a whole file, for whoever reads them later."""
    with transaction(conn):
        claim_results.write(conn, run.id, file.name, file.sha256, rows(audit))


def rows(audit: Audit) -> list[dict[str, Any]]:
    """The answers as dictionaries: those of ``claims audit --json``, and ``plots``."""
    return [answer.as_dict() | {"plots": list(answer.plots)} for answer in audit.answers]


def bar_frame(conn: sqlite3.Connection, claims: Sequence[Claim]) -> pd.DataFrame:
    """Stored daily bars of every symbol that a claim names; no rows where there are none."""
    import pandas as pd

    frame = pd.DataFrame(prices.bars(conn, symbols_of(claims)), columns=list(_COLUMNS))
    return frame.astype(dict.fromkeys(_COLUMNS[2:], "float64"))


def symbols_of(claims: Sequence[Claim]) -> list[str]:
    """Every text among the parameters of the measurements: symbols are, days match no bar."""
    found: set[str] = set()
    for claim in claims:
        if claim.measure is None:
            continue
        for field in fields(claim.measure):
            value = getattr(claim.measure, field.name)
            found |= {value} if isinstance(value, str) else set()
            found |= set(value) if isinstance(value, tuple) else set()
    return sorted(found)


def _index(conn: sqlite3.Connection, settings: Settings) -> pd.DataFrame | None:
    try:
        return index_frame(conn, settings)
    except NothingToDo:
        return None


def _document(path: Path) -> tuple[dict[str, Any], str]:
    """What a file says, and the hash of its bytes."""
    try:
        found = path.read_bytes()
        return toml.parsed(found), hashlib.sha256(found).hexdigest()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"{path}: {reason}") from error

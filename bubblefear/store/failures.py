"""What SQLite says of a disk or a lock, in words that say what to do."""

from __future__ import annotations

import errno
import sqlite3
from typing import Final

from bubblefear.store.database import BUSY_SECONDS

_BUSY: Final = (
    f"another process has been writing to the database for {BUSY_SECONDS} s: nothing half-written "
    "is left; run the command again when it is done"
)
_FULL: Final = "the disk is full: nothing half-written is left; make room and run the command again"
_READ_ONLY: Final = "the database cannot be written: see who owns it, and its folder"
# Primary result codes; the extended ones add to them above the lowest byte.
_SAID: Final = {
    sqlite3.SQLITE_BUSY: _BUSY,
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_READONLY: _READ_ONLY,
}


def told(error: Exception) -> str:
    """One line for the person at the terminal; what is not known here speaks for itself."""
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return f"{_FULL} ({error.filename})" if error.filename else _FULL
    code = getattr(error, "sqlite_errorcode", None)
    said = _SAID.get(code & 0xFF) if code is not None else None
    return f"{said} ({error})" if said else str(error)

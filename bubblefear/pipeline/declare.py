"""Hypotheses written down before any return is read, and which of them are in force."""

from __future__ import annotations

import hashlib
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from bubblefear import toml
from bubblefear.errors import ConfigError
from bubblefear.store import declarations, transaction

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

    from bubblefear.store.declarations import Declaration
    from models.transmission.hypotheses import Declared, Hypothesis

SHIPPED: Final = "hypotheses.toml"


def declare(conn: sqlite3.Connection, path: Path | None, *, now: str) -> Declaration:
    """Store a file of hypotheses with its hash and time; None = the shipped one.

    Raises:
        ConfigError: the file cannot be read or holds no hypotheses.
    """
    text, name = _text(path)
    _parsed(text, name)
    with transaction(conn):
        return declarations.declare(conn, _sha256(text), text, name, now)


def in_force(conn: sqlite3.Connection, path: Path | None = None) -> Declared:
    """The hypotheses of a file; None = what was declared last, else the shipped file.

    A file that was changed after its declaration is another file: it was not declared.

    Raises:
        ConfigError: the file cannot be read or holds no hypotheses.
    """
    from models.transmission.hypotheses import Declared

    found = declarations.latest(conn) if path is None else None
    text, name = (found.text, found.name) if found else _text(path)
    found = found or declarations.of(conn, _sha256(text))
    hypotheses = _parsed(text, name)
    if found is None:
        return Declared(hypotheses)
    return Declared(hypotheses, found.declared_at, found.returns_read_at is None)


def _text(path: Path | None) -> tuple[str, str]:
    if path is None:
        return files("models.transmission").joinpath(SHIPPED).read_text(encoding="utf-8"), SHIPPED
    try:
        return path.read_text(encoding="utf-8"), path.name
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from error


def _parsed(text: str, name: str) -> tuple[Hypothesis, ...]:
    from models.errors import ModelError
    from models.transmission.hypotheses import read

    try:
        return read(toml.parsed(text.encode()))
    except (ValueError, ModelError) as error:
        raise ConfigError(f"{name}: {error}") from error


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()

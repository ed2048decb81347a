"""Numbered migrations, each in one transaction, never edited after a release.

Importing this module imports sqlite_utils (half a second): ``database.open_database`` does it
only when the file's ``user_version`` is behind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlite_utils import Database, Migrations

from bubblefear.store import statements

if TYPE_CHECKING:
    import sqlite3

migrations: Final = Migrations("bubblefear")


@migrations()
def m001_initial(db: Database) -> None:
    """Tables, indices, the search table and the view of scored articles."""
    for statement in statements.FIRST:
        db.execute(statement)


@migrations()
def m002_accounts(db: Database) -> None:
    """Accounts and seals of the index, what an incremental build needs, audits and alerts."""
    for statement in statements.SECOND:
        db.execute(statement)


@migrations()
def m003_lab(db: Database) -> None:
    """Declared hypotheses, results kept from earlier runs, prices within the day."""
    for statement in statements.THIRD:
        db.execute(statement)


@migrations()
def m004_ingestion(db: Database) -> None:
    """What is learned of feeds and hosts, aliases and versions, why stories join, backfills."""
    for statement in statements.FOURTH:
        db.execute(statement)


@migrations()
def m005_labelling(db: Database) -> None:
    """Reviews taken back, and audits of claims."""
    for statement in statements.FIFTH:
        db.execute(statement)


@migrations()
def m006_archive(db: Database) -> None:
    """What lies in Parquet; foreign keys dropped where rows outlive the entries they name."""
    for statement in statements.SIXTH:
        db.execute(statement)


def migrate(conn: sqlite3.Connection, version: int) -> None:
    """Bring the open file to ``version`` in one transaction.

    Two processes may open a new file at once: the second waits for the first one's transaction
    and then finds nothing pending.
    """
    conn.execute("BEGIN IMMEDIATE")
    try:
        migrations.apply(Database(conn, execute_plugins=False))
        conn.execute(f"PRAGMA user_version = {version}")
    except BaseException:
        conn.execute("ROLLBACK")
        raise
    conn.execute("COMMIT")

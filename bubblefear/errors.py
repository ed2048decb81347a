"""Everything that the application raises on purpose.

BubblefearError                exit 1
├── UsageError                 exit 2   the command line or the settings are wrong
│   └── ConfigError                     bubblefear.toml, a BUBBLEFEAR_ variable or a flag
├── StoreError                          the database cannot be used
│   ├── DatabaseMissing                 no file there, and the command only reads
│   ├── NotADatabase                    a file there, of another kind
│   ├── SchemaTooNew                    written by a later version of bubblefear
│   ├── ArchiveBroken                   a Parquet file of the archive is missing or damaged
│   └── Damaged                         a file or backup is not as it was written
├── PlotError                           what a test or a claim gave to be drawn is malformed
├── ClockBehind                         the machine's clock is before the last run on the database
├── EngineError                         the processes or the cluster that score cannot work
├── Locked                              another daily job holds the lock
└── NothingToDo                         there is no news, no score or no price to work on

``ingest.errors.IngestError``, ``nlp.errors.NlpError`` and ``models.errors.ModelError`` are the
roots of the other three packages. ``bubblefear.cli.main`` is the only place that catches any of
the four: one line on stderr and an exit code.
"""

from __future__ import annotations

DONE = 0
FAILED = 1
WRONG_USAGE = 2
PARTIAL = 3
ALERT = 4
INTERRUPTED = 130


class BubblefearError(Exception):
    """Root of the application's errors; its text is one line for the person at the terminal."""

    exit_code: int = FAILED


class UsageError(BubblefearError):
    """The command line asks for something that cannot be."""

    exit_code = WRONG_USAGE


class ConfigError(UsageError):
    """A setting is unknown, of the wrong type or out of range."""


class StoreError(BubblefearError):
    """The database cannot be used."""


class DatabaseMissing(StoreError):  # noqa: N818 - reads as what happened
    """A command that only reads was pointed at a path without a file."""


class NotADatabase(StoreError):  # noqa: N818 - reads as what happened
    """The file is not an SQLite database, or not one of bubblefear's."""


class SchemaTooNew(StoreError):  # noqa: N818 - reads as what happened
    """The file was written by a later version, whose tables this one does not know."""


class ArchiveBroken(StoreError):  # noqa: N818 - reads as what happened
    """A Parquet file that rows were moved to is missing, or not as it was written."""


class Damaged(StoreError):  # noqa: N818 - reads as what happened
    """The file, or a backup of it, is not as it was written: a page, an index, its hash, a seal."""


class PlotError(BubblefearError):
    """What a test or a claim gave to be drawn is malformed; the message names the field."""


class ClockBehind(BubblefearError):  # noqa: N818 - reads as what happened
    """The clock is before the last run: what is stored now would be dated into its past."""


class EngineError(BubblefearError):
    """A pool or a cluster that is to score cannot be started, or its workers fail."""


class Locked(BubblefearError):  # noqa: N818 - reads as what happened
    """Another process runs the daily job on the same database."""


class NothingToDo(BubblefearError):  # noqa: N818 - reads as what happened
    """A stage has no input: the message says which command provides it."""

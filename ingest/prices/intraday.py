"""Bars within the day: a folder of `SYMBOL.csv` with `time,close`.

`time` is the end of the bar with its zone (`2025-12-11T21:00:00Z`); without a zone it could be
any of twenty-four hours, so such a row is refused. They tell the price of an asset that trades
round the clock at the very close of New York's session.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from ingest.clock import system_now
from ingest.errors import FileError
from ingest.files.lines import BoundedLines
from ingest.identity.keys import sha256
from ingest.records import IntradayBar, Problem


def read_intraday_folder(
    folder: Path, now: Callable[[], str] = system_now
) -> Iterator[IntradayBar | Problem]:
    """All bars of a folder's `.csv` files, by file name; bad rows and files are problems.

    Args:
        folder: of files `SYMBOL.csv`.
        now: the clock, UTC text; a bar that ends after it is refused.

    Raises:
        FileError: if the folder does not exist or holds no `.csv` file.
    """
    paths = sorted(folder.glob("*.csv")) if folder.is_dir() else []
    if not paths:
        raise FileError(f"{folder}: no .csv files there")
    for path in paths:
        try:
            yield from _file(path, now())
        except FileError as error:
            yield Problem("prices.file", path.name, str(error), None)


def _file(path: Path, now: str) -> Iterator[IntradayBar | Problem]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(BoundedLines(lines))
            reader.fieldnames = [name.strip().lower() for name in reader.fieldnames or []]
            missing = {"time", "close"} - set(reader.fieldnames)
            if missing:
                raise FileError(f"{path.name}: no column {' nor '.join(sorted(missing))}")
            yield from _bars(reader, path, now)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise FileError(f"{path.name}: cannot be read: {error}") from error


def _bars(reader: csv.DictReader[str], path: Path, now: str) -> Iterator[IntradayBar | Problem]:
    ends: set[str] = set()
    for row in reader:
        try:
            bar = _bar(path.stem, row, now)
            if bar.at in ends:
                raise ValueError(f"a second bar that ends at {bar.at}")
        except ValueError as error:
            raw = sha256(repr(sorted(row.items(), key=str)))
            yield Problem("prices.row", f"{path.name}:{reader.line_num}", str(error), raw)
            continue
        ends.add(bar.at)
        yield bar


def _bar(symbol: str, row: dict[str, str], now: str) -> IntradayBar:
    end = datetime.fromisoformat((row["time"] or "").strip())
    if end.tzinfo is None:
        raise ValueError(f"{row['time']} has no time zone")
    at = end.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if at > now:
        raise ValueError(f"a bar that ends at {at}, after now")
    close = float((row["close"] or "").strip())
    if not math.isfinite(close) or close <= 0:
        raise ValueError(f"close {row['close']} at {at}: a price is above 0")
    return IntradayBar(symbol, at, close)

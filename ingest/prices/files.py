"""Price files: a folder of `SYMBOL.csv` with `date,open,high,low,close,adj_close,volume`.

Only `date` and `close` are needed; series of one figure a day (interest rates, money supply) have
nothing else. The symbol is the file's name.

A price is above 0. Interest rates and spreads may be 0 or less; they are known by their symbol:
`FRED_...`, and the provider's Treasury yields such as `TNX`.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

from ingest.clock import system_now
from ingest.errors import FileError
from ingest.files.lines import BoundedLines
from ingest.identity.keys import sha256
from ingest.records import PriceBar, Problem

_COLUMNS = ("open", "high", "low", "close", "adj_close", "volume")
# Providers round the four prices of a bar apart: only what is beyond that is contradictory.
_ROUNDING = 0.002
_RATES = frozenset(("IRX", "FVX", "TNX", "TYX"))
_FIRST_DAY = date(1900, 1, 1)


def read_market_folder(
    folder: Path, now: Callable[[], str] = system_now
) -> Iterator[PriceBar | Problem]:
    """All bars of a folder's `.csv` files, by file name; a file that cannot be read is a problem.

    Args:
        folder: of files `SYMBOL.csv`.
        now: the clock, UTC text; a bar more than a day after it is refused.

    Raises:
        FileError: if the folder does not exist or holds no `.csv` file.
    """
    paths = sorted(folder.glob("*.csv")) if folder.is_dir() else []
    if not paths:
        raise FileError(f"{folder}: no .csv files there")
    for path in paths:
        try:
            yield from read_market_file(path, now)
        except FileError as error:
            yield Problem("prices.file", path.name, str(error), None)


def read_market_file(
    path: Path, now: Callable[[], str] = system_now
) -> Iterator[PriceBar | Problem]:
    """The bars of one file, in its order; bad rows are problems with code `prices.row`.

    Args:
        path: a file `SYMBOL.csv`.
        now: as in `read_market_folder`.

    Raises:
        FileError: if it cannot be read, or has no `date` or `close` column.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(BoundedLines(lines))
            reader.fieldnames = [_column(name) for name in reader.fieldnames or []]
            missing = {"date", "close"} - set(reader.fieldnames)
            if missing:
                raise FileError(f"{path.name}: no column {' nor '.join(sorted(missing))}")
            yield from _bars(reader, path, date.fromisoformat(now()[:10]) + timedelta(days=1))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise FileError(f"{path.name}: cannot be read: {error}") from error


def _bars(reader: csv.DictReader[str], path: Path, last_day: date) -> Iterator[PriceBar | Problem]:
    days: set[str] = set()
    for row in reader:
        try:
            bar = _bar(path.stem, row, last_day)
            if bar.date in days:
                raise ValueError(f"a second bar of {bar.date}")
        except ValueError as error:
            raw = sha256(repr(sorted(row.items(), key=str)))
            yield Problem("prices.row", f"{path.name}:{reader.line_num}", str(error), raw)
            continue
        days.add(bar.date)
        yield bar


def _bar(symbol: str, row: dict[str, str], last_day: date) -> PriceBar:
    when = date.fromisoformat((row["date"] or "").strip()[:10])
    if not _FIRST_DAY <= when <= last_day:
        raise ValueError(f"a bar of {when}, outside {_FIRST_DAY} to {last_day}")
    day = when.isoformat()
    opened, high, low, close, adjusted, volume = (_number(row, name) for name in _COLUMNS)
    if close is None:
        raise ValueError(f"no close on {day}")
    check_positive(symbol, day, (close, adjusted))
    check_range(day, (opened, close), high, low)
    return PriceBar(symbol, day, opened, high, low, close, adjusted, volume)


def check_positive(symbol: str, day: str, closes: tuple[float | None, ...]) -> None:
    """See that the closes that returns are made of are above 0, unless they are rates.

    Raises:
        ValueError: if one is not, which would make every return around it infinite.
    """
    if symbol in _RATES or symbol.startswith("FRED_"):
        return
    for close in closes:
        if close is not None and close <= 0:
            raise ValueError(f"close {close:g} on {day}: a price is above 0 ({symbol} is no rate)")


def check_range(
    day: str, inside: tuple[float | None, ...], high: float | None, low: float | None
) -> None:
    """See that a bar's prices lie between its low and high.

    Raises:
        ValueError: if they contradict one another beyond rounding.
    """
    if high is None or low is None:
        return
    slack = _ROUNDING * max(abs(high), abs(low))
    if low > high + slack:
        raise ValueError(f"low {low:g} above high {high:g} on {day}")
    for price in inside:
        if price is not None and not low - slack <= price <= high + slack:
            raise ValueError(f"price {price:g} outside {low:g} to {high:g} on {day}")


def _number(row: dict[str, str], name: str) -> float | None:
    text = (row.get(name) or "").strip().replace(",", "")
    if text.lower() in ("", ".", "nan", "null", "none", "na", "n/a"):  # "." is FRED's holiday
        return None
    try:
        value = float(text)
    except ValueError:
        raise ValueError(f"{name} is no number: {text[:40]!r}") from None
    if not math.isfinite(value):
        raise ValueError(f"{name} is {text}")
    return value


def _column(name: str) -> str:
    return name.strip().lower().replace(" ", "_")

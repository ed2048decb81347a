"""Files of dated items: CSV, JSON Lines or Parquet, the first two also gzipped.

The columns are `id, published_at, corpus, source, lang, title, summary, url, extra`, in any order;
only a title and a date are needed. CSV and JSON Lines are read as they come, never whole.
"""

from __future__ import annotations

import csv
import json
import math
import zlib
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from ingest.errors import FileError
from ingest.files.lines import LONGEST_ROW, BoundedLines, json_lines, text_lines
from ingest.files.rows import ImportRules, to_entry
from ingest.identity.keys import sha256
from ingest.records import Entry, Problem
from ingest.text import without_surrogates

Row = Mapping[str, Any]

_NAMES = {
    "id": ("id", "guid", "uuid"),
    "published_at": ("published_at", "published", "date", "datetime", "time", "timestamp"),
    "title": ("title", "headline"),
    "summary": ("summary", "description"),
    "body": ("body", "content", "text"),
    "url": ("url", "link"),
    "lang": ("lang", "language"),
    "source": ("source", "publisher"),
    "corpus": ("corpus",),
    "author": ("author",),
}
_LONGEST_FIELD = 16 * 1024 * 1024
_BATCH = 4096
_LARGEST_BATCH = 256 * 1024 * 1024


def read_items(
    path: Path,
    *,
    delay_minutes: int = 0,
    timezone: str | None = None,
    now: str | None = None,
) -> Iterator[Entry | Problem]:
    """Read dated items.

    Args:
        path: `.csv`, `.jsonl`, `.ndjson` (each also `.gz`) or `.parquet`.
        delay_minutes: `first_seen_at` is the publication time plus this: what was known when is
            reconstructed, not observed. An item dated by the day alone counts as seen at its end.
        timezone: IANA name for dates without a zone, by default UTC.
        now: UTC text; dates more than a day after it are refused. `None` = no such check.

    Yields:
        An `Entry` for each row, or a `Problem` with code `import.row`, subject `NAME:LINE`.

    Raises:
        FileError: if the file cannot be read as what its name says, or has no title or date column.
    """
    rules = ImportRules(_stem(path), delay_minutes, timezone, now)
    for line, row in _rows(path):
        if isinstance(row, str):
            yield Problem("import.row", f"{path.name}:{line}", row, None)
            continue
        made = to_entry(row, rules)
        if isinstance(made, Entry):
            yield made
        else:
            raw = sha256(json.dumps(dict(row), ensure_ascii=False, sort_keys=True, default=str))
            yield Problem("import.row", f"{path.name}:{line}", made, raw)


def _rows(path: Path) -> Iterator[tuple[int, Row | str]]:
    """Line number and row under our names, or what is wrong with that line."""
    kind = path.suffixes[-2:][0].lower() if path.suffix.lower() == ".gz" else path.suffix.lower()
    readers = {
        ".csv": _csv_rows,
        ".jsonl": _json_rows,
        ".ndjson": _json_rows,
        ".parquet": _parquet_rows,
    }
    if kind not in readers:
        raise FileError(f"{path.name}: not one of .csv, .jsonl, .parquet (or .csv.gz, .jsonl.gz)")
    try:
        yield from readers[kind](path)
    except FileNotFoundError as error:
        raise FileError(f"{path}: no such file") from error
    except (OSError, EOFError, zlib.error) as error:
        raise FileError(f"{path.name}: cannot be read: {error}") from error


def _csv_rows(path: Path) -> Iterator[tuple[int, Row | str]]:
    csv.field_size_limit(_LONGEST_FIELD)
    with text_lines(path) as lines:
        bounded = BoundedLines(lines, rows=True)
        reader = csv.reader(bounded)
        try:
            header = next(reader, None)
        except csv.Error as error:
            raise FileError(f"{path.name}: not CSV: {error}") from error
        if header is None:
            raise FileError(f"{path.name}: the file is empty")
        names = _our_names([name.strip("\ufeff \t") for name in header], path)
        width = len(header)
        while True:
            bounded.start_row()
            try:
                cells = next(reader, None)
            except csv.Error as error:
                yield bounded.number, f"not CSV: {error}"
                continue
            if cells is None:
                return
            if not cells:
                continue
            if len(cells) != width:
                yield bounded.number, f"{len(cells)} cells where the header has {width}"
                continue
            yield bounded.number, {ours: cells[place] for ours, place in names.items()}


def _json_rows(path: Path) -> Iterator[tuple[int, Row | str]]:
    for number, data in json_lines(path):
        if isinstance(data, str):
            yield number, data
            continue
        yield number, _from_mapping({str(name).lower(): value for name, value in data.items()})


def _parquet_rows(path: Path) -> Iterator[tuple[int, Row | str]]:
    import pyarrow
    from pyarrow import parquet

    number = 0
    try:
        with parquet.ParquetFile(path) as table:
            names = list(table.schema_arrow.names)
            _our_names(names, path)
        # A text that a file holds once and names in each row stays one text in memory.
        ours = {name for theirs in _NAMES.values() for name in theirs}
        wanted = [name for name in names if name.lower() in ours]
        with parquet.ParquetFile(path, read_dictionary=wanted) as table:
            for batch in table.iter_batches(batch_size=_BATCH, columns=wanted):
                for data in _unpacked(batch):
                    number += 1
                    if isinstance(data, str):
                        yield number, data
                        continue
                    yield number, _from_mapping({str(k).lower(): v for k, v in data.items()})
    except pyarrow.ArrowException as error:
        raise FileError(f"{path.name}: not Parquet: {' '.join(str(error).split())}") from error


def _unpacked(batch: Any) -> Iterator[dict[str, Any] | str]:  # noqa: ANN401 - pyarrow has no types
    """The rows of a batch, or what is wrong with them; never much more than one in memory."""
    if sum(map(_unpacked_bytes, batch.columns)) <= _LARGEST_BATCH:
        yield from batch.to_pylist()
        return
    for place in range(batch.num_rows):
        row = batch.slice(place, 1)
        size = sum(map(_unpacked_bytes, row.columns))
        yield f"a row of over {LONGEST_ROW:,} bytes" if size > LONGEST_ROW else row.to_pylist()[0]


def _unpacked_bytes(column: Any) -> int:  # noqa: ANN401 - as above
    """Bytes of a column with every text written out."""
    from pyarrow import compute, types

    if not types.is_dictionary(column.type):
        return int(column.nbytes)
    if not types.is_binary(column.type.value_type) and not types.is_string(column.type.value_type):
        return int(column.nbytes)
    lengths = compute.binary_length(column.dictionary).take(column.indices)
    return int(compute.sum(lengths.cast("int64")).as_py() or 0)


def _from_mapping(fields: dict[str, Any]) -> Row:
    row: dict[str, Any] = {}
    for ours, theirs in _NAMES.items():
        found = next((fields[name] for name in theirs if not _is_missing(fields.get(name))), None)
        if found is not None:
            row[ours] = _cell(found)
    return row


def _is_missing(value: object) -> bool:
    # A column of numbers with holes is floats, and its holes are NaN.
    return value is None or (isinstance(value, float) and math.isnan(value))


def _cell(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return without_surrogates(text)


def _our_names(header: list[str], path: Path) -> dict[str, int]:
    """Our column names to places in the file; the first spelling that is there counts."""
    places = {name.lower(): place for place, name in reversed(list(enumerate(header)))}
    found = {
        ours: next(places[name] for name in theirs if name in places)
        for ours, theirs in _NAMES.items()
        if not places.keys().isdisjoint(theirs)
    }
    missing = [name for name in ("title", "published_at") if name not in found]
    if missing:
        raise FileError(f"{path.name}: no column {' nor '.join(missing)} among {', '.join(header)}")
    return found


def _stem(path: Path) -> str:
    name = path.name
    for suffix in (".gz", ".csv", ".jsonl", ".ndjson", ".parquet"):
        name = name.removesuffix(suffix)
    return name

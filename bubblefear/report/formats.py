"""Rows of the index as JSON, CSV and Parquet.

Equal rows give equal bytes: nothing here looks at a clock.
"""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any, Final

from bubblefear.report.spreadsheet import cell

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Rows = Sequence[Mapping[str, Any]]

COLUMNS: Final = (
    "date", "series", "value", "ma7", "ma30", "lo", "hi", "n", "version", "vintage",
    "provisional",
)  # fmt: skip
_TEXTS: Final = ("date", "series", "version", "vintage")


def as_json(rows: Rows) -> str:
    """One JSON list of objects; missing is null."""
    return json.dumps(list(rows), ensure_ascii=False)


def as_csv(rows: Rows) -> str:
    """A header and one line for each row; missing is empty, switches are true and false."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    columns = _columns(rows)
    writer.writerow(columns)
    writer.writerows([cell(row[name]) for name in columns] for row in rows)
    return text.getvalue()


def as_parquet(rows: Rows) -> bytes:
    """A Parquet file with the same columns, typed also where all values are missing."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = _columns(rows)
    schema = pa.schema([(name, _arrow(name)) for name in columns])
    table = pa.table({name: [row[name] for row in rows] for name in columns}, schema=schema)
    found = io.BytesIO()
    pq.write_table(table, found)
    return found.getvalue()


def _columns(rows: Rows) -> tuple[str, ...]:
    return tuple(rows[0]) if rows else COLUMNS


def _arrow(name: str) -> Any:  # noqa: ANN401 - pyarrow publishes no types
    import pyarrow as pa

    if name in _TEXTS:
        return pa.string()
    return {"n": pa.int64(), "provisional": pa.bool_()}.get(name, pa.float64())

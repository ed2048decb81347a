from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from bubblefear.report.formats import COLUMNS, as_csv, as_json, as_parquet


def row(**other: Any) -> dict[str, Any]:
    found: dict[str, Any] = dict.fromkeys(COLUMNS)
    found |= {"date": "2025-11-20", "series": "total", "value": 101.5, "n": 12}
    found |= {"version": "v1", "vintage": "2025-11-21T00:00:00Z", "provisional": False}
    return found | other


ROWS = [row(), row(date="2025-11-21", value=None, provisional=True)]


def test_json_is_the_rows() -> None:
    assert json.loads(as_json(ROWS)) == ROWS
    assert "泡沫" in as_json([row(version="泡沫")])


def test_csv_has_empty_cells_for_what_is_missing() -> None:
    read = list(csv.DictReader(io.StringIO(as_csv(ROWS))))
    assert list(read[0]) == list(COLUMNS)
    assert (read[0]["value"], read[1]["value"]) == ("101.5", "")
    assert [r["provisional"] for r in read] == ["false", "true"]


@pytest.mark.parametrize("text", ["=1+1", "+1+1", "-1+A1", "@SUM(A1)"])
def test_no_cell_of_text_is_a_formula(text: str) -> None:
    (read,) = csv.DictReader(io.StringIO(as_csv([row(version=text, value=-3.5)])))
    assert read["version"] == f"'{text}"
    assert read["value"] == "-3.5"


def test_parquet_is_the_rows_with_types() -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pq.read_table(pa.BufferReader(as_parquet([row(smoothed=None, n=12)])))
    assert table.to_pylist() == [row(smoothed=None)]
    types = {field.name: str(field.type) for field in table.schema}
    assert (types["smoothed"], types["n"], types["provisional"]) == ("double", "int64", "bool")
    assert as_parquet(ROWS) == as_parquet(ROWS)


def test_without_rows_there_is_a_header() -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    assert as_csv([]) == ",".join(COLUMNS) + "\n"
    assert pq.read_table(pa.BufferReader(as_parquet([]))).column_names == list(COLUMNS)

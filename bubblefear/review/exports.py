"""Long tables and lists sent piece by piece, so that a file of all hits needs no room in memory."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any, Final

from datasette.utils.asgi import AsgiStream

from bubblefear.report.spreadsheet import cell

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    Batches = AsyncIterator[Sequence[Mapping[str, Any]]]

_FRESH: Final = {"Cache-Control": "private, no-cache"}


def csv_stream(columns: Sequence[str], batches: Batches, name: str) -> AsgiStream:
    """A CSV file for download, UTF-8; no text of a publisher runs as a formula."""

    async def send(out: Any) -> None:  # noqa: ANN401 - Datasette publishes no types
        await out.write(_lines([columns]))
        async for rows in batches:
            await out.write(_lines([[cell(row[c]) for c in columns] for row in rows]))

    headers = {**_FRESH, "Content-Disposition": f'attachment; filename="{name}"'}
    return AsgiStream(send, headers=headers, content_type="text/csv; charset=utf-8")


def json_stream(head: Mapping[str, Any], key: str, batches: Batches) -> AsgiStream:
    """One JSON object: ``head``, and under ``key`` a list of all rows."""

    async def send(out: Any) -> None:  # noqa: ANN401 - as above
        start = _json(head)[:-1] + (", " if head else "")
        await out.write(f'{start}"{key}": [')
        first = True
        async for rows in batches:
            text = ", ".join(_json(row) for row in rows)
            await out.write(text if first else f", {text}")
            first = False
        await out.write("]}")

    return AsgiStream(send, headers=_FRESH, content_type="application/json; charset=utf-8")


def _lines(rows: Sequence[Sequence[object]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def _json(data: Mapping[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, allow_nan=False)

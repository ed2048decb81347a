"""Datasette's own CSV files, with publishers' texts that a spreadsheet would run made harmless.

Datasette has no hook for the cells of a CSV file, so its answer is rewritten on its way out, row
by row: an export of a whole table streams through.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, urlencode

from datasette.utils.asgi import Response

from bubblefear.report.spreadsheet import cell
from bubblefear.review.state import DATABASE

if TYPE_CHECKING:
    from bubblefear.review.guard import Handler

_DATASETTES: Final = re.compile(rf"/{DATABASE}(?:/.*)?\.csv")
_VIEW: Final = f"/{DATABASE}/article_scores.csv"
_ELSEWHERE: Final = (
    "All articles with their scores are at /search.csv, with filters as on /search; every score "
    f"of every scorer is at /{DATABASE}/scores.csv?_stream=on. With a filter, such as ?source=, "
    "this view streams too.\n"
)
_KINDS: Final = (b"text/csv", b"text/plain")
# Python's reader would refuse a cell of over 128 KB.
_CELL: Final = re.compile(
    r'(?P<before>^|,|\r?\n)(?:"(?P<quoted>[^"]*(?:""[^"]*)*)"|(?P<bare>[^,"\r\n]+))'
)


def harmless(app: Handler) -> Handler:
    """The application with the cells of Datasette's CSV files passed through ``cell``."""

    async def answer(scope: dict[str, Any], receive: Handler, send: Handler) -> None:
        # Those of our own pages are made harmless where they are written.
        if scope["type"] != "http" or not _DATASETTES.fullmatch(str(scope["path"])):
            await app(scope, receive, send)
            return
        pairs = parse_qsl(bytes(scope["query_string"]).decode("latin-1"), keep_blank_values=True)
        if scope["path"] == _VIEW and _all_rows(pairs):
            await Response.text(_ELSEWHERE, status=400).asgi_send(send)
            return
        if "_stream" in dict(pairs):
            scope = {**scope, "query_string": _unsorted(pairs)}
        await app(scope, receive, _Rewriter(send))

    return answer


def _all_rows(pairs: list[tuple[str, str]]) -> bool:
    """Whether all rows are asked for: each page of a view is counted off from its first row.

    Of 128,757 rows the last pages took longer than a query may, and the file ended there.
    """
    names = dict(pairs)
    return "_stream" in names and all(n.startswith("_") and n != "_where" for n in names)


def _unsorted(pairs: list[tuple[str, str]]) -> bytes:
    """The query string of an export of a whole table without the order that was chosen.

    Datasette reads such a table page by page and takes up after the last row's value and key, but
    sorts by the value alone: rows that share a value were left out or written twice. In the order
    of the keys each is written once.
    """
    kept = [(name, value) for name, value in pairs if name not in ("_sort", "_sort_desc")]
    return urlencode(kept).encode()


def rewritten(text: str) -> str:
    """Whole rows of a CSV file with formulas made text; numbers stay numbers."""
    return _CELL.sub(_harmless, text)


def _harmless(found: re.Match[str]) -> str:
    quote = "" if found["quoted"] is None else '"'
    value = found["quoted"] or found["bare"] or ""
    return f"{found['before']}{quote}{cell(value)}{quote}"


class _Rewriter:
    """Passes an answer on; of a CSV file only whole rows, the rest waits for its end."""

    def __init__(self, send: Handler) -> None:
        self._send = send
        self._rewrites = False
        self._waiting = bytearray()

    async def __call__(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            headers = dict(message["headers"])
            kind = headers.get(b"content-type", b"")
            self._rewrites = message["status"] == 200 and kind.startswith(_KINDS)
            if self._rewrites:
                kept = [(k, v) for k, v in message["headers"] if k.lower() != b"content-length"]
                message = {**message, "headers": kept}
        elif self._rewrites and message["type"] == "http.response.body":
            message = {**message, "body": self._rows(message)}
        await self._send(message)

    def _rows(self, message: dict[str, Any]) -> bytes:
        self._waiting += message.get("body", b"")
        # An odd number of quotation marks: the last row goes on in the next message.
        whole = self._waiting.endswith(b"\n") and self._waiting.count(b'"') % 2 == 0
        if message.get("more_body", False) and not whole:
            return b""
        text = self._waiting.decode()
        self._waiting.clear()
        return rewritten(text).encode()

"""One server for feeds, pages and prices: HTTP/1.1 on loopback, in a thread of the harness."""

from __future__ import annotations

import asyncio
import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, unquote, urlsplit

from bench.longrun import market, press
from bench.longrun.press import Answer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bench.longrun.items import Item

HOSTS: Final = 40
_CHART: Final = "/v8/finance/chart/"
_TOO_MANY: Final = Answer(429, b"Too Many Requests")


@dataclass
class World:
    """What is served, as of the simulated instant ``now`` (UTC text).

    Attributes:
        items: By number.
        days: That the items are spread over.
        real: Prices are real ones.
        now: The instant.
        again: What came in the day before it has new addresses from then on; None = nothing has.
        refused: Symbols that get a 429.
        served: Numbers of the items that stood in an answer.
        port: Of the server.
        desks: The feeds.
    """

    items: Sequence[Item]
    days: int
    real: bool
    now: str = ""
    again: str | None = None
    refused: frozenset[str] = frozenset()
    served: set[int] = field(default_factory=set)
    port: int = 0
    desks: list[press.Desk] = field(default_factory=list)

    def open_at(self, port: int) -> None:
        """Take the port that the addresses name."""
        self.port, self.desks = port, press.desks(self.items, port, self.days, HOSTS)

    def answer(self, target: str, headers: dict[str, str]) -> Answer:
        """What a request gets."""
        parts = urlsplit(target)
        kind, _, rest = parts.path.strip("/").partition("/")
        if kind == "feed":
            return self._feed(self.desks[int(rest)], headers)
        if kind in ("news", "again"):
            return press.page(self.items[int(rest)], datetime.fromisoformat(self.now))
        if parts.path.startswith(_CHART):
            return self._chart(unquote(parts.path.removeprefix(_CHART)), parse_qs(parts.query))
        if parts.path == "/v1/test/getcrumb":
            return Answer(200, b"crumb")
        return Answer(200 if parts.path == "/" else 404)

    def _feed(self, desk: press.Desk, headers: dict[str, str]) -> Answer:
        now = datetime.fromisoformat(self.now)
        found = desk.answer(now, datetime.fromisoformat(self.again) if self.again else None)
        if found.kind != "application/xml":
            return found
        if headers.get("if-none-match", "") == (found.etag or object()):
            return Answer(304, etag=found.etag)
        if not found.etag and headers.get("if-modified-since", "") == (found.modified or object()):
            return Answer(304, modified=found.modified)
        self.served.update(shown.item.number for shown in desk.window(now))
        return found

    def _chart(self, name: str, query: dict[str, list[str]]) -> Answer:
        if name in self.refused:
            return _TOO_MANY
        found = market.series(name, real=self.real)
        if found is None:
            return Answer(404, b'{"chart": {"result": null, "error": {"code": "Not Found"}}}')
        start = int(query.get("period1", ["0"])[0])
        stop = int(query.get("period2", [str(market.seconds(self.now))])[0])
        text = json.dumps(found.answer(start, stop, self.now))
        return Answer(200, text.encode(), "application/json")


@contextmanager
def serving(world: World) -> Iterator[World]:
    """Serve on a free port of every host, until the block ends."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="press", daemon=True)
    thread.start()
    try:
        server = asyncio.run_coroutine_threadsafe(_listen(world), loop).result(timeout=30)
        try:
            yield world
        finally:
            asyncio.run_coroutine_threadsafe(_end(server), loop).result(timeout=30)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(timeout=30)
        loop.close()


async def _listen(world: World) -> asyncio.Server:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await _serve(reader, writer, world)

    probe = await asyncio.start_server(handle, "127.0.0.1", 0)
    port = probe.sockets[0].getsockname()[1]
    probe.close()
    await probe.wait_closed()
    world.open_at(port)
    return await asyncio.start_server(handle, [f"127.0.0.{1 + n}" for n in range(HOSTS)], port)


async def _end(server: asyncio.Server) -> None:
    server.close()
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, world: World) -> None:
    try:
        while line := await reader.readline():
            headers = {}
            while (row := await reader.readline()).strip():
                name, _, value = row.decode("latin-1").partition(":")
                headers[name.strip().lower()] = value.strip()
            await _send(writer, world.answer(line.split()[1].decode(), headers))
    except (ConnectionError, asyncio.IncompleteReadError):
        return  # the reader was killed
    finally:
        writer.close()


async def _send(writer: asyncio.StreamWriter, answer: Answer) -> None:
    head = [f"HTTP/1.1 {answer.status} -", f"Content-Type: {answer.kind}"]
    head += [f"ETag: {answer.etag}"] if answer.etag else []
    head += [f"Last-Modified: {answer.modified}"] if answer.modified else []
    head += [] if answer.status == 304 else [f"Content-Length: {len(answer.body)}"]
    writer.write("\r\n".join([*head, "", ""]).encode() + answer.body)
    await writer.drain()

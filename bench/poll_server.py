"""The server of ``poll_world``: its own process, asyncio, HTTP/1.1 with keep-alive, loopback only.

``python -m bench.poll_server PORT FEEDS ITEMS HOSTS SLOWEST`` prints ``ready`` and serves until it
is killed.
``/edition/N`` makes every fifth feed show N newer items; ``/served`` tells what was served.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections import Counter
from dataclasses import dataclass, field, replace

from bench.poll_world import Made, etag, make

_PAGE = b"<!doctype html><html><head><title>Welcome</title></head><body>Please agree</body></html>"


@dataclass
class Press:
    """The feeds as they stand, and the count of what was asked and served."""

    feeds: dict[str, Made]
    bodies: dict[str, bytes] = field(default_factory=dict)
    served: set[str] = field(default_factory=set)
    answers: Counter[str] = field(default_factory=Counter)

    def print_all(self) -> None:
        """Make every document anew."""
        self.bodies = {path: feed.body() for path, feed in self.feeds.items()}

    def next_edition(self, new: int) -> None:
        """Every fifth feed moves on by so many items."""
        self.feeds |= {p: replace(f, new=new) for p, f in self.feeds.items() if f.number % 5 == 1}
        self.print_all()


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, press: Press) -> None:
    try:
        while line := await reader.readline():
            headers = await _headers(reader)
            if not await _answer(writer, press, line.split()[1].decode(), headers):
                writer.transport.abort()
                return
    except (ConnectionError, asyncio.IncompleteReadError):
        return  # the reader was killed
    finally:
        writer.close()


async def _headers(reader: asyncio.StreamReader) -> dict[str, str]:
    found: dict[str, str] = {}
    while (line := await reader.readline()).strip():
        name, _, value = line.decode("latin-1").partition(":")
        found[name.strip().lower()] = value.strip()
    return found


async def _answer(
    writer: asyncio.StreamWriter, press: Press, path: str, headers: dict[str, str]
) -> bool:
    """Answer one request; false = break the connection off."""
    feed = press.feeds.get(path)
    if feed is None:
        await _send(writer, 200, _control(press, path), "application/json")
        return True
    await asyncio.sleep(feed.wait)
    press.answers[feed.kind] += 1
    if feed.kind == "reset":
        return False
    if feed.kind in ("500", "404"):
        await _send(writer, int(feed.kind), b"no", "text/plain")
    elif feed.kind == "html":
        await _send(writer, 200, _PAGE, "text/html")
    else:
        await _feed(writer, press, feed, headers.get("if-none-match"))
    return True


async def _feed(writer: asyncio.StreamWriter, press: Press, feed: Made, known: str | None) -> None:
    body = press.bodies[feed.path]
    tag = etag(body)
    if known == tag:
        press.answers["304"] += 1
        await _send(writer, 304, b"", "application/xml", tag)
        return
    await _send(writer, 200, body, "application/xml", tag)
    press.answers["200"] += 1
    press.served.update(feed.guids())


def _control(press: Press, path: str) -> bytes:
    if path.startswith("/edition/"):
        press.next_edition(int(path.rpartition("/")[2]))
    return json.dumps({"guids": sorted(press.served), "answers": dict(press.answers)}).encode()


async def _send(
    writer: asyncio.StreamWriter, status: int, body: bytes, kind: str, tag: str | None = None
) -> None:
    head = [f"HTTP/1.1 {status} -", f"Content-Type: {kind}; charset=utf-8"]
    head += [f"ETag: {tag}"] if tag else []
    head += [] if status == 304 else [f"Content-Length: {len(body)}"]
    writer.write("\r\n".join([*head, "", ""]).encode() + body)
    await writer.drain()


async def _main(port: int, feeds: int, items: int, hosts: int, slowest: float) -> None:
    press = Press({f.path: f for f in (make(n, items, slowest) for n in range(feeds))})
    press.print_all()
    addresses = [f"127.0.0.{1 + k}" for k in range(hosts)]
    server = await asyncio.start_server(
        lambda reader, writer: _serve(reader, writer, press), addresses, port
    )
    async with server:
        print("ready", flush=True)
        await server.serve_forever()


if __name__ == "__main__":
    port, feeds, items, hosts = map(int, sys.argv[1:5])
    asyncio.run(_main(port, feeds, items, hosts, float(sys.argv[5])))

"""What is drawn, and what each reader promises whatever it is given."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.fuzz_samples import ADDRESSES, DATES, FEEDS, OPML, PAGES, ROWS, TEXTS
from ingest.charset import decode
from ingest.clock import from_text
from ingest.dates import parse_date
from ingest.errors import IngestError
from ingest.language import LANGUAGES, detect
from ingest.records import Feed
from ingest.text import plain_line, plain_text
from ingest.urls import canonical_url, host_of, is_web_address

NOW = "2026-01-01T00:00:00Z"
ZONES = (None, "Asia/Shanghai", "America/New_York", "No/Where")
HEADERS = (None, "text/html; charset=gbk", "text/xml; charset=utf-8", "text/plain; charset=hex")
_JOINTS = (
    b"<",
    b">",
    b"&",
    b'"',
    b"'",
    b"\x00",
    b"\xff",
    b"\xa4",
    b"\xd6\xd0",
    b"]]>",
    b"<![CDATA[",
)
_MOST = 4000


class BrokenPromiseError(AssertionError):
    """A promise that was not kept."""


@dataclass(frozen=True)
class Target:
    """A reader: samples to draw from, what to check, and its share of all cases."""

    samples: Sequence[bytes]
    check: Callable[[bytes, random.Random, Path], None]
    share: int


def draw(rng: random.Random, samples: Sequence[bytes]) -> bytes:
    """A sample changed in up to six places, or bytes without any sense."""
    if rng.random() < 0.05:
        return rng.randbytes(rng.randrange(300))
    raw = bytearray(rng.choice(samples))
    for _ in range(rng.randrange(7)):
        _change(rng, raw, samples)
    return bytes(raw)


def _change(rng: random.Random, raw: bytearray, samples: Sequence[bytes]) -> None:
    place = rng.randrange(len(raw) + 1)
    other = rng.choice(samples)
    begin = rng.randrange(len(other) + 1)
    kind = rng.randrange(6)
    if kind == 0:
        raw[place : place + 1] = rng.randbytes(1)
    elif kind == 1:
        del raw[place : place + rng.randrange(1, 40)]
    elif kind == 2:
        del raw[place:]
    elif kind == 3:
        raw[place:place] = rng.choice(_JOINTS)
    elif kind == 4:
        raw[place:place] = other[begin : begin + rng.randrange(1, 200)]
    else:
        raw[place:place] = raw[place : place + rng.randrange(1, 60)] * rng.randrange(1, 4)
    del raw[_MOST * 4 :]


def _text(raw: bytes) -> str:
    # Half characters too: JSON can spell them.
    return raw.decode("utf-8", "surrogateescape")


def expect(kept: bool, promise: str) -> None:
    """Raise ``BrokenPromiseError`` unless the promise was kept."""
    if not kept:
        raise BrokenPromiseError(promise)


def check_url(raw: bytes, rng: random.Random, folder: Path) -> None:
    """One spelling, reached in one step; still an address, of the same host."""
    url = _text(raw)
    once = canonical_url(url)
    expect(canonical_url(once) == once, f"not idempotent: {once!r}")
    expect(is_web_address(once) == is_web_address(once.strip()), f"an address or not: {once!r}")
    expect(not is_web_address(once) or bool(host_of(once)), f"no host: {once!r}")


def check_date(raw: bytes, rng: random.Random, folder: Path) -> None:
    """A time that can be true, or a reason."""
    text, note = parse_date(_text(raw), rng.choice(ZONES), NOW)
    expect(text is not None or bool(note), "refused without a reason")
    if text is not None:
        moment = from_text(text)
        expect(1990 <= moment.year <= 2026, f"cannot be true: {text}")


def check_text(raw: bytes, rng: random.Random, folder: Path) -> None:
    """Text of any bytes, in one language, that a database can hold."""
    decoded = decode(raw, rng.choice(HEADERS))
    expect(detect(decoded.text, rng.choice((None, *LANGUAGES))) in LANGUAGES, "no language")
    line = plain_line(decoded.text)
    expect("\n" not in line, "a line of two")
    (line + plain_text(decoded.text)).encode("utf-8")


def check_feed(raw: bytes, rng: random.Random, folder: Path) -> None:
    """Entries that can be stored, and problems for the rest."""
    from ingest.feeds.parse import parse_feed

    feed = Feed("https://example.org/feed", "Example", "Example", None, rng.choice(ZONES))
    found = parse_feed(raw, feed, NOW, rng.choice(HEADERS))
    for entry in found.entries:
        expect(bool(entry.title) and len(entry.key) == 16, "an entry without title or key")
        "".join(filter(None, (entry.title, entry.summary, entry.body, entry.url))).encode("utf-8")


def check_page(raw: bytes, rng: random.Random, folder: Path) -> None:
    """A page of one of three states; empty means empty."""
    from ingest.pages.extract import extract_page

    page = extract_page(raw, "https://example.org/a", NOW, rng.choice(HEADERS))
    expect(page.status in ("ok", "stub", "empty"), f"state {page.status}")
    expect((page.status == "empty") == (page.body == ""), "empty and not")
    ((page.title or "") + page.body + (page.author or "")).encode("utf-8")


def check_opml(raw: bytes, rng: random.Random, folder: Path) -> None:
    """Feeds and problems, or the one error of feed lists."""
    from ingest.feeds.opml import read_opml

    try:
        found = read_opml(
            raw.decode("utf-8", "replace") if rng.random() < 0.5 else _file(raw, folder)
        )
    except IngestError:
        return
    expect(all(is_web_address(feed.url) for feed in found.feeds), "a feed without address")


def _file(raw: bytes, folder: Path) -> Path:
    path = folder / "feeds.opml"
    path.write_bytes(raw)
    return path


def check_rows(raw: bytes, rng: random.Random, folder: Path) -> None:
    """An entry or a problem for each row, or the one error of files."""
    from ingest.files.lists import read_list
    from ingest.files.read import read_items

    path = folder / rng.choice(("rows.csv", "rows.jsonl", "rows.json", "rows.csv.gz"))
    path.write_bytes(raw)
    for reader in (read_items, read_list):
        try:
            found = list(reader(path, now=NOW))
        except IngestError:
            continue
        expect(all(item is not None for item in found), "a row was lost")
    path.unlink()


TARGETS = {
    "url": Target(ADDRESSES, check_url, 30),
    "date": Target(DATES, check_date, 25),
    "text": Target(TEXTS, check_text, 15),
    "feed": Target(FEEDS, check_feed, 12),
    "rows": Target(ROWS, check_rows, 10),
    "opml": Target(OPML, check_opml, 6),
    "page": Target(PAGES, check_page, 2),
}

"""``evaluate feeds``: is every saved feed read or explained, and is it read rightly.

Two kinds of truth are used where a folder has them. A folder named after a character set (as
``Big5/``) says how its files are encoded. A comment ``Expect: ... entries[0]['title'] == '...'``,
as feedparser's own conformance files carry, says what a field of an item is;
``Header: Content-type: ...`` is what the file would be served with.
"""

from __future__ import annotations

import ast
import codecs
import re
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypedDict

from bubblefear.errors import BubblefearError
from ingest.charset import decode
from ingest.feeds.items import Context, Item, to_entry
from ingest.feeds.parse import parse_feed, read_items
from ingest.records import Entry, Feed
from ingest.text import plain_line, plain_text

# What senders mean by a label, narrowest first.
_FAMILIES = {
    "big5": ("big5", "cp950", "big5hkscs"),
    "gb2312": ("gb2312", "gbk", "gb18030"),
    "cp949": ("euc_kr", "cp949"),
}
_ADDRESS = "https://feed.example/"
_HEADER = re.compile(r"Header:\s*Content-type:\s*([^\r\n]+)", re.IGNORECASE)
_BASE = re.compile(r"Header:\s*Content-Location:\s*(\S+)", re.IGNORECASE)
_TEXT = r"(u?'(?:[^'\\]|\\.)*'|u?\"(?:[^\"\\]|\\.)*\")"
_FIELD = re.compile(
    r"entries\[0\]\['(title|link|id|summary|description|author)'\]\s*==\s*" + _TEXT + r"(?!\s*\+)"
)


class FeedFigures(TypedDict):
    """What ``evaluate feeds --json`` prints.

    ``read`` and ``explained`` partition the files; ``lost`` are those that are neither. Shares are
    ``None`` where no file tells the truth.
    """

    n: int
    read: int
    explained: int
    lost: list[str]
    entries: int
    problems: dict[str, int]
    encodings: dict[str, tuple[int, int]]
    encoding_misses: list[str]
    fields: dict[str, tuple[int, int]]
    field_misses: list[str]


@dataclass
class _Tally:
    """Counts while the files go by: rightly read, and of how many."""

    read: int = 0
    explained: int = 0
    entries: int = 0
    lost: list[str] = field(default_factory=list)
    problems: Counter[str] = field(default_factory=Counter)
    encodings: dict[str, tuple[int, int]] = field(default_factory=dict)
    encoding_misses: list[str] = field(default_factory=list)
    fields: dict[str, tuple[int, int]] = field(default_factory=dict)
    field_misses: list[str] = field(default_factory=list)


def evaluate_feeds(folder: Path, now: str) -> FeedFigures:
    """Read every file of ``folder`` and its sub-folders as a feed.

    Raises:
        BubblefearError: if there is no file.
    """
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    if not paths:
        raise BubblefearError(f"{folder} has no files")
    tally = _Tally()
    for path in paths:
        _judge(path, path.relative_to(folder).as_posix(), now, tally)
    return {
        "n": len(paths),
        "read": tally.read,
        "explained": tally.explained,
        "lost": tally.lost,
        "entries": tally.entries,
        "problems": dict(sorted(tally.problems.items())),
        "encodings": dict(sorted(tally.encodings.items())),
        "encoding_misses": tally.encoding_misses,
        "fields": dict(sorted(tally.fields.items())),
        "field_misses": tally.field_misses,
    }


def _judge(path: Path, name: str, now: str, tally: _Tally) -> None:
    body = path.read_bytes()
    text = decode(body).text
    header, base = _HEADER.search(text), _BASE.search(text)
    content_type = header[1].strip() if header else None
    feed = Feed(_ADDRESS, "feed", "feed")
    parsed = parse_feed(body, feed, now, content_type, base[1] if base else None)
    tally.entries += len(parsed.entries)
    tally.problems.update({problem.code for problem in parsed.problems})
    if parsed.entries:
        tally.read += 1
    elif parsed.problems:
        tally.explained += 1
    else:
        tally.lost.append(name)
    _judge_encoding(path.parent.name, name, body, tally)
    items = read_items(body, content_type)
    if items:
        context = Context(feed, now, None, base[1] if base else _ADDRESS)
        _judge_fields(text, name, items[0], context, tally)


def _judge_encoding(folder: str, name: str, body: bytes, tally: _Tally) -> None:
    label = folder if folder.lower() in _FAMILIES else None
    if label is None:
        return
    right = decode(body).text in true_texts(body, label)
    _count(tally.encodings, label, right)
    if not right:
        tally.encoding_misses.append(name)


def true_texts(body: bytes, label: str) -> list[str]:
    """The texts by the true encoding: of each charset meant by the label that takes every byte.

    They differ in a few signs (A1 AA is a dash of another length in GB 2312 than in GBK). Where
    none takes every byte, bytes are damaged, and the widest one's replacement characters stand.
    """
    family = _FAMILIES.get(label.lower(), (label,))
    found = []
    for codec in family:
        with suppress(UnicodeDecodeError):
            found.append(codecs.decode(body, codec))
    return found or [codecs.decode(body, family[-1], "replace")]


def _judge_fields(text: str, name: str, item: Item, context: Context, tally: _Tally) -> None:
    expectation = next((line for line in text.splitlines() if "Expect:" in line), "")
    found = _FIELD.search(expectation)
    if found is None:
        return
    expected = str(ast.literal_eval(found[2].removeprefix("u")))
    if not plain_text(expected):
        return  # a picture alone: nothing of it is text
    # Most of these items have the one element that they are about: no title, so no entry.
    entry, _ = to_entry(replace(item, title=item.title or "untitled"), 1, context)
    kind = "summary" if found[1] == "description" else found[1]
    right = entry is not None and _agrees(entry, kind, expected)
    _count(tally.fields, kind, right)
    if not right:
        tally.field_misses.append(name)


def _agrees(entry: Entry, kind: str, expected: str) -> bool:
    """Texts are compared without their markup, which entries do not carry."""
    match kind:
        case "title":
            return entry.title == plain_line(expected)
        case "link":
            return expected in (entry.url, entry.canonical_url)
        case "id":
            return entry.guid == expected
        case "author":
            return (entry.author or "") in (expected, expected.partition(" (")[0])
        case _:
            read = (entry.summary, entry.body, entry.title)
            return plain_text(expected) in read


def _count(counts: dict[str, tuple[int, int]], name: str, right: bool) -> None:
    hits, of = counts.get(name, (0, 0))
    counts[name] = (hits + right, of + 1)

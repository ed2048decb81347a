"""The newest sessions as an Atom feed (RFC 4287), for a feed reader."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote
from xml.etree import ElementTree as ET

from bubblefear import __version__
from bubblefear.report.terminal import change, number, one_line, shorten

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

NAMESPACE: Final = "http://www.w3.org/2005/Atom"
ENTRIES: Final = 30
_TITLE_COLUMNS: Final = 160


@dataclass(frozen=True)
class About:
    """What a feed says beside the rows.

    Attributes:
        version: Of the index.
        vintage: The instant (UTC text) of the vintage: when the feed was updated.
        sample: The figures are of the shipped sample.
        changed: When each point got its present figures, by series and date: a reader shows an
            entry as new when this moves. A point that is not in it has the feed's own instant.
        stories: Titles of the stories behind a session of ``total``, by date.
    """

    version: str
    vintage: str
    sample: bool = False
    changed: Mapping[tuple[str, str], str] = field(default_factory=dict)
    stories: Mapping[str, Sequence[str]] = field(default_factory=dict)


def feed(rows: Sequence[Mapping[str, Any]], about: About) -> str:
    """The feed of rows (by series and date) that have a value, newest session first."""
    root = ET.Element("feed", {"xmlns": NAMESPACE, "xml:lang": "en"})
    sample = "SAMPLE: " if about.sample else ""
    _add(root, "title", f"{sample}Fear that the AI boom is a bubble ({about.version})")
    _add(root, "subtitle", "Daily index of news in English and Chinese; base mean = 100")
    _add(root, "id", _tag(about.version))
    _add(root, "updated", about.vintage)
    _add(ET.SubElement(root, "author"), "name", "bubblefear")
    _add(root, "generator", "bubblefear", version=__version__)
    for row, before in _newest_first(rows):
        _entry(root, row, before, about)
    ET.indent(root, " ")
    return f"<?xml version='1.0' encoding='utf-8'?>\n{ET.tostring(root, encoding='unicode')}\n"


def newest(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """Dates of the sessions that the feed tells of, newest first."""
    return sorted({row["date"] for row in rows if row["value"] is not None}, reverse=True)[:ENTRIES]


def _newest_first(
    rows: Sequence[Mapping[str, Any]],
) -> list[tuple[Mapping[str, Any], float | None]]:
    """Rows of the newest sessions, each with the value of its series before it."""
    shown = set(newest(rows))
    last: dict[str, float] = {}
    found = []
    for row in rows:
        if row["value"] is None:
            continue
        if row["date"] in shown:
            found.append((row, last.get(row["series"])))
        last[row["series"]] = row["value"]
    return sorted(found, key=lambda pair: pair[0]["date"], reverse=True)


def _entry(root: ET.Element, row: Mapping[str, Any], before: float | None, about: About) -> None:
    entry = ET.SubElement(root, "entry")
    _add(entry, "title", _headline(row, before, sample=about.sample))
    _add(entry, "id", _tag(about.version, row["series"], row["date"]))
    _add(entry, "updated", about.changed.get((row["series"], row["date"]), about.vintage))
    _add(entry, "category", term=row["series"])
    _add(entry, "content", _content(row, before, about), type="text")


def _headline(row: Mapping[str, Any], before: float | None, *, sample: bool) -> str:
    head = "SAMPLE: " if sample else ""
    name = "AI-bubble fear" if row["series"] == "total" else f"AI-bubble fear, {row['series']}"
    open_ = " (provisional)" if row["provisional"] else ""
    moved = f" ({change(row['value'], before)})" if before is not None else ""
    return f"{head}{name} {row['date']}{open_}: {number(row['value'])}{moved}"


def _content(row: Mapping[str, Any], before: float | None, about: About) -> str:
    lines = [f"Index {number(row['value'])} (base mean = 100)."]
    if before is not None:
        lines.append(f"Change since the session before: {change(row['value'], before)}.")
    if row["lo"] is not None and row["hi"] is not None:
        lines.append(f"90 % band: {number(row['lo'])} to {number(row['hi'])}.")
    lines.append(f"Articles: {row['n']}.")
    if row["provisional"]:
        lines.append("Provisional: the session had not closed.")
    stories = about.stories.get(row["date"], ()) if row["series"] == "total" else ()
    if stories:
        lines.append("Stories behind it:")
        lines += [f"- {shorten(one_line(title), _TITLE_COLUMNS)}" for title in stories]
    lines.append(f"Version {about.version}, vintage {about.vintage}.")
    return "\n".join(lines)


def _tag(*parts: str) -> str:
    """A tag: URI (RFC 4151); ``.invalid`` is a name that nobody can own."""
    return "tag:bubblefear.invalid,2025:" + "/".join(quote(part, safe="") for part in parts)


def _add(parent: ET.Element, name: str, text: str | None = None, **attributes: str) -> None:
    element = ET.SubElement(parent, name, {key: _legal(v) for key, v in attributes.items()})
    if text is not None:
        element.text = _legal(text)


def _legal(text: str) -> str:
    """The text without the characters that XML 1.0 cannot hold, not even escaped."""
    return "".join(c for c in text if c in "\n\t" or (c >= " " and not _is_illegal(ord(c))))


def _is_illegal(code: int) -> bool:
    return 0xD800 <= code <= 0xDFFF or code in (0xFFFE, 0xFFFF)

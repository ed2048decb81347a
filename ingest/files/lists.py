"""Lists of addresses with dates, as archives and news indices give them out.

Read are JSON Lines, a JSON array of objects, GDELT's `{"articles": [...]}`, and the array of arrays
with a header in its first row that Wayback's CDX server sends; each also gzipped. The names of the
fields are those of the Wayback and Common Crawl indices (`original` or `url`, `timestamp`), of
GDELT (`url` or `DocumentIdentifier`, `seendate` or `DATE`, `domain`) and of our own files.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ingest.clock import to_text
from ingest.dates import read_date
from ingest.errors import FileError
from ingest.files.lines import json_lines, text_lines
from ingest.files.rows import ImportRules, first_seen
from ingest.identity.keys import entry_key, sha256
from ingest.language import LANGUAGES, detect
from ingest.records import Entry, Page, Problem
from ingest.text import plain_line, plain_text, without_surrogates
from ingest.urls import canonical_url, host_of, identifies_article, is_web_address

_NAMES = {
    "url": ("url", "original", "documentidentifier", "link"),
    "date": ("published_at", "published", "seendate", "timestamp", "date", "datetime", "time"),
    "title": ("title", "headline"),
    "summary": ("summary", "description"),
    "source": ("source", "publisher", "domain", "sourcecommonname"),
    "lang": ("lang", "language"),
}
# Fields of a crawl's index, which lists answers of every kind.
_CRAWL_FIELDS = frozenset(("urlkey", "original", "digest", "filename"))
_PAGE_TYPES = ("text/html", "application/xhtml+xml", "text/plain", "warc/revisit", "unk", "-", "")
_GOOD_STATUS = ("200", "-", "")
_COMPACT = re.compile(r"\d{14}\Z")
_SUFFIXES = (".jsonl", ".ndjson", ".json")
_LARGEST_ARRAY = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Listed:
    """One address of a list.

    Attributes:
        url: as listed.
        canonical_url: normalised.
        source: publisher: as listed, else the host.
        published_at: the list's date, UTC text.
        first_seen_at: the same with the delay added; a bare day counts at its end.
        date_note: what was assumed to read the date.
        title: as listed, plain text; `None` = the list gives none.
        summary: likewise.
        language: of title and summary; `None` without a title.
    """

    url: str
    canonical_url: str
    source: str
    published_at: str
    first_seen_at: str
    date_note: str | None
    title: str | None
    summary: str | None
    language: str | None


def read_list(
    path: Path, *, delay_minutes: int = 0, timezone: str | None = None, now: str | None = None
) -> Iterator[Listed | Problem]:
    """Read a list of addresses.

    Args:
        path: `.jsonl`, `.ndjson` or `.json`, each also `.gz`.
        delay_minutes: from the list's date to first sight, as in `ingest.files.read_items`.
        timezone: IANA name for dates without a zone; UTC without it.
        now: UTC text; dates more than a day after it are refused.

    Yields:
        A `Listed` for each row, or a `Problem` with code `import.row`, subject `NAME:LINE`.

    Raises:
        FileError: if the file cannot be read as what its name says.
    """
    rules = ImportRules(path.name, delay_minutes, timezone, now)
    for line, row in _rows(path):
        made = row if isinstance(row, str) else _listed(row, rules)
        if isinstance(made, Listed):
            yield made
        else:
            raw = json.dumps(row, ensure_ascii=False, sort_keys=True, default=str)
            yield Problem("import.row", f"{path.name}:{line}", made, sha256(raw))


def listed_entry(listed: Listed, name: str) -> Entry:
    """The entry of a row that has a title: what is known of it at the list's date.

    Raises:
        ValueError: if it has none.
    """
    if listed.title is None:
        raise ValueError(f"{listed.url} has no title")
    return Entry(
        key=entry_key(listed.source, listed.canonical_url, None, listed.title),
        source=listed.source,
        feed_url=f"import:{name}",
        guid=None,
        url=listed.url,
        canonical_url=listed.canonical_url,
        title=listed.title,
        summary=listed.summary,
        body=None,
        author=None,
        published_at=listed.published_at,
        first_seen_at=listed.first_seen_at,
        date_note=listed.date_note,
        language=listed.language or "other",
    )


def page_entry(page: Page, listed: Listed, name: str) -> Entry | None:
    """The entry of a row without a title, from its page; `None` if that has none either.

    The page's own date stands where it is not after the list's: a crawler comes later.
    """
    if not page.title:
        return None
    dated = replace(
        listed,
        title=page.title,
        language=page.language,
        published_at=min(listed.published_at, page.published_at or listed.published_at),
    )
    return replace(listed_entry(dated, name), author=page.author)


def _listed(row: dict[str, Any], rules: ImportRules) -> Listed | str:
    fields = {str(name).lower(): value for name, value in row.items()}
    url = _text(fields, "url")
    if not is_web_address(url):
        return f"no http address: {url[:120]!r}" if url else "no address"
    canonical = canonical_url(url)
    if not identifies_article(canonical):
        return "the address is a site's front page, not an article's"
    refused = None if _CRAWL_FIELDS.isdisjoint(fields) else _why_no_page(fields)
    if refused:
        return refused
    raw_date = _text(fields, "date")
    read = read_date(raw_date, rules.timezone, rules.now)
    if read.moment is None:
        return f"date: {read.note}"
    # Archives and GDELT write 14 digits, always in UTC: nothing was assumed.
    assumed = None if _COMPACT.match(raw_date) else read.note
    seen, note = first_seen(read.moment, read.day_only, assumed, rules)
    title = plain_line(_text(fields, "title")) or None
    summary = plain_text(_text(fields, "summary")) or None
    return Listed(
        url=url,
        canonical_url=canonical,
        source=plain_line(_text(fields, "source")) or host_of(url).removeprefix("www."),
        published_at=to_text(read.moment),
        first_seen_at=seen,
        date_note=note,
        title=title,
        summary=summary if title else None,
        language=_language(_text(fields, "lang"), title, summary),
    )


def _why_no_page(fields: dict[str, Any]) -> str | None:
    status = str(fields.get("status") or fields.get("statuscode") or "")
    if status not in _GOOD_STATUS:
        return f"the archive holds an answer of HTTP {status[:20]}"
    kind = str(fields.get("mime") or fields.get("mimetype") or "").lower()
    return None if kind in _PAGE_TYPES else f"the archive holds {kind[:60]}, no page"


def _language(given: str, title: str | None, summary: str | None) -> str | None:
    if title is None:
        return None
    if given in LANGUAGES:
        return given
    return detect(f"{title} {summary or ''}")


def _text(fields: dict[str, Any], ours: str) -> str:
    for name in _NAMES[ours]:
        value = fields.get(name)
        if isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip():
            return without_surrogates(str(value)).strip()
    return ""


def _rows(path: Path) -> Iterator[tuple[int, dict[str, Any] | str]]:
    """Number and fields of each row, or what is wrong with it."""
    kind = path.suffixes[-2:][0].lower() if path.suffix.lower() == ".gz" else path.suffix.lower()
    if kind not in _SUFFIXES:
        raise FileError(f"{path.name}: a list of addresses is .jsonl or .json (or .jsonl.gz)")
    try:
        yield from _of_array(path) if _is_array(path, kind) else json_lines(path)
    except FileNotFoundError as error:
        raise FileError(f"{path}: no such file") from error
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise FileError(f"{path.name}: cannot be read: {error}") from error


def _is_array(path: Path, kind: str) -> bool:
    if kind == ".json":
        return True
    with text_lines(path) as lines:
        return lines.read(64).lstrip().startswith("[")


def _of_array(path: Path) -> Iterator[tuple[int, dict[str, Any] | str]]:
    with text_lines(path) as lines:
        text = lines.read(_LARGEST_ARRAY + 1)
    if len(text) > _LARGEST_ARRAY:
        raise FileError(
            f"{path.name}: an array of over {_LARGEST_ARRAY:,} characters, which would be read "
            "whole: write it as .jsonl, one object to a line"
        )
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FileError(f"{path.name}: not JSON: {error}") from error
    if isinstance(data, dict):
        data = data.get("articles")
    if not isinstance(data, list):
        raise FileError(f"{path.name}: neither an array nor an object with `articles`")
    header = data[0] if data and isinstance(data[0], list) else None
    for number, row in enumerate(data, start=1):
        if isinstance(row, dict):
            yield number, row
        elif header is None or not isinstance(row, list) or len(row) != len(header):
            yield number, "neither an object nor a row as long as the header"
        elif row is not header:
            yield number, dict(zip(map(str, header), row, strict=True))

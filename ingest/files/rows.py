"""One row of an imported file to an entry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ingest.clock import to_text
from ingest.dates import read_date
from ingest.identity.keys import entry_key, imported_key
from ingest.language import LANGUAGES, detect
from ingest.records import Entry
from ingest.text import plain_line, plain_text
from ingest.urls import canonical_url, is_web_address

_LANGUAGE_SAMPLE = 300
_DAY = timedelta(days=1) - timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class ImportRules:
    """What all rows of one import share: see `ingest.files.read_items`."""

    name: str
    delay_minutes: int = 0
    timezone: str | None = None
    now: str | None = None


def to_entry(row: Mapping[str, Any], rules: ImportRules) -> Entry | str:
    """Make an entry of a row under our column names; or say why it cannot be one."""
    title = plain_line(row.get("title") or "")
    if not title:
        return "no title"
    raw_date = row.get("published_at") or ""
    read = read_date(raw_date, rules.timezone, rules.now)
    if read.moment is None:
        return f"date: {read.note}"
    corpus = row.get("corpus") or ""
    source = row.get("source") or rules.name
    guid = row.get("id") or None
    url = row.get("url") or None
    canonical = canonical_url(url) if url and is_web_address(url) else None
    summary = plain_text(row.get("summary") or "") or None
    seen, note = first_seen(read.moment, read.day_only, read.note, rules)
    # Without an id, two rows are the same if they share link (or source and title).
    key = imported_key(corpus, source, guid) if guid else entry_key(source, canonical, None, title)
    return Entry(
        key=key,
        source=source,
        feed_url=f"import:{corpus or rules.name}",
        guid=guid,
        url=url,
        canonical_url=canonical,
        title=title,
        summary=summary,
        body=plain_text(row.get("body") or "") or None,
        author=row.get("author") or None,
        published_at=to_text(read.moment),
        first_seen_at=seen,
        date_note=note,
        language=_language(row.get("lang") or "", title, summary),
    )


def first_seen(
    moment: datetime, day_only: bool, note: str | None, rules: ImportRules
) -> tuple[str, str | None]:
    """When an item of a file counts as seen, and the note of its date.

    A bare date is known to be over only at the end of its day: earlier would look ahead.
    """
    if day_only:
        note = "; ".join(filter(None, (note, "no time of day, first seen set to the day's end")))
        moment += _DAY
    return to_text(moment + timedelta(minutes=rules.delay_minutes)), note


def _language(given: str, title: str, summary: str | None) -> str:
    if given in LANGUAGES:
        return given
    sample = f"{title} {summary[:_LANGUAGE_SAMPLE]}" if summary else title
    hint = "zh-Hant" if given.lower() in ("zh-tw", "zh-hk") else None
    return detect(sample, hint)

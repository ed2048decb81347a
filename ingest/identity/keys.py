"""The stable identity of an entry: the same item, polled again, has the same key."""

from __future__ import annotations

import hashlib

from ingest.urls import identifies_article

_SEPARATOR = "\x1f"


def digest(*parts: str) -> str:
    """16 hex digits of BLAKE2b over the parts; their borders count."""
    joined = _SEPARATOR.join(parts).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(joined, digest_size=8).hexdigest()


def entry_key(source: str, canonical_url: str | None, guid: str | None, title: str) -> str:
    """Of the canonical URL, else of source + GUID, else of source + title.

    A link to a site's front page names no article (some feeds link every item to it), so it is
    passed over.
    """
    if canonical_url and identifies_article(canonical_url):
        return digest("url", canonical_url)
    if guid:
        return digest("guid", source, guid)
    return digest("title", source, title)


def imported_key(corpus: str, source: str, identifier: str) -> str:
    """Of a file's own id, within its corpus and source.

    Two rows of a file may share a link (the same headline seen on two lists), so the link does
    not decide where the file gives ids.
    """
    return digest("import", corpus, source, identifier)


def sha256(raw: bytes | str) -> str:
    """Hash of raw input for `Problem.raw_sha256`."""
    data = raw.encode("utf-8", "surrogatepass") if isinstance(raw, str) else raw
    return hashlib.sha256(data).hexdigest()

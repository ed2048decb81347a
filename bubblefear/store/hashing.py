"""The hash that tells one text of an item from another."""

from __future__ import annotations

import hashlib


def text_sha256(title: str, summary: str | None, body: str | None) -> str:
    """Hash of what a scorer reads; it changes when the body comes later."""
    text = "\x1f".join((title, summary or "", body or ""))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

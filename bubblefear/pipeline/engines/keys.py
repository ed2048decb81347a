"""What a score depends on, as one hash: equal texts are scored once, whatever article they are of.

The store's own hash of a text leaves out its language, which decides how it is read and by which
scorer.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from nlp.records import Document

if TYPE_CHECKING:
    from bubblefear.store.articles import Text


def text_key(document: Document) -> bytes:
    """SHA-256 of title, summary, body and language: 32 bytes."""
    read = (document.title, document.summary, document.body, document.language)
    # JSON, since a body of "" is another thing than none, and a title may hold any character.
    return hashlib.sha256(json.dumps(read).encode("ascii")).digest()


def documents(text: Text) -> list[Document]:
    """The article as it is, and as it was before its body came where no score tells of that."""
    whole = Document(text.id, text.title, text.summary, text.body, text.language)
    return [whole] if text.headline_at is None else [whole, headline(text)]


def headline(text: Text) -> Document:
    """The article before its body came."""
    return Document(text.id, text.title, text.summary, None, text.language)

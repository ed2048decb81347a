"""HTML fragments to plain text, as feeds carry them in titles and summaries."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

_BLOCKS = frozenset(
    """address article aside blockquote br dd div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6
    header hr li main nav ol p pre section table td th tr ul""".split()
)
_HIDDEN = frozenset(("script", "style", "noscript", "template", "iframe", "svg", "head"))
_MARKUP = re.compile(r"<[/!?a-zA-Z]|&(?:[a-zA-Z]{2,}|#\d+|#[xX][0-9a-fA-F]+);")
_FORMATTING = re.compile(
    r"</?(?:a|b|i|u|p|em|br|img|div|span|font|mark|small|strong|sup|sub|script|style)\b[^<>]*>"
    r"|<[a-z][\w-]*\s[^<>=]*=[^<>]*>",  # whatever has an attribute was meant as a tag
    re.IGNORECASE,
)
# html.parser looks for the end of an unclosed tag from each anew: hours for a megabyte of "<a ".
_UNCLOSED = re.compile(r"<[a-zA-Z/!?][^<>]*+(?=<|\Z)")
_MOST_STEPS = 10_000_000
_UNSEEN = re.compile(
    r"<(script|style)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)", re.DOTALL | re.IGNORECASE
)
# Half a character: JSON may spell one ("\ud800"), but no UTF-8 can hold it, nor the database.
_LONE = "\ud800-\udfff"
_SURROGATES = re.compile(f"[{_LONE}]")
# Zero-width and direction marks, and controls that XML 1.0 forbids but loose feeds carry.
_INVISIBLE = re.compile(
    f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2060\ufeff{_LONE}]"
)
_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r"\s*\n\s*")


class _Collector(HTMLParser):
    """Collects the text that a reader sees, with a newline where a block begins or ends."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._hidden: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _HIDDEN:
            self._hidden.append(tag)
        elif tag in _BLOCKS:
            self.pieces.append("\n")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if self._hidden and self._hidden[-1] == tag:
            self._hidden.pop()
        elif tag in _BLOCKS:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.pieces.append(data)


def plain_text(markup: str) -> str:
    """Visible text of an HTML fragment, one line per block, white space collapsed.

    Text without markup comes back unchanged but for white space: "a < b" is not a tag.
    """
    return _tidy(_strip(markup) if _MARKUP.search(markup) else markup) if markup else ""


def plain_line(markup: str) -> str:
    """As `plain_text`, on one line: for titles and names.

    Titles are often escaped twice (`AT&amp;amp;T`), so entities left over are read once more. Tags
    that no title is set in are words of it: "Bring back the <dialog> element".
    """
    text = _tidy(_strip(markup) if _FORMATTING.search(markup) else html.unescape(markup))
    if "&" in text:
        text = _tidy(html.unescape(text))
    return text.replace("\n", " ") or _tidy(markup).replace("\n", " ")


def without_surrogates(text: str) -> str:
    """The text without halves of surrogate pairs: it can be encoded, and is else unchanged."""
    return _SURROGATES.sub("", text)


def first_words(text: str, limit: int = 80) -> str:
    """The beginning of a text, cut at a word where it has words, with "…" if cut."""
    line = text.replace("\n", " ")
    if len(line) <= limit:
        return line
    head = line[:limit]
    space = head.rfind(" ")
    return (head[:space] if space > limit // 2 else head).rstrip() + "…"


def _strip(markup: str) -> str:
    if _is_endless(markup):
        return _without_tags(markup)
    collector = _Collector()
    try:
        collector.feed(markup)
        collector.close()
    except (AssertionError, ValueError):  # "<![foo" makes html.parser give up
        return _without_tags(markup)
    return "".join(collector.pieces)


def _is_endless(markup: str) -> bool:
    """Would the parser go through the text once for each of many tags that have no end."""
    tags = sum(1 for _ in _UNCLOSED.finditer(markup))
    tags += markup.count("<!--", markup.rfind("-->") + 1)
    tags += markup.count("<![", markup.rfind("]>") + 1)
    return tags * len(markup) > _MOST_STEPS


def _without_tags(markup: str) -> str:
    seen = _UNSEEN.sub(" ", markup)
    end = seen.rfind(">") + 1  # behind it no tag ends
    return html.unescape(re.sub(r"<[^>]*>", " ", seen[:end]) + seen[end:])


def _tidy(text: str) -> str:
    text = _INVISIBLE.sub("", text.replace("\u2028", "\n").replace("\r", "\n"))
    return _LINES.sub("\n", _SPACES.sub(" ", text)).strip()

"""Lines cut from an extracted body: links to other pages, pitches, repeated headline, credits.

A line that is nothing but a link to another page is not what the article says; how much of a text
such lines are decides, since a list of links can be the article itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ingest.pages.phrases import CREDIT, HEAD, LABEL, PITCH, TAIL_HEADING

_BULLET = re.compile(r"^(?:[-*•·|►▶>»]|\d+[.)])\s+")
_EXTRA = re.compile(r"\s*(?:\[[^\]]{2,14}\]|\([^)]{2,12}\))?[\s|]*$")
_SPACES = re.compile(r"\s+")
_LONG = 25
_LONG_HAN = 10
_MOSTLY_LINKS = 0.25
_TAIL_FROM = 0.5
_HEAD_LINES = 6
_TAIL_SHARE = 0.4
_TAIL_LINE = 240
_REPEATED = 80
_PROSE = 80
_SENTENCE = re.compile(r"[.!?。！？][\"'”’」』)）]*\s*$")


def trimmed(body: str, links: frozenset[str], title: str | None) -> str:
    """The body without what belongs to the page rather than to the article.

    A text of which nothing would be left is left as it is.

    Args:
        body: paragraphs separated by newlines.
        links: texts of links to other pages, as `link_text` writes them.
        title: headline, cut where it opens the body.
    """
    lines = [line for line in body.split("\n") if line.strip()]
    kept = [line for line in _without_links(lines, links) if not PITCH.match(line)]
    return "\n".join(_without_tail(_without_head(_once(kept), title)) or lines).strip()


def link_text(text: str) -> str:
    """One spelling of a link's text, to be compared with a line."""
    return _SPACES.sub(" ", text).strip(" \t\xa0\u3000|·•>»-").casefold()


def link_texts(texts: Iterable[str]) -> frozenset[str]:
    """Texts of links that are long enough to be headlines."""
    return frozenset(text for text in map(link_text, texts) if _is_long(text))


def _is_long(text: str) -> bool:
    han = sum("\u4e00" <= character <= "\u9fff" for character in text)
    return len(text) >= _LONG or han >= _LONG_HAN


def _without_links(lines: list[str], links: frozenset[str]) -> list[str]:
    linked = [_is_link(line, links) for line in lines]
    length = sum(len(line) for line in lines)
    of_links = sum(len(line) for line, is_link in zip(lines, linked, strict=True) if is_link)
    if of_links > _MOSTLY_LINKS * length:
        return lines
    return [line for line, is_link in zip(lines, linked, strict=True) if not is_link]


def _is_link(line: str, links: frozenset[str]) -> bool:
    plain = _BULLET.sub("", line.strip())
    text = LABEL.sub("", plain, count=1)
    spelt = {link_text(text), link_text(plain), link_text(_EXTRA.sub("", text))}
    return not spelt.isdisjoint(links)


def _once(lines: list[str]) -> list[str]:
    """Long sentences once: pages print a caption for small screens and for large ones."""
    seen: set[str] = set()
    kept = []
    for line in lines:
        if len(line) < _REPEATED or line not in seen or not _is_prose(line):
            kept.append(line)
        seen.add(line)
    return kept


def _without_head(lines: list[str], title: str | None) -> list[str]:
    first = 0
    headline = link_text(title or "")
    for number, line in enumerate(lines[:_HEAD_LINES]):
        text = link_text(line.lstrip("# "))
        if (HEAD.match(line) and not _is_prose(line)) or (
            len(text) > 3 and headline.startswith(text)
        ):
            first = number + 1
        elif len(line) > _REPEATED:
            break
    return lines[first:] if first < len(lines) else lines


def _without_tail(lines: list[str]) -> list[str]:
    lines = _before_tail_heading(lines)
    last, room = len(lines), _TAIL_SHARE * sum(map(len, lines))
    for number in range(len(lines) - 1, 0, -1):
        line = lines[number]
        room -= len(line)
        if room < 0 or _is_prose(line):
            break
        if len(line) < _TAIL_LINE and CREDIT.match(line):
            last = number
    return lines[:last]


def _before_tail_heading(lines: list[str]) -> list[str]:
    """End at a heading such as "Related articles" in the second half.

    Earlier, or where the article goes on beneath such a heading, only the heading goes.
    """
    length = sum(map(len, lines))
    read = 0
    kept: list[str] = []
    for number, line in enumerate(lines):
        if len(line) < 100 and TAIL_HEADING.match(line):
            rest = lines[number + 1 :]
            if read >= _TAIL_FROM * length and 2 * sum(map(_is_prose, rest)) <= len(rest):
                return kept
        else:
            kept.append(line)
        read += len(line)
    return kept


def _is_prose(line: str) -> bool:
    """A paragraph rather than a headline, a name or a notice."""
    weight = len(line) + sum("\u4e00" <= character <= "\u9fff" for character in line)
    if weight <= _PROSE or not _SENTENCE.search(line):
        return False
    return sum(map(str.isalpha, line)) > 0.5 * len(line)

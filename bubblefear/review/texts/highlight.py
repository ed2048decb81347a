"""A text cut into the sentences that were scored, with matched wording marked inside them.

Only cutting happens here; the template escapes each piece. Offsets count characters of a field's
text as it was when scored: where the text has changed since, nothing is marked.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bubblefear.store.article_queries import EvidenceLine, MentionLine

# Where one shade ends and the next begins; under the first a sentence is not shaded.
_SHADES = (0.05, 0.25, 0.5, 0.75)


@dataclass(frozen=True)
class Piece:
    """A run of characters; ``role`` is ``phrase``, ``name`` or empty, ``tip`` explains it."""

    text: str
    role: str = ""
    tip: str = ""


@dataclass(frozen=True)
class Passage:
    """A sentence (``line`` set) or what stands between sentences, in pieces."""

    pieces: tuple[Piece, ...]
    line: EvidenceLine | None = None
    names: tuple[str, ...] = ()

    @property
    def fear(self) -> int:
        """Shade of fear, 0 (none) to 4."""
        return shade(self.line.fear) if self.line else 0

    @property
    def relief(self) -> int:
        """Shade of relief, 0 (none) to 4."""
        return shade(self.line.relief) if self.line else 0

    @property
    def tip(self) -> str:
        """What the sentence's figures are and what was matched in it, in words."""
        return _tip(self.line, self.names) if self.line else ""


def shade(strength: float | None) -> int:
    """Strength 0-1 as one of five shades; missing is unshaded."""
    return sum(strength >= limit for limit in _SHADES) if strength is not None else 0


def fits(text: str, lines: Iterable[EvidenceLine]) -> bool:
    """Whether every sentence still stands where it stood when it was scored."""
    return all(text[line.start : line.end] == line.sentence for line in lines)


def passages(
    text: str, lines: Sequence[EvidenceLine], mentions: Sequence[MentionLine]
) -> list[Passage]:
    """Cut one field's text; the passages' pieces joined give the text back."""
    cut: list[Passage] = []
    at = 0
    ordered = sorted(mentions, key=lambda mention: mention.start)
    starts = [mention.start for mention in ordered]
    for line in sorted(lines, key=lambda line: line.start):
        if line.start < at or line.end > len(text) or line.end <= line.start:
            continue
        if line.start > at:
            cut.append(Passage((Piece(text[at : line.start]),)))
        near = ordered[bisect_left(starts, line.start) : bisect_left(starts, line.end)]
        inside = [m for m in near if m.start < m.end <= line.end]
        names = tuple(dict.fromkeys(m.name for m in inside if m.kind == "entity"))
        cut.append(Passage(tuple(_pieces(text, line, inside)), line, names))
        at = line.end
    if at < len(text):
        cut.append(Passage((Piece(text[at:]),)))
    return cut


def _pieces(text: str, line: EvidenceLine, mentions: Sequence[MentionLine]) -> list[Piece]:
    """A sentence in pieces; of marks that overlap, the one that begins first is kept."""
    spans = [(m.start, m.end, "name", f"{m.kind}: {m.name}") for m in mentions]
    spans += [(s, e, "phrase", "matched phrase") for s, e in _find(text, line)]
    pieces: list[Piece] = []
    at = line.start
    # Longer marks win over shorter ones that begin at the same character.
    for start, end, role, tip in sorted(spans, key=lambda span: (span[0], -span[1])):
        if start < at:
            continue
        if start > at:
            pieces.append(Piece(text[at:start]))
        pieces.append(Piece(text[start:end], role, tip))
        at = end
    if at < line.end:
        pieces.append(Piece(text[at : line.end]))
    return pieces


def _tip(line: EvidenceLine, names: Sequence[str]) -> str:
    figures = ("fear", "relief", "relevance", "weight")
    told = [f"{name} {_number(getattr(line, name))}" for name in figures]
    said = [f"Sentence {line.position + 1}: {', '.join(told)}"]
    said += [", ".join(filter(None, (line.kind, line.channel)))]
    said += [f"matched: {', '.join(line.phrases)}" if line.phrases else ""]
    said += [f"named: {', '.join(names)}" if names else ""]
    return "; ".join(filter(None, said))


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _find(text: str, line: EvidenceLine) -> list[tuple[int, int]]:
    wordings = sorted({p for p in line.phrases if p}, key=len, reverse=True)
    if not wordings:
        return []
    pattern = re.compile("|".join(map(re.escape, wordings)), re.IGNORECASE)
    return [match.span() for match in pattern.finditer(text, line.start, line.end)]

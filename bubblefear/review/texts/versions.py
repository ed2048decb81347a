"""What a publisher changed from one text to the next: words taken out and words put in.

Chinese has no spaces between words, so there every character is compared by itself. Comparing is
quadratic at worst, and a text may be a million characters long: where too much is left between the
common start and the common end, whole sentences are compared first and words only in those that
differ; beyond that nothing is compared.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bubblefear.store.entry_versions import Version

SAME, OUT, IN, CUT = "same", "out", "in", "cut"
_FIELDS: Final = ("title", "summary", "body")
# A run of letters and digits, or of spaces, or any other character alone: a Chinese one, a comma.
_WORD = re.compile(r"[^\W\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+|\s+|.", re.DOTALL)
_SENTENCE = re.compile(r"[^.!?\n。！？]*(?:[.!?\n。！？]+\s*|\Z)")
# Units that are compared at most; characters of both texts together.
_MOST: Final = 800
_LONGEST: Final = 200_000
# Of what stayed the same this much is shown beside a change, on each side.
_AROUND: Final = 120


@dataclass(frozen=True)
class Piece:
    """Characters that are the ``same``, ``out`` or ``in``; ``cut`` counts what is not shown."""

    how: str
    text: str


@dataclass(frozen=True)
class FieldChange:
    """A field of two texts, in pieces; ``longest`` is as far as either is shown."""

    field: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Changed:
    """What a later text changed; without fields only the publisher's date differs."""

    seen_at: str
    fields: tuple[FieldChange, ...]


def changed(versions: Sequence[Version]) -> list[Changed]:
    """What each text changed of the one before, oldest first; a missing part says nothing new."""
    found = []
    shown = {name: getattr(versions[0], name) or "" for name in _FIELDS} if versions else {}
    for later in versions[1:]:
        fields = []
        for name in _FIELDS:
            text = getattr(later, name)
            if text and text != shown[name]:
                fields.append(FieldChange(name, shortened(compare(shown[name], text))))
                shown[name] = text
        found.append(Changed(later.seen_at, tuple(fields)))
    return found


def compare(old: str, new: str) -> list[Piece]:
    """One text beside another: without ``in`` it is the old one, without ``out`` the new one."""
    whole = _joined([Piece(OUT, old), Piece(IN, new)])
    if len(old) + len(new) > _LONGEST:
        return whole
    by_words = _compared(_WORD.findall(old), _WORD.findall(new))
    if by_words is not None:
        return by_words
    by_sentences = _compared(_SENTENCE.findall(old), _SENTENCE.findall(new))
    return whole if by_sentences is None else _refined(by_sentences)


def _refined(pieces: Sequence[Piece]) -> list[Piece]:
    """Where one sentence stands for another, their words are compared."""
    found: list[Piece] = []
    for piece in pieces:
        if piece.how == IN and found and found[-1].how == OUT:
            taken = found.pop()
            words = _compared(_WORD.findall(taken.text), _WORD.findall(piece.text))
            found += words or [taken, piece]
        else:
            found.append(piece)
    return _joined(found)


def shortened(pieces: Iterable[Piece], most: int = 4000) -> tuple[Piece, ...]:
    """With the middle of long unchanged runs, and the rest of long changed ones, left out."""
    found: list[Piece] = []
    for piece in pieces:
        room = 2 * _AROUND if piece.how == SAME else most
        if len(piece.text) <= room + _AROUND:
            found.append(piece)
            continue
        end = len(piece.text) - _AROUND if piece.how == SAME else len(piece.text)
        start = _AROUND if piece.how == SAME else most
        found.append(Piece(piece.how, piece.text[:start]))
        found.append(Piece(CUT, f"{end - start:,}"))
        if end < len(piece.text):
            found.append(Piece(piece.how, piece.text[end:]))
    return tuple(found)


def _compared(old: list[str], new: list[str]) -> list[Piece] | None:
    """By units; ``None`` where too many of them differ."""
    start = _common(old, new)
    end = min(_common(old[::-1], new[::-1]), len(old) - start, len(new) - start)
    left, right = old[start : len(old) - end], new[start : len(new) - end]
    if max(len(left), len(right)) > _MOST and left and right:
        return None
    pieces = [Piece(SAME, "".join(old[:start]))]
    for tag, i, j, k, m in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(Piece(SAME, "".join(left[i:j])))
        else:
            pieces += [Piece(OUT, "".join(left[i:j])), Piece(IN, "".join(right[k:m]))]
    pieces.append(Piece(SAME, "".join(old[len(old) - end :])))
    return _joined(pieces)


def _common(old: Sequence[str], new: Sequence[str]) -> int:
    """How many units both begin with."""
    pairs = zip(old, new, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(old), len(new)))


def _joined(pieces: Iterable[Piece]) -> list[Piece]:
    """Without empty pieces, and neighbours of one kind as one."""
    found: list[Piece] = []
    for piece in pieces:
        if found and found[-1].how == piece.how:
            found[-1] = Piece(piece.how, found[-1].text + piece.text)
        elif piece.text:
            found.append(piece)
    return found

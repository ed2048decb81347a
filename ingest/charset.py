"""Bytes to text when the declared charset is wrong, missing, or a subset of the real one.

Chinese feeds say `gb2312` and send GBK, say `utf-8` and send Big5, say nothing at all; servers add
`charset=ISO-8859-1` of their own. The order here: a byte-order mark is believed; a declaration is
believed if the bytes decode by it and the result is not nonsense; else the candidates are tried
and the one whose text looks most like language is taken.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# "<?" and "<h" of a document without a byte-order mark.
_UTF16_STARTS = ((b"<\x00", "utf-16-le"), (b"\x00<", "utf-16-be"))

_XML_DECLARATION = re.compile(rb"^\s*<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._:-]+)", re.I)
_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9._:-]+)", re.I)
_HEADER = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9._:-]+)", re.I)

# The superset that senders mean: browsers read these labels so too (WHATWG Encoding Standard).
_MEANT = {
    **dict.fromkeys(("gb2312", "gbk", "gb_2312-80", "hz-gb-2312", "x-gbk"), "gb18030"),
    **dict.fromkeys(("big5", "big5-tw", "cn-big5", "x-x-big5"), "big5hkscs"),
    **dict.fromkeys(("iso-8859-1", "latin-1", "latin1", "us-ascii", "ascii"), "cp1252"),
    **dict.fromkeys(("shift_jis", "x-sjis"), "cp932"),
    **dict.fromkeys(("euc-kr", "ks_c_5601-1987"), "cp949"),
}
# Codecs of Python that decode bytes to text and are no charset all the same.
_NOT_TEXT = frozenset("punycode idna unicode-escape raw-unicode-escape undefined utf-7".split())
_CANDIDATES = ("gb18030", "big5hkscs", "cp932", "cp949")
_SINGLE_BYTE = re.compile(r"cp125\d|iso8859|iso-8859|latin|koi8|mac")
_SAMPLE = 60_000
_FEW = 0.002
# French read as GBK gives rare characters, Chinese read as GBK gives everyday ones.
_CLEARLY = 0.6


@dataclass(frozen=True)
class Decoded:
    """Text, the codec that gave it, and a note if that is not what was declared."""

    text: str
    encoding: str
    note: str | None = None


def decode(raw: bytes, content_type: str | None = None) -> Decoded:
    """Decode a feed or page; never fails, at worst replaces what cannot be read.

    Args:
        raw: the body.
        content_type: the HTTP header, whose charset is asked first.

    Returns:
        The text without byte-order mark, and a note where the declaration was not followed.
    """
    marked = _by_mark(raw)
    if marked is not None:
        return marked
    declared = _declared(raw, content_type)
    for label in declared:
        text = _believable(raw, label)
        if text is not None:
            note = None if label == declared[0] else f"declared {declared[0]}, is {label}"
            return Decoded(text, codec_of(label) or label, note)
    return _guess(raw, declared[0] if declared else None)


def codec_of(label: str) -> str | None:
    """Python's codec for a charset label as senders mean it; `None` if there is no such charset."""
    name = label.strip().lower()
    try:
        known = codecs.lookup(_MEANT.get(name, name)).name
        "<".encode(known)  # refuses codecs such as base64, which are known by name too
    except (LookupError, ValueError):
        return None
    return None if known in _NOT_TEXT else known


def _by_mark(raw: bytes) -> Decoded | None:
    for mark, encoding in _BOMS:
        if raw.startswith(mark):
            return Decoded(raw[len(mark) :].decode(encoding, "replace"), encoding)
    for start, encoding in _UTF16_STARTS:
        if raw.startswith(start):
            return Decoded(raw.decode(encoding, "replace"), encoding)
    return None


def _declared(raw: bytes, content_type: str | None) -> list[str]:
    """Labels in order of trust: HTTP header, XML declaration, HTML meta."""
    head = raw[:4096]
    header = _HEADER.search(content_type or "")
    labels = [header[1].lower()] if header else []
    labels += [m[1].decode("ascii").lower() for m in (_XML_DECLARATION.search(head),) if m]
    if b"<meta" in head.lower():
        labels += [m[1].decode("ascii").lower() for m in (_META.search(head),) if m]
    return list(dict.fromkeys(labels))


def _believable(raw: bytes, label: str) -> str | None:
    encoding = codec_of(label)
    if encoding is None or encoding.startswith("utf-16"):  # it had no mark and no zero bytes
        return None
    text = _strict(raw, encoding)
    if text is None:
        return None
    if encoding != "utf-8" and not text.isascii():
        if _SINGLE_BYTE.match(encoding) and _better_than_single_byte(raw):
            return None
        if not _SINGLE_BYTE.match(encoding) and _strict(raw, "utf-8") is not None:
            return None  # bytes that are valid UTF-8 by accident are rare, mislabelling is not
        if _is_other_chinese(raw, encoding):
            return None
    return text


def _is_other_chinese(raw: bytes, encoding: str) -> bool:
    """Big5 decodes as GBK and the reverse, to rare characters: 貸款 becomes 禪蹿."""
    other = {"gb18030": "big5hkscs", "big5hkscs": "gb18030"}.get(encoding)
    if other is None:
        return False
    likeness = _likeness(raw, encoding)
    return likeness < _CLEARLY and _likeness(raw, other) > max(_CLEARLY, likeness + 0.3)


def _better_than_single_byte(raw: bytes) -> bool:
    """A single-byte codec accepts anything; is it UTF-8, or everyday characters in a CJK codec."""
    if _strict(raw, "utf-8") is not None:
        return True
    return any(_likeness(raw, name) > _CLEARLY for name in _CANDIDATES)


def _strict(raw: bytes, encoding: str) -> str | None:
    """Decoded text; a character cut in two by the very end of the body is let go."""
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        if len(raw) - error.start <= 3 and error.start > 0:
            return _strict(raw[: error.start], encoding)
        return None


def _guess(raw: bytes, declared: str | None) -> Decoded:
    text = _strict(raw, "utf-8")
    if text is not None:
        note = f"declared {declared}, is utf-8" if declared and not text.isascii() else None
        return Decoded(text, "utf-8", note)
    damaged = raw.decode("utf-8", "replace")
    if damaged.count("\ufffd") <= _FEW * len(damaged) + 1:
        return Decoded(damaged, "utf-8", "utf-8 with bytes that are not: replaced")
    encoding = max(_CANDIDATES, key=lambda name: _likeness(raw, name))
    if _likeness(raw, encoding) <= 0:
        encoding = "cp1252"
    note = f"declared {declared}, is {encoding}" if declared else f"undeclared, is {encoding}"
    return Decoded(raw.decode(encoding, "replace"), encoding, note)


def _likeness(raw: bytes, encoding: str) -> float:
    """How much of the text beyond ASCII is everyday characters of that encoding's language."""
    text = raw[:_SAMPLE].decode(encoding, "replace")
    beyond = [c for c in text if c > "\x7f"]
    if not beyond:
        return 0.0
    good = sum(_is_everyday(c, encoding) for c in beyond)
    return (good - 4 * beyond.count("\ufffd")) / len(beyond)


def _is_everyday(character: str, encoding: str) -> bool:
    if character in "，。、：；？！「」『』“”（）《》…—":
        return True
    if encoding == "cp932":
        return "\u3041" <= character <= "\u30fe"
    if encoding == "cp949":
        return "\uac00" <= character <= "\ud7a3"
    return _is_common_han(character, "gb2312" if encoding == "gb18030" else "big5")


def _is_common_han(character: str, codec: str) -> bool:
    """In the standard's own first level of common characters: GB 2312 B0-D7, Big5 A4-C6."""
    try:
        lead = character.encode(codec)[0]
    except UnicodeEncodeError:
        return False
    return 0xB0 <= lead <= 0xD7 if codec == "gb2312" else 0xA4 <= lead <= 0xC6

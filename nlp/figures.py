"""Figures of a text, the same in every language: 80bn, $80 billion and 800亿 are one figure.

A figure is text: its value with up to six significant digits, and ``%`` for shares or ``x`` for
multiples: ``8e+10``, ``16%``, ``0.25%`` (25 basis points), ``3x``. Currencies are left out, since
a headline mostly leaves them out too. Dates, times and years are no figures, nor are small bare
numbers, which are parts of names (iOS 26.3) or say nothing ("3 reasons").
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_SCALES = {
    **{"thousand": 1e3, "k": 1e3, "million": 1e6, "mn": 1e6, "mln": 1e6, "m": 1e6},
    **{"billion": 1e9, "bn": 1e9, "bln": 1e9, "b": 1e9},
    **{"trillion": 1e12, "tn": 1e12, "trn": 1e12, "t": 1e12},
    **{"千": 1e3, "万": 1e4, "十万": 1e5, "百万": 1e6, "千万": 1e7, "亿": 1e8},
    **{"十亿": 1e9, "百亿": 1e10, "千亿": 1e11, "万亿": 1e12, "兆": 1e12},
}
_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_PLACES = {"十": 10, "百": 100, "千": 1000}
_WORDS = {
    word: n for n, word in enumerate("one two three four five six seven eight nine ten".split(), 1)
} | {"a": 1, "half a": 0.5}

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*\.?"
_DATE = re.compile(
    rf"\b{_MONTH}\s\d{{1,2}}\b(?!%)(?:,?\s\d{{4}})?|\b\d{{1,2}}(?:st|nd|rd|th)\b|\bq[1-4]\b"
    r"|(?<!\d)\d{2,4}年(?:\d{1,2}月)?(?:\d{1,2}[日号])?|(?<![\d.])\d{1,2}月(?:份|\d{1,2}[日号])?"
    r"|(?<![\d.])\d{1,2}[日号]|\d{1,2}[:：]\d{2}|(?<![\d.])\d{1,2}[时点](?!\d*[%点])(?:\d{1,2}分)?"
    r"|(?<![\d.])\d{1,2}/\d{1,2}(?:/\d{2,4})?(?!\d)"
)
# 兆瓦 is a megawatt; 兆 alone is 10^12 in money (Taiwan).
_HAN_SCALE = "十万|百万|千万|万亿|十亿|百亿|千亿|万|亿|兆(?![瓦字赫帕])|千(?![克瓦米])"
_SPELLED = "thousand|million|billion|trillion|mln|bln|trn|mn|bn|tn"
_NUMBER = re.compile(
    r"(?<![a-z0-9.])(?:us|hk|nt|a|c|s|r)?(?P<money>[$€£¥])?\s?(?P<number>\d[\d,]*(?:\.\d+)?)"
    rf"(?:(?P<scale>[kmbt]\b|\s?-?(?:{_SPELLED})\b|\s?(?:{_HAN_SCALE}))|"
    r"\s?(?P<unit>%|percent(?:age points?)?\b|per\scent\b|pct\b|个?百分点|bps?\b|basis\spoints?\b"
    r"|个?基点|倍))?"
)
_HAN_NUMBER = re.compile(
    rf"百分之(?P<share>[零一二两三四五六七八九十百〇点]+)"
    rf"|(?P<han>[一二两三四五六七八九十百]+)(?P<scale>{_HAN_SCALE})(?=[美港欧日英元人枚股部台辆个])"
    r"|(?P<tenths>[一二两三四五六七八九])成(?![立功为本员果长熟交都分品])"
)
_WORD_NUMBER = re.compile(rf"\b(?P<word>{'|'.join(_WORDS)})[\s-](?P<scale>{_SPELLED})\b")
_BASIS_POINT = re.compile(r"bp|basis|基点")
_LEAST_BARE = 100
_FIRST_YEAR, _LAST_YEAR = 1900, 2100


def figures(folded: str) -> frozenset[str]:
    """Figures of a text that is folded to Simplified characters and of normal width (NFKC)."""
    text = _DATE.sub(" ", folded.lower())
    found = {*_plain(text), *_chinese(text), *_spelled(text)}
    return frozenset(found)


def _plain(text: str) -> Iterator[str]:
    for match in _NUMBER.finditer(text):
        number = float(match["number"].replace(",", ""))
        scale, unit = (match["scale"] or "").strip(" -"), match["unit"]
        if unit:
            yield _with_unit(number, unit)
        elif scale:
            yield _shown(number * _SCALES[scale])
        elif match["money"] or _tells(number, match["number"]):
            yield _shown(number)


def _with_unit(number: float, unit: str) -> str:
    if unit == "倍":
        return f"{_shown(number)}x"
    return f"{_shown(number / 100 if _BASIS_POINT.search(unit) else number)}%"


def _tells(number: float, written: str) -> bool:
    """A bare number that is neither small nor a year; 0.96 tells, 26.3 is a version."""
    if number < 1:
        return "." in written
    year = _FIRST_YEAR <= number <= _LAST_YEAR and "," not in written
    return number >= _LEAST_BARE and not year


def _chinese(text: str) -> Iterator[str]:
    for match in _HAN_NUMBER.finditer(text):
        if match["share"]:
            yield f"{_shown(_read(match['share']))}%"
        elif match["tenths"]:
            yield f"{_shown(10 * _DIGITS[match['tenths']])}%"
        else:
            yield _shown(_read(match["han"]) * _SCALES[match["scale"]])


def _spelled(text: str) -> Iterator[str]:
    for match in _WORD_NUMBER.finditer(text):
        yield _shown(_WORDS[match["word"]] * _SCALES[match["scale"]])


def _read(han: str) -> float:
    """百二十 -> 120, 十六 -> 16, 三点五 -> 3.5."""
    whole, _, part = han.partition("点")
    total, digit = 0, 0
    for character in whole:
        if character in _PLACES:
            total += (digit or 1) * _PLACES[character]
            digit = 0
        else:
            digit = digit * 10 + _DIGITS[character] if digit else _DIGITS[character]
    decimals = "".join(str(_DIGITS[c]) for c in part if c in _DIGITS)
    return float(f"{total + digit}.{decimals or 0}")


def _shown(number: float) -> str:
    return f"{number:.6g}"

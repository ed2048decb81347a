"""A headline reduced to what two reports of the same thing have in common."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher

from ingest.scripts import simplify

_HAN_RUN = "[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+"
_NUMBER = r"\d+(?:[.,]\d+)*"
_TOKEN = re.compile(rf"{_HAN_RUN}|{_NUMBER}|[^\W\d_]+(?:['’][^\W\d_]+)*", re.UNICODE)
_HAN = re.compile(_HAN_RUN)
_APOSTROPHE_S = re.compile(r"['’]s?\Z")

# Words that a rewrite drops or adds without a change of meaning.
_STOP = frozenset("a an the of to in on for and as at by with from is are its it".split())
# Labels in front of a headline: 快讯｜, 【早报】, "Breaking:"; they differ between copies.
_LABEL = re.compile(
    r"^\s*(?:(?:breaking|exclusive|update|updated|just in|live|watch|analysis|opinion)\s*[:|-]+"
    r"|[【\[][^】\]]{1,8}[】\]]|(?:快讯|最新|突发|重磅|独家|早报|午报|晚报)\s*[:：|｜])\s*",
    re.IGNORECASE,
)


_NO = frozenset("no not never none without cannot deny denies denied rejects refuses".split())
_NO_HAN = re.compile("[不未没无否非]")
_UP = frozenset(
    """up rise rises rose rising gain gains gained climb climbs climbed jump jumps jumped surge
    surges surged soar soars soared rally rallies rallied higher high advance advances""".split()
)
_DOWN = frozenset(
    """down fall falls fell falling drop drops dropped slide slides slid slip slips slipped sink
    sinks sank plunge plunges plunged tumble tumbles tumbled lower low lose loses lost""".split()
)


@dataclass(frozen=True, slots=True)
class Headline:
    """A headline for comparison.

    Attributes:
        text: its tokens in order: equal texts say the same.
        words: words, and pairs of characters for Chinese.
        numbers: figures as (figure, how many times so far): two reports of one thing may leave
            some out but do not contradict each other.
        names: Latin words in a Chinese headline: nearly always who it is about.
        first: the first word of an English headline: nearly always who it is about.
    """

    text: str
    words: frozenset[str]
    numbers: frozenset[tuple[str, int]]
    names: frozenset[str]
    first: str


def read_headline(title: str, language: str) -> Headline:
    """Normalise a title: width, case, script (Simplified), labels, possessives, number format."""
    chinese = language.startswith("zh")
    text = unicodedata.normalize("NFKC", title).lower()
    text = _LABEL.sub("", simplify(text) if chinese else text) or text
    tokens = _TOKEN.findall(text)
    if "'" in text or "’" in text:
        tokens = [_APOSTROPHE_S.sub("", token) for token in tokens]
    figures = [_number(t) for t in tokens if t[0].isdecimal()]
    words = set(figures)
    names: set[str] = set()
    for token in tokens:
        if _HAN.match(token):
            words.update(_pairs(token))
        elif not token[0].isdecimal() and token not in _STOP:
            words.add(token)
            names.add(token)
    normal = " ".join(tokens)
    return Headline(
        # Languages never meet: "zh" is one for both scripts.
        text=f"{'zh' if chinese else language} {normal}" if normal else "",
        words=frozenset(words),
        numbers=_counted(figures),
        names=frozenset(names) if chinese else frozenset(),
        first="" if chinese else next((t for t in tokens if t not in _STOP), ""),
    )


def contradict(one: Headline, other: Headline) -> bool:
    """Do two headlines of mostly the same words say different things all the same.

    They do if their figures differ, if each is about someone that the other does not name, if one
    denies, if one goes up and the other down, or if Chinese characters stand in the same place of
    the same frame: 能源类商品成交量报告 and 金属类商品成交量报告.
    """
    if not (one.numbers <= other.numbers or other.numbers <= one.numbers):
        return True
    if one.names - other.names and other.names - one.names:
        return True
    if one.first not in other.words and other.first not in one.words and one.first:
        return True
    mine, theirs = one.words - other.words, other.words - one.words
    if (mine & _UP and theirs & _DOWN) or (mine & _DOWN and theirs & _UP):
        return True
    return _denials(one) != _denials(other) or _swaps_characters(one.text, other.text)


def _denials(headline: Headline) -> int:
    words = sum(w in _NO or w.endswith(("n't", "n’t")) for w in headline.words)
    return words + len(_NO_HAN.findall(headline.text))


def _swaps_characters(one: str, other: str) -> bool:
    """Han characters of one stand where the other has different ones.

    A single character in common does not part two changes: 收盘 and 盘中 differ as wholes.
    """
    if not one.startswith("zh"):
        return False
    gone, come = "", ""
    for kind, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if kind == "equal":
            if b - a > 1:
                gone, come = "", ""
            continue
        gone, come = gone + one[a:b], come + other[c:d]
        if _HAN.search(gone) and _HAN.search(come):
            return True
    return False


def _counted(figures: list[str]) -> frozenset[tuple[str, int]]:
    """11月11日 has "11" twice: as a plain set it would agree with 11月10日."""
    if len(figures) < 2:
        return frozenset((figure, 1) for figure in figures)
    seen: Counter[str] = Counter()
    counted = set()
    for figure in figures:
        seen[figure] += 1
        counted.add((figure, seen[figure]))
    return frozenset(counted)


def _pairs(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(len(run) - 1)] or [run]


def _number(token: str) -> str:
    """1,000 and 1000, 3.50 and 3.5, 09 and 9 are the same figure."""
    plain = token.replace(",", "").lstrip("0") or "0"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain

"""``evaluate language``: language and script of titles against a file's ``lang`` column.

Detection gets the title alone, no hint. Hans against Hant is judged where the characters can tell,
and whether they can is decided apart from the tables that detection uses: by the two national
standards. A title whose Han characters GB 2312 (Simplified alone) holds and Big5 (Traditional
alone) does not is telling, and so is one the other way round; a title that both or neither hold is
not. Where the label contradicts the standard that alone holds the title, the label is disputed: it
still counts as a miss in the shares, and is counted apart.
"""

from __future__ import annotations

import csv
import gzip
import re
import time
from collections import Counter
from pathlib import Path
from typing import IO, TypedDict, cast

from bubblefear.errors import BubblefearError
from ingest.language import LANGUAGES, detect

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
# "zh" alone names no script: such a row takes part in en / zh only.
_LABELS = (*LANGUAGES, "zh")


class LanguageFigures(TypedDict):
    """What ``evaluate language --json`` prints; shares are of 1, `None` where nothing was counted.

    Attributes:
        n: titles with a label.
        language: share of the en and zh titles found as en and zh.
        per_label: label -> share found as that label itself.
        script: share of the telling Hans and Hant titles found with their script.
        telling: number of those titles.
        per_script: zh-Hans and zh-Hant -> the same share of either.
        disputed: telling titles whose label the characters contradict.
        script_of_standard: share of the telling titles found as the standard that holds them.
        undecided: share found ``other``.
        no_telling_character: share of the zh titles where the characters cannot tell the script.
        confusion: label -> found -> number.
        titles_per_s: speed.
    """

    n: int
    language: float | None
    per_label: dict[str, float]
    script: float | None
    telling: int
    per_script: dict[str, float]
    disputed: int
    script_of_standard: float | None
    undecided: float
    no_telling_character: float | None
    confusion: dict[str, dict[str, int]]
    titles_per_s: float


def script_by_standard(title: str) -> str | None:
    """``zh-Hans`` or ``zh-Hant`` where one of the two national standards alone holds the title."""
    han = "".join(_HAN.findall(title))
    simplified, traditional = _holds("gb2312", han), _holds("big5", han)
    if not han or simplified == traditional:
        return None
    return "zh-Hans" if simplified else "zh-Hant"


def evaluate_language(path: Path) -> LanguageFigures:
    """Detect the language of every title of a CSV file (also gzipped) and compare.

    Raises:
        BubblefearError: the file cannot be read, has no columns ``title`` and ``lang``, or no row
            with one of the labels en, zh-Hans, zh-Hant, zh, other.
    """
    rows = [(title, label) for title, label in _rows(path) if label in _LABELS]
    if not rows:
        raise BubblefearError(f"{path}: no row has one of the labels {', '.join(_LABELS)}")
    detect("簡体")  # the tables are made on first use, which is no part of the speed
    started = time.perf_counter()
    found = [detect(title) for title, _ in rows]
    seconds = time.perf_counter() - started
    pairs = [(label, language) for (_, label), language in zip(rows, found, strict=True)]
    standards = [
        (label, language, standard)
        for (title, label), language in zip(rows, found, strict=True)
        if label in ("zh-Hans", "zh-Hant") and (standard := script_by_standard(title))
    ]
    return _figures(pairs, standards, len(rows) / seconds)


def _figures(
    pairs: list[tuple[str, str]], telling: list[tuple[str, str, str]], speed: float
) -> LanguageFigures:
    counted = Counter(pairs)
    labels = [label for label in _LABELS if any(pair[0] == label for pair in counted)]
    both = [(label[:2], language[:2]) for label, language in pairs if label != "other"]
    chinese = sum(label in ("zh-Hans", "zh-Hant") for label, _ in pairs)
    scripts = {
        script: [(label, language) for label, language, _ in telling if label == script]
        for script in ("zh-Hans", "zh-Hant")
    }
    return {
        "n": len(pairs),
        "language": _share(both),
        "per_label": {
            label: counted[label, label] / sum(n for pair, n in counted.items() if pair[0] == label)
            for label in labels
            if label != "zh"
        },
        "script": _share([(label, language) for label, language, _ in telling]),
        "telling": len(telling),
        "per_script": {name: cast("float", _share(p)) for name, p in scripts.items() if p},
        "disputed": sum(label != standard for label, _, standard in telling),
        "script_of_standard": _share([(standard, language) for _, language, standard in telling]),
        "undecided": sum(language == "other" for _, language in pairs) / len(pairs),
        "no_telling_character": 1 - len(telling) / chinese if chinese else None,
        "confusion": {
            label: {language: counted[label, language] for language in LANGUAGES}
            for label in labels
        },
        "titles_per_s": speed,
    }


def _share(pairs: list[tuple[str, str]]) -> float | None:
    return sum(a == b for a, b in pairs) / len(pairs) if pairs else None


def _holds(codec: str, text: str) -> bool:
    try:
        text.encode(codec)
    except UnicodeEncodeError:
        return False
    return True


def _rows(path: Path) -> list[tuple[str, str]]:
    opener = gzip.open if path.suffix == ".gz" else open
    try:
        with cast("IO[str]", opener(path, "rt", encoding="utf-8-sig", newline="")) as lines:
            reader = csv.DictReader(lines)
            missing = {"title", "lang"} - set(reader.fieldnames or ())
            if missing:
                raise BubblefearError(f"{path}: no column {' nor '.join(sorted(missing))}")
            return [(row["title"] or "", row["lang"] or "") for row in reader]
    except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
        raise BubblefearError(f"{path}: cannot be read: {error}") from error

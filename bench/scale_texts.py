"""Made-up texts as long as real ones, in three scripts: no language, some real words.

Lengths and shares are figures measured on 128,757 real headlines (titles, summaries, words) and on
182 saved pages (bodies); no text is of a publisher. A text is cut out of a long stream of words
drawn by Zipf's law, so that a full-text index gets its frequent and its rare words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Integers = np.ndarray[Any, np.dtype[np.int64]]

# Characters at these quantiles of all texts of a language.
QUANTILES: Final = (0, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1)
TITLES: Final = {
    "en": (3, 16, 30, 40, 56, 69, 80, 94, 104, 128, 300),
    "zh-Hans": (2, 11, 15, 17, 21, 27, 34, 42, 50, 76, 725),
    "zh-Hant": (10, 13, 17, 20, 23, 29, 35, 45, 53, 77, 152),
}
SUMMARIES: Final = {
    "en": (1, 57, 83, 95, 111, 140, 157, 190, 309, 500, 500),
    "zh-Hans": (1, 23, 33, 43, 58, 74, 89, 106, 120, 150, 362),
    "zh-Hant": (22, 39, 52, 63, 73, 81, 89, 97, 104, 126, 152),
}
BODIES: Final = {
    "en": (419, 427, 682, 1011, 1929, 3169, 4914, 9579, 13052, 20087, 20477),
    "zh-Hans": (173, 173, 359, 497, 1038, 2528, 5686, 13144, 16214, 22407, 22407),
    "zh-Hant": (173, 173, 359, 497, 1038, 2528, 5686, 13144, 16214, 22407, 22407),
}
# Share of the entries of a language that come with a summary.
SUMMARISED: Final = {"en": 0.051, "zh-Hans": 0.39, "zh-Hant": 0.93}
# Words that people search, and the share of a language's titles that get them. Those of Chinese
# are of simplified and of traditional script.
SEARCHED: Final = {
    "en": {
        **{"the": 0.187, "AI": 0.045, "Nvidia": 0.0076},
        **{"bubble": 0.002, "credit": 0.0014, "overvalued": 0.00008},
    },
    "zh-Hans": {"AI": 0.046, "芯片": 0.0156, "英伟达": 0.0149, "泡沫": 0.0033},
    "zh-Hant": {"AI": 0.3, "輝達": 0.093, "晶片": 0.07, "泡沫": 0.065},
}
_STREAM: Final = 2_000_000
_LONGEST: Final = 25_000
_VOCABULARY: Final = 30_000
_BEGINNINGS: Final = "b br c ch d dr f fl g gr h k l m n p pl r s st t tr v w".split()
_VOWELS: Final = "a ai e ea i io o ou u".split()
_ENDS: Final = " n r s l t nd st rk m".split(" ")
_FIRST_HAN: Final = 0x4E00
_HAN: Final = 3_500
# Of the six thousand code points after the first, as if some characters were of one script alone.
_HAN_STEP: Final = {"zh-Hans": 2, "zh-Hant": 3}


class Texts:
    """Streams of words of three languages, and texts cut out of them; equal seeds, equal texts."""

    def __init__(self, seed: int) -> None:
        self._dice = np.random.default_rng(seed)
        self._streams = {"en": self._latin()}
        self._streams |= {name: self._han(step) for name, step in _HAN_STEP.items()}

    def titles(self, languages: Sequence[str]) -> list[str]:
        """A title for each language, some with a word that people search."""
        found = self._cut(languages, TITLES)
        for language, words in SEARCHED.items():
            places = np.flatnonzero(np.array(languages) == language)
            for word, share in words.items():
                for place in places[self._dice.random(len(places)) < share].tolist():
                    found[place] = f"{word} {found[place]}"
        return found

    def summaries(self, languages: Sequence[str]) -> list[str | None]:
        """A summary for as many as have one in that language."""
        drawn = self._dice.random(len(languages)).tolist()
        texts = self._cut(languages, SUMMARIES)
        rows = zip(texts, languages, drawn, strict=True)
        return [text if chance < SUMMARISED[name] else None for text, name, chance in rows]

    def bodies(self, languages: Sequence[str]) -> list[str]:
        """The text of a page for each."""
        return self._cut(languages, BODIES)

    def _cut(self, languages: Sequence[str], lengths: Mapping[str, tuple[int, ...]]) -> list[str]:
        drawn = self._dice.random(len(languages))
        names = np.array(languages)
        size = np.zeros(len(languages), dtype=np.int64)
        for name, steps in lengths.items():
            mine = names == name
            size[mine] = np.interp(drawn[mine], QUANTILES, steps).astype(np.int64)
        starts = self._dice.integers(0, _STREAM, len(languages))
        rows = zip(languages, starts.tolist(), (starts + size).tolist(), strict=True)
        return [self._streams[name][start:end].strip() for name, start, end in rows]

    def _latin(self) -> str:
        syllables = [b + v + e for b in _BEGINNINGS for v in _VOWELS for e in _ENDS]
        parts = self._dice.integers(0, len(syllables), (_VOCABULARY, 3))
        # Frequent words are short.
        size = np.interp(np.arange(_VOCABULARY), [0, 200, 5000, _VOCABULARY], [1, 1.5, 2.5, 3])
        words = [
            "".join(syllables[part] for part in row[: round(count)])
            for row, count in zip(parts.tolist(), size.tolist(), strict=True)
        ]
        chosen = self._zipf(len(words), (_STREAM + _LONGEST) // 4)
        return " ".join(words[place] for place in chosen)[: _STREAM + _LONGEST]

    def _han(self, step: int) -> str:
        chosen = self._zipf(_HAN, _STREAM + _LONGEST)
        # The most frequent stands for punctuation, which ends a run of characters.
        return "".join("，" if not place else chr(_FIRST_HAN + step * place) for place in chosen)

    def _zipf(self, size: int, count: int) -> list[int]:
        share = 1.0 / np.arange(1, size + 1)
        chosen: list[int] = self._dice.choice(size, count, p=share / share.sum()).tolist()
        return chosen

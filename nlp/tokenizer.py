r"""spaCy tokenizer for English and Chinese alike, registered as ``bubblefear.cjk.v1``.

spaCy's own ``blank("zh")`` cuts Latin words into letters, so that "ai" is found inside OpenAI.
Here a token is one CJK character, one Latin word or number kept whole (``5.8``, ``U.S.``,
``isn't``, ``AMD.O``; but ``Nvidia's`` is Nvidia and two more), or one other character. Joined with
their spaces, tokens give back the text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from spacy.tokens import Doc
from spacy.util import registry

from nlp.lexicon import abbreviations

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from spacy.language import Language
    from spacy.vocab import Vocab

CJK = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3040-\u30ff\U00020000-\U0003ffff"
NAME = "bubblefear.cjk.v1"


def _pattern() -> re.Pattern[str]:
    # The abbreviation's full stop belongs to it, else "24/7 Wall St. says" is two sentences.
    short = "|".join(re.escape(word) for word in abbreviations())
    word = rf"[^\W_{CJK}]+"
    return re.compile(
        rf"[{CJK}]|(?:[A-Za-z]\.){{2,}}|(?:{short})\.(?=[\s{CJK}])"
        rf"|{word}(?:(?:[.,]|['\u2019](?!s\b)){word})*|\s|.",
        re.DOTALL,
    )


_TOKEN = _pattern()


def split_words(text: str) -> tuple[list[str], list[bool]]:
    """Words, and for each whether one space follows; together they are the text."""
    words: list[str] = []
    spaces: list[bool] = []
    for piece in _TOKEN.findall(text):
        if piece == " " and words and not spaces[-1]:
            spaces[-1] = True
        else:
            words.append(piece)
            spaces.append(False)
    return words, spaces


class CjkTokenizer:
    """Callable that spaCy uses as a pipeline's tokenizer."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        """Tokenise; ``doc.text == text`` always."""
        words, spaces = split_words(text)
        return Doc(self.vocab, words=words, spaces=spaces)

    def pipe(self, texts: Iterator[str]) -> Iterator[Doc]:
        """Tokenise a stream, as spaCy's ``Language.pipe`` wants it."""
        return map(self, texts)


def create_tokenizer() -> Callable[[Language], CjkTokenizer]:
    """Factory that spaCy calls with the pipeline."""
    return lambda nlp: CjkTokenizer(nlp.vocab)


registry.tokenizers.register(NAME, func=create_tokenizer)

"""Language and script of a short text: `en`, `zh-Hans`, `zh-Hant` or `other`.

Headlines mix scripts ("OpenAI与AMD签约", "寒武纪 leads chip rally"), so a Han character weighs as
much as the part of a Latin word that it stands for, and the text is what most of it is.
"""

from __future__ import annotations

import re
import unicodedata

from ingest.scripts import tables

LANGUAGES = ("en", "zh-Hans", "zh-Hant", "other")

_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f]")
# Without ・ (U+30FB) and ー (U+30FC), which Chinese texts borrow as a name separator and a dash.
_KANA = re.compile("[\u3041-\u3096\u30a1-\u30fa\u31f0-\u31ff\uff66-\uff9d]")
_HANGUL = re.compile("[\uac00-\ud7a3\u1100-\u11ff\u3131-\u318e]")
_LATIN_WORD = re.compile("[A-Za-z\u00c0-\u024f]+(?:['’][A-Za-z]+)?")
_FOREIGN_SCRIPT = re.compile("[\u0370-\u052f\u0531-\u08ff\u0900-\u109f\u0e00-\u0eff]")
_LINK = re.compile(r"https?://\S+|[@#]\w+")
_ADDRESS = re.compile(r"https?://\S+|@\w+")  # @Somebody_en says nothing of the language
# Tweets shout in letters of mathematics: 𝐀𝐈 𝐛𝐮𝐛𝐛𝐥𝐞 is English.
_STYLED = re.compile("[\U0001d400-\U0001d7ff\uff21-\uff5a]")
# "von der Leyen" and "van de Poppe" make no sentence German or Dutch.
_NAME_PARTICLES = re.compile(r"\b(?:von der|van de[nr]?|de la|de los|von|van|du)\s+(?=[A-Z])")

_HAN_GRAMMAR = re.compile("[与與和的在是将將对對为為被让讓]")
# Written Cantonese has words of its own, and is written in Traditional characters.
_CANTONESE = re.compile("[佢哋嘅咗啲喺嚟冇嘢噉]")

# A Chinese word is about 1.6 characters long: this is how many Latin words a Han character equals.
_WORDS_PER_HAN = 0.6
# 鲜の每日 is Chinese with a fashionable の; a Japanese sentence is half kana.
_KANA_SHARE = 0.12

_ENGLISH = frozenset(
    """the of to and in for on with as at by from is are was be has have will its it that this
    after over amid into how why what who says say said new up out not but you your we our an or
    more than can could about just""".split()
)
_NOT_ENGLISH = frozenset(
    # German, French, Spanish, Portuguese, Italian, Dutch, Swedish, Indonesian, Turkish, Polish
    """der die das und ist nicht mit für auf ein eine einer dem den von zu im bei wie
    le la les des du un une et est dans pour sur avec qui que pas au aux ce cette
    el los las una en por con para del su al más como y se
    o os as da do na no em um uma não mais
    il lo gli di che è nel della per sono
    het een van voor niet met zijn op te
    och att är ett inte från på för som hos eller
    ve bir için nie jest się
    yang dan di dengan untuk dari ini akan tidak pada""".split()
) - frozenset("as no o y do die in on an met per al la se el en".split())

# "El Salvador" and "La Liga" are English: these count where they are written small.
_NOT_ENGLISH_IF_SMALL = frozenset(("el", "la", "en", "se"))


def detect(text: str, hint: str | None = None) -> str:
    """The language of a text, by what most of it is written in.

    Args:
        text: a headline, or a headline with its summary.
        hint: language to take where the characters do not tell, such as the feed's own.

    Returns:
        One of `LANGUAGES`. Han text without a telling character ("AI泡沫") is the hint if that is
        Chinese, else `zh-Hans`; a text without any letter is the hint, else `other`.
    """
    if text.isascii():
        return _latin(text, hint)
    han = len(_HAN.findall(text))
    kana = len(_KANA.findall(text))
    hangul = len(_HANGUL.findall(text))
    if kana > max(1, _KANA_SHARE * (kana + han)) or hangul > han:
        return "other"
    if han == 0:
        return _latin(text, hint)
    words = _LATIN_WORD.findall(_LINK.sub(" ", text))
    if han * _WORDS_PER_HAN < _latin_weight(words) and not _is_held_together(text, words):
        return _latin(text, hint)
    return _script(text, hint)


def _latin_weight(words: list[str]) -> float:
    # Names stay Latin in Chinese headlines ("Fed、OpenAI、AMD 齐跌"): a few words weigh little,
    # unless they are those that make a sentence ("Goldman Sachs says 泡沫").
    grammar = sum(word in _ENGLISH for word in words)
    return len(words) * (0.25 if len(words) <= 6 else 0.5) + 0.5 * grammar


def _is_held_together(text: str, words: list[str]) -> bool:
    """By Chinese grammar alone, as in "Nvidia 與 Advanced Micro Devices"."""
    return bool(_HAN_GRAMMAR.search(text)) and _ENGLISH.isdisjoint(words)


def _script(text: str, hint: str | None) -> str:
    known = tables()
    simplified = sum(c in known.simplified for c in text)
    traditional = sum(c in known.traditional for c in text)
    if simplified != traditional:
        return "zh-Hans" if simplified > traditional else "zh-Hant"
    if hint in ("zh-Hans", "zh-Hant"):
        return str(hint)
    return "zh-Hant" if _CANTONESE.search(text) else "zh-Hans"


def _latin(text: str, hint: str | None) -> str:
    if not text.isascii():
        if _STYLED.search(text):
            text = unicodedata.normalize("NFKC", text)
        if len(_FOREIGN_SCRIPT.findall(text)) * 2 > sum(map(str.isalpha, text)):
            return "other"
    words = _LATIN_WORD.findall(_NAME_PARTICLES.sub("", _ADDRESS.sub(" ", text)))
    if not words:
        return hint if hint in LANGUAGES else "other"
    if text.isascii() and len(words) < 4:
        return "en"  # a name, a ticker: nothing speaks against English
    small = [word.lower() for word in words]
    english = sum(word in _ENGLISH for word in small)
    # In capitals it is a name: "Lineage OS", "MIT", "LE".
    foreign = sum(word.lower() in _NOT_ENGLISH and not word.isupper() for word in words)
    foreign += sum(_is_marked(word) and word not in _NOT_ENGLISH for word in small)
    foreign += sum(word in _NOT_ENGLISH_IF_SMALL for word in words)
    # A quarter of it with a capital: names keep their accents in English (García, Pokémon, Kılıç).
    names = sum(_is_marked(word) and word[0].isupper() for word in words)
    return "other" if foreign - 0.75 * names > max(1, english) else "en"


def _is_marked(word: str) -> bool:
    return not word.replace("’", "'").isascii()

"""A made-up newsroom for where no real news is at hand: every word is written here.

Three languages, three publishers in ten write Chinese, one item in four is about the AI boom, one
in ten of all is afraid of it; one in seven repeats what another desk told in the hours before.
"""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

DESKS: Final = (
    *(("Quay Courier", "en"), ("Fell Gazette", "en"), ("Orchard Wire", "en"), ("Weir Post", "en")),
    *(("Beacon Markets", "en"), ("Mill Street Notes", "en"), ("Dune Dispatch", "en")),
    *(("河港财经", "zh-Hans"), ("松岭日报", "zh-Hans"), ("灣畔新聞", "zh-Hant")),
)
_FEARFUL: Final = {
    "en": (
        "{name} warns that the AI bubble could burst as {maker} borrows {n} billion dollars",
        "Fear of an AI crash grows after {maker} misses its sales by {n} percent",
        "{name} sees the AI boom ending in panic and defaults on data centre loans",
        "Shares of {maker} plunge {n} percent on worry about an AI bubble",
    ),
    "zh-Hans": (
        "{name}警告人工智能泡沫可能破裂，{maker}再举债{n}亿美元",
        "担忧人工智能泡沫，{maker}股价暴跌{n}%",
        "{name}称人工智能热潮恐以恐慌和数据中心贷款违约收场",
    ),
    "zh-Hant": (
        "{name}警告人工智慧泡沫恐破裂，{maker}再舉債{n}億美元",
        "憂心人工智慧泡沫，{maker}股價暴跌{n}%",
    ),
}
_CALM: Final = {
    "en": (
        "{maker} opens an AI data centre of {n} megawatts with {name}",
        "{name} says that AI spending is no bubble and buys more {maker} shares",
        "{maker} raises its AI outlook by {n} percent after a strong quarter",
    ),
    "zh-Hans": (
        "{maker}与{name}合建{n}兆瓦人工智能数据中心",
        "{name}称人工智能投资并非泡沫，增持{maker}股票",
    ),
    "zh-Hant": (
        "{maker}與{name}合建{n}兆瓦人工智慧資料中心",
        "{name}稱人工智慧投資並非泡沫，加碼{maker}股票",
    ),
}
_OTHER: Final = {
    "en": (
        "{name} wins the regatta of {town} by {n} lengths",
        "{town} repairs {n} bridges before the winter",
        "Rain keeps {n} trains from {town} at a stand",
        "{name} to lead the museum of {town} for {n} years",
        "Apple harvest around {town} falls by {n} percent",
    ),
    "zh-Hans": (
        "{town}入冬前修缮{n}座桥梁",
        "{name}出任{town}博物馆馆长，任期{n}年",
        "大雨致{town}{n}趟列车晚点",
    ),
    "zh-Hant": (
        "{town}入冬前修繕{n}座橋樑",
        "{name}接任{town}博物館館長，任期{n}年",
        "大雨致{town}{n}班列車誤點",
    ),
}
_NAMES: Final = {
    "en": "Ada Thorne|Ivo Marsh|Lena Holt|Rafe Quill|Mara Voss|Piet Lund|Nell Ashby|Tom Garrick",
    "zh-Hans": "林远舟|顾青禾|沈砚之|陆明川|叶知秋|程望山",
    "zh-Hant": "林遠舟|顧青禾|沈硯之|陸明川|葉知秋|程望山",
}
_TOWNS: Final = {
    "en": "Ostwick|Marlow Bay|Fennhaven|Cray|Dunmere|Hollin|Sedge Point|Upper Vale|Tarn",
    "zh-Hans": "临溪|白石|云浦|南渡|青埠|松口",
    "zh-Hant": "臨溪|白石|雲浦|南渡|青埠|松口",
}
_MAKERS: Final = ("Nvidia", "Oracle", "CoreWeave", "OpenAI", "Microsoft", "AMD", "Meta")
_SUMMARIES: Final = {
    "en": "The desk in {town} had it from two people, {name} among them. It is figure {n} today.",
    "zh-Hans": "{town}的两位人士向本报证实，其中一位是{name}。这是今天的第{n}条。",
    "zh-Hant": "{town}的兩位人士向本報證實，其中一位是{name}。這是今天的第{n}則。",
}


def made_up(first: str, last: str, a_day: int) -> Iterator[tuple[str, str, str, str, str]]:
    """Publication, desk, title, summary and language of items at random times; always the same.

    Args:
        first: First day, ``YYYY-MM-DD``.
        last: Last day, included.
        a_day: Items in a day.
    """
    dice = random.Random(f"{first} {last} {a_day}")
    moment = datetime.combine(date.fromisoformat(first), datetime.min.time(), UTC)
    days = (date.fromisoformat(last) - date.fromisoformat(first)).days + 1
    told: dict[str, tuple[str, str]] = {}
    for place in sorted(dice.random() * days for _ in range(a_day * days)):
        desk, language = dice.choice(DESKS)
        if language not in told or dice.random() > 1 / 7:
            told[language] = _written(dice, language)
        at = moment + timedelta(seconds=int(place * 86_400))
        yield (f"{at:%Y-%m-%dT%H:%M:%SZ}", desk, *told[language], language)


def body(number: int, language: str) -> str:
    """Paragraphs of an article's page, afraid in every second one; always the same."""
    dice = random.Random(number)
    kinds = (_FEARFUL, _CALM) if number % 2 else (_CALM, _OTHER)
    stop = "." if language == "en" else "。"
    sentences = [
        _filled(dice, dice.choice(dice.choice(kinds)[language]), language) + stop for _ in range(18)
    ]
    space = " " if language == "en" else ""
    return "".join(f"<p>{space.join(sentences[k : k + 3])}</p>\n" for k in range(0, 18, 3))


def _written(dice: random.Random, language: str) -> tuple[str, str]:
    kind = dice.choices((_FEARFUL, _CALM, _OTHER), (10, 15, 75))[0]
    title = _filled(dice, dice.choice(kind[language]), language)
    return title, _filled(dice, _SUMMARIES[language], language) if dice.random() < 0.4 else ""


def _filled(dice: random.Random, template: str, language: str) -> str:
    return template.format(
        name=dice.choice(_NAMES[language].split("|")),
        maker=dice.choice(_MAKERS),
        town=dice.choice(_TOWNS[language].split("|")),
        n=dice.randint(2, 99),
    )

from __future__ import annotations

import csv
import gzip
import time
from pathlib import Path

import opencc
import pytest

from ingest.language import detect
from ingest.scripts import simplify, tables


@pytest.mark.parametrize(
    ("text", "hint", "expected"),
    [
        ("Chip stocks slide as doubts about AI spending grow", None, "en"),
        ("What’s behind the firm’s plunge – and what’s next", None, "en"),
        ("芯片股下跌，投资者怀疑人工智能开支", None, "zh-Hans"),
        ("晶片股下跌，投資者懷疑人工智慧開支", None, "zh-Hant"),
        ("AI泡沫", None, "zh-Hans"),
        ("AI泡沫", "zh-Hant", "zh-Hant"),
        ("AI泡沫", "en", "zh-Hans"),
        ("OpenAI、AMD、Oracle 齐跌", None, "zh-Hans"),
        ("Cambricon 寒武纪 leads a rally of chip makers in Shanghai on Monday", None, "en"),
        ("人工知能バブルへの不安が広がる", None, "other"),
        ("鲜の每日咖啡扩张放缓", None, "zh-Hans"),
        ("인공지능 거품 우려", None, "other"),
        ("Опасения пузыря", None, "other"),
        ("Der Markt fürchtet nun das Ende und die Blase ist nicht mehr fern", None, "other"),
        ("Les marchés craignent une bulle dans le secteur de la technologie", None, "other"),
        ("NVDA", None, "en"),
        ("12.5%", "zh-Hant", "zh-Hant"),
        ("", None, "other"),
        ("皇后大道地產交易", "zh-Hans", "zh-Hant"),
        ("Fed鷹派", None, "zh-Hant"),
        ("Nvidia 與 Advanced Micro Devices", None, "zh-Hant"),
        ("Goldman Sachs says 泡沫", None, "en"),
        ("佢哋買咗嘅股票", None, "zh-Hant"),
        ("佢哋嘅股市", None, "zh-Hant"),
        ("ＡＩ泡沫破裂", None, "zh-Hans"),
        ("#AI #泡沫 🚀", None, "zh-Hans"),
        ("𝐀𝐈 𝐬𝐭𝐨𝐜𝐤𝐬 𝐟𝐚𝐥𝐥 again today", None, "en"),
        ("🚀🚀", None, "other"),
        ("996", "en", "en"),
        ("@somebody_es, the bubble is here", None, "en"),
        ("Trump tells von der Leyen that tariffs will rise", None, "en"),
        ("Pokémon and García: Pokémon cards beat Ábrego's stocks", None, "en"),
        ("Lineage OS on a Plan 9 web OS", None, "en"),
        ("El Salvador buys more bitcoin in La Libertad", None, "en"),
        ("los bancos temen la burbuja en el mercado", None, "other"),
        ("Banken och fonden har inte sålt från portföljen", None, "other"),
        ("Biedronka nie jest na sprzedaż", None, "other"),
    ],
)
def test_language_and_script(text: str, hint: str | None, expected: str) -> None:
    assert detect(text, hint) == expected


def test_characters_at_home_in_both_scripts_are_no_evidence() -> None:
    known = tables()
    assert not known.simplified & set("后台里干云")
    assert not known.traditional & set("乾於徵")
    assert not known.simplified & known.traditional
    assert {"这", "术"} <= known.simplified
    assert {"這", "術"} <= known.traditional


def test_simplify_is_opencc_by_character() -> None:
    assert simplify("聯準會擔心資產泡沫 AI") == "联准会担心资产泡沫 AI"


def _rows(shared_data: Path) -> list[dict[str, str]]:
    path = shared_data / "e2e" / "news_dev_2025-08_2025-12.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.mark.slow
def test_agrees_with_the_labels_of_real_headlines(shared_data: Path) -> None:
    rows = _rows(shared_data)
    started = time.process_time()
    found = [detect(row["title"]) for row in rows]
    spent = time.process_time() - started
    same = dict.fromkeys(("en", "zh-Hans", "zh-Hant"), 0)
    total = dict(same)
    for row, language in zip(rows, found, strict=True):
        total[row["lang"]] += 1
        same[row["lang"]] += row["lang"] == language
    assert same["en"] >= 0.995 * total["en"]
    assert same["zh-Hans"] >= 0.99 * total["zh-Hans"]
    assert same["zh-Hant"] >= 0.98 * total["zh-Hant"]
    assert spent < 10


@pytest.mark.slow
def test_recognises_converted_headlines(shared_data: Path) -> None:
    to_traditional = opencc.OpenCC("s2tw")
    titles = [r["title"] for r in _rows(shared_data) if r["lang"] == "zh-Hans"][::25]
    converted = [(t, to_traditional.convert(t)) for t in titles]
    telling = [after for before, after in converted if before != after]
    hits = sum(detect(title) == "zh-Hant" for title in telling)
    assert len(telling) > 2000
    assert hits >= 0.98 * len(telling)

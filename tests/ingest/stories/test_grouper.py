from __future__ import annotations

import csv
import gzip
import time
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.clock import from_text, to_text
from ingest.stories.grouper import StoryGrouper
from ingest.stories.items import Item

T0 = "2025-12-11T21:00:00Z"


class ByWords:
    """Headlines one by one, by their words alone."""

    def __init__(self) -> None:
        self._grouper = StoryGrouper()

    def add(self, entry: str, title: str, seen: str, language: str) -> str:
        return self._grouper.place([Item(entry, title, seen, language)])[0].story

    def seed(self, rows: Iterable[tuple[str, str, str, str]]) -> None:
        known = [Item(story, title, seen, lang, story=story) for story, title, seen, lang in rows]
        self._grouper.place(known)


def at(hours: float) -> str:
    from datetime import timedelta

    return to_text(from_text(T0) + timedelta(hours=hours))


def together(first: str, second: str, language: str = "en", other: str | None = None) -> bool:
    grouper = ByWords()
    grouper.add("a", first, T0, language)
    return grouper.add("b", second, at(1), other or language) == "a"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Oracle shares sink as AI bill grows", "ORACLE SHARES SINK AS AI BILL GROWS!"),
        ("Oracle's shares sink as its AI bill grows", "Oracle shares sink as AI bill grows"),
        ("Breaking: Chip maker halts trading in Tokyo", "Chip maker halts trading in Tokyo"),
        (
            "Lender pulls out of giant data centre project in Ohio",
            "Giant data centre project in Ohio loses lender as it pulls out",
        ),
        ("Fund sells $1,000 million of chip stocks", "Fund sells $1000 million of chip stocks"),
    ],
)
def test_english_reports_of_the_same_thing(first: str, second: str) -> None:
    assert together(first, second)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (
            "Nvidia shares fall 3% on AI fears in New York",
            "AMD shares fall 3% on AI fears in New York",
        ),
        ("Nasdaq falls 2% at the open on Monday", "Nasdaq falls 3% at the open on Monday"),
        (
            "Big chip index rises sharply after long awaited report on data centre demand",
            "Big chip index falls sharply after long awaited report on data centre demand",
        ),
        (
            "Regulator will approve the large new fund for digital coins this week",
            "Regulator will not approve the large new fund for digital coins this week",
        ),
        ("Market wrap", "Market wrap: chips"),
    ],
)
def test_english_headlines_on_one_template_are_different_stories(first: str, second: str) -> None:
    assert not together(first, second)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("芯片大厂宣布推迟数据中心项目", "芯片大厂宣布推迟数据中心项目。"),
        ("快讯｜芯片大厂宣布推迟数据中心项目", "芯片大厂宣布推迟数据中心项目"),
        (
            "某芯片大厂宣布推迟其在欧洲的数据中心项目",
            "芯片大厂宣布推迟其在欧洲的数据中心项目，股价下挫",
        ),
        ("科技股下跌，黄金上涨创新高", "科技股下跌 黄金上涨创新高"),
    ],
)
def test_chinese_reports_of_the_same_thing(first: str, second: str) -> None:
    assert together(first, second, "zh-Hans")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (
            "交易所能源类商品成交量报告已经更新欢迎查看",
            "交易所金属类商品成交量报告已经更新欢迎查看",
        ),
        ("国内期货主力合约早盘开盘普跌", "国内期货主力合约早盘开盘普涨"),
        ("指数图表：11月11日全球股市收盘一览", "指数图表：11月10日全球股市收盘一览"),
        ("指数图表：全球股市行情一览（收盘）", "指数图表：全球股市行情一览（盘中）"),
        ("甲公司确认将发债为数据中心融资", "甲公司否认将发债为数据中心融资"),
        ("OpenAI宣布新一轮大规模融资计划", "Anthropic宣布新一轮大规模融资计划"),
    ],
)
def test_chinese_headlines_on_one_template_are_different_stories(first: str, second: str) -> None:
    assert not together(first, second, "zh-Hans")


def test_both_chinese_scripts_are_one_language() -> None:
    assert together(
        "晶片大廠宣布推遲資料中心項目", "晶片大厂宣布推迟资料中心项目", "zh-Hant", "zh-Hans"
    )
    assert not together("Market wrap of the day", "Market wrap of the day", "en", "other")


def test_a_story_keeps_the_id_of_its_first_entry_along_a_chain_of_copies() -> None:
    grouper = ByWords()
    title = "Lender pulls out of giant data centre project"
    assert grouper.add("a", title, at(0), "en") == "a"
    assert grouper.add("b", title, at(71), "en") == "a"
    assert grouper.add("c", title, at(140), "en") == "a"
    assert grouper.add("d", title, at(140 + 72.1), "en") == "d"


def test_no_story_from_the_future() -> None:
    grouper = ByWords()
    title = "Lender pulls out of giant data centre project"
    grouper.add("later", title, at(5), "en")
    assert grouper.add("earlier", title, at(1), "en") == "earlier"


def test_titles_without_words_are_their_own_stories() -> None:
    assert not together("?!", "?!")


_WORDS = st.sampled_from(
    "chip makers fall rise 3 5 oracle nvidia bubble fears grow in asia".split()
)
_HAN = st.sampled_from(list("芯片股普遍下跌上涨泡沫担忧加剧不"))
_TITLES = st.one_of(
    st.lists(_WORDS, min_size=1, max_size=8).map(" ".join).map(lambda t: (t, "en")),
    st.lists(_HAN, min_size=1, max_size=9).map("".join).map(lambda t: (t, "zh-Hans")),
)


@settings(max_examples=60)
@given(st.lists(_TITLES, min_size=1, max_size=40), st.integers(0, 40))
def test_a_seeded_grouper_goes_on_like_one_that_never_stopped(
    titles: list[tuple[str, str]], cut: int
) -> None:
    rows = [(f"e{n}", title, at(n * 6), lang) for n, (title, lang) in enumerate(titles)]
    whole = ByWords()
    stories = [whole.add(*row) for row in rows]
    resumed = ByWords()
    done = list(zip(rows[:cut], stories[:cut], strict=True))
    resumed.seed((story, title, seen, lang) for (_, title, seen, lang), story in done)
    assert [resumed.add(*row) for row in rows[cut:]] == stories[cut:]


@settings(max_examples=60)
@given(st.lists(_TITLES, min_size=2, max_size=40))
def test_later_headlines_change_no_earlier_story(titles: list[tuple[str, str]]) -> None:
    rows = [(f"e{n}", title, at(n * 3), lang) for n, (title, lang) in enumerate(titles)]
    half, whole = ByWords(), ByWords()
    early = [half.add(*row) for row in rows[: len(rows) // 2]]
    assert [whole.add(*row) for row in rows][: len(early)] == early


@pytest.mark.slow
def test_speed_and_size_on_real_headlines(shared_data: Path) -> None:
    path = shared_data / "e2e" / "news_dev_2025-08_2025-12.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        rows = sorted(csv.DictReader(lines), key=lambda row: row["published_at"])[-30_000:]
    grouper = ByWords()
    started = time.process_time()
    stories = {grouper.add(r["id"], r["title"], r["published_at"], r["lang"]) for r in rows}
    assert time.process_time() - started < 10
    # A few per cent are copies; a template taken for a story would make it far fewer stories.
    assert 0.93 * len(rows) < len(stories) < 0.99 * len(rows)

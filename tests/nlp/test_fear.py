"""The coding guide's rules, in our own sentences, in three scripts."""

from __future__ import annotations

import pytest

from nlp import aggregate
from nlp.article import ArticleScorer
from nlp.lexicon_scorer import create
from nlp.records import ArticleScore, Document

SCORER = ArticleScorer(create())


def headline(text: str, language: str, summary: str | None = None) -> ArticleScore:
    (score,) = SCORER.score([Document("d", text, summary, None, language)])
    assert score.abstained is None
    return score


def coded(text: str, language: str) -> tuple[bool, int, str, str | None, str | None]:
    score = headline(text, language)
    assert score.relevance is not None
    assert score.fear is not None
    assert score.relief is not None
    return (
        aggregate.is_topical(score.relevance),
        aggregate.grade(score.fear),
        aggregate.stance(score.fear, score.relief),
        score.kind,
        score.channel,
    )


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        # the bubble is the subject
        (
            "Veteran investor calls AI shares a bubble",
            "en",
            (True, 2, "fear", "threat", "valuation"),
        ),
        ("老牌投资人称人工智能股存在泡沫", "zh-Hans", (True, 2, "fear", "threat", "valuation")),
        ("老牌投資人稱人工智慧股存在泡沫", "zh-Hant", (True, 2, "fear", "threat", "valuation")),
        # an official body speaking is policy
        ("Central bank sees a bubble in AI stocks", "en", (True, 2, "fear", "threat", "policy")),
        ("英国央行指出AI股存在泡沫", "zh-Hans", (True, 2, "fear", "threat", "policy")),
        ("英倫銀行指出AI股存在泡沫", "zh-Hant", (True, 2, "fear", "threat", "policy")),
        # a fall for which the worry is blamed is an act
        ("Chip stocks slump on AI bubble fears", "en", (True, 2, "fear", "act", "valuation")),
        ("AI泡沫担忧升温，芯片股大跌", "zh-Hans", (True, 2, "fear", "act", "valuation")),
        ("AI泡沫擔憂升溫，晶片股大跌", "zh-Hant", (True, 2, "fear", "act", "valuation")),
        # collapse
        (
            "AI bubble bursts as chip stocks plunge in the worst crash of the decade",
            "en",
            (True, 3, "fear", "act", "valuation"),
        ),
        ("AI泡沫崩盘，无人幸免", "zh-Hans", (True, 3, "fear", "threat", "contagion")),
        # in passing
        (
            "Nvidia hires a chief economist amid AI bubble chatter at stock funds",
            "en",
            (True, 1, "fear", "threat", "valuation"),
        ),
        # relief
        (
            "Strong chip sales ease AI bubble fears",
            "en",
            (True, 1, "relief", "threat", "valuation"),
        ),
        ("芯片销量强劲，AI泡沫担忧缓解", "zh-Hans", (True, 1, "relief", "threat", "valuation")),
        ("晶片銷量強勁，AI泡沫疑慮緩解", "zh-Hant", (True, 1, "relief", "threat", "valuation")),
        (
            "Fund chief: AI stocks are not in a bubble",
            "en",
            (True, 1, "relief", "threat", "valuation"),
        ),
        ("基金经理：AI股还没有泡沫", "zh-Hans", (True, 1, "relief", "threat", "valuation")),
        ("基金經理：AI股不是泡沫", "zh-Hant", (True, 1, "relief", "threat", "valuation")),
        # a fall without a stated worry
        ("Nvidia shares drop 4% in early trading", "en", (True, 0, "none", None, None)),
        ("英伟达盘前跌4%", "zh-Hans", (True, 0, "none", None, None)),
        ("輝達盤前跌4%", "zh-Hant", (True, 0, "none", None, None)),
        # off topic
        ("New model from DeepMind rivals wins chess title", "en", (False, 0, "none", None, None)),
        ("Housing bubble fears grow in the capital", "en", (False, 0, "none", None, None)),
        ("房地产泡沫担忧加剧", "zh-Hans", (False, 0, "none", None, None)),
        ("房地產泡沫擔憂加劇", "zh-Hant", (False, 0, "none", None, None)),
        ("Parents worry that AI chatbots harm children", "en", (False, 0, "none", None, None)),
    ],
)
def test_the_guides_rules(
    text: str, language: str, expected: tuple[bool, int, str, str | None, str | None]
) -> None:
    assert coded(text, language) == expected


@pytest.mark.parametrize(
    ("text", "channel"),
    [
        ("Investors doubt that AI data centre spending will pay off", "capex"),
        ("Oracle CDS spreads widen as AI debt worries grow", "credit"),
        ("Funds meet margin calls as AI bubble fears hit stock bets", "liquidity"),
        ("AI bubble could drag down the crypto market in a contagion", "contagion"),
        ("Regulators prepare a bailout in case the AI boom ends", "policy"),
    ],
)
def test_channels(text: str, channel: str) -> None:
    assert headline(text, "en").channel == channel


def test_easing_that_fails_is_fear() -> None:
    assert coded("Record sales fail to calm AI bubble fears", "en")[2] == "fear"
    assert coded("创纪录营收难以平息AI泡沫担忧", "zh-Hans")[2] == "fear"


def test_not_just_a_bubble_denies_nothing() -> None:
    assert coded("AI stocks are not just a bubble, they are a debt crisis", "en")[2] == "fear"


def test_a_worry_about_what_ai_does_to_others_is_not_ours() -> None:
    for text in (
        "Software stocks fall as AI disruption fears spread",
        "Workers fear AI will replace them at Microsoft",
    ):
        assert coded(text, "en")[1] == 0, text


def test_a_conditional_collapse_is_not_yet_the_strongest() -> None:
    asserted = headline("AI bubble ends in a market meltdown and crash", "en").fear
    asked = headline("Could the AI bubble end in a market meltdown and crash?", "en").fear
    assert asserted is not None
    assert asked is not None
    assert aggregate.grade(asserted) == 3
    assert aggregate.grade(asked) == 2


def test_a_headline_that_denies_settles_its_summary() -> None:
    score = headline(
        "Chip maker's chief dismisses talk of an AI bubble",
        "en",
        "Fears of an AI bubble have weighed on technology stocks for weeks.",
    )
    assert score.fear is not None
    assert score.relief is not None
    assert aggregate.stance(score.fear, score.relief) == "relief"
    assert aggregate.grade(score.fear) == 1


def test_a_funding_pulled_is_an_act_of_credit() -> None:
    score = headline(
        "甲骨文股价盘前下跌", "zh-Hans", "一家资产管理公司不再支持其人工智能数据中心项目的融资。"
    )
    assert (score.kind, score.channel) == ("act", "credit")
    assert score.fear is not None
    assert aggregate.grade(score.fear) == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Nasdaq closes 1% higher as Nvidia gains", True),
        ("纳指收涨1%，英伟达涨3%", True),
        ("Nasdaq falls as strategists warn of AI valuations", False),
        ("Chip stocks fall on AI bubble fears", False),
        ("OpenAI hires a new finance chief", False),
    ],
)
def test_recaps_are_moves_without_reasons(text: str, expected: bool) -> None:
    assert headline(text, "en").recap is expected

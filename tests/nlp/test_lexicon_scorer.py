"""The lexicon baseline."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.lexicon_scorer import create
from nlp.protocol import Scorer
from nlp.records import Abstention, Sentiment


def top(text: str, language: str) -> str:
    (score,) = create().score([text], [language])
    assert isinstance(score, Sentiment)
    return max(("negative", "neutral", "positive"), key=lambda k: float(getattr(score, k)))


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Profits surged and shares rallied", "en", "positive"),
        ("Shares plunged on bankruptcy fears", "en", "negative"),
        ("The company will publish its report on Monday", "en", "neutral"),
        ("Results did not disappoint", "en", "positive"),
        ("股价大涨，业绩超预期", "zh-Hans", "positive"),
        ("股價重挫，市場恐慌", "zh-Hant", "negative"),
        ("公司避免虧損", "zh-Hant", "positive"),
        ("公司将于周一开会", "zh-Hans", "neutral"),
    ],
)
def test_polarity_with_negation(text: str, language: str, expected: str) -> None:
    assert top(text, language) == expected


def test_abstains_and_keeps_order() -> None:
    scorer = create()
    assert isinstance(scorer, Scorer)
    scores = scorer.score(["", "gain", "gain"], ["en", "other", "en"])
    assert scores[:2] == [Abstention("empty"), Abstention("language:other")]
    assert isinstance(scores[2], Sentiment)


@given(st.text(max_size=60))
def test_probabilities_sum_to_one(text: str) -> None:
    (score,) = create().score([text], ["zh-Hans"])
    if isinstance(score, Sentiment):
        assert score.negative + score.neutral + score.positive == pytest.approx(1.0)
        assert min(score.negative, score.neutral, score.positive) > 0.0
    else:
        assert not text.strip()

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from nlp import tone
from nlp.records import Sentiment

UNIT = st.floats(0, 1)
LEAN = st.floats(-1, 1)


@given(UNIT, LEAN)
def test_tone_keeps_to_its_range_and_adds_nothing_to_nothing(value: float, lean: float) -> None:
    assert 0 <= tone.toned_fear(value, lean) <= 1
    assert 0 <= tone.toned_relief(value, lean) <= 1
    assert tone.toned_fear(0.0, lean) == tone.toned_relief(0.0, lean) == 0.0


@given(UNIT, LEAN, LEAN)
def test_a_gloomier_voice_never_lowers_fear_nor_raises_relief(
    value: float, a: float, b: float
) -> None:
    glad, gloomy = sorted((a, b))
    assert tone.toned_fear(value, glad) <= tone.toned_fear(value, gloomy)
    assert tone.toned_relief(value, glad) >= tone.toned_relief(value, gloomy)


def test_a_wholly_negative_voice_leaves_the_fear_and_a_glad_one_the_relief() -> None:
    assert tone.toned_fear(0.5, 1.0) == tone.toned_relief(0.5, -1.0) == 0.5


def test_the_lean_is_negative_less_positive_and_nothing_where_the_scorer_abstained() -> None:
    assert tone.lean(None) == 0.0
    assert tone.lean(Sentiment(0.7, 0.1, 0.2)) == 0.7 - 0.2

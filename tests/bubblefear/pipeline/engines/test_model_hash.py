"""The hash of the model tells every scorer from every other, before a process is started."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bubblefear.config import Settings
from bubblefear.pipeline.engines.model_hash import model_hash
from nlp.errors import NlpError

LEXICON = Settings(scorer="lexicon.v1")


def test_settings_that_do_not_score_change_nothing() -> None:
    assert model_hash(LEXICON) == model_hash(replace(LEXICON, workers=3, symbols=("QQQ",)))


def test_a_route_is_another_model() -> None:
    routed = replace(LEXICON, scorer_by_language=(("en", "lexicon.v1"),))
    assert model_hash(LEXICON) != model_hash(routed)


@pytest.mark.slow
def test_another_scorer_is_another_model() -> None:
    assert model_hash(LEXICON) != model_hash(Settings())


def test_an_unknown_scorer_is_told() -> None:
    with pytest.raises(NlpError, match=r"nonsense\.v9"):
        model_hash(Settings(scorer="nonsense.v9"))

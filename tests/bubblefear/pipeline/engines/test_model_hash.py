"""The hash of the model tells every scorer from every other, before a process is started."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bubblefear.config import Settings
from bubblefear.errors import EngineError
from bubblefear.pipeline.engines.model_hash import model_hash
from bubblefear.pipeline.engines.ray_actor import Actor
from bubblefear.pipeline.engines.worker import THREADS
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


def test_a_machine_with_another_model_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in THREADS:  # an actor sets them for its whole process
        monkeypatch.setenv(name, "1")
    with pytest.raises(EngineError, match="another model"):
        Actor(LEXICON, "0" * 16)
    assert Actor(LEXICON, model_hash(LEXICON))

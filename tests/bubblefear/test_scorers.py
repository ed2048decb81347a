"""Scorers of the application: routes by language, names, the embedded model's place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bubblefear.config import DEFAULT_SCORER, Settings
from bubblefear.scorers import EMBEDDED, embedded, from_settings
from nlp.errors import NlpError

if TYPE_CHECKING:
    from pathlib import Path


def test_the_settings_name_the_route() -> None:
    settings = Settings(scorer="lexicon.v1", scorer_by_language=(("en", "lexicon.v1"),))
    assert from_settings(settings).name == settings.scorer_id == "lexicon.v1,en=lexicon.v1"
    assert from_settings(Settings(scorer="lexicon.v1")).name == "lexicon.v1"


def test_an_unknown_scorer_is_one_error() -> None:
    with pytest.raises(NlpError, match=r"nonsense\.v9"):
        from_settings(Settings(scorer="nonsense.v9"))


@pytest.mark.slow
def test_the_embedded_scorer_is_the_default_one(repository: Path) -> None:
    folder = repository / "models" / "sentiment" / EMBEDDED
    if not (folder / "model.int8.onnx").is_file():
        pytest.skip("the model's weights are not built")
    assert embedded().name == EMBEDDED == DEFAULT_SCORER

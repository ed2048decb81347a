"""The application's scorers: the embedded model, and a route for each language."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from bubblefear.config import Settings
    from nlp.embedding import Embedder
    from nlp.protocol import Scorer

EMBEDDED: Final = "finbert-multi.v1"


def embedded(**options: Any) -> Scorer:  # noqa: ANN401 - handed on to the ONNX scorer
    """The scorer whose weights ship with the project (entry point ``finbert-multi.v1``).

    ``OMP_NUM_THREADS`` says how many threads it takes, as it does to torch; else all cores.

    Raises:
        NlpError: the weights are missing, damaged or not those of this release.
    """
    from models.sentiment import DESCRIPTION_SHA256, FOLDER
    from nlp.onnx_scorer import OnnxScorer

    threads = os.environ.get("OMP_NUM_THREADS", "")
    if threads.isdecimal():
        options.setdefault("threads", int(threads))
    return OnnxScorer(FOLDER, description_sha256=DESCRIPTION_SHA256, **options)


def from_settings(settings: Settings) -> Scorer:
    """The settings' scorer, or one that routes each language to its own.

    Raises:
        NlpError: a scorer is unknown or cannot be loaded.
    """
    from nlp.registry import load_scorer
    from nlp.routing import DEFAULT, RoutedScorer

    default = load_scorer(settings.scorer)
    if not settings.scorer_by_language:
        return default
    routes = {language: load_scorer(name) for language, name in settings.scorer_by_language}
    return RoutedScorer(routes | {DEFAULT: default}, name=settings.scorer_id)


def story_embedder(threads: int | None = None) -> Embedder:
    """The embedder by which stories are told apart; the same whatever scorer is set.

    Raises:
        NlpError: the weights are missing, damaged or not those of this release.
    """
    from models.sentiment import DESCRIPTION_SHA256, FOLDER
    from nlp.embedding import Embedder

    return Embedder(FOLDER, threads=threads, description_sha256=DESCRIPTION_SHA256)

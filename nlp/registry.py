"""Scorers by name.

Scorers are callables under the entry-point group ``bubblefear.scorers``, the built-in ones no
less than those of other distributions; each returns a ``Scorer``. ``hf:`` before an id or a
folder stands for any Hugging Face checkpoint.
"""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import Any

from nlp.errors import NlpError
from nlp.protocol import Scorer

GROUP = "bubblefear.scorers"
HUGGING_FACE = "hf:"


def registered() -> list[str]:
    """Names of the installed scorers, sorted."""
    return sorted({point.name for point in entry_points(group=GROUP)})


def load_scorer(name: str, **options: Any) -> Scorer:  # noqa: ANN401 - each scorer has its own options
    """Create the scorer of this name.

    Args:
        name: A registered name, or ``hf:ID`` or ``hf:FOLDER``.
        **options: Passed on to the scorer's factory.

    Raises:
        NlpError: The name is unknown, or its entry point does not give a scorer.
    """
    if name.startswith(HUGGING_FACE):
        from nlp.hf_scorer import HuggingFaceScorer

        return HuggingFaceScorer(name.removeprefix(HUGGING_FACE), **options)
    points = [point for point in entry_points(group=GROUP) if point.name == name]
    if not points:
        known = ", ".join([*registered(), f"{HUGGING_FACE}ID_OR_FOLDER"])
        raise NlpError(f"unknown scorer {name!r}; known: {known}")
    scorer = points[0].load()(**options)
    if not isinstance(scorer, Scorer):
        raise NlpError(f"entry point {points[0].value} of scorer {name!r} does not give a scorer")
    return scorer

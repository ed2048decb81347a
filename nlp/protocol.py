"""What every scorer offers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nlp.records import Abstention, Sentiment


@runtime_checkable
class Scorer(Protocol):
    """A named, versioned thing that turns text into class probabilities."""

    @property
    def name(self) -> str:
        """Name with version, such as ``finbert-multi.v1``; stored on every row."""

    def score(self, texts: Sequence[str], languages: Sequence[str]) -> list[Sentiment | Abstention]:
        """One result per text, in the texts' order.

        Args:
            texts: Texts of any length.
            languages: Their languages, equally many.
        """

"""One scorer per language behind a single name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nlp.records import Abstention, Sentiment

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nlp.protocol import Scorer

DEFAULT = "default"


class RoutedScorer:
    """Sends each text to the scorer of its language, else to the one called ``default``."""

    def __init__(self, routes: Mapping[str, Scorer], name: str | None = None) -> None:
        """Set up; ``routes`` maps languages, or ``default``, to scorers."""
        self._routes = dict(routes)
        self._name = name

    @property
    def name(self) -> str:
        """The name given, else the routes sorted by language: their order makes no other name."""
        if self._name:
            return self._name
        inner = ",".join(f"{lang}={self._routes[lang].name}" for lang in sorted(self._routes))
        return f"routed({inner})"

    def score(self, texts: Sequence[str], languages: Sequence[str]) -> list[Sentiment | Abstention]:
        """One result per text, in order; ``language:...`` where no route leads."""
        groups: dict[str, list[int]] = {}
        for position, language in enumerate(languages):
            route = language if language in self._routes else DEFAULT
            groups.setdefault(route, []).append(position)
        results: dict[int, Sentiment | Abstention] = {}
        for route, positions in groups.items():
            scorer = self._routes.get(route)
            own = [languages[i] for i in positions]
            scored = (
                scorer.score([texts[i] for i in positions], own)
                if scorer
                else [Abstention(f"language:{language}") for language in own]
            )
            results.update(zip(positions, scored, strict=True))
        return [results[position] for position in range(len(texts))]

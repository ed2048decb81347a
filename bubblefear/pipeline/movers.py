"""Movers between two sessions: which stories came in, went out, grew or shrank."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from models.account.explain import ENTERING, GROWING, LEAVING, SHRINKING

if TYPE_CHECKING:
    from bubblefear.pipeline.explain import Counted, Explained
    from models.account.explain import Moved

ORDER: Final = (ENTERING, GROWING, SHRINKING, LEAVING)


@dataclass(frozen=True)
class Movers:
    """The stories of one state, the largest change first."""

    state: str
    stories: tuple[Moved[Counted], ...]

    @property
    def change(self) -> float:
        """What they add to the change, all together."""
        return math.fsum(story.change or 0.0 for story in self.stories)


def movers(found: Explained) -> list[Movers]:
    """The stories by state; over all states their changes add up to the index's."""
    return [Movers(state, _of(found, state)) for state in ORDER]


def _of(found: Explained, state: str) -> tuple[Moved[Counted], ...]:
    chosen = (story for story in found.stories if story.state == state)
    return tuple(sorted(chosen, key=lambda story: (-abs(story.change or 0.0), story.key)))

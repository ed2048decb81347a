"""What goes into the grouping of stories and what comes out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Traits:
    """What survives another wording: ``name:Nvidia``, ``act:layoff``, ``figure:14000`` ...

    Attributes:
        title: Those of the title.
        all: Those of title and summary.
    """

    title: frozenset[str]
    all: frozenset[str]


@dataclass(frozen=True, slots=True)
class Item:
    """A headline in the order of first sight.

    Attributes:
        id: The entry.
        title: The headline.
        first_seen_at: UTC text.
        language: ``en``, ``zh-Hans``, ``zh-Hant`` or ``other``.
        source: Who published it.
        traits: For the comparison of meanings; ``None`` if words alone are to decide.
        story: Its story if it has one already.
    """

    id: str
    title: str
    first_seen_at: str
    language: str
    source: str = ""
    traits: Traits | None = None
    story: str | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """An item's story, and why.

    Attributes:
        id: The entry.
        story: The first entry of its story.
        first_seen_at: The entry's.
        other: The earlier entry that it repeats; ``None`` for a new story.
        how: ``same`` words, ``near`` ones, or ``meaning``; ``None`` for a new story.
        similarity: 0-1, of the words or of the judgement on the meaning.
        shared: Names and figures that both tell, for ``meaning``.
    """

    id: str
    story: str
    first_seen_at: str
    other: str | None = None
    how: str | None = None
    similarity: float = 0.0
    shared: tuple[str, ...] = field(default=())


if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Vector = NDArray[np.float32]
    Embed = Callable[[Sequence[str]], Mapping[str, Vector]]
    """Vectors of length 1 for the entries of these ids."""

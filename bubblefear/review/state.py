"""What one running review server knows beside Datasette's own settings.

Datasette's plugins are modules shared by every instance of a process, so what belongs to one
instance is kept here under that instance. The token must not be in Datasette's metadata, which
anyone who can open a page can read.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from bubblefear.config import Settings
from bubblefear.review.charts.drawings import Drawings
from bubblefear.review.checks import DeepChecks
from bubblefear.review.searching.reach import Bounds
from bubblefear.store.counters import Kept

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from datasette.app import Datasette

# The name under which the file is served, whatever it is called on disk.
DATABASE = "bubblefear"


@dataclass(frozen=True)
class ReviewState:
    """Settings of one server.

    Attributes:
        path: The database file, to which reviews are written through the store.
        token: What a writer must present.
        hosts: Host names that a request may address; empty = any.
        clock: Present instant as UTC text.
        settings: Of the command line, the environment and bubblefear.toml.
        drawings: What was drawn of tests and claims.
        checks: The slow checks of the health page.
        kept: What was read of all articles and scores, until one of them changes.
        published: Whether the file was published, so that nothing is written into it.
        bounds: What the search takes for a large file, and how much of it one search looks at.
    """

    path: Path
    token: str
    hosts: frozenset[str]
    clock: Callable[[], str]
    settings: Settings = field(default_factory=Settings)
    drawings: Drawings = field(default_factory=Drawings)
    checks: DeepChecks = field(default_factory=DeepChecks)
    kept: Kept = field(default_factory=Kept)
    published: bool = False
    bounds: Bounds = field(default_factory=Bounds)


_states: WeakKeyDictionary[Datasette, ReviewState] = WeakKeyDictionary()


def remember(datasette: Datasette, state: ReviewState) -> None:
    """Attach a state to a Datasette instance."""
    _states[datasette] = state


def state_of(datasette: Datasette) -> ReviewState | None:
    """The state of a Datasette instance; ``None`` where it is not one of ours."""
    return _states.get(datasette)

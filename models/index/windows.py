"""Base windows: which sessions the constants may see, in a published and in a real-time build.

A published build freezes one window. A real-time build gives each session only what was known at
its close: from the end of the burn-in on, the window grows with the sessions until it is the
whole base window, and from then on it is frozen too. So a real-time value equals the last value
of `build(as_of=close of that session)`: it is the diagonal of the vintages.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

    from models.index.spec import IndexSpec


@dataclass(frozen=True)
class Window:
    """A base window and the sessions whose values use it.

    Attributes:
        base: which sessions are in the window, shape (sessions,).
        applies: which sessions take their value from it, shape (sessions,).
    """

    base: np.ndarray
    applies: np.ndarray


def base_sessions(sessions: pd.Index, counted: np.ndarray, spec: IndexSpec) -> np.ndarray:
    """Which sessions are in the base window, as far as the data reach.

    A session without a single counted source is none: a stray entry of an earlier year does not
    start the window.
    """
    inside = counted.copy()
    if spec.base_start is not None:
        inside &= np.asarray(sessions >= spec.base_start)
    if spec.base_end is not None:
        inside &= np.asarray(sessions <= spec.base_end)
    else:
        inside &= np.cumsum(inside) <= spec.base_sessions
    return inside


def is_complete(sessions: pd.Index, base: np.ndarray, spec: IndexSpec) -> bool:
    """Whether later sessions can no longer enter the base window."""
    if spec.base_end is not None:
        return bool(sessions[-1] >= spec.base_end)
    return int(base.sum()) >= spec.base_sessions


def windows(base: np.ndarray, spec: IndexSpec, *, realtime: bool) -> list[Window]:
    """The windows of a build, in order of time; none before the burn-in is over."""
    if int(base.sum()) < spec.burn_in:
        return []
    if not realtime:
        return [Window(base, np.ones(len(base), dtype="bool"))]
    seen = np.cumsum(base)
    found = []
    for length in range(spec.burn_in, int(base.sum()) + 1):
        found.append(Window(base & (seen <= length), seen == length))
    return found

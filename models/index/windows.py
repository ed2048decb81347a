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
    from collections.abc import Iterator

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


def eligible_sessions(sessions: pd.Index, counted: np.ndarray, spec: IndexSpec) -> np.ndarray:
    """Which sessions may be in the base window.

    A session without a single counted source is none: a stray entry of an earlier year does not
    start the window.
    """
    inside = counted.copy()
    if spec.base_start is not None:
        inside &= np.asarray(sessions >= spec.base_start)
    if spec.base_end is not None:
        inside &= np.asarray(sessions <= spec.base_end)
    return inside


def is_complete(sessions: pd.Index, base: np.ndarray, spec: IndexSpec) -> bool:
    """Whether later sessions can no longer enter a base window that could be scaled."""
    if spec.base_end is not None:
        return bool(sessions[-1] >= spec.base_end)
    return int(base.sum()) >= spec.base_sessions


def trailing(eligible: np.ndarray, stop: int, spec: IndexSpec) -> np.ndarray:
    """The base window that ends with the `stop`-th eligible session, shape (sessions,).

    It holds the last `base_sessions` of them; where the version names its end, all of them.
    """
    places = np.flatnonzero(eligible)[:stop]
    if spec.base_end is None:
        places = places[-spec.base_sessions :]
    window = np.zeros(len(eligible), dtype="bool")
    window[places] = True
    return window


def stops(eligible: np.ndarray, fearful: np.ndarray, spec: IndexSpec) -> Iterator[int]:
    """Where the base window may end, the earliest first, counted in eligible sessions.

    It is the first stretch of `base_sessions` that has fear enough to scale by: in the news of
    2021 nobody feared an AI bubble, and no source's share of nothing has a scale.

    Args:
        eligible: sessions that may be in it, shape (sessions,).
        fearful: sessions with any fear, shape (sessions,).
        spec: the version.
    """
    available = int(eligible.sum())
    if spec.base_end is not None:
        yield available
        return
    for stop in range(min(spec.base_sessions, available), available + 1):
        if int((trailing(eligible, stop, spec) & fearful).sum()) >= spec.min_fear_sessions:
            yield stop


def growing(
    eligible: np.ndarray, base: np.ndarray, fearful: np.ndarray, spec: IndexSpec
) -> list[Window]:
    """The windows of a real-time build up to the base window, in order of time."""
    seen = np.cumsum(eligible)
    whole = int(seen[np.flatnonzero(base)[-1]]) if base.any() else 0
    found = []
    for stop in range(spec.burn_in, whole):
        window = trailing(eligible, stop, spec)
        if int((window & fearful).sum()) >= spec.min_fear_sessions:
            found.append(Window(window, seen == stop))
    return [*found, Window(base, seen >= whole)] if whole >= spec.burn_in else []

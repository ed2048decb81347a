"""The band: how far a session's value would move with another draw of the news.

A Poisson bootstrap over stories: in each draw every story of the session gets a Poisson(1)
weight, the same in all sources that carry it, in the numerator and in the denominator. The
frozen constants stay as they are. Each session has a generator of its own, seeded by its date,
so tomorrow's news does not move yesterday's band. The band is of sampling only: it knows
nothing of the scorer's errors, and where no fear was seen it has no width.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from models.index.cells import bears, component_values

if TYPE_CHECKING:
    from models.index.levels import Scale
    from models.index.spec import IndexSpec


@dataclass(frozen=True)
class _Session:
    """A session's appearances, in the order first seen: those whose story bears fear or relief."""

    member: np.ndarray  # panel position of each
    story: np.ndarray  # 0..stories-1
    values: np.ndarray  # (appearances, components)
    silent: np.ndarray  # per member: appearances whose story bears none


def session_band(
    frame: pd.DataFrame, scale: Scale, session: int, date: str, spec: IndexSpec
) -> np.ndarray:
    """Lower and upper end of every series, shape (2, series).

    Args:
        frame: the appearances of this session, as `Appearances.frame`.
        scale: the constants in force.
        session: the session's position.
        date: the session, `YYYY-MM-DD`; with the spec's seed it seeds the draws.
        spec: the version.
    """
    rng = np.random.default_rng([spec.seed, int(date.replace("-", ""))])
    present = scale.present()[:, session]
    drawn = _draw(_gather(frame, scale, present, spec), scale, spec, rng)
    tail = (1 - spec.band) / 2
    ends = np.full((2, drawn.shape[1]), np.nan)
    known = np.isfinite(drawn).any(axis=0)
    ends[:, known] = np.nanquantile(drawn[:, known], [tail, 1 - tail], axis=0)
    return ends


def _gather(frame: pd.DataFrame, scale: Scale, present: np.ndarray, spec: IndexSpec) -> _Session:
    member = scale.panel.member[frame["unit"].to_numpy()]
    inside = (member >= 0) & np.append(present, False)[member]
    story = frame["story"].to_numpy()
    bearing = inside & np.isin(story, np.unique(story[inside & bears(frame)]))
    silent = np.bincount(member[inside & ~bearing], minlength=len(present))
    return _Session(
        member=member[bearing],
        story=pd.factorize(story[bearing])[0],
        values=component_values(frame[bearing], spec),
        silent=silent,
    )


def _draw(session: _Session, scale: Scale, spec: IndexSpec, rng: np.random.Generator) -> np.ndarray:
    """Values of every series in every draw, shape (draws, series)."""
    draws, members = spec.bootstrap_draws, len(session.silent)
    stories = int(session.story.max()) + 1 if session.story.size else 0
    weight = rng.poisson(1.0, (draws, stories)).astype("float64")[:, session.story]
    # Independent Poisson(1) weights of k silent stories sum to one Poisson(k): no need to draw
    # them one by one. (A silent story in two sources counts as two; it moves no numerator.)
    count = rng.poisson(session.silent, (draws, members)) + weight @ np.eye(members)[session.member]
    weighted = weight / np.where(count > 0, count * scale.panel.std, 1.0)[:, session.member]
    there = count > 0
    parts = _per_member(weighted @ session.values, there.sum(axis=1)) * scale.factor
    own = []
    for language, factor in scale.language_factors.items():
        inside = scale.panel.speaks(language)
        fear = session.values[:, 0] * inside[session.member]
        speaking = there[:, inside].sum(axis=1)
        own.append(_per_member((weighted @ fear)[:, None], speaking) * factor)
    net = parts[:, :1] - parts[:, 1:2]
    return np.hstack([parts[:, :2], net, parts[:, 2:], *own])


def _per_member(sums: np.ndarray, members: np.ndarray) -> np.ndarray:
    """Divide each draw's sums by its members; NaN where a draw has none."""
    divisor = members[:, None].astype("float64")
    means = np.full(sums.shape, np.nan)
    np.divide(sums, divisor, out=means, where=divisor > 0)
    return means

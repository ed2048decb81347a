"""The band: how far a session's value would move with another draw of what it was read from.

Three things are drawn at once, and the frozen constants stay as they are:

- the news: every story of the session gets a Poisson(1) weight, the same in all sources that
  carry it, in the numerator and in the denominator (a cluster bootstrap over stories);
- the scorer's errors: each story's fear is multiplied by what the audit's confusion says it may
  have been (`reading_errors`), and relevant articles without fear may have had some;
- the sources: every source gets an exponential weight (Rubin, "The Bayesian Bootstrap", Annals of
  Statistics 9(1), 1981), since another choice of papers was possible.

Each session has a generator of its own, seeded by its date, so tomorrow's news does not move
yesterday's band.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from models.index import reading_errors
from models.index.cells import component_values
from models.index.levels import weights

if TYPE_CHECKING:
    from models.index.appearances import Appearances
    from models.index.cells import Cells
    from models.index.fitting import Fitted
    from models.index.levels import Scale
    from models.index.reading_errors import ReadingErrors
    from models.index.spec import IndexSpec


@dataclass(frozen=True)
class _Session:
    """A session's appearances in the units that count.

    Attributes:
        unit: 0..units-1 of each bearing appearance.
        story: 0..stories-1 of each.
        language: of each.
        fear: relevance x fear of each, before novelty.
        values: shape (bearing appearances, components).
        member: panel position of each unit.
        rate: exposure of one entry of each unit.
        silent: per unit, appearances that bear nothing.
        hiding: per unit, those of the silent ones that are relevant: fear may have been missed.
        spoken: language of each unit.
    """

    unit: np.ndarray
    story: np.ndarray
    language: np.ndarray
    fear: np.ndarray
    values: np.ndarray
    member: np.ndarray
    rate: np.ndarray
    silent: np.ndarray
    hiding: np.ndarray
    spoken: np.ndarray


_BEARING = ("unit", "story", "language", "weighed")


@dataclass(frozen=True)
class _News:
    """What all sessions are cut from.

    Attributes:
        appearances: what the index was read from.
        cells: of the units that count, by session.
        spoken: language of each unit.
        bearing: columns of the bearing appearances.
        values: what each of them adds, shape (bearing appearances, components).
        starts: where each session begins among the appearances, the bearing ones and the cells,
            shape (3, sessions + 1).
    """

    appearances: Appearances
    cells: Cells
    spoken: np.ndarray
    bearing: dict[str, np.ndarray]
    values: np.ndarray
    starts: np.ndarray


@dataclass(frozen=True)
class _Mix:
    """How members are put together into one series in a session: both of shape (members,)."""

    member: np.ndarray
    weight: np.ndarray
    points: np.ndarray


def band(
    appearances: Appearances,
    fitted: Fitted,
    spec: IndexSpec,
    wanted: np.ndarray,
    errors: ReadingErrors | None = None,
) -> np.ndarray:
    """Lower and upper end of every series in every session, shape (2, sessions, series).

    Args:
        appearances: what the index was read from.
        fitted: the constants in force.
        spec: the version; a session of fewer than `min_band_stories` stories has no band, nor
            have the series `extensive` and `intensive`.
        wanted: sessions whose band is drawn, shape (sessions,); NaN in the others.
        errors: what the scorer misreads; None = as counted for the shipped one.
    """
    ends = np.full((2, len(appearances.sessions), len(spec.series)), np.nan)
    if fitted.scale is None or not spec.bootstrap_draws:
        return ends
    scales = [fitted.scale, *(fitted.languages.get(name) for name in spec.languages)]
    shares = [None if scale is None else weights(scale, spec) for scale in scales]
    known = weights(fitted.scale, spec).sum(axis=0) > 0
    misread = (errors or reading_errors.shipped()) if spec.reading_errors else None
    tails = [(1 - spec.band) / 2, (1 + spec.band) / 2]
    news = _by_session(appearances, fitted, spec)
    for session in np.flatnonzero(wanted & known).tolist():
        found = _gather(news, session, spec)
        if found is None:
            continue
        mixes = [
            None if scale is None or weight is None else _mix(scale, weight, session)
            for scale, weight in zip(scales, shares, strict=True)
        ]
        day = int(str(appearances.sessions[session]).replace("-", ""))
        rng = np.random.default_rng([spec.seed, day])
        drawn = _draw(found, mixes, misread, spec, rng)
        there = np.isfinite(drawn).any(axis=0)
        ends[:, session, np.flatnonzero(there)] = _quantiles(drawn[:, there], tails)
    return ends


def _quantiles(drawn: np.ndarray, tails: list[float]) -> np.ndarray:
    # nanquantile goes through the columns one by one, and hardly any session has a missing draw.
    quantiles = np.quantile if np.isfinite(drawn).all() else np.nanquantile
    return np.asarray(quantiles(drawn, tails, axis=0))


def _mix(scale: Scale, weight: np.ndarray, session: int) -> _Mix:
    return _Mix(scale.members.member, weight[:, session], scale.points)


def _by_session(appearances: Appearances, fitted: Fitted, spec: IndexSpec) -> _News:
    order = np.argsort(fitted.cells.session, kind="stable")
    cells, bearing = fitted.cells.only(order), appearances.bearing
    sessions = np.arange(cells.n_sessions + 1)
    return _News(
        appearances=appearances,
        cells=cells,
        spoken=np.array([language for _, language in cells.units]),
        bearing={name: bearing[name].to_numpy() for name in _BEARING},
        values=component_values(bearing, spec),
        starts=np.array(
            [
                np.searchsorted(each, sessions)
                for each in (appearances.session, bearing["session"].to_numpy(), cells.session)
            ]
        ),
    )


def _gather(news: _News, session: int, spec: IndexSpec) -> _Session | None:
    """The session's appearances; None where they are too few for a band."""
    rows, place, inside = (slice(*each[session : session + 2].tolist()) for each in news.starts)
    if len(np.unique(news.appearances.story[rows])) < spec.min_band_stories:
        return None
    cells = news.cells.only(inside)
    bearing = {name: column[place] for name, column in news.bearing.items()}
    counted = np.isin(bearing["unit"], cells.unit)
    bearing = {name: column[counted] for name, column in bearing.items()}
    unit = np.searchsorted(cells.unit, bearing["unit"])
    bears = np.bincount(unit, minlength=len(cells.unit))
    return _Session(
        unit=unit,
        story=pd.factorize(bearing["story"])[0],
        language=bearing["language"],
        fear=bearing["weighed"],
        values=news.values[place][counted],
        member=cells.unit,
        rate=cells.exposure / cells.count,
        silent=cells.count - bears,
        hiding=cells.relevant - bears,
        spoken=news.spoken[cells.unit],
    )


def _draw(
    found: _Session,
    mixes: list[_Mix | None],
    errors: ReadingErrors | None,
    spec: IndexSpec,
    rng: np.random.Generator,
) -> np.ndarray:
    """Values of every series but the margins in every draw, shape (draws, series - 2)."""
    draws, units = spec.bootstrap_draws, len(found.member)
    stories = int(found.story.max()) + 1 if found.story.size else 0
    chosen = rng.exponential(1.0, (draws, units)) if spec.resample_sources else np.ones((1, units))
    weight = rng.poisson(1.0, (draws, stories)).astype("float64")[:, found.story]
    # Independent Poisson(1) weights of k silent stories sum to one Poisson(k): no need to draw
    # them one by one. (A silent story in two sources counts as two; it moves no numerator.)
    count = rng.poisson(found.silent, (draws, units)).astype("float64")
    bearing, place = np.unique(found.unit, return_inverse=True)
    count[:, bearing] += weight @ np.eye(len(bearing))[place]
    count *= chosen
    shown = weight * chosen[:, found.unit]
    read = _read(found, errors, stories, rng, draws)
    hiding = np.flatnonzero(found.hiding)
    hidden = chosen[:, hiding] * _hidden(found, hiding, errors, rng, draws)
    columns = []
    for number, mix in enumerate(mixes):
        if mix is None:
            columns.append(np.full((draws, 1), np.nan))
            continue
        member = mix.member[found.member]
        belongs = np.eye(len(mix.points) + 1)[member]  # the last one is of units in no member
        exposure = count @ (found.rate[:, None] * belongs[:, :-1])
        per_fear = _per_fear(mix, exposure, spec, rng)
        missed = (per_fear * (hidden @ belongs[hiding])).sum(axis=1, keepdims=True)
        seen = shown * per_fear[:, member[found.unit]]
        if number == 0:
            columns += _parts(seen, read, missed, found.values)
        else:
            columns.append(np.maximum((seen * read) @ found.values[:, :1] + missed, 0.0))
    return np.hstack(columns)


def _per_fear(
    mix: _Mix, whole: np.ndarray, spec: IndexSpec, rng: np.random.Generator
) -> np.ndarray:
    """Points that one fearful appearance in each member adds in each draw.

    Args:
        mix: how the members are put together.
        whole: exposure of each member in each draw, shape (draws, members).
        spec: the version.
        rng: the generator.

    Returns:
        Shape (draws, members + 1): in the last one, that of the units in no member, it adds none.
    """
    given = mix.weight * (whole > 0)
    if spec.resample_sources and len(mix.points) > 1:
        given = given * rng.exponential(1.0, given.shape)
    total = given.sum(axis=1, keepdims=True)
    # A member whose every story drew 0 is not there; its weight goes to the others.
    known = np.where(total > 0, total, np.nan)
    share = np.divide(given / known * mix.points, whole, out=np.zeros(whole.shape), where=whole > 0)
    share = np.column_stack([share, np.zeros(len(share))])
    share[np.isnan(known[:, 0])] = np.nan
    return share


def _parts(
    seen: np.ndarray, read: np.ndarray, missed: np.ndarray, values: np.ndarray
) -> list[np.ndarray]:
    """Total, relief, net and the other parts. Only the whole knows of what was missed."""
    parts = (seen * read) @ values
    total = np.maximum(parts[:, :1] + missed, 0.0)
    relief = seen @ values[:, 1:2]
    return [total, relief, total - relief, parts[:, 2:]]


def _read(
    found: _Session,
    errors: ReadingErrors | None,
    stories: int,
    rng: np.random.Generator,
    draws: int,
) -> np.ndarray:
    """What each appearance's fear is multiplied by, the same for all copies of a story."""
    if errors is None or not stories:
        return np.ones((draws, len(found.story)))
    first = np.unique(found.story, return_index=True)[1]
    codes = errors.codes(found.language[first].tolist())
    return reading_errors.draw(errors, codes, found.fear[first], rng, draws)[:, found.story]


def _hidden(
    found: _Session,
    units: np.ndarray,
    errors: ReadingErrors | None,
    rng: np.random.Generator,
    draws: int,
) -> np.ndarray:
    """Fear that was missed in some units, less what is always missed, shape (draws, units)."""
    if errors is None:
        return np.zeros((draws, len(units)))
    codes = errors.codes(found.spoken[units].tolist())
    return reading_errors.missed(errors, codes, found.hiding[units], rng, draws)

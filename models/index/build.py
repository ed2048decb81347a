"""Build the index: articles in, points, constants and contributions out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from models.index.appearances import Appearances, find_appearances
from models.index.band import band
from models.index.cells import Cells, sum_cells
from models.index.constants import summary
from models.index.fitting import Fitted, fearful_sessions, fit
from models.index.levels import mixed, points_per_fear, series_values
from models.index.panel import counted_sessions
from models.index.smoothing import trailing_mean
from models.index.windows import eligible_sessions, growing

if TYPE_CHECKING:
    from models.index.spec import IndexSpec

CONTRIBUTION_COLUMNS = (
    "date",
    "story_id",
    "article_id",
    "source",
    "language",
    "member",
    "kind",
    "channel",
    "weighed",
    "novelty",
    "points",
)


@dataclass(frozen=True)
class IndexResult:
    """A built index.

    Attributes:
        points: columns `date` (session, text), `series`, `value`, `ma7`, `ma30`, `lo`, `hi`
            (floats, missing = NaN) and `n` (appearances counted that session in the series'
            languages); every session from the first to the last, every series.
        constants: what a reader needs to rebuild it: version, choices, base window, panel with
            standard deviations and links, factors, counts, and under `reason` why values are
            missing, if they all are.
        contributions: one row per appearance with fear in a panel source: `date, story_id,
            article_id, source, language, member, kind, channel, weighed` (relevance x fear),
            `novelty, points`; the points of a date add up to its `total`.
    """

    points: pd.DataFrame
    constants: dict[str, Any]
    contributions: pd.DataFrame


def build(
    articles: pd.DataFrame, spec: IndexSpec, as_of: pd.Timestamp | None = None
) -> IndexResult:
    """Build the index from one row per entry.

    Args:
        articles: columns `article_id, story_id, source, language, first_seen_at` (UTC
            timestamps), `abstained, relevance, fear, relief` (0-1), `kind, channel, recap` and,
            if there are, `entities` (names with `|` between them); one row for every entry,
            since the irrelevant ones are the denominator.
        spec: the version.
        as_of: leave out everything first seen after this instant (timezone-aware).

    Returns:
        The index; its values are all missing, with the reason in `constants`, while the base
        window is in its burn-in or has no source that can be scaled.

    Raises:
        ModelError: the articles cannot be used, or there are none.
    """
    appearances = find_appearances(articles, spec, as_of)
    cells = sum_cells(appearances, spec)
    fitted = fit(cells, appearances.sessions, spec)
    every = np.ones(cells.n_sessions, dtype="bool")
    return IndexResult(
        points=point_table(cells, fitted, band(appearances, fitted, spec, every), spec),
        constants=summary(fitted, spec)
        | {
            "as_of": _text(as_of),
            "counts": {name: int(each.sum()) for name, each in appearances.counts.items()},
        },
        contributions=contributions(appearances, fitted, spec),
    )


def build_realtime(
    articles: pd.DataFrame, spec: IndexSpec, as_of: pd.Timestamp | None = None
) -> pd.DataFrame:
    """The series `total` with each session's constants as they were known at its close.

    Args:
        articles: as `build` takes them, each with the score that was known at the close of its
            session.
        spec: the version.
        as_of: leave out everything first seen after this instant (timezone-aware).

    Returns:
        Points of `total`, without a band; missing before the burn-in is over.

    Raises:
        ModelError: the articles cannot be used, or there are none.
    """
    appearances = find_appearances(articles, spec, as_of)
    cells = sum_cells(appearances, spec)
    return realtime_table(cells, fit(cells, appearances.sessions, spec), spec)


def realtime_table(cells: Cells, fitted: Fitted, spec: IndexSpec) -> pd.DataFrame:
    """The points of the real-time `total`: the diagonal of the vintages."""
    values = np.full(cells.n_sessions, np.nan)
    eligible = eligible_sessions(fitted.sessions, counted_sessions(cells, spec), spec)
    for window in growing(eligible, fitted.base, fearful_sessions(cells), spec):
        scale = fitted.scale
        if window.base is not fitted.base:
            # Nothing later than the window's sessions can move them, so it need not be added up.
            known = cells.only(cells.session <= np.flatnonzero(window.applies)[-1])
            scale = fit(known, fitted.sessions, spec, window.base).scale
        if scale is not None:
            values[window.applies] = mixed(scale, spec)[window.applies]
    count = np.bincount(cells.session, weights=cells.count, minlength=cells.n_sessions)
    ends = np.full((2, cells.n_sessions), np.nan)
    return _one_series("total", fitted.sessions, values, ends, count)


def point_table(cells: Cells, fitted: Fitted, ends: np.ndarray, spec: IndexSpec) -> pd.DataFrame:
    """Every series in every session; `ends` is the band, shape (2, sessions, series)."""
    shape = (cells.n_sessions, len(spec.series))
    scale = fitted.scale
    if scale is None:
        values = np.full(shape, np.nan)
    else:
        values = series_values(scale, fitted.languages, fitted.cells, spec)
    ends = np.where(np.isfinite(values), ends, np.nan)
    spoken = np.array([language for _, language in cells.units])[cells.unit]
    tables = []
    for position, name in enumerate(spec.series):
        wanted = spoken == name[5:] if name.startswith("lang:") else np.ones(len(spoken), bool)
        count = np.bincount(
            cells.session[wanted], weights=cells.count[wanted], minlength=cells.n_sessions
        )
        one = (values[:, position], ends[:, :, position], count)
        tables.append(_one_series(name, fitted.sessions, *one))
    return pd.concat(tables, ignore_index=True)


def _one_series(
    name: str, sessions: pd.Index, values: np.ndarray, ends: np.ndarray, count: np.ndarray
) -> pd.DataFrame:
    series = pd.Series(values, index=sessions)
    return pd.DataFrame(
        {
            "date": sessions.to_numpy(),
            "series": name,
            "value": values,
            "ma7": trailing_mean(series, 7).to_numpy(),
            "ma30": trailing_mean(series, 30).to_numpy(),
            "lo": ends[0],
            "hi": ends[1],
            "n": count.astype("int64"),
        }
    )


def contributions(appearances: Appearances, fitted: Fitted, spec: IndexSpec) -> pd.DataFrame:
    """What each appearance adds to the total of its session, largest first."""
    scale, frame = fitted.scale, appearances.bearing
    frame = frame[frame["fear"] > 0]
    if scale is None:
        frame = frame.iloc[:0]
        points, member = np.zeros(0), np.zeros(0, dtype="int64")
    else:
        member = scale.members.member[frame["unit"].to_numpy()]
        per_fear = points_per_fear(scale, spec)[member, frame["session"].to_numpy()]
        inside = (member >= 0) & _counts(frame, fitted)
        points = np.where(inside, per_fear, 0.0) * frame["fear"].to_numpy()
    table = frame.assign(
        date=appearances.sessions.to_numpy()[frame["session"].to_numpy()],
        member=_labels(frame, fitted, member),
        points=points,
    )
    counted = table.loc[points > 0, list(CONTRIBUTION_COLUMNS)]
    return counted.sort_values(["date", "points", "article_id"], ascending=[True, False, True])


def _labels(frame: pd.DataFrame, fitted: Fitted, member: np.ndarray) -> np.ndarray:
    """The member that each appearance counts in; its own source where all are in one."""
    if fitted.coverage or not fitted.scale or len(fitted.scale.points) == 1:
        return (frame["source"] + " (" + frame["language"] + ")").to_numpy(dtype=object)
    return np.asarray(np.array([*fitted.scale.labels, ""], dtype=object)[member])


def _counts(frame: pd.DataFrame, fitted: Fitted) -> np.ndarray:
    """Whether each appearance's unit counted in its session."""
    if fitted.coverage is None:
        return np.ones(len(frame), dtype="bool")
    unit, session = frame["unit"].to_numpy(), frame["session"].to_numpy()
    return np.asarray(fitted.coverage.entered[unit] <= session)


def _text(instant: pd.Timestamp | None) -> str | None:
    return None if instant is None else instant.tz_convert("UTC").strftime("%Y-%m-%dT%H:%M:%SZ")

"""Build the index: articles in, points, constants and contributions out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from models.errors import ModelError
from models.index.appearances import Appearances, find_appearances
from models.index.bootstrap import session_band
from models.index.cells import Cells, sum_cells
from models.index.levels import Scale, fit_scale, points_per_fear, series_values
from models.index.panel import counted_sessions
from models.index.smoothing import trailing_mean
from models.index.windows import base_sessions, is_complete, windows

if TYPE_CHECKING:
    from models.index.spec import IndexSpec
    from models.index.windows import Window

CONTRIBUTION_COLUMNS = (
    "date",
    "story_id",
    "article_id",
    "source",
    "language",
    "member",
    "kind",
    "channel",
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
            standard deviations, factors, counts, and under `reason` why values are missing, if
            they all are.
        contributions: one row per appearance with fear in a panel source: `date, story_id,
            article_id, source, language, member, kind, channel, points`; the points of a date
            add up to its `total`.
    """

    points: pd.DataFrame
    constants: dict[str, Any]
    contributions: pd.DataFrame


@dataclass(frozen=True)
class _Fitted:
    """A window and the scale fitted on it."""

    window: Window
    scale: Scale


def build(
    articles: pd.DataFrame,
    spec: IndexSpec,
    as_of: pd.Timestamp | None = None,
    *,
    realtime: bool = False,
) -> IndexResult:
    """Build the index from one row per entry.

    Args:
        articles: columns `article_id, story_id, source, language, first_seen_at` (UTC
            timestamps), `abstained, relevance, fear, relief` (0-1), `kind, channel, recap`; one
            row for every entry, since the irrelevant ones are the denominator.
        spec: the version.
        as_of: leave out everything first seen after this instant (timezone-aware).
        realtime: give each session only constants that were known at its close.

    Returns:
        The index; its values are all missing, with the reason in `constants`, while the base
        window is in its burn-in or has no source that can be scaled.

    Raises:
        ModelError: the articles cannot be used, or there are none.
    """
    appearances = find_appearances(articles, spec, as_of)
    cells = sum_cells(appearances, spec)
    base = base_sessions(appearances.sessions, counted_sessions(cells, spec), spec)
    fitted, reason = _fit(cells, base, spec, realtime=realtime)
    values, ends = _values(appearances, fitted, spec)
    constants = {
        "version": spec.version,
        "spec": spec.as_dict(),
        "as_of": _text(as_of),
        "realtime": realtime,
        "counts": appearances.counts,
        "base": _base_summary(appearances.sessions, base, spec),
        "reason": reason,
        **_scale_summary(fitted),
    }
    return IndexResult(
        points=_points(appearances, values, ends, spec),
        constants=constants,
        contributions=_contributions(appearances, fitted, spec),
    )


def _fit(
    cells: Cells, base: np.ndarray, spec: IndexSpec, *, realtime: bool
) -> tuple[list[_Fitted], str | None]:
    """Fit every window; a window that cannot be scaled leaves its sessions missing."""
    found = windows(base, spec, realtime=realtime)
    if not found:
        return [], f"burn-in: {int(base.sum())} of {spec.burn_in} sessions counted so far"
    fitted, reason = [], None
    for window in found:
        try:
            fitted.append(_Fitted(window, fit_scale(cells, window.base, spec)))
        except ModelError as error:
            reason = str(error)
    return fitted, None if fitted else reason


def _values(
    appearances: Appearances, fitted: list[_Fitted], spec: IndexSpec
) -> tuple[np.ndarray, np.ndarray]:
    """Values (sessions, series) and ends of the band (2, sessions, series)."""
    shape = (len(appearances.sessions), len(spec.series))
    values, ends = np.full(shape, np.nan), np.full((2, *shape), np.nan)
    by_session = dict(list(appearances.frame.groupby("session", sort=True)))
    for one in fitted:
        values[one.window.applies] = series_values(one.scale, spec)[one.window.applies]
        if not spec.bootstrap_draws:
            continue
        there = one.window.applies & one.scale.present().any(axis=0)
        for session in np.flatnonzero(there).tolist():
            if by_session[session]["story"].nunique() < spec.min_band_stories:
                continue
            date = str(appearances.sessions[session])
            ends[:, session] = session_band(by_session[session], one.scale, session, date, spec)
    ends[:, ~np.isfinite(values)] = np.nan
    return values, ends


def _points(
    appearances: Appearances, values: np.ndarray, ends: np.ndarray, spec: IndexSpec
) -> pd.DataFrame:
    sessions = appearances.sessions
    language = appearances.frame["language"].to_numpy()
    session = appearances.frame["session"].to_numpy()
    tables = []
    for position, name in enumerate(spec.series):
        wanted = language == name[5:] if name.startswith("lang:") else np.ones(len(session), bool)
        series = pd.Series(values[:, position], index=sessions)
        tables.append(
            pd.DataFrame(
                {
                    "date": sessions.to_numpy(),
                    "series": name,
                    "value": series.to_numpy(),
                    "ma7": trailing_mean(series, 7).to_numpy(),
                    "ma30": trailing_mean(series, 30).to_numpy(),
                    "lo": ends[0, :, position],
                    "hi": ends[1, :, position],
                    "n": np.bincount(session[wanted], minlength=len(sessions)),
                }
            )
        )
    return pd.concat(tables, ignore_index=True)


def _contributions(
    appearances: Appearances, fitted: list[_Fitted], spec: IndexSpec
) -> pd.DataFrame:
    frame = appearances.frame[appearances.frame["fear"] > 0]
    session, unit = frame["session"].to_numpy(), frame["unit"].to_numpy()
    points = np.zeros(len(frame))
    member = np.full(len(frame), "", dtype=object)
    for one in fitted:
        position = one.scale.panel.member[unit]
        rows = one.window.applies[session] & (position >= 0)
        points[rows] = points_per_fear(one.scale, spec)[position[rows], session[rows]]
        member[rows] = np.array(one.scale.panel.labels, dtype=object)[position[rows]]
    table = frame.assign(
        date=appearances.sessions.to_numpy()[session],
        member=member,
        points=points * frame["fear"].to_numpy(),
    )
    counted = table.loc[points > 0, list(CONTRIBUTION_COLUMNS)]
    return counted.sort_values(["date", "points", "article_id"], ascending=[True, False, True])


def _text(instant: pd.Timestamp | None) -> str | None:
    return None if instant is None else instant.tz_convert("UTC").strftime("%Y-%m-%dT%H:%M:%SZ")


def _base_summary(sessions: pd.Index, base: np.ndarray, spec: IndexSpec) -> dict[str, Any]:
    inside = sessions[base]
    return {
        "first": str(inside[0]) if len(inside) else None,
        "last": str(inside[-1]) if len(inside) else None,
        "sessions": len(inside),
        "complete": is_complete(sessions, base, spec),
    }


def _scale_summary(fitted: list[_Fitted]) -> dict[str, Any]:
    """The constants of the last window (of a real-time build, the widest)."""
    if not fitted:
        return {"factor": None, "base_mean": None, "language_factors": {}, "panel": []}
    scale = fitted[-1].scale
    panel = [
        {"member": label, "language": language, "std": float(std), "sessions": int(there)}
        for label, language, std, there in zip(
            scale.panel.labels,
            scale.panel.languages,
            scale.panel.std,
            (scale.present() & scale.base).sum(axis=1),
            strict=True,
        )
    ]
    return {
        "factor": scale.factor,
        "base_mean": 100.0 / scale.factor,
        "language_factors": {
            name: float(factor) if np.isfinite(factor) else None
            for name, factor in scale.language_factors.items()
        },
        "panel": panel,
        "pooled_sources": scale.panel.pooled,
    }

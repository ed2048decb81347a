"""Fitting: the base window, the constants on it, and the sources that entered since."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from models.errors import ModelError
from models.index.coverage import Coverage, base_coverage, with_newcomers
from models.index.levels import Scale, fit_scale, language_scales
from models.index.panel import counted_sessions
from models.index.reviews import with_entrants
from models.index.windows import eligible_sessions, is_complete, stops, trailing

if TYPE_CHECKING:
    import pandas as pd

    from models.index.cells import Cells
    from models.index.spec import IndexSpec

COVERED = ("coverage", "languages")


@dataclass(frozen=True)
class Fitted:
    """The constants in force.

    Attributes:
        cells: sums of the units that are in, with their exposures.
        sessions: every session, `YYYY-MM-DD`.
        base: which are in the base window, shape (sessions,).
        complete: whether later sessions can no longer enter the base window.
        scale: the panel and its constants; None where there are none yet.
        reason: why there are none.
        coverage: the units' rates, where the weighting uses them.
        languages: the scale of each language's own index.
    """

    cells: Cells
    sessions: pd.Index
    base: np.ndarray
    complete: bool
    scale: Scale | None = None
    reason: str | None = None
    coverage: Coverage | None = None
    languages: dict[str, Scale] = field(default_factory=dict)


def fit(
    cells: Cells, sessions: pd.Index, spec: IndexSpec, base: np.ndarray | None = None
) -> Fitted:
    """Fit the panel on its base window and let in the sources that came later.

    Args:
        cells: sums per unit and session.
        sessions: the dates of the sessions.
        spec: the version.
        base: a base window to use as it is, without newcomers: one of a real-time build.

    Raises:
        ModelError: there is no appearance at all.
    """
    if not len(cells.unit):
        raise ModelError("every article abstained: there is nothing to build an index from")
    if base is not None:
        return _on(cells, sessions, base, spec)
    eligible = eligible_sessions(sessions, counted_sessions(cells, spec), spec)
    available = int(eligible.sum())
    if available < spec.burn_in:
        reason = f"burn-in: {available} of {spec.burn_in} sessions counted so far"
        return Fitted(cells, sessions, eligible, complete=False, reason=reason)
    fearful = fearful_sessions(cells)
    last = trailing(eligible, available, spec)
    reason = (
        f"too little fear to scale by: {int((last & fearful).sum())} of the last "
        f"{int(last.sum())} sessions have any, {spec.min_fear_sessions} are needed"
    )
    for stop in stops(eligible, fearful, spec):
        fitted = _on(cells, sessions, trailing(eligible, stop, spec), spec)
        if fitted.scale is not None:
            return _entered(fitted, fitted.scale, cells, spec)
        reason = fitted.reason or reason
    return Fitted(cells, sessions, last, complete=False, reason=reason)


def fearful_sessions(cells: Cells) -> np.ndarray:
    """Which sessions have any fear, shape (sessions,)."""
    found = np.zeros(cells.n_sessions, dtype="bool")
    found[cells.session[cells.fearful > 0]] = True
    return found


def _on(cells: Cells, sessions: pd.Index, base: np.ndarray, spec: IndexSpec) -> Fitted:
    """Fit on a base window, without newcomers."""
    coverage = base_coverage(cells, base, spec) if spec.weighting in COVERED else None
    exposed = coverage.exposed(cells) if coverage else cells
    fitted = Fitted(exposed, sessions, base, complete=False, coverage=coverage)
    try:
        scale = fit_scale(exposed, base, spec)
    except ModelError as error:
        return replace(fitted, reason=str(error))
    complete = is_complete(sessions, base, spec)
    return replace(
        fitted,
        complete=complete,
        scale=scale,
        languages=language_scales(scale, exposed, spec),
    )


def _entered(fitted: Fitted, scale: Scale, cells: Cells, spec: IndexSpec) -> Fitted:
    """The same with the sources that came after a complete base window."""
    if not (fitted.complete and spec.entrants):
        return fitted
    if fitted.coverage:
        coverage = with_newcomers(fitted.coverage, cells, fitted.base, spec)
        exposed = coverage.exposed(cells)
        # Newcomers count after the base window: on it, panel and factor come out as they were.
        scale = fit_scale(exposed, fitted.base, spec)
        fitted = replace(fitted, coverage=coverage, cells=exposed)
    elif spec.weighting == "sources":
        scale = with_entrants(scale, cells, [str(day) for day in fitted.sessions], spec)
    languages = language_scales(scale, fitted.cells, spec)
    return replace(fitted, scale=scale, languages=languages)

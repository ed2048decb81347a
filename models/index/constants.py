"""The constants of a built index as a reader needs them to rebuild it: JSON-able values."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from models.index.panel import POOL
from models.sessions import closes

if TYPE_CHECKING:
    from models.index.fitting import Fitted
    from models.index.levels import Scale
    from models.index.spec import IndexSpec


def summary(fitted: Fitted, spec: IndexSpec) -> dict[str, Any]:
    """Version, choices, base window, panel and factors."""
    inside = fitted.sessions[fitted.base]
    base = {
        "first": str(inside[0]) if len(inside) else None,
        "last": str(inside[-1]) if len(inside) else None,
        "sessions": len(inside),
        "complete": fitted.complete,
    }
    head = {"version": spec.version, "spec": spec.as_dict(), "base": base, "reason": fitted.reason}
    return head | (_scale(fitted, fitted.scale, spec) if fitted.scale else _none())


def _none() -> dict[str, Any]:
    return {"factor": None, "base_mean": None, "language_factors": {}, "panel": [], "coverage": []}


def _scale(fitted: Fitted, scale: Scale, spec: IndexSpec) -> dict[str, Any]:
    languages = {name: one.factor for name, one in fitted.languages.items()}
    return {
        "factor": scale.factor,
        "base_mean": 100.0 / scale.factor,
        "language_factors": {name: languages.get(name) for name in spec.languages},
        "panel": [_member(fitted, scale, place) for place in range(len(scale.points))],
        "pooled_sources": int(np.isin(scale.members.member, np.flatnonzero(_pools(scale))).sum()),
        "coverage": coverage_steps(fitted),
    }


def _pools(scale: Scale) -> np.ndarray:
    """Which members are pools of small sources, shape (members,)."""
    pools = np.array([name.startswith(POOL) for name, _ in scale.members.names], dtype="bool")
    return np.asarray(pools & ~scale.members.alone)


def coverage_steps(fitted: Fitted) -> list[dict[str, Any]]:
    """When units entered, how many, and a hash over their rates, the earliest first.

    The rates themselves are a table: they are as many as there are sources.
    """
    steps: dict[int, list[str]] = {}
    for source, language, rate, entered in rates(fitted):
        steps.setdefault(entered, []).append(f"{source}\t{language}\t{rate!r}")
    return [
        {
            "entered": entry_date(fitted, entered),
            "units": len(lines),
            "sha256": hashlib.sha256("\n".join(lines).encode()).hexdigest(),
        }
        for entered, lines in sorted(steps.items())
    ]


def rates(fitted: Fitted) -> list[tuple[str, str, float, int]]:
    """Source, language, rate and session of entry (-1 = base window) of every unit that is in."""
    found = fitted.coverage
    if found is None:
        return []
    inside = np.flatnonzero(np.isfinite(found.rate)).tolist()
    units = fitted.cells.units
    return [(*units[unit], float(found.rate[unit]), int(found.entered[unit])) for unit in inside]


def _member(fitted: Fitted, scale: Scale, place: int) -> dict[str, Any]:
    """A base member is divided by its deviation; an entrant was linked, on the sessions before."""
    counted = np.isfinite(scale.members.grid.share[place])
    entered = int(scale.entered[place])
    base = entered < 0
    return {
        "member": scale.labels[place],
        "language": scale.members.names[place][1],
        "points": float(scale.points[place]),
        "std": float(scale.std[place]) if base else None,
        "sessions": int((counted & fitted.base).sum()) if base else None,
        "entered": entry_date(fitted, entered),
    }


def entry_date(fitted: Fitted, session: int) -> str | None:
    """The date from which something counts; None = from the base window on.

    The session may not have begun yet.
    """
    if session < 0:
        return None
    if session < len(fitted.sessions):
        return str(fitted.sessions[session])
    last = pd.Timestamp(fitted.sessions[-1])
    # Fourteen days are longer than any closure of the exchange.
    return str(closes(f"{last:%Y-%m-%d}", f"{last + pd.Timedelta(days=14):%Y-%m-%d}").index[1])

"""A monotone curve from the scorer's fear to the coders' grade / 3.

Isotonic regression on bins of about ten coded items, weighted, joined by straight lines; then drawn
towards the identity as if `PRIOR` more items lay on it:

    f(x) = (n g(x) + k x) / (n + k),   k = PRIOR,

n = effective number of coded items with fear (Kish). So 20 items move a fear by a quarter of what
they ask for at most. f(0) = 0: what the scorer found silent stays silent; beyond the last bin the
line runs to (1, 1).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from models.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

Knots = dict[str, list[tuple[float, float]]]

PRIOR: Final = 60.0
"""Coded items that the identity weighs."""
OWN_LEAST: Final = 60
"""Coded items with fear that a language needs for a curve of its own."""
PER_BIN: Final = 10
ALL: Final = "all"
"""Key of the curve of the languages without one of their own."""


def fit(coded: pd.DataFrame) -> Knots:
    """Curves from coded items.

    Args:
        coded: columns `language`, `relevance`, `fear` (the scorer's, 0-1), `grade` (the coders',
            0-3) and `weight`; only relevant ones with fear take part.

    Returns:
        `all` and each language with `OWN_LEAST` items -> knots (x, y), 0-1, x rising, y not
        falling, from (0, 0) to x = 1.

    Raises:
        ModelError: no coded item has fear by the scorer.
    """
    used = coded[(coded["fear"] > 0) & (coded["relevance"] > 0)]
    if used.empty:
        raise ModelError("no coded item has fear by the scorer: there is nothing to calibrate")
    curves = {ALL: _curve(used)}
    for language, rows in used.groupby("language"):
        if len(rows) >= OWN_LEAST:
            curves[str(language)] = _curve(rows)
    return curves


def apply(
    fear: np.ndarray,
    language: Sequence[str] | np.ndarray,
    knots: Mapping[str, Sequence[tuple[float, float]]],
) -> np.ndarray:
    """Calibrated fear by linear interpolation; NaN stays NaN.

    Args:
        fear: 0-1, shape (articles,).
        language: of each.
        knots: as `fit` gives them; a language without a curve takes that of `all`, and without
            that one stays as it is.
    """
    found = np.array(fear, dtype="float64")
    names = np.asarray(language, dtype=object)
    for name in set(names.tolist()):
        curve = knots.get(name, knots.get(ALL))
        if curve is not None:
            inside = names == name
            x, y = np.array(curve, dtype="float64").T
            found[inside] = np.interp(found[inside], x, y)
    return found


def _curve(rows: pd.DataFrame) -> list[tuple[float, float]]:
    from scipy.optimize import isotonic_regression

    ordered = rows.sort_values(["fear", "grade"], kind="stable")
    fear, weight = ordered["fear"].to_numpy("float64"), ordered["weight"].to_numpy("float64")
    target = ordered["grade"].to_numpy("float64") / 3
    x, y, mass = _bins(fear, target, weight)
    fitted = isotonic_regression(y, weights=mass)
    starts = fitted.blocks[:-1]
    centre = np.add.reduceat(x * mass, starts) / np.add.reduceat(mass, starts)
    effective = weight.sum() ** 2 / (weight**2).sum()
    drawn = (effective * fitted.x[starts] + PRIOR * centre) / (effective + PRIOR)
    inner = [
        (a, b) for a, b in zip(centre.tolist(), drawn.tolist(), strict=True) if round(a, 6) < 1
    ]
    last = 1.0 if len(inner) == len(starts) else float(drawn[-1])
    return [(0.0, 0.0), *((round(a, 6), round(b, 6)) for a, b in inner), (1.0, round(last, 6))]


def _bins(
    fear: np.ndarray, target: np.ndarray, weight: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Weighted means of runs of about `PER_BIN` items; equal fears are never parted."""
    place = np.arange(len(fear)) * max(1, len(fear) // PER_BIN) // len(fear)
    _, first, tie = np.unique(fear, return_index=True, return_inverse=True)
    _, part = np.unique(place[first][tie], return_inverse=True)
    mass = np.bincount(part, weights=weight)
    return (
        np.bincount(part, weights=fear * weight) / mass,
        np.bincount(part, weights=target * weight) / mass,
        mass,
    )

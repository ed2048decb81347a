"""Does the tail fall more with technology than it rises with it?

The regression is piecewise linear in the factor's return m, with one constant:
`r = a + b_up * max(m, 0) + b_down * min(m, 0) + e`. Rewritten in m and min(m, 0), the second
coefficient is `b_down - b_up`, and its HAC test is the Wald test of symmetry.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from models.errors import ModelError
from models.transmission.inference.hac import fit, newey_west_lags


@dataclass(frozen=True)
class DownsideBetas:
    """Betas of an asset on a factor.

    Attributes:
        beta: of the plain regression.
        up: on sessions with a rising factor.
        down: on sessions with a falling factor.
        asymmetry: down - up.
        intervals: of each of the four, by name.
        p_symmetry: Wald test that up and down are equal.
        n: sessions.
    """

    beta: float
    up: float
    down: float
    asymmetry: float
    intervals: dict[str, tuple[float, float]]
    p_symmetry: float
    n: int


def downside_betas(asset: pd.Series, factor: pd.Series, level: float = 0.95) -> DownsideBetas:
    """Fit plain, up and down betas with HAC errors.

    Args:
        asset: returns by session.
        factor: returns on the same index.
        level: coverage of the intervals.

    Raises:
        ModelError: fewer than 20 complete sessions, or fewer than 5 of one direction.
    """
    rows = pd.concat([asset, factor], axis=1).dropna().to_numpy()
    if len(rows) < 20:
        raise ModelError(f"only {len(rows)} complete sessions for an up and a down beta")
    response, moves = rows[:, 0], rows[:, 1]
    if min((moves > 0).sum(), (moves < 0).sum()) < 5:
        raise ModelError("the factor moved one way only: no up and down beta")
    lags = newey_west_lags(len(rows))
    one, up, down = np.ones(len(rows)), np.maximum(moves, 0), np.minimum(moves, 0)
    plain = fit(response, np.column_stack([one, moves]), lags)
    split = fit(response, np.column_stack([one, up, down]), lags)
    bent = fit(response, np.column_stack([one, moves, down]), lags)
    return DownsideBetas(
        beta=float(plain.coefficients[1]),
        up=float(split.coefficients[1]),
        down=float(split.coefficients[2]),
        asymmetry=float(bent.coefficients[2]),
        intervals={
            "beta": plain.interval(1, level),
            "up": split.interval(1, level),
            "down": split.interval(2, level),
            "asymmetry": bent.interval(2, level),
        },
        p_symmetry=bent.p_value(2),
        n=len(rows),
    )

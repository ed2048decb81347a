"""Does the tail fall more with technology than it rises with it?

The regression is piecewise linear in the factor's return m, with one constant:
`r = a + b_up * max(m, 0) + b_down * min(m, 0) + e`. Rewritten in m and min(m, 0), the second
coefficient is `b_down - b_up`, and its HAC test is the Wald test of symmetry.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from models.errors import ModelError
from models.transmission.families.regressions import clock
from models.transmission.inference.hac import newey_west_lags
from models.transmission.inference.slopes import Question, slope_result
from models.transmission.results import TestResult, abstention
from models.transmission.returns import lead_lag_betas
from models.transmission.sample import complete_stretch
from models.transmission.updown_betas import DownsideBetas, downside_betas

if TYPE_CHECKING:
    from models.transmission.spec import TransmissionSpec


def downside(table: pd.DataFrame, spec: TransmissionSpec) -> list[TestResult]:
    """Down beta and its asymmetry, of the tail on each factor."""
    results = []
    for factor in spec.factors:
        names = [f"downside-{what}:{spec.tail}~{factor}" for what in ("beta", "asymmetry")]
        try:
            rows = complete_stretch(table, [spec.tail, factor], spec).dropna()
            betas = downside_betas(rows[spec.tail], rows[factor], spec.level)
            clocks = lead_lag_betas(rows, spec.tail, factor)
        except ModelError as error:
            results += [abstention(name, "downside", str(error)) for name in names]
            continue
        detail = _summary(betas) | {"lead_lag": clocks} | clock(spec.tail, spec)
        results += _pair(names, rows, detail, spec)
    return results


def _pair(
    names: list[str], rows: pd.DataFrame, detail: dict[str, Any], spec: TransmissionSpec
) -> list[TestResult]:
    tail, moves = rows.iloc[:, 0], rows.iloc[:, 1]
    lags = newey_west_lags(len(rows))
    down, up = moves.clip(upper=0), moves.clip(lower=0)
    split = pd.concat([tail, down, up], axis=1)
    bent = pd.concat([tail, down, moves], axis=1)
    units = (
        "percent per percent of a falling factor",
        "down beta minus up beta, percent per percent",
    )
    return [
        slope_result(Question(name, "downside", 1, unit, detail), part, 1, lags, spec)
        for name, unit, part in zip(names, units, (split, bent), strict=True)
    ]


def _summary(betas: DownsideBetas) -> dict[str, Any]:
    values = {"beta": betas.beta, "up": betas.up, "down": betas.down, "asymmetry": betas.asymmetry}
    return {
        "betas": {
            name: {"value": value, "interval": list(betas.intervals[name])}
            for name, value in values.items()
        },
        "p_symmetry": betas.p_symmetry,
    }

"""Does the tail fall more with technology than it rises with it, and is it other in stress?

The regression is piecewise linear in the factor's return m, with one constant:
`r = a + b_up * max(m, 0) + b_down * min(m, 0) + e`. Rewritten in m and min(m, 0), the second
coefficient is `b_down - b_up`, and its HAC test is the Wald test of symmetry. By regime
(`regime_betas`), both betas and the constant are other in stress; the tested coefficient is the
down beta in stress less that in calm.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from models.errors import ModelError
from models.transmission.families.regressions import clock
from models.transmission.inference.hac import newey_west_lags
from models.transmission.inference.slopes import Question, slope_result
from models.transmission.regime_betas import (
    RegimeBetas,
    bent_design,
    rolling_betas,
    stressed,
)
from models.transmission.results import TestResult, abstention, finite
from models.transmission.returns import lead_lag_betas
from models.transmission.sample import complete_stretch, level_of
from models.transmission.updown_betas import DownsideBetas, downside_betas

if TYPE_CHECKING:
    from models.transmission.spec import TransmissionSpec

STRESS = "stress"


def downside(table: pd.DataFrame, spec: TransmissionSpec) -> list[TestResult]:
    """Down beta, its asymmetry and its difference between regimes, of the tail on each factor."""
    results = []
    for factor in spec.factors:
        results += _whole(table, factor, spec)
        if spec.state is not None:
            results.append(_by_regime(table, factor, spec.state, spec))
    return results


def _whole(table: pd.DataFrame, factor: str, spec: TransmissionSpec) -> list[TestResult]:
    names = [f"downside-{what}:{spec.tail}~{factor}" for what in ("beta", "asymmetry")]
    try:
        rows = complete_stretch(table, [spec.tail, factor], spec).dropna()
        betas = downside_betas(rows[spec.tail], rows[factor], spec.level)
        clocks = lead_lag_betas(rows, spec.tail, factor)
    except ModelError as error:
        return [abstention(name, "downside", str(error)) for name in names]
    detail = _summary(betas) | {"lead_lag": clocks} | clock(spec.tail, spec)
    return _pair(names, rows, [detail | _rolling(rows, spec), detail], spec)


def _pair(
    names: list[str], rows: pd.DataFrame, details: list[dict[str, Any]], spec: TransmissionSpec
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
        for name, unit, detail, part in zip(names, units, details, (split, bent), strict=True)
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


def _rolling(rows: pd.DataFrame, spec: TransmissionSpec) -> dict[str, Any]:
    """The plain beta through time, where there is a window of it."""
    if len(rows) < spec.rolling:
        return {}
    rolling = rolling_betas(rows.iloc[:, 0], rows.iloc[:, 1], spec.rolling, spec.level)
    values = {name: [finite(value) for value in rolling[name]] for name in rolling}
    return {
        "plot": {
            "kind": "rolling",
            "date": [str(date) for date in rolling.index],
            "y_label": f"beta over {spec.rolling} sessions, percent per percent",
            "value": values["beta"],
            "lo": values["lo"],
            "hi": values["hi"],
            "reference": 1.0,
        }
    }


def _by_regime(table: pd.DataFrame, factor: str, state: str, spec: TransmissionSpec) -> TestResult:
    name = f"downside-regime:{spec.tail}~{factor}"
    if level_of(state) not in table:
        return abstention(name, "downside", f"no prices of {state}")
    wide = table.assign(**{STRESS: stressed(table[level_of(state)])})
    try:
        rows = complete_stretch(wide, [spec.tail, factor, STRESS], spec).dropna()
        tail, moves, stress = (rows[column] for column in (spec.tail, factor, STRESS))
        betas = RegimeBetas(tail, moves, stress, spec.level).fit()
    except ModelError as error:
        return abstention(name, "downside", str(error))
    design = bent_design(moves.to_numpy(), stress.to_numpy())[:, 1:]
    columns = ["down in stress", "up in stress", "down", "up", STRESS]
    bent = pd.concat([tail, pd.DataFrame(design, rows.index, columns)], axis=1)
    question = Question(
        hypothesis=name,
        family="downside",
        sign=0,
        unit="down beta in stress minus in calm, percent per percent",
        detail={
            "state": state,
            "rule": "stress: the state at the close before above its median so far",
            "p_equal": betas.p_equal,
            "regimes": _regimes(betas.table),
        }
        | clock(spec.tail, spec),
    )
    return slope_result(question, bent, 1, newey_west_lags(len(rows)), spec)


def _regimes(table: pd.DataFrame) -> dict[str, Any]:
    return {
        str(regime): {
            "sessions": int(rows["sessions"].iloc[0]),
            "betas": {
                str(beta): {"value": value, "interval": [low, high]}
                for beta, value, low, high in zip(
                    rows.index.get_level_values("beta"),
                    rows["estimate"].tolist(),
                    rows["lo"].tolist(),
                    rows["hi"].tolist(),
                    strict=True,
                )
            },
        }
        for regime, rows in table.groupby(level="regime")
    }

"""How much of Bitcoin's and technology's forecast errors is fear's doing, and who gives or takes?

One vector autoregression of the real-time index, the factors and the tail; generalised shares.
Two nulls, each with the series' own dependence: for the shares, fear has nothing to do with the
rest (which stay as they are among themselves); for what a series gives on net, no series leads
another (what they do on the same day stays).

A net of the generalised table is not 0 when nobody leads: the series that moves least with the
others takes on net, by the rows' normalisation alone. So the net that is tested is what lags add:
the net at the horizon less the net of one step.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from models.errors import ModelError
from models.transmission import vector_autoregression as var
from models.transmission.connectedness import rolling
from models.transmission.families.regressions import clock
from models.transmission.frequency_bands import FrequencyBands
from models.transmission.inference.power import needed_distance
from models.transmission.inference.size import Size, warp_speed
from models.transmission.inference.slopes import Question, facts, tested
from models.transmission.inference.var_system import System
from models.transmission.results import TestResult, abstention
from models.transmission.sample import REALTIME, complete_stretch
from models.transmission.variance_shares import nets, tables, totals

if TYPE_CHECKING:
    import pandas as pd

    from models.transmission.spec import TransmissionSpec

FAMILY = "connectedness"
ERROR = (
    "residual bootstrap of the vector autoregression in stationary blocks; the interval spans the "
    "estimate with and without its bootstrap bias, since a share of 0 is estimated above 0"
)
_WINDOWS = 500  # rolling windows drawn, at most


def connectedness(table: pd.DataFrame, spec: TransmissionSpec) -> list[TestResult]:
    """Shares from fear, nets of fear and of the tail, and total connectedness (not a test)."""
    targets = [spec.tail, *spec.factors]
    names = [f"connectedness:fear->{name}" for name in targets]
    names += ["connectedness:net:fear", f"connectedness:net:{spec.tail}", "connectedness:total"]
    try:
        stretch = complete_stretch(table, [REALTIME, *spec.factors, spec.tail], spec)
        # Shares have no unit; this keeps the matrices well scaled.
        system = System.of(stretch / stretch.std(), spec)
    except ModelError as error:
        return [abstention(name, FAMILY, str(error)) for name in names]
    columns = list(stretch.columns)
    shares = [
        _share(system, name, columns.index(target))
        for name, target in zip(names, targets, strict=False)
    ]
    nets = [_net(system, names[-3], 0, 1), _net(system, names[-2], len(columns) - 1, -1)]
    return [*shares, *nets, _total(system, names[-1])]


def _share(system: System, name: str, row: int) -> TestResult:
    spec = system.spec
    estimate = float(system.table[row, 0])
    simulated = system.without_fear
    null, drawn = simulated.outer.share(row), system.drawn.share(row)
    inner = None if simulated.inner is None else simulated.inner.share(row)
    p, size = _judged(null, inner, estimate)
    critical = float(np.quantile(null, 1 - spec.alpha))
    distance = needed_distance(spec.alpha, spec.power) - needed_distance(spec.alpha, 0.5)
    target = system.rows.columns[row]
    question = Question(
        hypothesis=name,
        family=FAMILY,
        sign=1,
        unit=f"percent of {target}'s {spec.var_horizon}-session forecast-error variance",
        detail=_about(system)
        | clock(str(target), spec)
        | {
            "chance": float(null.mean()),
            "same_day": float(system.same_day[row, 0]),
            "cholesky": _orderings(system, row),
            "bands": _bands(system, row),
        },
    )
    return _result(
        system,
        question,
        estimate,
        interval=_interval(system, estimate, drawn, 0.0),
        p=p,
        size=size,
        # Found when it exceeds the critical value; chance alone brings the null's mean.
        mde=critical - float(null.mean()) + distance * float(drawn.std()),
    )


def _net(system: System, name: str, place: int, sign: int) -> TestResult:
    spec = system.spec
    raw = float(nets(system.table[None])[0, place])
    estimate = raw - float(nets(system.same_day[None])[0, place])
    simulated = system.without_lags
    null, drawn = simulated.outer.net(place), system.drawn.net(place)
    inner = None
    if simulated.inner is not None:
        again = simulated.inner.net(place)
        inner = np.abs(again - again.mean())
    p, size = _judged(np.abs(null - null.mean()), inner, abs(estimate - float(null.mean())))
    question = Question(
        hypothesis=name,
        family=FAMILY,
        sign=sign,
        unit=f"points given minus received, of what lags add within {spec.var_horizon} sessions",
        detail=_about(system) | {"net": raw, "chance": float(null.mean())},
    )
    return _result(
        system,
        question,
        estimate,
        interval=_interval(system, estimate, drawn, -np.inf),
        p=p,
        size=size,
        mde=needed_distance(spec.alpha, spec.power) * float(null.std()),
    )


def _judged(
    null: np.ndarray, inner: np.ndarray | None, observed: float
) -> tuple[float, Size | None]:
    """Bootstrap p-value, and the measured size of the test that it makes."""
    p = (int((null >= observed).sum()) + 1) / (len(null) + 1)
    return p, None if inner is None else warp_speed(null[: len(inner)], inner, observed, null)


def _interval(
    system: System, estimate: float, drawn: np.ndarray, floor: float
) -> tuple[float, float]:
    """Interval of the draws, from around the corrected estimate to around the uncorrected one.

    The draws are biased from the estimate as the estimate is from the truth: fully so for a share
    of 0, which can only be estimated above it, less for a large one. So one end takes the bias
    off and the other does not. The spread is widened for the coefficients that were fitted, as
    Student's t is.
    """
    level, centre = system.spec.level, float(drawn.mean())
    n = system.fitted.residuals.shape[1]
    wider = (n / (n - 1 - system.k * system.spec.var_lags)) ** 0.5
    low, high = np.quantile(drawn - centre, [0.5 - level / 2, 0.5 + level / 2]) * wider
    corrected = 2 * estimate - centre
    least, most = min(corrected, estimate) + float(low), max(corrected, estimate) + float(high)
    return max(least, floor), max(most, floor)


def _total(system: System, name: str) -> TestResult:
    """Described, not tested: technology stocks hang together whatever fear does."""
    spec = system.spec
    estimate = float(totals(system.table[None])[0])
    question = Question(
        hypothesis=name,
        family=FAMILY,
        sign=0,
        unit=f"percent of all {spec.var_horizon}-session forecast-error variance",
        detail=_about(system)
        | {"plot": [_network(system), *_rolling(system)], "volatility": _volatility(system)},
    )
    found = _result(
        system,
        question,
        estimate,
        interval=_interval(system, estimate, totals(system.drawn.far), 0.0),
        p=None,
        size=None,
        mde=None,
    )
    verdict = f"description: {estimate:.1f} % of forecast errors come from the other series"
    return replace(found, verdict=verdict)


def _about(system: System) -> dict[str, Any]:
    columns = [str(name) for name in system.rows.columns]
    return {
        "series": "real-time",
        "var_lags": system.spec.var_lags,
        "horizon": system.spec.var_horizon,
        "largest_root": float(var.largest_root(system.fitted.lagged)[0]),
        "names": columns,
        "table": system.table.tolist(),
        "total": float(totals(system.table[None])[0]),
        "block": system.block,
        "gaps": int(system.rows.isna().any(axis=1).sum()),
    }


def _result(
    system: System,
    question: Question,
    estimate: float,
    *,
    interval: tuple[float, float],
    p: float | None,
    size: Size | None,
    mde: float | None,
) -> TestResult:
    return tested(
        question,
        estimate=estimate,
        interval=interval,
        p=p,
        size=size,
        mde=mde,
        n=system.fitted.residuals.shape[1],
        detail=facts(question, system.rows.index, ERROR, system.spec) | {"mde_rho": None},
    )


def _orderings(system: System, row: int) -> dict[str, float]:
    """The share when same-day co-movement is all fear's (first) and none of fear's (last).

    The order of the others does not change fear's share in either case.
    """
    k = system.k
    found = {}
    for name, order in (("first", [*range(k)]), ("last", [*range(1, k), 0])):
        turned = np.ix_([0], order, order)
        lagged = system.fitted.lagged[:, :, order][:, :, :, order]
        one = replace(system.fitted, lagged=lagged, covariance=system.fitted.covariance[turned])
        shares = tables(one, system.spec.var_horizon, "cholesky")[0]
        found[name] = float(shares[order.index(row), order.index(0)])
    return found


def _bands(system: System, row: int) -> dict[str, float]:
    """Fear's share by frequency, in sessions; the bands add up to the share at a long horizon."""
    rows = system.rows.dropna()
    try:
        found = FrequencyBands(rows, lags=system.spec.var_lags).fit()
    except ModelError:
        return {}
    return {band.name: float(band.table.to_numpy()[row, 0]) for band in found.bands}


def _network(system: System) -> dict[str, Any]:
    about = _about(system)
    return {"kind": "network"} | {name: about[name] for name in ("names", "table", "total")}


def _rolling(system: System) -> list[dict[str, Any]]:
    """Total connectedness of moving windows, if there are two of them."""
    spec, rows = system.spec, system.rows.dropna()
    step = -(-len(rows) // _WINDOWS)
    try:
        found = rolling(rows, spec.rolling, step, spec.var_lags, spec.var_horizon)
    except ModelError:
        return []
    drawn = found["total"].to_numpy(dtype="float64").tolist()
    values = [value if np.isfinite(value) else None for value in drawn]
    return [
        {
            "kind": "rolling",
            "date": [str(date) for date in found.index],
            "y_label": f"total connectedness, percent ({spec.rolling} sessions)",
            "value": values,
            "lo": None,
            "hi": None,
            "reference": float(totals(system.table[None])[0]),
        }
    ]


def _volatility(system: System) -> dict[str, Any]:
    """The same of absolute returns: whether fear goes with turbulence, whatever its direction.

    Absolute returns, not their logarithms: a session without a move would have none.
    """
    rows = system.rows.copy()
    rows.iloc[:, 1:] = rows.iloc[:, 1:].abs()
    fitted = var.fit_with_gaps(rows.to_numpy(), system.spec.var_lags)
    table = tables(fitted, system.spec.var_horizon)[0]
    if not np.isfinite(table).all():
        return {"unstable": True}
    return {"table": table.tolist(), "total": float(totals(table[None])[0])}

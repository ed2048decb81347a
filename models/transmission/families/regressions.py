"""Does fear go with returns on the day, and does it tell the returns after it?

Contemporaneous: the return on the innovation of the published index. Predictive: the return of
the next h sessions on the *real-time* index and its own lags, so that the coefficient is the
response to what was new (Frisch, Waugh and Lovell), without an estimated regressor and without
a number that was not known at the close.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from models.errors import ModelError
from models.transmission.inference.hac import newey_west_lags
from models.transmission.inference.size import Size, size_of_overlapping
from models.transmission.inference.slopes import Question, generator, slope_result
from models.transmission.innovations import ar_innovations
from models.transmission.results import TestResult, abstention
from models.transmission.returns import CRYPTO_ALIGNMENT, lead_lag_betas
from models.transmission.sample import FEAR, REALTIME, complete_stretch

if TYPE_CHECKING:
    from models.transmission.spec import TransmissionSpec

INNOVATION = "fear innovation"


def contemporaneous(table: pd.DataFrame, spec: TransmissionSpec) -> list[TestResult]:
    """Each asset's return on the fear innovation, without and with the market's return."""
    controls = (None,) if spec.market is None else (None, spec.market)
    wanted = [(asset, control) for control in controls for asset in spec.assets if asset != control]
    try:
        stretch = complete_stretch(table, [FEAR], spec)
        innovations = ar_innovations(stretch[FEAR], spec.max_lags)
    except ModelError as error:
        return [_abstained(_name(*pair), "contemporaneous", error) for pair in wanted]
    wide = table.assign(**{INNOVATION: innovations.residuals / innovations.sd})
    return [_contemporaneous(wide, *pair, innovations.order, spec) for pair in wanted]


def _name(asset: str, control: str | None) -> str:
    return f"contemporaneous:{asset}" + ("" if control is None else f"|{control}")


def _contemporaneous(
    table: pd.DataFrame, asset: str, control: str | None, order: int, spec: TransmissionSpec
) -> TestResult:
    name = _name(asset, control)
    columns = [asset, INNOVATION] + ([] if control is None else [control])
    try:
        rows = complete_stretch(table, columns, spec).dropna()
    except ModelError as error:
        return _abstained(name, "contemporaneous", error)
    question = Question(
        hypothesis=name,
        family="contemporaneous",
        sign=-1,
        unit="percent per standard deviation of the fear innovation",
        detail={"control": control, "ar_order": order, "series": "published"}
        | clock(asset, spec)
        | ({"lead_lag": lead_lag_betas(table, asset, INNOVATION)} if asset in spec.crypto else {}),
    )
    return slope_result(question, rows, 1, newey_west_lags(len(rows)), spec)


def predictive(table: pd.DataFrame, spec: TransmissionSpec) -> list[TestResult]:
    """Each asset's next h-session return on real-time fear and its lags."""
    wanted = [(asset, horizon) for asset in spec.assets for horizon in spec.horizons]
    try:
        stretch = complete_stretch(table, [REALTIME], spec)
        innovations = ar_innovations(stretch[REALTIME], spec.max_lags)
    except ModelError as error:
        return [_abstained(f"predictive:{a}:h{h}", "predictive", error) for a, h in wanted]
    order = max(1, innovations.order)
    scaled = stretch[REALTIME] / innovations.sd
    lags = {f"lag{lag}": scaled.shift(lag) for lag in range(1, order + 1)}
    fear = pd.DataFrame({REALTIME: scaled, **lags}).reindex(table.index)
    return [_predictive(table, fear, asset, horizon, spec) for asset, horizon in wanted]


def _predictive(
    table: pd.DataFrame, fear: pd.DataFrame, asset: str, horizon: int, spec: TransmissionSpec
) -> TestResult:
    name = f"predictive:{asset}:h{horizon}"
    if asset not in table:
        return abstention(name, "predictive", f"no prices of {asset}")
    ahead = table[asset].rolling(horizon).sum().shift(-horizon).rename(asset)
    try:
        rows = complete_stretch(fear.join(ahead), [asset, *fear.columns], spec).dropna()
    except ModelError as error:
        return _abstained(name, "predictive", error)
    lags = newey_west_lags(len(rows), horizon)
    one_session = table[asset].loc[rows.index[0] :].dropna().to_numpy()
    design = np.column_stack([np.ones(len(rows)), rows.to_numpy()[:, 1:]])

    def measure(observed: float) -> Size:
        rng = generator(spec, name)
        return size_of_overlapping(
            one_session, horizon, design, 1, lags, observed, spec.size_draws, rng
        )

    question = Question(
        hypothesis=name,
        family="predictive",
        sign=-1,
        unit=f"percent over {horizon} sessions per standard deviation of the fear innovation",
        detail={"horizon": horizon, "ar_order": len(fear.columns) - 1, "series": "real-time"}
        | clock(asset, spec),
    )
    return slope_result(question, rows, 1, lags, spec, measure)


def clock(asset: str, spec: TransmissionSpec) -> dict[str, str]:
    """What to say about an asset's clock."""
    return {"alignment": CRYPTO_ALIGNMENT} if asset in spec.crypto else {}


def _abstained(name: str, family: str, error: ModelError) -> TestResult:
    return abstention(name, family, str(error))

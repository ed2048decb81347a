"""Does fear go with returns on the day, and does it tell the returns after it?

Contemporaneous: the return on the innovation of the published index. Predictive: the return of
the next h sessions on the *real-time* index and its own lags, so that the coefficient is the
response to what was new (Frisch, Waugh and Lovell), without an estimated regressor and without
a number that was not known at the close.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from models.errors import ModelError
from models.transmission.inference.hac import newey_west_lags
from models.transmission.inference.predictive_null import predictive_null
from models.transmission.inference.size import Size, size_of_predictive
from models.transmission.inference.slopes import Question, generator, slope_result
from models.transmission.innovations import ar_innovations
from models.transmission.results import TestResult, abstention
from models.transmission.returns import CRYPTO_ALIGNMENT, lead_lag_betas
from models.transmission.sample import FEAR, REALTIME, complete_stretch

if TYPE_CHECKING:
    from models.transmission.spec import TransmissionSpec

INNOVATION = "fear innovation"


@dataclass(frozen=True)
class _Version:
    """A regression of an asset's return beside controls.

    Attributes:
        asset: whose return.
        wanted: controls in the name of the hypothesis.
        used: those of them that can be used.
        left_out: why the others cannot, by symbol.
    """

    asset: str
    wanted: tuple[str, ...] = ()
    used: tuple[str, ...] = ()
    left_out: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The identity of the hypothesis, the same whichever controls have prices."""
        controls = "+".join(self.wanted)
        return f"contemporaneous:{self.asset}" + (f"|{controls}" if controls else "")


def contemporaneous(table: pd.DataFrame, spec: TransmissionSpec) -> list[TestResult]:
    """Each asset's return on the fear innovation: alone, beside the market's, beside all controls.

    A further control that has no prices, or does not move, is left out, and the result says so;
    where none is left the third version would be the second, and abstains.
    """
    versions = _versions(table, spec)
    try:
        stretch = complete_stretch(table, [FEAR], spec)
        innovations = ar_innovations(stretch[FEAR], spec.max_lags)
    except ModelError as error:
        return [_abstained(version.name, "contemporaneous", error) for version in versions]
    wide = table.assign(**{INNOVATION: innovations.residuals / innovations.sd})
    return [_contemporaneous(wide, version, innovations.order, spec) for version in versions]


def _versions(table: pd.DataFrame, spec: TransmissionSpec) -> list[_Version]:
    market = () if spec.market is None else (spec.market,)
    reasons = {name: _unusable(table, name, spec) for name in spec.controls}
    found = [_Version(asset) for asset in spec.assets]
    if market:
        found += [_Version(asset, market, market) for asset in spec.assets if asset not in market]
    if not spec.controls:
        return found
    for asset in spec.assets:
        further = tuple(name for name in spec.controls if name not in (asset, *market))
        base = tuple(name for name in market if name != asset)
        used = tuple(name for name in further if reasons[name] is None)
        left_out = {name: why for name in further if (why := reasons[name]) is not None}
        if further:
            found.append(_Version(asset, base + further, base + used if used else (), left_out))
    return found


def _unusable(table: pd.DataFrame, control: str, spec: TransmissionSpec) -> str | None:
    """Why a control cannot be used on the sample of the index, if it cannot."""
    try:
        complete_stretch(table, [FEAR, control], spec)
    except ModelError as error:
        return str(error)
    return None


def _contemporaneous(
    table: pd.DataFrame, version: _Version, order: int, spec: TransmissionSpec
) -> TestResult:
    detail = {"left_out": version.left_out} if version.left_out else {}
    if version.wanted and not version.used:
        reason = "no further control can be used: " + "; ".join(version.left_out.values())
        return abstention(version.name, "contemporaneous", reason, detail)
    try:
        columns = [version.asset, INNOVATION, *version.used]
        rows = complete_stretch(table, columns, spec).dropna()
    except ModelError as error:
        return _abstained(version.name, "contemporaneous", error)
    asset = version.asset
    question = Question(
        hypothesis=version.name,
        family="contemporaneous",
        sign=-1,
        unit="percent per standard deviation of the fear innovation",
        detail={
            "control": ", ".join(version.used) or None,
            "ar_order": order,
            "series": "published",
        }
        | detail
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
    lags, order = newey_west_lags(len(rows), horizon), len(fear.columns) - 1

    def measure(observed: float) -> Size:
        returns, index = table[asset].to_numpy(), fear[REALTIME].to_numpy()
        null = predictive_null(returns, index, order)
        rng = generator(spec, name)
        return size_of_predictive(null, len(rows), horizon, lags, observed, spec.size_draws, rng)

    question = Question(
        hypothesis=name,
        family="predictive",
        sign=-1,
        unit=f"percent over {horizon} sessions per standard deviation of the fear innovation",
        detail={"horizon": horizon, "ar_order": order, "series": "real-time"} | clock(asset, spec),
    )
    try:
        return slope_result(question, rows, 1, lags, spec, measure)
    except ModelError as error:
        return _abstained(name, "predictive", error)


def clock(asset: str, spec: TransmissionSpec) -> dict[str, str]:
    """What to say about an asset's clock."""
    return {"alignment": CRYPTO_ALIGNMENT} if asset in spec.crypto else {}


def _abstained(name: str, family: str, error: ModelError) -> TestResult:
    return abstention(name, family, str(error))

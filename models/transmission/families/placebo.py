"""What the same tests make of indices that cannot matter.

Three placebos. *Topics*: bad news of subjects without any tie to AI, through the same pipeline.
*Future*: the index of a month later, which nobody had. *Permuted*: the index's own innovations in
blocks put elsewhere in time, many times: the share of these that the test calls significant, and
where the true index stands among them.

A placebo that finds something says that the tests it mimics find too much.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from models.errors import ModelError
from models.resampling import resample
from models.transmission.inference.hac import batch, fit, newey_west_lags
from models.transmission.inference.slopes import Question, facts, generator, slope_result
from models.transmission.innovations import ar_innovations
from models.transmission.results import TestResult, abstention
from models.transmission.sample import FEAR, PLACEBO, complete_stretch

if TYPE_CHECKING:
    import pandas as pd

    from models.transmission.spec import TransmissionSpec

MONTH = 21  # sessions
_INNOVATION = "placebo innovation"


def placebo(table: pd.DataFrame, spec: TransmissionSpec) -> list[TestResult]:
    """Each asset's return on every placebo."""
    topics = [str(name) for name in table.columns if str(name).startswith(PLACEBO)]
    makers = [partial(_topic, column=name) for name in topics]
    makers += [partial(_shifted), partial(_permuted)]
    return [make(table, asset=asset, spec=spec) for make in makers for asset in spec.assets]


def _topic(table: pd.DataFrame, asset: str, spec: TransmissionSpec, column: str) -> TestResult:
    name = f"placebo:{column.removeprefix(PLACEBO)}:{asset}"
    unit = "percent per standard deviation of the topic's innovation"
    return _regression(table, (name, column, 0, unit), asset, spec)


def _shifted(table: pd.DataFrame, asset: str, spec: TransmissionSpec) -> TestResult:
    unit = f"percent per standard deviation of the fear innovation {MONTH} sessions later"
    return _regression(table, (f"placebo:future:{asset}", FEAR, MONTH, unit), asset, spec)


def _regression(
    table: pd.DataFrame, what: tuple[str, str, int, str], asset: str, spec: TransmissionSpec
) -> TestResult:
    """Return on the innovation of a column, `shift` sessions later."""
    name, column, shift, unit = what
    try:
        rows = _rows(table, column, asset, spec, shift)
    except ModelError as error:
        return abstention(name, "placebo", str(error))
    about = {"series": "published", "shift": shift}
    question = Question(name, "placebo", 0, unit, about)
    return slope_result(question, rows, 1, newey_west_lags(len(rows)), spec)


def _rows(
    table: pd.DataFrame, column: str, asset: str, spec: TransmissionSpec, shift: int = 0
) -> pd.DataFrame:
    innovations = ar_innovations(complete_stretch(table, [column], spec)[column], spec.max_lags)
    scaled = (innovations.residuals / innovations.sd).shift(-shift)
    wide = table.assign(**{_INNOVATION: scaled})
    return complete_stretch(wide, [asset, _INNOVATION], spec).dropna()


def _permuted(table: pd.DataFrame, asset: str, spec: TransmissionSpec) -> TestResult:
    """How often the same test rejects when the index's blocks are put elsewhere in time."""
    from scipy.stats import binomtest, t

    name = f"placebo:permuted:{asset}"
    try:
        rows = _rows(table, FEAR, asset, spec).to_numpy()
    except ModelError as error:
        return abstention(name, "placebo", str(error))
    draws, n = spec.bootstrap_draws, len(rows)
    lags = newey_west_lags(n)
    moved = resample(rows[:, 1], draws, generator(spec, name))
    designs = np.stack([np.ones_like(moved), moved], axis=2)
    slopes, covariances = batch(np.broadcast_to(rows[:, 0], (draws, n)), designs, lags)
    statistics = np.abs(slopes[:, 1]) / np.sqrt(covariances[:, 1, 1])
    rejected = int((statistics > t.ppf(1 - spec.alpha / 2, n - 2)).sum())
    own = fit(rows[:, 0], np.column_stack([np.ones(n), rows[:, 1]]), lags)
    beyond = float((statistics >= abs(own.value(1) / own.error(1))).mean())
    exact = binomtest(rejected, draws).proportion_ci(spec.level)
    question = Question(name, "placebo", 0, "percent of permuted indices that the 5 % test rejects")
    sessions = complete_stretch(table, [asset, FEAR], spec).index
    return TestResult(
        hypothesis=name,
        family="placebo",
        estimate=100 * rejected / draws,
        interval=(100 * float(exact.low), 100 * float(exact.high)),
        size=rejected / draws,
        n=n,
        verdict=(
            f"measured: the test at {100 * spec.alpha:.3g} % rejects "
            f"{100 * rejected / draws:.3g} % of {draws} permuted indices; "
            f"{100 * beyond:.3g} % of them do as well as the true one"
        ),
        detail=facts(question, sessions, f"{draws} block permutations of the index", spec)
        | {"series": "published", "p_simulated": None, "mde_rho": None, "beyond": beyond},
    )

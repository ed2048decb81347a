"""From a family of numbers to plain words.

A p-value whose test has a wrong size at this sample does not decide: the share of simulated
nulls beyond the statistic does. What decides is then adjusted within the family.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from models.transmission.inference.multiple_testing import adjusted
from models.transmission.inference.size import TRUSTED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.transmission.results import TestResult
    from models.transmission.spec import TransmissionSpec


COULD_NOT_TELL = "this sample could not tell"


def judge(family: Sequence[TestResult], spec: TransmissionSpec) -> list[TestResult]:
    """Adjust the p-values of one family and say what each result means.

    `q` is Benjamini and Hochberg's; `detail["q_by"]` is Benjamini and Yekutieli's, which holds
    whatever the dependence of the tests. Abstentions, and results that test nothing (no p-value),
    pass through and do not count as tests.
    """
    tests = [result for result in family if not result.abstained and result.p is not None]
    deciding = [deciding_p(result) for result in tests]
    names = [result.hypothesis for result in tests]
    by_name = dict(zip(names, adjusted(deciding), strict=True))
    whatever = dict(zip(names, adjusted(deciding, method="by"), strict=True))
    return [
        _judged(result, by_name[result.hypothesis], whatever[result.hypothesis], len(tests), spec)
        if result.hypothesis in by_name
        else result
        for result in family
    ]


def size_trusted(result: TestResult) -> bool:
    """Whether the measured size lets the nominal p-value decide."""
    return result.size is None or TRUSTED[0] <= result.size <= TRUSTED[1]


def deciding_p(result: TestResult) -> float:
    """The p-value that decides."""
    p = result.p if size_trusted(result) else result.detail["p_simulated"]
    return float("nan") if p is None else float(p)


def _judged(
    result: TestResult, q: float, q_by: float, tests: int, spec: TransmissionSpec
) -> TestResult:
    decided_by = "p" if size_trusted(result) else "p_simulated"
    found = {"decided_by": decided_by, "family_size": tests, "q_by": q_by}
    return dataclasses.replace(
        result, q=q, verdict=_words(result, q, tests, spec), detail=result.detail | found
    )


def _words(result: TestResult, q: float, tests: int, spec: TransmissionSpec) -> str:
    alpha = float(result.detail.get("alpha", spec.alpha))
    sign, p = int(result.detail["sign"]), deciding_p(result)
    if result.family == "placebo":
        answer = _of_placebo(result, q, alpha)
    elif q < alpha and sign * _direction(result) >= 0:
        answer = f"supported: {_effect(result)}, q {_number(q)}"
    elif q < alpha:
        answer = f"contradicted: {_effect(result)} is of the opposite sign, q {_number(q)}"
    else:
        answer = f"{COULD_NOT_TELL}: {_power(result, spec)}"
        if p < alpha:
            answer += f"; p {_number(p)} alone, but it is one of {tests} tests (q {_number(q)})"
    if not size_trusted(result):
        answer += (
            f"; the 5 % test rejects {_percent(round(result.size or 0.0, 2))} of simulated nulls "
            f"here, so the simulated p {_number(p)} decides"
        )
    return answer


def _direction(result: TestResult) -> float:
    """The side that a test spoke for; of a one-sided one that may not be its estimate's sign."""
    return float(result.detail.get("direction", result.estimate or 0.0))


def _of_placebo(result: TestResult, q: float, alpha: float) -> str:
    """A placebo should find nothing; one that does casts doubt on the tests that it mimics."""
    if q < alpha:
        return f"alarm: a placebo finds something, {_effect(result)}, q {_number(q)}"
    return f"quiet, as a placebo should be (q {_number(q)})"


def _power(result: TestResult, spec: TransmissionSpec) -> str:
    """What the sample could have found."""
    rho = result.detail.get("mde_rho")
    if rho is not None:
        least = f"|rho| >= {rho:.2f}"
    elif result.mde is not None:
        least = f"{result.mde:.3g} {result.detail['unit']}"
    else:
        return f"p {_number(deciding_p(result))}, of a test whose power has no single number"
    return (
        f"it could have found {least} "
        f"({_percent(spec.power)} power for one test alone, before correction)"
    )


def _effect(result: TestResult) -> str:
    """What was found; a joint test's claim is of no single number, so its sum is kept apart."""
    size = f"{result.estimate:.3g} {result.detail['unit']}"
    if result.interval is not None:
        low, high = result.interval
        size += f" ({_percent(result.detail['level'])} interval {low:.3g} to {high:.3g})"
    if "granger_lags" not in result.detail:
        return size
    if result.detail["granger_lags"] == 1:
        return f"the lag is not 0; it is {size}"
    return f"the lags are jointly not 0; their sum, which is not what was tested, is {size}"


def _percent(share: float) -> str:
    return f"{100 * share:.3g} %"


def _number(p: float) -> str:
    """A p-value as text: never `= 0.000`."""
    return "< 0.001" if p < 0.001 else f"= {p:.3f}"

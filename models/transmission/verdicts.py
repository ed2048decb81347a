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


def judge(family: Sequence[TestResult], spec: TransmissionSpec) -> list[TestResult]:
    """Adjust the p-values of one family and say what each result means.

    Abstentions pass through, and do not count as tests.
    """
    tests = [result for result in family if not result.abstained]
    by_name = dict(
        zip(
            (result.hypothesis for result in tests),
            adjusted([deciding_p(result) for result in tests]),
            strict=True,
        )
    )
    return [
        result
        if result.abstained
        else _judged(result, by_name[result.hypothesis], len(tests), spec)
        for result in family
    ]


def size_trusted(result: TestResult) -> bool:
    """Whether the measured size lets the nominal p-value decide."""
    return result.size is None or TRUSTED[0] <= result.size <= TRUSTED[1]


def deciding_p(result: TestResult) -> float:
    """The p-value that decides."""
    p = result.p if size_trusted(result) else result.detail["p_simulated"]
    return float("nan") if p is None else float(p)


def _judged(result: TestResult, q: float, tests: int, spec: TransmissionSpec) -> TestResult:
    decided_by = "p" if size_trusted(result) else "p_simulated"
    return dataclasses.replace(
        result,
        q=q,
        verdict=_words(result, q, tests, spec),
        detail=result.detail | {"decided_by": decided_by, "family_size": tests},
    )


def _words(result: TestResult, q: float, tests: int, spec: TransmissionSpec) -> str:
    sign, p = int(result.detail["sign"]), deciding_p(result)
    if q < spec.alpha and sign * (result.estimate or 0.0) >= 0:
        answer = f"supported: {_effect(result)}, q {_number(q)}"
    elif q < spec.alpha:
        answer = f"contradicted: {_effect(result)} is of the opposite sign, q {_number(q)}"
    else:
        answer = (
            f"no evidence: this sample could have found |rho| >= {result.detail['mde_rho']:.2f} "
            f"({_percent(spec.power)} power for one test alone, before correction)"
        )
        if p < spec.alpha:
            answer += f"; p {_number(p)} alone, but it is one of {tests} tests (q {_number(q)})"
    if not size_trusted(result):
        answer += (
            f"; the 5 % test rejects {_percent(round(result.size or 0.0, 2))} of simulated nulls "
            f"here, so the simulated p {_number(p)} decides"
        )
    return answer


def _effect(result: TestResult) -> str:
    """What was found; a joint test's claim is of no single number, so its sum is kept apart."""
    low, high = result.interval or (float("nan"), float("nan"))
    size = (
        f"{result.estimate:.3g} {result.detail['unit']} "
        f"({_percent(result.detail['level'])} interval {low:.3g} to {high:.3g})"
    )
    if result.family != "granger":
        return size
    if result.detail["granger_lags"] == 1:
        return f"the lag is not 0; it is {size}"
    return f"the lags are jointly not 0; their sum, which is not what was tested, is {size}"


def _percent(share: float) -> str:
    return f"{100 * share:.3g} %"


def _number(p: float) -> str:
    """A p-value as text: never `= 0.000`."""
    return "< 0.001" if p < 0.001 else f"= {p:.3f}"

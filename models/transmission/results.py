"""What a test gives: one immutable result, which may be an abstention."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, ClassVar

EXPLORATORY = "exploratory"
DECLARED = "declared"


@dataclass(frozen=True, kw_only=True)
class TestResult:
    """The answer to one hypothesis.

    Attributes:
        hypothesis: identity, such as `contemporaneous:BTC-USD`.
        family: the group within which discoveries are counted.
        status: `exploratory` (seen after the data) or `declared`.
        estimate: the effect, in `detail["unit"]`; None = abstained.
        interval: the estimate's lower and upper end, of coverage `detail["level"]`.
        p: p-value of no effect.
        q: p-value adjusted within the family (Benjamini-Hochberg).
        size: how often the test rejects a simulated null at the 5 % level.
        mde: smallest effect, in the unit of the estimate, that it finds 8 times in 10 when it is
            the only test; None where the test is not of the estimate (unit roots, Granger).
        n: observations.
        verdict: the answer in plain words.
        detail: JSON-able: error type, lags, sample, kind of index, unit, further numbers;
            `abstained` holds the reason of an abstention.
    """

    __test__: ClassVar[bool] = False  # pytest would collect a class of this name

    hypothesis: str
    family: str
    status: str = EXPLORATORY
    estimate: float | None = None
    interval: tuple[float, float] | None = None
    p: float | None = None
    q: float | None = None
    size: float | None = None
    mde: float | None = None
    n: int = 0
    verdict: str = ""
    detail: dict[str, Any] = field(default_factory=dict)

    @property
    def abstained(self) -> bool:
        """Whether the test gave no number."""
        return self.estimate is None


def abstention(
    hypothesis: str, family: str, reason: str, detail: dict[str, Any] | None = None
) -> TestResult:
    """A result without numbers that says why."""
    return TestResult(
        hypothesis=hypothesis,
        family=family,
        verdict=f"abstained: {reason}",
        detail={**(detail or {}), "abstained": reason},
    )


def finite(value: float) -> float | None:
    """A number for JSON: None where there is none, as of a window in which nothing moved."""
    return float(value) if math.isfinite(value) else None

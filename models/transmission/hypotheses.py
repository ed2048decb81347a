"""Declared hypotheses: what is claimed, written down before any return is read.

A hypothesis names one test of the lab and fixes what a researcher could otherwise choose after a
look at the results: the expected sign, the sample, the lag, the horizon, the family within which
it is corrected and its level.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from models.errors import ModelError
from models.sessions import check_day
from models.transmission.results import DECLARED, EXPLORATORY, TestResult, abstention
from models.transmission.spec import FAMILIES, TransmissionSpec

FORMAT = 1
# Families whose tests use the index of a session before that of the return, so that `lag` is 1.
PREDICTING = frozenset(
    (
        "predictive",
        "persistent",
        "granger",
        "toda-yamamoto",
        "local-projections",
        "garch",
        "out-of-sample",
        "snooping",
    )
)
_NEEDED: dict[str, type] = {
    "id": str,
    "says": str,
    "test": str,
    "family": str,
    "sign": int,
    "lag": int,
    "horizon": int,
    "alpha": float,
}
_MORE: dict[str, type] = {"start": str, "end": str, "claims": list}


@dataclass(frozen=True)
class Hypothesis:
    """One hypothesis.

    Attributes:
        id: such as `H1`.
        says: the hypothesis in words.
        test: the lab's test that answers it, such as `contemporaneous:BTC-USD`.
        family: family of that test, within which declared hypotheses are corrected.
        sign: expected: -1, +1, or 0 for either.
        lag: sessions between index and return: 0 = the same session, 1 = known before.
        horizon: sessions over which the return is taken; 0 = the test's own.
        alpha: level.
        start: first session of the sample, None = the run's.
        end: last session of the sample, None = the run's.
        claims: numbers of the claims that it stands for.
    """

    id: str
    says: str
    test: str
    family: str
    sign: int
    lag: int
    horizon: int
    alpha: float
    start: str | None = None
    end: str | None = None
    claims: tuple[int, ...] = ()

    def applied(self, spec: TransmissionSpec) -> TransmissionSpec:
        """The run's choices with what the hypothesis fixes; assets it does not name are left out.

        Raises:
            ModelError: sample and level make no test.
        """
        named = tuple(asset for asset in spec.assets if asset in self.test)
        return dataclasses.replace(
            spec,
            assets=named or spec.assets,
            horizons=(self.horizon,) if self.horizon else spec.horizons,
            alpha=self.alpha,
            level=1 - self.alpha,
            start=self.start or spec.start,
            end=self.end or spec.end,
            families=(self.family,),
        )


@dataclass(frozen=True)
class Declared:
    """Hypotheses and whether they came before the look.

    Attributes:
        hypotheses: in the file's order.
        at: when they were declared, UTC text; None = never.
        before_returns: whether no return had been read by then.
    """

    hypotheses: tuple[Hypothesis, ...] = ()
    at: str | None = None
    before_returns: bool = False

    def status(self, hypothesis: Hypothesis) -> str:
        """`declared` if it came before the returns were read, or before they happened."""
        if self.at is None:
            return EXPLORATORY
        later = hypothesis.start is not None and hypothesis.start > self.at[:10]
        return DECLARED if self.before_returns or later else EXPLORATORY


def read(document: Mapping[str, Any]) -> tuple[Hypothesis, ...]:
    """The hypotheses of a parsed TOML file.

    Raises:
        ModelError: naming the hypothesis and the key that cannot be used.
    """
    if document.get("format") != FORMAT:
        raise ModelError(f"format should be {FORMAT}, not {document.get('format')!r}")
    rows = document.get("hypothesis")
    if not isinstance(rows, list) or not rows:
        raise ModelError("there is no [[hypothesis]]")
    unknown = set(document) - {"format", "title", "hypothesis"}
    if unknown:
        raise ModelError(f"unknown key {sorted(unknown)[0]!r}")
    found = tuple(_one(place, row) for place, row in enumerate(rows, 1))
    names = [one.id for one in found]
    double = next((name for name in names if names.count(name) > 1), None)
    if double is not None:
        raise ModelError(f"two hypotheses are called {double}")
    return found


def _one(place: int, row: object) -> Hypothesis:
    if not isinstance(row, Mapping):
        raise ModelError(f"hypothesis {place} is no table")
    name = str(row.get("id", f"number {place}"))
    fields = {**_NEEDED, **_MORE}
    for key in row:
        if key not in fields:
            raise ModelError(f"{name}: unknown key {key!r}")
    for key, kind in fields.items():
        _check_kind(name, key, row, kind)
    values = {key: row[key] for key in row if key != "claims"}
    claims = tuple(row.get("claims", ()))
    if any(type(claim) is not int for claim in claims):
        raise ModelError(f"{name}: claims should be whole numbers")
    made = Hypothesis(**values | {"alpha": float(row["alpha"])}, claims=claims)
    _check_values(made)
    return made


def _check_kind(name: str, key: str, row: Mapping[str, Any], kind: type) -> None:
    if key not in row:
        if key in _NEEDED:
            raise ModelError(f"{name}: {key} is missing")
        return
    value = row[key]
    fits = isinstance(value, kind) or (kind is float and isinstance(value, int))
    if not fits or isinstance(value, bool):
        raise ModelError(f"{name}: {key} should be {kind.__name__}, not {value!r}")


def _check_values(one: Hypothesis) -> None:
    if one.family not in FAMILIES:
        raise ModelError(f"{one.id}: no family {one.family!r}; there are {', '.join(FAMILIES)}")
    if one.sign not in (-1, 0, 1):
        raise ModelError(f"{one.id}: sign should be -1, 0 or 1, not {one.sign}")
    if one.horizon < 0:
        raise ModelError(f"{one.id}: horizon should be 0 or more, not {one.horizon}")
    if not 0 < one.alpha < 1:
        raise ModelError(f"{one.id}: alpha should lie between 0 and 1, not {one.alpha}")
    lag = 1 if one.family in PREDICTING else 0
    if one.lag != lag:
        raise ModelError(f"{one.id}: tests of the family {one.family} have lag {lag}")
    for key in ("start", "end"):
        check_day(f"{one.id}: {key}", getattr(one, key))


def answered(one: Hypothesis, results: Sequence[TestResult], declared: Declared) -> TestResult:
    """The hypothesis's own result among those of its family, under its name and with its sign."""
    about = {"test": one.test, "says": one.says, "sign": one.sign, "claims": list(one.claims)}
    about |= {"declared_lag": one.lag, "declared_horizon": one.horizon}
    about |= {"alpha": one.alpha, "declared_at": declared.at}
    status = declared.status(one)
    found = next((result for result in results if result.hypothesis == one.test), None)
    if found is None:
        reason = f"the family {one.family} has no test {one.test} with these prices"
        missing = abstention(one.id, one.family, reason, about)
        return dataclasses.replace(missing, status=status)
    return dataclasses.replace(
        found,
        hypothesis=one.id,
        status=status,
        detail=found.detail | about | {"before": _before(found, declared)},
    )


def _before(result: TestResult, declared: Declared) -> str | None:
    """Whether the prices themselves were there before the declaration, in words."""
    last = result.detail.get("last")
    if declared.at is None or last is None:
        return None
    if str(last) <= declared.at[:10]:
        return "declared before the tests were run, when the whole sample already lay in the past"
    return f"declared on {declared.at[:10]}; the sample runs to {last}"

"""From numbers to a verdict.

| outcome of a check | `equal`, `about` | `above`, `below` |
|---|---|---|
| held | the value lies within the tolerance | the value, and its interval if it is an estimate, lies beyond the bound |
| against | a value of the other sign, or an interval off the stated range, and no variant reaches it | the value, with its interval, lies on the other side; never a p-value |
| open | neither | neither: the interval holds the bound, or a fact lies within the tolerance of it |

One check against: contradicted. All held: reproduced. Else: not reproduced.
"""  # noqa: E501 - a table's row is one line

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from models.claims.claim import Check, Claim
    from models.claims.measure import Interval, Measured

HELD, OPEN, AGAINST = "held", "open", "against"


def outcome(check: Check, measured: Measured) -> str:
    """Whether the measurement holds with a check, leaves it open or goes against it."""
    value = measured.values[check.name]
    interval = measured.intervals.get(check.name)
    if check.relation in ("above", "below"):
        found = _beyond(check, value, interval)
        return OPEN if found == AGAINST and check.name in measured.tests else found
    variants = measured.variants.get(check.name, ())
    return _match(check, value, interval, variants)


def _beyond(check: Check, value: float, interval: Interval | None) -> str:
    low, high = interval or (value, value)
    if check.relation == "below":
        low, high, bound = -high, -low, -check.number
    else:
        bound = check.number
    if low > bound + check.tolerance:
        return HELD
    return AGAINST if high <= bound - check.tolerance else OPEN


def _match(
    check: Check, value: float, interval: Interval | None, variants: tuple[float, ...]
) -> str:
    if within(check, value):
        return HELD
    if any(within(check, one) for one in variants):
        return OPEN
    low, high = check.number - check.tolerance, check.number + check.tolerance
    missed = interval is not None and (interval[1] < low or interval[0] > high)
    opposite = value * check.number < 0 and (interval is None or interval[0] * interval[1] > 0)
    return AGAINST if missed or opposite else OPEN


def within(check: Check, value: float) -> bool:
    """Whether a value is the stated number, but for rounding."""
    # The last term is for 0.1 + 0.2: a value exactly on the border counts.
    return abs(value - check.number) <= check.tolerance + 1e-12 * abs(check.number)


def verdict(claim: Claim, measured: Measured) -> str:
    """The answer to a claim that was measured; one without checks is never reproduced."""
    outcomes = [outcome(check, measured) for check in claim.checks]
    if AGAINST in outcomes:
        return "contradicted"
    return "reproduced" if outcomes and set(outcomes) == {HELD} else "not reproduced"


def words(check: Check, measured: Measured) -> str:
    """One sentence on one check."""
    value, interval = measured.values[check.name], measured.intervals.get(check.name)
    said = "the article says" if check.stated else "its words mean"
    relation = "" if check.relation == "equal" else f"{check.relation} "
    unit = f" {check.unit}" if check.unit else ""
    text = f"{check.name} is {number(value)}"
    if interval is not None:
        text += f" (interval {number(interval[0])} to {number(interval[1])})"
    text += f"; {said} {relation}{number(check.number)}{unit}"
    if check.tolerance:
        because = f" ({check.because})" if check.because else ""
        text += f" +/- {number(check.tolerance)}{because}"
    return f"{text}: {_answer(check, measured)}.{_reached(check, measured)}"


def _answer(check: Check, measured: Measured) -> str:
    found = outcome(check, measured)
    if found == OPEN and check.relation in ("above", "below"):
        if check.name in measured.tests:
            return "no evidence"
        known = measured.intervals.get(check.name) is None
        return "neither, it is too near" if known else "this sample cannot tell"
    return {HELD: "met", OPEN: "not met", AGAINST: "the opposite, or far off"}[found]


def _reached(check: Check, measured: Measured) -> str:
    """How many of the other readings of a claim give the stated number."""
    variants = measured.variants.get(check.name, ())
    if not variants or check.relation not in ("equal", "about"):
        return ""
    reached = sum(within(check, one) for one in variants)
    ends = f"{number(min(variants))} to {number(max(variants))}"
    return f" Of {len(variants):,} readings of it ({ends}) {reached:,} give that number."


def number(value: float) -> str:
    """A number for a sentence: four digits, thousands with commas."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"

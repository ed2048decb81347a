"""What makes a claim reproduced, open or contradicted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.claims.claim import Check, Claim
from models.claims.measure import Measured
from models.claims.verdicts import AGAINST, HELD, OPEN, outcome, verdict, words

if TYPE_CHECKING:
    from models.claims.measure import Interval


def measured(
    value: float,
    interval: Interval | None = None,
    variants: tuple[float, ...] = (),
    test: bool = False,
) -> Measured:
    return Measured(
        {"x": value},
        n=10,
        intervals={} if interval is None else {"x": interval},
        variants={"x": variants} if variants else {},
        tests=("x",) if test else (),
    )


EQUAL = Check("x", "equal", 16.0, 0.5)
ABOVE = Check("x", "above", 0.0, 0.0, stated=False)
BELOW = Check("x", "below", 5.0, 0.0, stated=False)
FLAT = Check("x", "below", 0.0, 0.05, stated=False, because="unchanged")


@pytest.mark.parametrize(
    ("check", "found", "expected"),
    [
        (EQUAL, measured(16.49), HELD),
        (EQUAL, measured(16.5), HELD),
        (EQUAL, measured(16.51), OPEN),
        (EQUAL, measured(-1.0), AGAINST),
        (EQUAL, measured(20.0, (14.0, 26.0)), OPEN),
        (EQUAL, measured(20.0, (18.0, 22.0)), AGAINST),
        (EQUAL, measured(20.0, (18.0, 22.0), (3.0, 15.8)), OPEN),
        (EQUAL, measured(-1.0, None, (16.0,)), OPEN),
        (EQUAL, measured(-1.0, (-20.0, 20.0)), OPEN),
        (ABOVE, measured(0.1), HELD),
        (ABOVE, measured(0.0), AGAINST),
        (ABOVE, measured(0.1, (-0.1, 0.3)), OPEN),
        (ABOVE, measured(0.1, (0.01, 0.3)), HELD),
        (ABOVE, measured(-0.3, (-0.5, -0.1)), AGAINST),
        (BELOW, measured(3.0), HELD),
        (BELOW, measured(60.0), AGAINST),
        (BELOW, measured(60.0, test=True), OPEN),
        (BELOW, measured(3.0, (2.0, 4.0)), HELD),
        (BELOW, measured(3.0, (2.0, 6.0)), OPEN),
        (FLAT, measured(0.004), OPEN),
        (FLAT, measured(-0.004), OPEN),
        (FLAT, measured(-0.06), HELD),
        (FLAT, measured(0.06), AGAINST),
    ],
)
def test_outcome(check: Check, found: Measured, expected: str) -> None:
    assert outcome(check, found) == expected


def claim(*checks: Check) -> Claim:
    return Claim("1", "text", "day-move", None, checks)


def test_one_check_against_contradicts_and_all_must_hold() -> None:
    assert verdict(claim(EQUAL), measured(16.0)) == "reproduced"
    assert verdict(claim(EQUAL, ABOVE), measured(17.0)) == "not reproduced"
    assert verdict(claim(EQUAL, ABOVE), measured(-17.0)) == "contradicted"
    assert verdict(claim(), measured(1.0)) == "not reproduced"


def test_words_say_the_number_the_bound_and_the_readings() -> None:
    said = words(EQUAL, measured(20.0, (18.0, 22.0), (3.0, 15.8)))
    assert "x is 20 (interval 18 to 22); the article says 16 +/- 0.5: not met." in said
    assert "Of 2 readings of it (3 to 15.8) 1 give that number." in said
    assert "no evidence" in words(BELOW, measured(60.0, test=True))
    assert "(unchanged): neither, it is too near" in words(FLAT, measured(0.004))


numbers = st.floats(-1e6, 1e6)


@given(numbers, numbers, st.floats(0, 1e6), st.floats(0, 1e6))
def test_above_and_below_mirror_each_other(
    value: float, bound: float, left: float, right: float
) -> None:
    plain = measured(value, (value - left, value + right))
    mirrored = measured(-value, (-value - right, -value + left))
    assert outcome(Check("x", "above", bound, 0.0), plain) == outcome(
        Check("x", "below", -bound, 0.0), mirrored
    )


@given(numbers, numbers, numbers)
def test_a_wider_interval_never_decides_more(value: float, bound: float, width: float) -> None:
    narrow = measured(value, (value, value))
    wide = measured(value, (value - abs(width), value + abs(width)))
    check = Check("x", "above", bound, 0.0)
    assert outcome(check, wide) in (OPEN, outcome(check, narrow))

"""A claim: what is said, how it is measured, and what would make it true.

A *check* holds one named number of the measurement against one number of the claim. It is `stated`
where the article prints the number, else it is what the article's words expect ("falls more":
above 0).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from models.claims.measure import Measure

RELATIONS: Final = ("equal", "about", "above", "below")
UNAVAILABLE: Final = "unavailable"
NOT_TESTABLE: Final = "not-testable"
# "About 80 billion" is held to be said of 72 to 88.
ABOUT: Final = 0.10


@dataclass(frozen=True)
class Check:
    """One number that the measurement must meet.

    Attributes:
        name: of the measured value.
        relation: `equal`, `about` (both within `tolerance`), `above` or `below`.
        number: what the claim says, in `unit`.
        tolerance: how far off a value may be and still be the stated number; of `above` and
            `below`: how near the bound a fact decides nothing, by default 0.
        unit: in words.
        stated: whether the article prints the number.
        because: why the tolerance is not that of the rounding.
    """

    name: str
    relation: str
    number: float
    tolerance: float
    unit: str = ""
    stated: bool = True
    because: str = ""


@dataclass(frozen=True)
class Claim:
    """One claim of an article.

    Attributes:
        id: its identity within the file.
        text: the claim in our own words.
        kind: a kind of measurement, `unavailable` or `not-testable`.
        measure: how it is measured; None for the two others.
        checks: what must hold for `reproduced`; none = the value is told without a verdict.
        missing: data that the claim asks for and no measurement here has.
        why: why it cannot be tested.
        caveat: what the measurement cannot say of the claim.
        link: hypothesis of the tests that asks the same, if there is one.
    """

    id: str
    text: str
    kind: str
    measure: Measure | None
    checks: tuple[Check, ...]
    missing: tuple[str, ...] = ()
    why: str = ""
    caveat: str = ""
    link: str | None = None

    @property
    def stated(self) -> dict[str, float]:
        """The numbers that the article prints, by name of the value they are compared with."""
        return {check.name: check.number for check in self.checks if check.stated}


def rounding(printed: str, relation: str) -> float:
    """How far a value may lie from a number and still be it.

    Half a unit of the last printed digit (`0.53`: .005; `16`: .5; `90,000`: half of one, because
    zeros before the point may be exact), 10 % of an "about", nothing for a bound.

    Raises:
        ValueError: the text is no number.
    """
    number = parsed(printed)
    if relation == "about":
        return ABOUT * abs(float(number))
    if relation != "equal":
        return 0.0
    return float(Decimal(1).scaleb(int(number.as_tuple().exponent)) / 2)


def parsed(printed: str) -> Decimal:
    """The number that a text prints; commas between thousands are passed over.

    Raises:
        ValueError: the text is no finite number.
    """
    try:
        number = Decimal(printed.replace(",", ""))
    except InvalidOperation as error:
        raise ValueError(printed) from error
    if not number.is_finite():
        raise ValueError(printed)
    return number

"""Alert rules: ``[SERIES.]NAME OP NUMBER``, such as ``z>2`` or ``channel:credit.change >= 50``.

NAME is value, change (since the session before that has a value), ma7, ma30 or z. SERIES is total
unless said. A rule looks at nothing later than the session that it judges.

    z = (value - mean) / standard deviation (n - 1) of the 60 sessions before that have a value
"""

from __future__ import annotations

import math
import operator
import re
import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bubblefear.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from bubblefear.store.points import Point

WINDOW: Final = 60
LEAST: Final = 20
NAMES: Final = ("value", "change", "z", "ma7", "ma30")
_RULE: Final = re.compile(
    r"(?:(?P<series>\S+)\.)?(?P<name>[a-z]\w*)\s*(?P<op>>=|<=|>|<)\s*"
    r"(?P<number>[-+]?(?:\d+(?:\.\d*)?|\.\d+))"
)
_OPERATORS: Final[dict[str, Callable[[float, float], bool]]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}


@dataclass(frozen=True)
class Rule:
    """One rule; ``str`` writes it the one way that it is remembered by."""

    series: str
    name: str
    op: str
    number: float

    def __str__(self) -> str:
        """Such as ``total.z>2``."""
        return f"{self.series}.{self.name}{self.op}{self.number!r}".removesuffix(".0")

    def holds(self, figure: float) -> bool:
        """Whether a figure fires the rule."""
        return _OPERATORS[self.op](figure, self.number)


@dataclass(frozen=True)
class Judged:
    """A session as a rule sees it.

    Attributes:
        point: The session.
        figure: What is compared; None where it cannot be had.
        z: Of the value; None where it cannot be had.
        reason: Why there is no figure.
    """

    point: Point
    figure: float | None
    z: float | None
    reason: str = ""


def parse(text: str) -> Rule:
    """Read one rule.

    Raises:
        UsageError: it is none.
    """
    found = _RULE.fullmatch(text.strip())
    if found is None or found["name"] not in NAMES:
        raise UsageError(
            f"no alert rule: {text!r} (try z>2 or channel:credit.change>=50; "
            f"names: {', '.join(NAMES)})"
        )
    return Rule(found["series"] or "total", found["name"], found["op"], float(found["number"]))


def parse_all(texts: Iterable[str]) -> tuple[Rule, ...]:
    """Read rules, each once however often it is given.

    Raises:
        UsageError: one is none.
    """
    return tuple(dict.fromkeys(parse(text) for text in texts))


def judge(rule: Rule, points: Sequence[Point], provisional: str | None) -> Judged | None:
    """The newest final session with a value as the rule sees it, or None where there is none.

    Args:
        rule: The rule.
        points: Of the rule's series, by session.
        provisional: The session that has not closed: it and what comes after is not judged.
    """
    known = [p for p in points if p.value is not None and p.date < (provisional or "9999")]
    if not known:
        return None
    last = known[-1]
    before = [p.value for p in known[:-1] if p.value is not None]
    z, reason = _z(last.value or 0.0, before[-WINDOW:])
    if rule.name == "z":
        return Judged(last, z, z, reason)
    if rule.name == "change":
        change = (last.value or 0.0) - before[-1] if before else None
        return Judged(last, change, z, "" if before else "there is no session before")
    figure = getattr(last, rule.name)
    return Judged(last, figure, z, "" if figure is not None else f"there is no {rule.name}")


def _z(value: float, before: Sequence[float]) -> tuple[float | None, str]:
    """The z of a value against the sessions before it, or why it has none."""
    if len(before) < LEAST:
        return None, f"z needs {LEAST} sessions with a value before it, and has {len(before)}"
    spread = statistics.stdev(before)
    z = (value - statistics.fmean(before)) / spread if spread > 0 else math.inf
    if not math.isfinite(z):
        return None, f"the {len(before)} sessions before it have no spread"
    return z, ""

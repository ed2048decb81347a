"""A test's result as the report and the tables show it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bubblefear.report.plot_text import figure
from bubblefear.report.terminal import MISSING, is_missing, one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

SUPPORTED: Final = "supported"
CONTRADICTED: Final = "contradicted"
COULD_NOT_TELL: Final = "could not tell"
ABSTAINED: Final = "abstained"
ALARM: Final = "alarm"
QUIET: Final = "quiet"
DESCRIBED: Final = "described"
# In the order in which they are counted, with what a reader is told of each.
ANSWERS: Final = {
    SUPPORTED: "an effect of the expected sign, after correction for the number of tests",
    CONTRADICTED: "an effect of the opposite sign, after correction",
    COULD_NOT_TELL: "nothing found; the smallest effect that would have been stands beside it",
    ALARM: "a placebo that found something: doubt the tests that it mimics",
    QUIET: "a placebo that found nothing, as it should",
    DESCRIBED: "a condition or a description, which claims nothing",
    ABSTAINED: "no number: the reason is said",
}
# How verdicts begin, in the words of this version and of those before.
_BEGINNINGS: Final = {
    "supported": SUPPORTED,
    "contradicted": CONTRADICTED,
    "this sample could not tell": COULD_NOT_TELL,
    "no evidence": COULD_NOT_TELL,
    "abstained": ABSTAINED,
    "alarm": ALARM,
    "quiet": QUIET,
    "description": DESCRIBED,
}


@dataclass(frozen=True)
class Result:
    """One hypothesis and its answer; numbers that are missing are ``None``."""

    hypothesis: str
    family: str
    status: str
    estimate: float | None
    interval: tuple[float, float] | None
    p: float | None
    q: float | None
    size: float | None
    mde: float | None
    n: int | None
    verdict: str
    detail: Mapping[str, Any]

    @property
    def answer(self) -> str:
        """One of ``ANSWERS``."""
        if self.estimate is None:
            return ABSTAINED
        begun = (answer for start, answer in _BEGINNINGS.items() if self.verdict.startswith(start))
        return next(begun, DESCRIBED)

    @property
    def anchor(self) -> str:
        """Where links to it lead."""
        return f"test-{slug(self.hypothesis)}"

    @property
    def rest(self) -> str:
        """The verdict without the word that ``answer`` says already."""
        begun = (start for start in _BEGINNINGS if self.verdict.startswith(start))
        return self.verdict.removeprefix(next(begun, "")).lstrip(":, ")

    @property
    def unit(self) -> str:
        """Unit of the estimate, in words."""
        return self.fact("unit")

    @property
    def says(self) -> str:
        """The hypothesis in words, empty where it was not declared."""
        return self.fact("says")

    @property
    def plots(self) -> list[Mapping[str, Any]]:
        """What the result has to be drawn."""
        return payloads(self.detail)

    def fact(self, name: str) -> str:
        """A fact of the detail as one line; empty where it is absent."""
        value = self.detail.get(name)
        return "" if value is None else one_line(str(value))


def result(row: Mapping[str, Any]) -> Result:
    """One row as ``test --json`` or the database has it, with its ``detail``."""
    low, high = (_number(end) for end in row.get("interval") or (None, None))
    detail = row.get("detail")
    return Result(
        hypothesis=one_line(str(row["hypothesis"])),
        family=one_line(str(row["family"])),
        status=one_line(str(row["status"])),
        estimate=_number(row.get("estimate")),
        interval=None if low is None or high is None else (low, high),
        p=_number(row.get("p")),
        q=_number(row.get("q")),
        size=_number(row.get("size")),
        mde=_number(row.get("mde")),
        n=row.get("n"),
        verdict=one_line(str(row["verdict"])),
        detail=detail if isinstance(detail, Mapping) else {},
    )


def payloads(detail: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The plots of a detail or a claim: none, one, or a list of them."""
    found = detail.get("plot") or detail.get("plots")
    if isinstance(found, Mapping):
        return [found]
    return list(found) if isinstance(found, list) else []


def by_family(results: Sequence[Result]) -> dict[str, list[Result]]:
    """Families in the order in which they were tested, each with its results."""
    found: dict[str, list[Result]] = {}
    for one in results:
        found.setdefault(one.family, []).append(one)
    return found


def notes(results: Sequence[Result]) -> list[str]:
    """What the numbers of one family rest on: errors, sample, index and size of the family."""
    tests = [one for one in results if one.estimate is not None]
    spans = sorted(
        {f"{one.fact('first')} to {one.fact('last')}" for one in tests if one.fact("first")}
    )
    sizes = {int(one.detail["family_size"]) for one in tests if "family_size" in one.detail}
    simulated = sum(1 for one in tests if one.detail.get("decided_by") == "p_simulated")
    said = [
        ("Errors", _listed(one.fact("error") for one in tests)),
        ("Sample", _listed(spans)),
        ("Index", _listed(_index(one) for one in tests)),
        ("Level of the intervals", _listed(_percent(one.detail.get("level")) for one in tests)),
        ("Tests corrected together", _listed(str(size) for size in sorted(sizes))),
        ("Decided by the simulated p-value", f"{simulated} of {len(tests)}" if simulated else ""),
    ]
    return [f"{name}: {text}." for name, text in said if text]


def _listed(texts: Any) -> str:  # noqa: ANN401 - any iterable of texts
    """Different texts once each, the first four; then how many more."""
    different = [text for text in dict.fromkeys(texts) if text]
    more = f"; and {len(different) - 4} more" if len(different) > 4 else ""
    return "; ".join(different[:4]) + more


def _index(one: Result) -> str:
    return ", ".join(text for text in (one.fact("series"), one.fact("index")) if text)


def _percent(share: object) -> str:
    return f"{100 * share:.3g} %" if isinstance(share, float) else ""


def slug(text: str) -> str:
    """Small letters, digits and hyphens: a name for an anchor or a label."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "unnamed"


def probability(value: float | None) -> str:
    """A p-value: never 0.000."""
    if value is None or is_missing(value):
        return MISSING
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def amount(value: float | None) -> str:
    """A number with three significant digits, zeros among them: a column of -3.00 and -28.6."""
    if value is None or is_missing(value):
        return MISSING
    return f"{value:#.3g}".rstrip(".") if 1e-4 <= abs(value) < 1e3 else figure(value)


def between(interval: tuple[float, float] | None) -> str:
    """An interval."""
    return MISSING if interval is None else f"{amount(interval[0])} to {amount(interval[1])}"


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return None if is_missing(value) else float(value)

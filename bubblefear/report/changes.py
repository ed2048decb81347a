"""What became of each hypothesis from one run of tests to the next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bubblefear.report.results import Result


@dataclass(frozen=True)
class Change:
    """A hypothesis that is answered otherwise; ``None`` where a run did not test it."""

    hypothesis: str
    family: str
    before: str | None
    after: str | None


def changes(before: Sequence[Result], after: Sequence[Result]) -> list[Change]:
    """The hypotheses whose answer differs, in the later run's order, then those left out of it."""
    old = {(one.family, one.hypothesis): one.answer for one in before}
    new = {(one.family, one.hypothesis): one.answer for one in after}
    keys = [*new, *(key for key in old if key not in new)]
    return [
        Change(hypothesis, family, old.get((family, hypothesis)), new.get((family, hypothesis)))
        for family, hypothesis in keys
        if old.get((family, hypothesis)) != new.get((family, hypothesis))
    ]

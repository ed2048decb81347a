"""Two series of the index side by side: how they go together, and which of them leads."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bubblefear.errors import UsageError
from bubblefear.pipeline import output
from bubblefear.pipeline import output_periods as periods
from bubblefear.pipeline.read_index import ALL, Question
from bubblefear.store import database

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bubblefear.config import Settings
    from models.index.comparison import Comparison

DEFAULT: Final = ("lang:en", "lang:zh-Hans")
FREQUENCIES: Final = (periods.SESSION, periods.WEEK)
LAGS: Final = 10
PERSISTENT: Final = 0.3


@dataclass(frozen=True)
class Asked:
    """Which series are compared, and how.

    Attributes:
        series: The two; a lead of the first has a positive lag.
        since: First session, YYYY-MM-DD; None = of the index. Likewise ``until``, the last.
        until: Last session.
        version: Of the index; None = of the settings.
        lags: Sessions (weeks) to either side.
        frequency: ``session`` or ``week``.
    """

    series: tuple[str, str] = DEFAULT
    since: str | None = None
    until: str | None = None
    version: str | None = None
    lags: int = LAGS
    frequency: str = periods.SESSION


@dataclass(frozen=True)
class Compared:
    """The answer, and what it was made from.

    Attributes:
        asked: The question.
        found: The figures.
        first: First session (Monday of the week) in which both have a value.
        last: The last one.
        version: Of the index.
        vintage: Instant of the build.
        kind: ``real-time`` or ``reconstructed``.
        left_out: Provisional sessions (weeks), which are not compared.
        sample: Whether the database holds the shipped sample.
    """

    asked: Asked
    found: Comparison
    first: str
    last: str
    version: str
    vintage: str
    kind: str
    left_out: tuple[str, ...]
    sample: bool

    @property
    def warning(self) -> str | None:
        """Why the correlation of levels is no finding; None where neither level persists."""
        first, second = self.found.persistence
        if not max(first, second) > PERSISTENT:
            return None
        return (
            f"Levels persist ({first:.2f} and {second:.2f} from one {self.asked.frequency} to the "
            "next): such series correlate without any connection. Judge by the changes."
        )

    @property
    def together(self) -> str:
        """Whether the two change together, in words."""
        either = (self.found.changes.pearson, self.found.changes.spearman)
        shown = [one.shown for one in either]
        if all(shown):
            how = "together" if either[0].value > 0 else "against one another"
            return f"The two change {how} in the same {self.asked.frequency}."
        if any(shown):
            return (
                f"Whether the two change together in the same {self.asked.frequency} is not "
                "clear: one of the two correlations leaves 0 out, the other does not."
            )
        return f"No common change in the same {self.asked.frequency} is shown."

    @property
    def lead(self) -> str:
        """Whether one leads, in words."""
        largest, unit = self.found.largest, self.asked.frequency
        if not largest.outside:
            return "No lead is shown: no lag stands outside the joint band."
        if largest.lag == 0:
            return f"Neither leads: the largest correlation is within the same {unit}."
        leader, follower = self.asked.series if largest.lag > 0 else self.asked.series[::-1]
        steps = f"{abs(largest.lag)} {unit}{'s' if abs(largest.lag) > 1 else ''}"
        way = "" if largest.r.value > 0 else ", the other way round"
        return f"{leader} leads {follower} by {steps}{way}."


def compare(
    path: Path,
    settings: Settings,
    asked: Asked,
    *,
    now: Callable[[], str],
    say: Callable[[str], None],
) -> Compared:
    """Compare two series, after bringing the index up to date.

    Sessions in which one of the two is missing are left out, and so is one that is not over.

    Args:
        path: The database, which must exist.
        settings: Scorer and specification of the index.
        asked: The question.
        now: The clock.
        say: Gets a line when a vintage is built.

    Raises:
        UsageError: a series, date, frequency or number of lags that cannot be.
        NothingToDo: there is nothing to build an index from, or no such version.
        ModelError: too few sessions, or a series that stands still.
    """
    check(asked)
    question = Question(asked.series, asked.since, asked.until, None, asked.version)
    choice = output.Choice(asked.frequency)
    table = output.read(path, settings, question, choice, now=now, say=say)
    with database(path, create=False) as conn:
        kind = output.origin(conn, table, settings).kind
    from models.index import comparison

    left_out = tuple(sorted({row["date"] for row in table.rows if row["provisional"]}))
    dates, first, second = _aligned([r for r in table.rows if not r["provisional"]], asked.series)
    found = comparison.compare(_array(first), _array(second), asked.lags)
    both = [
        date
        for date, *pair in zip(dates, first, second, strict=True)
        if all(map(math.isfinite, pair))
    ]
    return Compared(
        asked, found, both[0], both[-1], table.version, table.vintage, kind, left_out, table.sample
    )


def check(asked: Asked) -> None:
    """Refuse what cannot be, before anything is read.

    Raises:
        UsageError: naming what.
    """
    if ALL in asked.series:
        raise UsageError("two series are compared: name both")
    if asked.series[0] == asked.series[1]:
        raise UsageError(f"{asked.series[0]} twice: name two series")
    if asked.frequency not in FREQUENCIES:
        known = " or ".join(FREQUENCIES)
        raise UsageError(f"no frequency {asked.frequency!r} here; it is {known}")
    if asked.lags < 1:
        raise UsageError(f"--lags is at least 1, not {asked.lags}")


def _aligned(
    rows: list[dict[str, Any]], series: tuple[str, str]
) -> tuple[list[str], list[float], list[float]]:
    """Dates and the values of both; a missing one is NaN and keeps its place."""
    values = {(row["series"], row["date"]): row["value"] for row in rows}
    dates = sorted({row["date"] for row in rows})
    first, second = (
        [math.nan if (value := values.get((name, date))) is None else value for date in dates]
        for name in series
    )
    return dates, first, second


def _array(values: list[float]) -> Any:  # noqa: ANN401 - an array, whose library comes in lazily
    import numpy as np

    return np.array(values, dtype="float64")

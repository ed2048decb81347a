"""The views of the index's history: which series each shows, as a table with a row for a session.

A view of several series shows one figure of each: the day's, or its 7- or 30-day mean.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from bubblefear.store.points import Point

TOTAL: Final = "total"
# Colours that the eye tells apart; the other series are in the files.
MOST: Final = 8


@dataclass(frozen=True)
class View:
    """One way to see the index.

    Attributes:
        name: In addresses.
        label: On the page.
        prefixes: Of the series' names.
        stacked: Whether they add up to the total, and are drawn one on another.
        based: Whether 100 means the mean of the base window.
        about: What a reader must know.
    """

    name: str
    label: str
    prefixes: tuple[str, ...]
    stacked: bool
    based: bool
    about: str


VIEWS: Final[dict[str, View]] = {
    view.name: view
    for view in (
        View(
            TOTAL, "Total", (TOTAL,), False, True,
            "The index with its 90 % band and trailing means.",
        ),
        View(
            "channels", "Channels", ("channel:",), True, True,
            "What is feared to break, by channel; the parts add up to the total.",
        ),
        View(
            "kinds", "Threat and act", ("threat", "act"), True, True,
            "Threat: it could break. Act: it did fall. They add up to the total.",
        ),
        View(
            "languages", "Languages", ("lang:",), False, True,
            "Each language on its own scale, 100 being its own mean over the base window; "
            "levels of two languages cannot be compared, their movements can.",
        ),
        View(
            "entities", "Entities", ("entity:",), False, False,
            "Fear in articles that name an entity, of those named most; one article may name "
            "several.",
        ),
    )
}  # fmt: skip
FIGURES: Final[dict[str, tuple[str, Callable[[Point], float | None]]]] = {
    "1": ("Each day", lambda point: point.value),
    "7": ("7-day mean", lambda point: point.ma7),
    "30": ("30-day mean", lambda point: point.ma30),
}


@dataclass(frozen=True)
class History:
    """A view's figures.

    Attributes:
        view: Which.
        mean: A key of ``FIGURES``; of the total every figure is shown.
        columns: Labels: of the total value, means, band and articles; else of its series.
        dates: Sessions, oldest first.
        rows: A figure for each column, by session; None = missing.
    """

    view: View
    mean: str
    columns: tuple[str, ...]
    dates: tuple[str, ...]
    rows: tuple[tuple[float | None, ...], ...]


def history(view: View, points: Iterable[Point], mean: str = "7") -> History:
    """The table of a view, from the points of its series (others are left out)."""
    chosen = [point for point in points if point.series.startswith(view.prefixes)]
    dates = tuple(sorted({point.date for point in chosen}))
    if view.name == TOTAL:
        of_total = {point.date: point for point in chosen if point.series == TOTAL}
        columns = ("Index", "7-day mean", "30-day mean", "Band from", "Band to", "Articles")
        return History(view, mean, columns, dates, tuple(_total(of_total[day]) for day in dates))
    figure = FIGURES[mean][1]
    series: dict[str, dict[str, float | None]] = {}
    for point in chosen:
        series.setdefault(point.series, {})[point.date] = figure(point)
    names = sorted(series, key=lambda name: (-_mean(series[name].values()), name))[:MOST]
    rows = tuple(tuple(series[name].get(day) for name in names) for day in dates)
    return History(view, mean, tuple(name.rpartition(":")[2] for name in names), dates, rows)


def between(found: History, since: str, until: str) -> list[tuple[str, tuple[float | None, ...]]]:
    """Sessions from ``since`` to ``until`` with their figures, newest first."""
    both = zip(found.dates, found.rows, strict=True)
    return [(day, row) for day, row in both if since <= day <= until][::-1]


def _total(point: Point) -> tuple[float | None, ...]:
    return point.value, point.ma7, point.ma30, point.lo, point.hi, point.n


def _mean(values: Iterable[float | None]) -> float:
    known: Sequence[float] = [value for value in values if value is not None]
    return sum(known) / len(known) if known else 0.0

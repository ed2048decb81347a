"""The days of a long run: when the job runs, and what goes wrong on which of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

# New York closes at 13:00 on it; the day before is Thanksgiving, three weeks before clocks change.
HALF_DAY: Final = date(2025, 11, 28)
LEAST_DAYS: Final = 6
MORNING, EVENING, AGAIN = "12:30:00", "22:17:00", "22:41:00"
ORDINARY, MISSED, KILLED, REPEATED = "", "missed", "killed", "repeated"


@dataclass(frozen=True, slots=True)
class Day:
    """One simulated day.

    Attributes:
        number: From 0.
        date: ``YYYY-MM-DD``.
        morning: Whether the feeds are polled in the morning too.
        what: ``missed`` = no job at all, ``killed`` = it is killed and taken up again,
            ``repeated`` = yesterday's items come under new addresses; else "".
    """

    number: int
    date: str
    morning: bool
    what: str

    def at(self, time: str) -> str:
        """An instant of the day, UTC text."""
        return f"{self.date}T{time}Z"


def days(count: int) -> list[Day]:
    """So many days, 6 at least, around the half day; two thirds of them lie before it."""
    first = HALF_DAY - timedelta(days=count * 2 // 3)
    dates = [first + timedelta(days=number) for number in range(count)]
    special: dict[int, str] = {}
    for share, what in ((1 / 3, MISSED), (1 / 2, KILLED), (2 / 3, REPEATED)):
        special[_weekday(dates, int(count * share), special)] = what
    return [
        Day(n, f"{day}", n % 3 == 1 and special.get(n) != MISSED, special.get(n, ORDINARY))
        for n, day in enumerate(dates)
    ]


def _weekday(dates: list[date], number: int, taken: dict[int, str]) -> int:
    """The first day from a place on that is no weekend's and not taken; the last may be."""
    free = [n for n in range(number, len(dates)) if n not in taken]
    return next((n for n in free if dates[n].weekday() < 5), free[-1])

"""What an address asks of the index's history: a view, a figure, series, first and last day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from datasette.utils.asgi import BadRequest

from bubblefear.review.charts.views import FIGURES, TOTAL, VIEWS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bubblefear.review.charts.views import View

EVERY: Final = "all"
_SHORTCUTS: Final = {"1 m": 1, "3 m": 3, "6 m": 6, "12 m": 12}
_USUAL: Final = 12


@dataclass(frozen=True)
class Span:
    """Days from ``since`` to ``until``, both included, ``YYYY-MM-DD``."""

    since: str
    until: str


@dataclass(frozen=True)
class Shown:
    """A view of the history as an address asks for it; ``mean`` is a key of ``FIGURES``."""

    view: View
    mean: str
    span: Span


def shown(arguments: Mapping[str, str], first: str, last: str) -> Shown:
    """The view, its figure and the days of it; what is not asked for is the usual.

    Args:
        arguments: Of the address: ``view``, ``mean``, ``since``, ``until``.
        first: The index's first session.
        last: Its last one, before which the usual twelve months lie.

    Raises:
        BadRequest: there is no such view, figure or day.
    """
    mean = _one_of("mean", arguments.get("mean") or "7", FIGURES)
    asked_since, asked_until = days(arguments)
    until = asked_until or last
    since = asked_since or max(first, months_before(until, _USUAL))
    if since > until:
        raise BadRequest(f"{since} is after {until}: the first day asked for comes after the last")
    return Shown(view(arguments), mean, Span(since, until))


def view(arguments: Mapping[str, str]) -> View:
    """The view asked for, or the total.

    Raises:
        BadRequest: there is no such view.
    """
    return VIEWS[_one_of("view", arguments.get("view") or TOTAL, VIEWS)]


def days(arguments: Mapping[str, str]) -> tuple[str | None, str | None]:
    """The days ``since`` and ``until`` of an address.

    Raises:
        BadRequest: one is no day.
    """
    return _day(arguments, "since"), _day(arguments, "until")


def series(arguments: Mapping[str, str], known: Sequence[str]) -> tuple[str, ...]:
    """The series asked for, with commas between them; ``all`` of them where none is.

    Raises:
        BadRequest: there is no such series.
    """
    wanted = [name for name in (arguments.get("series") or EVERY).split(",") if name]
    if EVERY in wanted:
        return tuple(known)
    for name in wanted:
        _one_of("series", name, known)
    return tuple(wanted)


def shortcuts(first: str, last: str) -> list[tuple[str, Span]]:
    """Usual spans up to the last session by their labels, and all there is."""
    begun = {label: months_before(last, months) for label, months in _SHORTCUTS.items()}
    spans = [(label, Span(since, last)) for label, since in begun.items() if since > first]
    return [*spans, ("All", Span(first, last))]


def months_before(day: str, months: int) -> str:
    """The same day so many months before, or the last of that month where it has no such day."""
    own = date.fromisoformat(day)
    count = own.year * 12 + own.month - 1 - months
    for last in (own.day, 30, 29, 28):
        try:
            return str(date(count // 12, count % 12 + 1, min(own.day, last)))
        except ValueError:  # 30 February
            continue
    return day


def _day(arguments: Mapping[str, str], name: str) -> str | None:
    text = arguments.get(name)
    if not text:
        return None
    try:
        return str(date.fromisoformat(text))
    except ValueError as error:
        raise BadRequest(f"{name} is a day such as 2025-11-20, not {text[:40]!r}") from error


def _one_of(name: str, value: str, known: Mapping[str, object] | Sequence[str]) -> str:
    if value not in known:
        raise BadRequest(f"no {name} {value[:40]!r}; there are {', '.join(known)}")
    return value

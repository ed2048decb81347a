"""Who makes the index: entries, fear and points of every source, and the index without it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bubblefear.errors import NothingToDo, UsageError
from bubblefear.pipeline import chosen_vintage
from bubblefear.pipeline.computing import work_on
from bubblefear.store import cells as kept

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

    import numpy as np

    from bubblefear.config import Settings
    from bubblefear.pipeline.chosen_vintage import Vintage
    from models.index import IndexSpec
    from models.index.cells import Cells
    from models.index.fitting import Fitted
    from models.index.leave_one_out import Shares

TOP: Final = 20


@dataclass(frozen=True)
class Left:
    """The index without a source.

    Attributes:
        correlation: With the index; None where it cannot be said.
        date: The session that changes most; None where nothing is left.
        value: The index then.
        without: The index without the source then.
    """

    correlation: float | None
    date: str | None
    value: float | None
    without: float | None


@dataclass(frozen=True)
class Source:
    """A source in one language.

    Attributes:
        entries: Everything published in the sessions asked for.
        fearful: Of which with fear.
        points: Index points, added up over the sessions.
        share: Of all points, 0-1; None where the index was 0 throughout.
        expected: Share of the denominator, 0-1.
        left: The index without it; None = not looked at.
    """

    source: str
    language: str
    entries: int
    fearful: int
    points: float
    share: float | None
    expected: float
    left: Left | None

    @property
    def label(self) -> str:
        """Source and language as members are named."""
        return f"{self.source} ({self.language})"


@dataclass(frozen=True)
class Sources:
    """All sources, the one with most points first.

    Attributes:
        first: First session with a value among those asked for.
        last: The last one.
        sessions: How many there are.
    """

    vintage: Vintage
    first: str
    last: str
    sessions: int
    sources: tuple[Source, ...]

    @property
    def effective(self) -> float | None:
        """How many equal sources would be as concentrated: 1 / sum of squared shares."""
        squares = sum(one.share**2 for one in self.sources if one.share)
        return 1 / squares if squares else None

    @property
    def looked_at(self) -> tuple[Source, ...]:
        """Those without which the index was made again."""
        return tuple(one for one in self.sources if one.left)

    @property
    def most(self) -> Source | None:
        """The source without which the index is least itself."""
        known = [(one.left.correlation, one) for one in self.sources if one.left]
        found = [(r, one) for r, one in known if r is not None]
        return min(found, key=lambda pair: pair[0])[1] if found else None


def sources(
    conn: sqlite3.Connection,
    settings: Settings,
    *,
    top: int = TOP,
    since: str | None = None,
    until: str | None = None,
    now: Callable[[], str],
    say: Callable[[str], None],
) -> Sources:
    """Who makes the index, after bringing it up to date.

    Args:
        conn: The database.
        settings: Scorer and specification of the index.
        top: The index is made again without each of so many sources with most points, and of so
            many that most is expected of.
        since: First session; None = of the index. Likewise ``until``, the last.
        until: Last session.
        now: The clock.
        say: Gets a line when a vintage is built.

    Raises:
        UsageError: ``top`` below 1.
        NothingToDo: there is nothing to build an index from, or no value in these sessions.
        ModelError: the articles cannot make an index.
    """
    if top < 1:
        raise UsageError(f"--top {top}: should be 1 or more")
    chosen_vintage.bring_up_to_date(conn, settings, now=now, say=say)
    vintage = chosen_vintage.choose(conn, settings)
    from models.index import leave_one_out

    made = _made(conn, settings, vintage)
    window = made.window(since or "", until or "9999")
    if not window.any():
        raise NothingToDo("the index has no value between these dates")
    found = leave_one_out.shares(made.cells, made.fitted, made.spec, window)
    left = {unit: _left(made, unit, window) for unit in leave_one_out.weightiest(found, top)}
    shown = made.fitted.sessions[window]
    return Sources(
        vintage, str(shown[0]), str(shown[-1]), len(shown), tuple(_rows(made, found, left))
    )


@dataclass(frozen=True)
class _Made:
    """The index with all that it was made of; `whole` is its level by session."""

    cells: Cells
    fitted: Fitted
    spec: IndexSpec
    whole: np.ndarray

    def window(self, since: str, until: str) -> np.ndarray:
        """Which sessions between two dates have a value, shape (sessions,)."""
        import numpy as np

        days = self.fitted.sessions
        return np.asarray(np.isfinite(self.whole) & (days >= since) & (days <= until))


def _made(conn: sqlite3.Connection, settings: Settings, vintage: Vintage) -> _Made:
    """The index from the kept sums of its sessions."""
    from models.index import leave_one_out
    from models.index.fitting import fit
    from models.index.session_sums import from_texts

    work = work_on(conn, settings, vintage.as_of)
    texts = kept.read(conn, work.recipe, kept.INSTANT)
    if not texts:
        raise NothingToDo(f"no sums of sessions are kept of {vintage.version}")
    cells, sessions, _ = from_texts(texts, work.spec)
    fitted = fit(cells, sessions, work.spec)
    return _Made(cells, fitted, work.spec, leave_one_out.level(fitted, work.spec))


def _left(made: _Made, unit: int, window: np.ndarray) -> Left:
    from models.index import leave_one_out

    without = leave_one_out.level_without(made.cells, made.fitted, made.spec, unit)
    one = leave_one_out.influence(unit, made.whole, without, window)
    date = None if one.session is None else str(made.fitted.sessions[one.session])
    return Left(one.correlation, date, one.value, one.without)


def _rows(made: _Made, found: Shares, left: dict[int, Left]) -> list[Source]:
    """Every source that published, most points first."""
    total = float(found.points.sum())
    rows = [
        Source(
            *made.cells.units[unit],
            entries=int(found.entries[unit]),
            fearful=int(found.fearful[unit]),
            points=float(found.points[unit]),
            share=float(found.points[unit]) / total if total else None,
            expected=float(found.expected[unit]),
            left=left.get(unit),
        )
        for unit in range(len(made.cells.units))
        if found.entries[unit]
    ]
    return sorted(rows, key=lambda one: (-one.points, -one.entries, one.source, one.language))

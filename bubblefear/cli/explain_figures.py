"""Figures as they are printed: rounded so that every column of a table adds up to its last row."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bubblefear.pipeline.explain import Counted, Explained
    from models.account.explain import Moved


@dataclass(frozen=True)
class Figures:
    """Points, percent of the level and change of a row; None where there is none."""

    points: float
    share: float | None
    change: float | None

    def cells(self) -> list[str]:
        """The three as text."""
        from bubblefear.report.terminal import MISSING, change, number

        share = MISSING if self.share is None else f"{number(self.share)} %"
        moved = MISSING if self.change is None else change(self.change, 0.0)
        return [number(self.points), share, moved]


def whole(found: "Explained") -> Figures:
    """The last row: value, 100 % and the change, which is the difference as printed."""
    value = round(found.value, 1)
    moved = None if found.before is None else value - round(found.before, 1)
    return Figures(value, 100.0 if found.value else None, moved)


def exclusive(found: "Explained", rows: "Sequence[Moved[Counted]]") -> list[Figures]:
    """Figures of rows that make up the whole, to one decimal."""
    from models.account.parts import apportion, percentages

    points = apportion([row.points for row in rows], 1, found.value)
    shares = percentages([row.points for row in rows])
    before = apportion([row.before or 0.0 for row in rows], 1, found.before)
    return [
        Figures(
            points[i],
            shares[i] if shares else None,
            None if found.before is None else round(points[i] - before[i], 1),
        )
        for i in range(len(rows))
    ]


def overlapping(found: "Explained", rows: "Sequence[Moved[Counted]]") -> list[Figures]:
    """Figures of rows that share articles: each is rounded by itself."""
    return [
        Figures(row.points, 100 * row.points / found.value if found.value else None, row.change)
        for row in rows
    ]


def together(rows: Sequence[Figures]) -> Figures:
    """The sum of rows as printed."""
    shares = [row.share for row in rows if row.share is not None]
    changes = [row.change for row in rows if row.change is not None]
    return Figures(
        round(sum(row.points for row in rows), 1),
        round(sum(shares), 1) if shares else None,
        round(sum(changes), 1) if changes else None,
    )

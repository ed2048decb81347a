"""The page of the site: today's value, the chart, the stories behind it, the peaks, the files.

It fetches nothing and runs no script, and says nothing of when it was written: the same database
gives the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from bubblefear.report.plots import index_chart, svg
from bubblefear.report.templating import environment
from bubblefear.report.terminal import MISSING, change
from models.account.peaks import peaks

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bubblefear.store.driving_queries import Driver
    from bubblefear.store.points import Point
    from bubblefear.store.vintage_queries import Provenance

PEAKS: Final = 8
STORIES: Final = 10
FILES: Final = (
    "index.html", "index.json", "index.csv", "index.parquet", "index.atom", "index.meta.json",
    "index.svg", "index.png",
)  # fmt: skip
_SESSIONS: Final = 750


@dataclass(frozen=True)
class Peak:
    """A high session and the first of its stories."""

    point: Point
    story: Driver | None


@dataclass(frozen=True)
class Page:
    """What the page says.

    Attributes:
        origin: The vintage.
        points: Of ``total``, by session.
        sample: The figures are of the shipped sample.
        provisional: The session that had not closed, or None.
        stories: Behind the newest session with a value.
        peaks: The highest sessions, newest last.
    """

    origin: Provenance
    points: Sequence[Point]
    sample: bool
    provisional: str | None
    stories: Sequence[Driver]
    peaks: Sequence[Peak]

    @property
    def known(self) -> list[Point]:
        """The sessions that have a value."""
        return [point for point in self.points if point.value is not None]

    @property
    def counted(self) -> bool:
        """Whether the vintage's account says what each story adds."""
        return any(story.points is not None for story in self.stories)

    @property
    def skipped(self) -> int:
        """Sessions after the newest with a value."""
        return sum(1 for point in self.points if point.date > self.known[-1].date)


def gather(
    points: Sequence[Point],
    origin: Provenance,
    drivers: Callable[[str, int], list[Driver]],
    *,
    sample: bool,
    provisional: str | None,
) -> Page:
    """The page of one series; ``drivers`` gives the first n stories of a session."""
    known = [point for point in points if point.value is not None]
    found = []
    for point in peaks(points, PEAKS):
        stories = drivers(point.date, 1)
        found.append(Peak(point, stories[0] if stories else None))
    behind = drivers(known[-1].date, STORIES) if known else []
    return Page(origin, points, sample, provisional, behind, found)


def render(page: Page, *, subtitle: str) -> bytes:
    """The page as a file."""
    known = page.known
    text = (
        environment()
        .get_template("site.html")
        .render(
            page=page,
            now=known[-1] if known else None,
            before=known[-2] if len(known) > 1 else None,
            change=change,
            charts=_charts(page, subtitle) if known else [],
            missing=MISSING,
        )
    )
    return f"{text}\n".encode()


def _charts(page: Page, subtitle: str) -> list[tuple[str, Markup]]:
    """The chart for a wide and for a narrow screen: shrinking one makes its words illegible."""
    shown = page.points[-_SESSIONS:]
    stories = {peak.point.date: peak.story.title for peak in page.peaks if peak.story}
    wide = index_chart(shown, subtitle=subtitle, stories=stories, labels=4)
    narrow = index_chart(shown, title="AI-bubble fear", width=270, height=200, labels=1)
    # Vega escapes what it draws, also a publisher's title.
    drawn = (("wide", svg(wide)), ("narrow", svg(narrow)))
    return [(name, Markup(text)) for name, text in drawn]  # noqa: S704 - as said

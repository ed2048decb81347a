"""The report: one HTML file with everything inside, which fetches nothing and runs no script."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from bubblefear.report import files
from bubblefear.report.drivers import session_window
from bubblefear.report.plots import index_chart, svg
from bubblefear.report.templating import environment
from bubblefear.report.terminal import MISSING, change
from bubblefear.store import account_queries, report_queries
from bubblefear.store import database as opened

if TYPE_CHECKING:
    import sqlite3

    from bubblefear.store.points import Point

FILE_NAME = "report.html"
_LATEST_STORIES, _CHART_SESSIONS = 20, 250


@dataclass(frozen=True)
class Source:
    """What the report is made from, as read at one instant."""

    vintage: report_queries.Vintage | None
    points: list[Point]
    moves: list[tuple[str, float, float]]
    stories: list[report_queries.StoryLine]
    tests: report_queries.TestRun | None
    account: account_queries.Account
    problems: list[account_queries.ProblemLine]
    runs: list[account_queries.RunLine]
    scorer: str | None


def write_report(database: Path, out: Path, *, sample: bool = False) -> Path:
    """Write the report of the present index and tests.

    Args:
        database: The file to read; it must exist.
        out: A file ending in ``.html``, or a folder, in which ``report.html`` is written.
        sample: Whether the database holds the shipped sample, which is then said in plain sight.

    Returns:
        The file that was written; it is replaced in one step, so a reader never sees half of it.

    Raises:
        DatabaseMissing: There is no such database.
        StoreError: The database cannot be used.
        OSError: The file cannot be written.
    """
    with opened(database, create=False) as conn:
        source = read(conn)
    path = out if out.suffix.lower() in (".html", ".htm") else out / FILE_NAME
    return files.replace(path, render(source, sample=sample).encode())


def read(conn: sqlite3.Connection) -> Source:
    """Read all that the report says in one transaction, so that its parts agree."""
    conn.execute("BEGIN")
    try:
        return _read(conn)
    finally:
        conn.execute("ROLLBACK")


def _read(conn: sqlite3.Connection) -> Source:
    vintage = report_queries.latest_vintage(conn)
    points = report_queries.total(conn, vintage) if vintage else []
    known = [point for point in points if point.value is not None]
    scorer = report_queries.main_scorer(conn)
    stories, moves = [], []
    if vintage and known and scorer:
        after, until = session_window(known[-1].date)
        stories = report_queries.top_stories(conn, scorer, after, until, _LATEST_STORIES)
    if vintage and len(known) > 1:
        moves = report_queries.parts_of_change(conn, vintage, known[-2].date, known[-1].date)
    return Source(
        vintage=vintage,
        points=points,
        moves=moves[:8],
        stories=stories,
        tests=report_queries.latest_tests(conn),
        account=account_queries.account(conn),
        problems=account_queries.problem_lines(conn),
        runs=account_queries.run_lines(conn, 1),
        scorer=scorer,
    )


def render(source: Source, *, sample: bool) -> str:
    """The page as text."""
    known = [point for point in source.points if point.value is not None]
    return (
        environment()
        .get_template("report.html")
        .render(
            source=source,
            sample=sample,
            now=known[-1] if known else None,
            before=known[-2] if len(known) > 1 else None,
            change=change,
            charts=_charts(source) if known else [],
            missing=MISSING,
        )
    )


def _charts(source: Source) -> list[tuple[str, Markup]]:
    """The chart for a wide and for a narrow screen: shrinking one makes its words illegible."""
    points = source.points[-_CHART_SESSIONS:]
    said = f"vintage {source.vintage.vintage}, {source.vintage.kind}" if source.vintage else ""
    wide = index_chart(points, subtitle=said)
    narrow = index_chart(points, title="AI-bubble fear", width=270, height=200, labels=1)
    # Vega escapes what it draws, and draws only dates, numbers and our own words.
    drawn = (("wide", svg(wide)), ("narrow", svg(narrow)))
    return [(name, Markup(text)) for name, text in drawn]  # noqa: S704 - as said

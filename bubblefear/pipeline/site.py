"""The static site: a page, the figures in four formats, the chart, and what they are."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bubblefear.errors import NothingToDo
from bubblefear.pipeline import output, output_files
from bubblefear.pipeline.read_index import Shown
from bubblefear.report import files, plots, sidecar, site
from bubblefear.report.drivers import drivers
from bubblefear.store import feeds, points, report_queries

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

    from bubblefear.config import Settings
    from bubblefear.pipeline.recording import Run
    from bubblefear.store.vintage_queries import Provenance


def write(conn: sqlite3.Connection, settings: Settings, run: Run, folder: Path) -> Path:
    """Write the site of the last vintage; the folder is replaced in one step.

    The same database gives the same bytes: no file says when it was written.

    Returns:
        The path of its page.

    Raises:
        NothingToDo: there is no index yet.
        UsageError: the folder holds other files, which would be lost.
    """
    files.refuse_foreign(folder.resolve(), site.FILES)
    made = contents(conn, settings)
    with files.replaced_folder(folder, site.FILES) as fresh:
        for name, data in made.items():
            (fresh / name).write_bytes(data)
    run.say(f"site {folder}")
    return folder / "index.html"


def contents(conn: sqlite3.Connection, settings: Settings) -> dict[str, bytes]:
    """Every file of the site by name, read in one transaction so that they agree.

    Raises:
        NothingToDo: there is no index yet.
    """
    conn.execute("BEGIN")
    try:
        return _contents(conn, settings)
    finally:
        conn.execute("ROLLBACK")


def _contents(conn: sqlite3.Connection, settings: Settings) -> dict[str, bytes]:
    version, vintage = _newest(conn, settings)
    every = points.read(conn, version, vintage, None)
    shown = Shown(version, vintage, every, feeds.is_sample(conn))
    table = output.arrange(conn, shown, output.Choice())
    origin = output.origin(conn, table, settings)
    total = output.only(table, "total")
    made = {
        f"index.{kind}": output_files.encoded(conn, part, origin, kind)
        for kind, part in (("json", table), ("csv", table), ("parquet", table), ("atom", total))
    }
    made |= _pages(conn, total, origin)
    about = sidecar.describe(
        origin,
        made,
        sample=table.sample,
        provisional=table.provisional,
        made=output.made(output.Choice()),
    )
    return made | {"index.meta.json": about}


def _pages(conn: sqlite3.Connection, total: output.Table, origin: Provenance) -> dict[str, bytes]:
    """The page and the chart."""
    shown = output_files.as_points(total.rows)
    page = site.gather(
        shown,
        origin,
        lambda session, limit: drivers(conn, origin, session, limit=limit),
        sample=total.sample,
        provisional=total.provisional,
    )
    said = output_files.subtitle(total, origin)
    stories = {peak.point.date: peak.story.title for peak in page.peaks if peak.story}
    draw = partial(plots.drawn, plots.index_chart(shown, subtitle=said, stories=stories, labels=4))
    return {
        "index.html": site.render(page, subtitle=said),
        "index.svg": draw(".svg"),
        "index.png": draw(".png"),
    }


def _newest(conn: sqlite3.Connection, settings: Settings) -> tuple[str, str]:
    """Version and vintage: of the settings' version, else of the one that the report shows."""
    vintage = points.vintage_at(conn, settings.index_version)
    if vintage is not None:
        return settings.index_version, vintage
    latest = report_queries.latest_vintage(conn)
    if latest is None:
        raise NothingToDo("there is no index yet: run `bubblefear index`")
    return latest.version, latest.vintage

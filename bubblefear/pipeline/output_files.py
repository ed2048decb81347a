"""Rows of the index -> the bytes of each format, with the stories that a feed or a chart tells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from bubblefear.errors import UsageError
from bubblefear.pipeline.output_periods import SESSION
from bubblefear.report import files, formats, sidecar
from bubblefear.store.points import Point
from models.account.peaks import peaks

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from bubblefear.pipeline.output import Table
    from bubblefear.store.vintage_queries import Provenance

FORMATS: Final = ("table", "json", "csv", "parquet", "atom")
PLOTS: Final = (".png", ".svg", ".html")
PEAKS: Final = 4
_STORIES_IN_FEED: Final = 3


def encoded(conn: sqlite3.Connection, table: Table, origin: Provenance, kind: str) -> bytes:
    """A table as a file of ``json``, ``csv``, ``parquet`` or ``atom``.

    Raises:
        UsageError: a feed of weeks or months.
    """
    if kind == "json":
        return f"{formats.as_json(table.rows)}\n".encode()
    if kind == "csv":
        return formats.as_csv(table.rows).encode()
    if kind == "parquet":
        return formats.as_parquet(table.rows)
    return _feed(conn, table, origin).encode()


def write(
    path: Path, data: bytes, table: Table, origin: Provenance, made: Mapping[str, Any]
) -> None:
    """Write a file and, beside it, ``FILE.meta.json``; each is replaced in one step."""
    files.replace(path, data)
    about = sidecar.describe(
        origin,
        {path.name: data},
        sample=table.sample,
        provisional=table.provisional,
        made=made,
    )
    files.replace(sidecar.beside(path), about)


def plot(
    conn: sqlite3.Connection, table: Table, origin: Provenance, path: Path, *, stack: bool = False
) -> bytes:
    """A chart of one series with its band and told peaks, or of several.

    Raises:
        UsageError: the suffix names no format that is drawn here, or there is nothing to draw.
    """
    check_plot(path)
    if not table.rows:
        raise UsageError("there is nothing to draw between these dates")
    from bubblefear.report import plot_series, plots

    points = as_points(table.rows)
    said = subtitle(table, origin)
    if len({point.series for point in points}) > 1:
        chart = plot_series.series_chart(points, subtitle=said, stack=stack)
    else:
        stories = titles(conn, origin, table, [top.date for top in peaks(points, PEAKS)])
        name = points[0].series
        head = "Fear that the AI boom is a bubble" + (f": {name}" if name != "total" else "")
        chart = plots.index_chart(points, title=head, subtitle=said, labels=PEAKS, stories=stories)
    return plots.drawn(chart, path.suffix.lower())


def check_plot(path: Path) -> None:
    """Refuse a suffix that names no format, before anything is built.

    Raises:
        UsageError: as said.
    """
    if path.suffix.lower() not in PLOTS:
        raise UsageError(f"{path}: charts are saved as {', '.join(PLOTS)}")


def subtitle(table: Table, origin: Provenance) -> str:
    """What a chart says under its title."""
    sample = "SAMPLE, invented news; " if table.sample else ""
    means = "" if table.frequency == SESSION else f"means of each {table.frequency}; "
    return f"{sample}{means}{origin.version}, vintage {origin.vintage.split()[-1]}, {origin.kind}"


def titles(
    conn: sqlite3.Connection, origin: Provenance, table: Table, dates: Iterable[str]
) -> dict[str, str]:
    """The title of the first story behind each session; nothing for weeks and months."""
    if table.frequency != SESSION or not table.rows:
        return {}
    from bubblefear.report.drivers import drivers

    series = table.rows[0]["series"]
    found = {date: drivers(conn, origin, date, series=series, limit=1) for date in dates}
    return {date: stories[0].title for date, stories in found.items() if stories}


def as_points(rows: Iterable[Mapping[str, Any]]) -> list[Point]:
    """Rows as the points that charts are drawn from."""
    fields = ("series", "date", "value", "ma7", "ma30", "lo", "hi", "n")
    return [Point(*(row[name] for name in fields)) for row in rows]


def _feed(conn: sqlite3.Connection, table: Table, origin: Provenance) -> str:
    if table.frequency != SESSION:
        raise UsageError("a feed tells of sessions: leave --frequency out")
    from bubblefear.report import atom
    from bubblefear.report.drivers import drivers
    from bubblefear.store.vintage_queries import changed_at

    names = sorted({row["series"] for row in table.rows})
    told = atom.newest(table.rows) if "total" in names else []
    stories = {
        date: [d.title for d in drivers(conn, origin, date, limit=_STORIES_IN_FEED)]
        for date in told
    }
    about = atom.About(
        origin.version,
        origin.as_of if origin.inputs_sha256 is None else origin.vintage,
        table.sample,
        changed_at(conn, origin.version, origin.vintage, names) if origin.inputs_sha256 else {},
        stories,
    )
    return atom.feed(table.rows, about)

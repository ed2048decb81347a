"""The table of ``bubblefear index`` and what stands under it."""

from typing import TYPE_CHECKING, Any

from bubblefear.report.terminal import number, sparkline
from bubblefear.report.terminal import table as drawn

if TYPE_CHECKING:
    from bubblefear.pipeline.output import Choice, Table

SPARK = 60


def lines(table: "Table") -> list[str]:
    """The table; a provisional session has a star. Weeks and months have no means and no band."""
    plain = table.frequency == "session"
    smooth = bool(table.rows) and "smoothed" in table.rows[0]
    head = [table.frequency if not plain else "date", "series", "index"]
    head += ["smoothed"] if smooth else []
    head += ["MA7", "MA30", "90 % band"] if plain else []
    head.append("articles")
    return [drawn(head, [_cells(row, plain=plain) for row in table.rows])]


def _cells(row: dict[str, Any], *, plain: bool) -> list[str]:
    star = "*" if row["provisional"] else ""
    cells = [f"{row['date']}{star}", row["series"], number(row["value"])]
    if "smoothed" in row:
        cells.append(number(row["smoothed"]))
    if plain:
        band = "-" if row["lo"] is None else f"{number(row['lo'])}-{number(row['hi'])}"
        cells += [number(row["ma7"]), number(row["ma30"]), band]
    return [*cells, str(row["n"])]


def foot(table: "Table", choice: "Choice") -> str:
    """What the figures are, and what the star means where there is one."""
    label = "sample, " if table.sample else ""
    said = f"{label}version {table.version}, vintage {table.vintage}"
    if choice.weights:
        said += f"\nsmoothed: {choice.weights} weights over {choice.lags} {table.frequency}s"
    if any(row["provisional"] for row in table.rows):
        end = table.closes or "its close"
        until = f"until {end}" if table.frequency == "session" else f"the {table.frequency} goes on"
        said += f"\n* provisional: {until}"
    return said


def spark(table: "Table") -> list[str]:
    """A line of bars for each series, its last sixty rows, with its least and greatest value."""
    by_series: dict[str, list[dict[str, Any]]] = {}
    for row in table.rows:
        by_series.setdefault(row["series"], []).append(row)
    found = [""]
    for name, rows in by_series.items():
        shown = rows[-SPARK:]
        known = [row for row in shown if row["value"] is not None]
        if not known:
            continue
        low = min(known, key=lambda row: row["value"])
        high = max(known, key=lambda row: row["value"])
        found += [
            f"{name} {shown[0]['date']} {sparkline([r['value'] for r in shown])} "
            f"{shown[-1]['date']}",
            f"  lowest {number(low['value'])} on {low['date']}, "
            f"highest {number(high['value'])} on {high['date']}",
        ]
    return found if len(found) > 1 else []

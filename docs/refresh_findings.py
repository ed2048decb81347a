"""Puts the numbers of a database into docs/findings.md and draws its index.

`python docs/refresh_findings.py --db findings.db` replaces the text between the page's `index`
and `tests` marks and writes `docs/img/index-2025.svg`. The words around them are written by hand.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Any

from bubblefear.report.plots import index_chart, save
from bubblefear.store import database, points, report_queries

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bubblefear.store.points import Point

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "findings.md"
PLOT = ROOT / "docs" / "img" / "index-2025.svg"
TOP = 10


def number(value: float | None, digits: int = 1) -> str:
    """A number for a table cell; a dash where it is missing."""
    return "-" if value is None else f"{value:.{digits}f}"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = ["| " + " | ".join(cells) + " |" for cells in [head, ["---"] * len(head), *rows]]
    return "\n".join(lines)


def by_period(found: Sequence[Point], key: Callable[[str], str], name: str) -> str:
    """Mean, highest session and number of sessions of each period."""
    groups: dict[str, list[Point]] = defaultdict(list)
    for point in found:
        groups[key(point.date)].append(point)
    rows = []
    for period, members in sorted(groups.items()):
        known = [(p.value, p.date) for p in members if p.value is not None]
        best = max(known, default=None)
        rows.append(
            [
                period,
                number(fmean(v for v, _ in known) if known else None),
                f"{best[0]:.1f} ({best[1]})" if best else "-",
                f"{len(known)} of {len(members)}",
                f"{sum(p.n or 0 for p in members):,}",
            ]
        )
    return table([name, "mean", "highest session", "sessions with a value", "articles"], rows)


def monday(day: str) -> str:
    """The Monday of the session's week."""
    at = date.fromisoformat(day)
    return (at - timedelta(days=at.weekday())).isoformat()


def index_block(series: dict[str, list[Point]], vintage: str) -> str:
    """Months, weeks and the highest sessions with their strongest channel."""
    total = series["total"]
    channels = {
        name.removeprefix("channel:"): {p.date: p.value for p in members}
        for name, members in series.items()
        if name.startswith("channel:")
    }
    rows = []
    for point in sorted((p for p in total if p.value is not None), key=lambda p: -(p.value or 0)):
        parts = {name: values.get(point.date) or 0.0 for name, values in channels.items()}
        strongest = max(parts, key=lambda n: parts[n])
        threat = next(p.value for p in series["threat"] if p.date == point.date)
        rows.append(
            [
                point.date,
                number(point.value),
                f"{number(point.lo)} to {number(point.hi)}",
                number(threat),
                f"{strongest} {number(parts[strongest])}",
                f"{point.n or 0:,}",
            ]
        )
    return "\n\n".join(
        [
            f"Vintage {vintage}; {len(total)} sessions from {total[0].date} to {total[-1].date}.",
            by_period(total, lambda day: day[:7], "month"),
            f"The {TOP} highest sessions (threat and channel are parts of the value, in points):",
            table(
                ["session", "index", "90 % band", "threat", "strongest channel", "articles"],
                rows[:TOP],
            ),
            "By week:",
            by_period(total, monday, "week of"),
        ]
    )


def tests_block(results: Sequence[dict[str, Any]]) -> str:
    """One row for each hypothesis, with everything that its p-value needs beside it."""
    rows = []
    for r in results:
        lo, hi = r["interval"] or (None, None)
        rows.append(
            [
                f"`{r['hypothesis']}`".replace("|", "\\|"),
                number(r["estimate"], 3),
                f"{number(lo, 3)} to {number(hi, 3)}",
                number(r["p"], 3),
                number(r["q"], 3),
                number(r["size"], 3),
                number(r["mde"], 3),
                str(r["n"] or "-"),
                r["verdict"].split(":")[0].split(";")[0],
            ]
        )
    head = ["hypothesis", "estimate", "95 % interval", "p", "q", "size", "mde", "n", "verdict"]
    return table(head, rows)


def replaced(text: str, mark: str, block: str) -> str:
    """The page with the text between a pair of marks exchanged."""
    pattern = re.compile(rf"(<!-- {mark}:start -->\n).*?(<!-- {mark}:end -->)", re.S)
    changed, times = pattern.subn(lambda found: f"{found[1]}\n{block}\n\n{found[2]}", text)
    if times != 1:
        sys.exit(f"docs/findings.md has no single pair of {mark}:start and {mark}:end marks")
    return changed


def main() -> None:
    """Read the index, run the tests, write the page and the plot."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--db", type=Path, required=True)
    path = parser.parse_args().db
    with database(path, create=False) as conn:
        shown = report_queries.latest_vintage(conn)
        if shown is None:
            sys.exit(f"{path} holds no index: run bubblefear index")
        series: dict[str, list[Point]] = defaultdict(list)
        for point in points.read(conn, shown.version, shown.vintage, None):
            series[point.series].append(point)
    command = [sys.executable, "-m", "bubblefear", "test", "--json", "--db", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    text = PAGE.read_text(encoding="utf-8")
    text = replaced(text, "index", index_block(series, f"{shown.vintage} ({shown.kind})"))
    PAGE.write_text(replaced(text, "tests", tests_block(json.loads(done.stdout))), encoding="utf-8")
    subtitle = "session (solid), 30-day mean (dashed), 90 % band over stories; base mean = 100"
    title = "Fear that the AI boom is a bubble, August to December 2025"
    save(index_chart(series["total"], title=title, subtitle=subtitle), PLOT)


if __name__ == "__main__":
    main()

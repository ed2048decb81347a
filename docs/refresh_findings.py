"""Puts the numbers of a database into docs/findings.md and draws its index.

`python docs/refresh_findings.py --db findings.db` replaces the text between the page's marks and
writes `docs/img/index-2023-2025.svg`. The words around them, and the line that says in our own
words what each of the highest sessions was about, are written by hand after reading their stories
(`bubblefear explain DATE`).
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tomllib
from collections import defaultdict
from pathlib import Path
from statistics import correlation, fmean
from typing import TYPE_CHECKING

import findings_tests

from bubblefear.config import INDEX_VERSIONS
from bubblefear.report.plots import index_chart, save
from bubblefear.store import database, points

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bubblefear.store.points import Point

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "findings.md"
PLOT = ROOT / "docs" / "img" / "index-2023-2025.svg"
FIRST = "2023-01-01"
TOP = 10
LANGUAGES = ("--since", "2025-08-01", "--frequency", "week", "--lags", "4")
ABOUT = tomllib.loads((ROOT / "docs" / "findings.toml").read_text(encoding="utf-8"))["about"]


def number(value: float | None, digits: int = 1) -> str:
    """A number for a table cell; a dash where it is missing."""
    return "-" if value is None else f"{value:.{digits}f}"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = ["| " + " | ".join(cells) + " |" for cells in [head, ["---"] * len(head), *rows]]
    return "\n".join(lines)


def months_block(found: Sequence[Point]) -> str:
    """Mean, highest session and number of sessions of each month."""
    groups: dict[str, list[Point]] = defaultdict(list)
    for point in found:
        groups[point.date[:7]].append(point)
    rows = []
    for month, members in sorted(groups.items()):
        known = [(p.value, p.date) for p in members if p.value is not None]
        best = max(known, default=None)
        rows.append(
            [
                month,
                number(fmean(v for v, _ in known) if known else None, 0),
                f"{best[0]:.0f} ({best[1][8:]}.)" if best and best[0] else "-",
                f"{len(known)} of {len(members)}",
                f"{sum(p.n or 0 for p in members):,}",
            ]
        )
    return table(["month", "mean", "highest (day)", "sessions with a value", "entries"], rows)


def top_block(series: dict[str, list[Point]]) -> str:
    """The highest sessions, with their strongest channel and what they were about."""
    channels = {
        name.removeprefix("channel:"): {p.date: p.value for p in members}
        for name, members in series.items()
        if name.startswith("channel:")
    }
    threats = {p.date: p.value or 0.0 for p in series["threat"]}
    known = [p for p in series["total"] if p.value is not None]
    rows = []
    for point in sorted(known, key=lambda p: -(p.value or 0))[:TOP]:
        if point.date not in ABOUT:
            sys.exit(f"docs/findings.toml: what was {point.date} about? (bubblefear explain)")
        parts = {name: values.get(point.date) or 0.0 for name, values in channels.items()}
        strongest = max(parts, key=lambda n: parts[n])
        value = point.value or 1.0
        rows.append(
            [
                point.date,
                number(point.value, 0),
                f"{number(point.lo, 0)} to {number(point.hi, 0)}",
                f"{threats[point.date] / value:.0%}",
                f"{strongest} {parts[strongest] / value:.0%}",
                ABOUT[point.date],
            ]
        )
    head = ["session", "index", "90 % band", "threat", "strongest channel", "what it was about"]
    return table(head, rows)


def versions_block(of_version: dict[str, list[Point]]) -> str:
    """Every version's means, and how its weeks go with those of the first."""
    weekly = {name: weeks(found) for name, found in of_version.items()}
    first = weekly[INDEX_VERSIONS[0]]
    rows = []
    for name, found in of_version.items():
        both = sorted(first.keys() & weekly[name].keys())
        together = correlation([first[w] for w in both], [weekly[name][w] for w in both])
        months = [mean_of(found, month) for month in ("2024", "2025-08", "2025-10", "2025-11")]
        rows.append([f"`{name}`", *(number(m, 0) for m in months), number(together, 2)])
    head = ["version", "mean 2024", "2025-08", "2025-10", "2025-11", "weekly r with the first"]
    return table(head, rows)


def weeks(found: Sequence[Point]) -> dict[str, float]:
    """Mean of the sessions with a value, by ISO week."""
    from datetime import date

    groups: dict[str, list[float]] = defaultdict(list)
    for point in found:
        if point.value is not None:
            year, week, _ = date.fromisoformat(point.date).isocalendar()
            groups[f"{year}-{week:02d}"].append(point.value)
    return {week: fmean(values) for week, values in groups.items()}


def mean_of(found: Sequence[Point], start: str) -> float | None:
    """Mean of the sessions whose date begins so."""
    values = [p.value for p in found if p.date.startswith(start) and p.value is not None]
    return fmean(values) if values else None


def replaced(text: str, mark: str, block: str) -> str:
    """The page with the text between a pair of marks exchanged."""
    pattern = re.compile(rf"(<!-- {mark}:start -->\n).*?(<!-- {mark}:end -->)", re.S)
    changed, times = pattern.subn(lambda found: f"{found[1]}\n{block}\n\n{found[2]}", text)
    if times != 1:
        sys.exit(f"docs/findings.md has no single pair of {mark}:start and {mark}:end marks")
    return changed


def said(path: Path, *words: str, **environment: str) -> str:
    """What a command prints."""
    command = [sys.executable, "-m", "bubblefear", *words, "--db", str(path)]
    given = os.environ | environment
    return subprocess.run(command, capture_output=True, text=True, check=True, env=given).stdout


def main() -> None:
    """Read the index, compare, run the tests, write the page and the plot."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--db", type=Path, required=True)
    path = parser.parse_args().db
    of_version: dict[str, list[Point]] = {}
    series: dict[str, list[Point]] = defaultdict(list)
    for version in INDEX_VERSIONS:
        said(path, "index", "--version", version, "--since", "2026-01-01")
    with database(path, create=False) as conn:
        for version in INDEX_VERSIONS:
            vintage = points.vintage_at(conn, version) or ""
            of_version[version] = points.read(conn, version, vintage, since=FIRST)
        vintage = points.vintage_at(conn, INDEX_VERSIONS[0]) or ""
        for point in points.read(conn, INDEX_VERSIONS[0], vintage, None, since=FIRST):
            series[point.series].append(point)
    blocks = {
        "months": months_block(series["total"]),
        "top": top_block(series),
        "versions": versions_block(of_version),
        "languages": console(said(path, "index", "compare", *LANGUAGES)),
        "sources": console(said(path, "index", "sources", "--since", "2025-08-01", "--top", "8")),
    } | findings_tests.blocks(path)
    text = PAGE.read_text(encoding="utf-8")
    for mark, block in blocks.items():
        text = replaced(text, mark, block)
    PAGE.write_text(text, encoding="utf-8")
    subtitle = "session (solid), 30-day mean (dashed), 90 % band; mean of the base window = 100"
    title = "Fear that the AI boom is a bubble, 2023 to 2025"
    save(index_chart(series["total"], title=title, subtitle=subtitle), PLOT)


def console(text: str) -> str:
    """Output of a command as a block of its own."""
    return f"```\n{text.rstrip()}\n```"


if __name__ == "__main__":
    main()

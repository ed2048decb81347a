"""Cores and hours for many texts, from what was measured: ``python -m bench.capacity``.

It prints the tables of `docs/howto/cluster.md` from `bench/results.json`, and ``--write`` puts them
into the page. ``--price`` is that of a core for an hour, in whatever currency the reader pays.
"""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROOT: Final = Path(__file__).resolve().parent.parent
PAGE: Final = ROOT / "docs" / "howto" / "cluster.md"
RESULTS: Final = ROOT / "bench" / "results.json"
MARK: Final = re.compile(r"(<!-- capacity -->\n).*?(<!-- end -->)", flags=re.S)
PRICE: Final = 0.05
COUNTS: Final = {"1 million": 10**6, "100 million": 10**8, "1 billion": 10**9}
CORES: Final = (2, 64, 1_000)


def core_hours(texts: float, rate: float) -> float:
    """Hours of one core for so many texts at a rate in texts per second and core."""
    return texts / rate / 3600


def hours(texts: float, rate: float, cores: int, merge_rate: float) -> float:
    """Wall time: scoring shared by the cores, then planning and merging, which one process does.

    Args:
        texts: Distinct texts.
        rate: Texts per second and core.
        cores: Of all machines.
        merge_rate: Texts per second that are planned and merged.
    """
    return core_hours(texts, rate) / cores + texts / merge_rate / 3600


def table(rate: float, merge_rate: float, price: float) -> str:
    """A Markdown table: a line for each count of texts."""
    cores = [f"{count:,} cores" for count in CORES]
    lines = [
        f"| texts | core-hours | at {price:g} a core-hour | {' | '.join(cores)} |",
        f"|---|{'---:|' * (2 + len(CORES))}",
    ]
    for name, texts in COUNTS.items():
        needed = core_hours(texts, rate)
        walls = [_time(hours(texts, rate, count, merge_rate)) for count in CORES]
        cells = [name, _figure(needed), _figure(needed * price), *walls]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def block(results: Mapping[str, Any], price: float = PRICE) -> str:
    """What stands between the page's marks."""
    figures = results.get("engines", {}).get("figures", {})
    wanted = ("local_1_texts_per_s", "whole_local_1_texts_per_s", "merge_texts_per_s")
    if not all(name in figures for name in wanted):
        return "\nNot measured yet: `python -m bench engines`, then `python -m bench.capacity`.\n"
    short, whole, merging = (_median(figures[name]) for name in wanted)
    said = [
        f"Headlines, {short:g} texts a second and core:",
        table(short, merging, price),
        f"Whole articles, {whole:g} texts a second and core:",
        table(whole, merging, price),
        f"Planning and merging: {merging:,.0f} texts a second, by the one process that has the "
        f"database: from {merging / short:,.0f} cores on, headlines wait for it.",
    ]
    return "\n" + "\n\n".join(said) + "\n"


def filled(page: str, results: Mapping[str, Any]) -> str:
    """The page with its tables as the results have them."""
    return MARK.sub(lambda m: f"{m[1]}{block(results)}\n{m[2]}", page)


def _median(found: Any) -> float:  # noqa: ANN401 - a number or a spread
    return float(found["median"] if isinstance(found, dict) else found)


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.2g}"


def _time(value: float) -> str:
    if value >= 48:
        return f"{value / 24:,.0f} days"
    return f"{value:.1f} h" if value >= 1 else f"{value * 60:.0f} min"


def main(words: Sequence[str] | None = None) -> None:
    """Print the tables, or write them into the page."""
    parser = argparse.ArgumentParser("python -m bench.capacity", description=__doc__)
    parser.add_argument("--price", type=float, default=PRICE, help="of a core-hour")
    parser.add_argument("--write", action="store_true", help="into the page, at its own price")
    asked = parser.parse_args(words)
    results = json.loads(RESULTS.read_text(encoding="utf-8"))
    if asked.write:
        PAGE.write_text(filled(PAGE.read_text(encoding="utf-8"), results), encoding="utf-8")
    else:
        print(block(results, asked.price))


if __name__ == "__main__":
    main()

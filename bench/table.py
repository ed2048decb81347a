"""Judged rows and fitted growth as lines of text, for the terminal and for the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bench.rows import Judged

HEAD: Final = ("what", "measured", "rounds from - to", "beside it", "ratio", "bar", "")
MARKS: Final = {None: "", True: "met", False: "MISSED"}


def cells(row: Judged) -> tuple[str, ...]:
    """The cells of a row under ``HEAD``."""
    unit, bar, spread = row["unit"], row["bar"], row["spread"]
    least = f"{number(spread[0])} - {number(spread[1])}" if spread else ""
    beside = row["peer_value"]
    peer = "" if beside is None else f"{row['peer']}: {number(beside)} {unit}".rstrip()
    limit = "" if bar is None else f"{'<=' if row['at_most'] else '>='} {number(bar)}"
    ratio = "" if row["ratio"] is None else f"{row['ratio']:g}"
    value = f"{number(row['value'])} {unit}".rstrip()
    return (row["label"], value, least, peer, ratio, limit, MARKS[row["met"]])


def number(value: float) -> str:
    """Three significant digits, thousands with commas."""
    if value == int(value) or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{float(f'{value:.3g}'):g}"


def text(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns for a terminal; those that are empty in every row are left out."""
    kept, lines = _filled(head, rows)
    widths = [max(len(line[n]) for line in (kept, *lines)) for n in range(len(kept))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in (kept, *lines)
    )


def markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """The same as a table of Markdown."""
    kept, lines = _filled(head, rows)
    return "\n".join("| " + " | ".join(line) + " |" for line in (kept, ["---"] * len(kept), *lines))


def _filled(
    head: Sequence[str], rows: Sequence[Sequence[str]]
) -> tuple[list[str], list[list[str]]]:
    places = [n for n in range(len(head)) if any(row[n] for row in rows)]
    return [head[n] for n in places], [[row[n] for n in places] for row in rows]


def growth(
    figures: Mapping[str, Any], labels: Mapping[str, str], bar: float
) -> tuple[list[str], list[list[str]]]:
    """Head and rows: a kind a row, a size a column; constant, exponent, and whether it is flagged.

    Args:
        figures: Of `bench.growth`.
        labels: Of its kinds.
        bar: What an exponent may be.
    """
    sizes = sorted({int(size) for one in figures.values() for size in one["s"]})
    head = ["seconds at n =", *(f"{size:,}" for size in sizes), "constant", "exponent", ""]
    rows = []
    for kind, one in figures.items():
        taken = [number(one["s"][str(n)]) if str(n) in one["s"] else "" for n in sizes]
        rows.append([labels.get(kind, kind), *taken, *_fitted(one.get("fit"), bar)])
    return head, rows


def _fitted(found: Mapping[str, Any] | None, bar: float) -> tuple[str, str, str]:
    if found is None:
        return "", "", ""
    error = "" if found["error"] is None else f" (s.e. {found['error']:.2f})"
    constant = number(found["constant"]) if found["form"].startswith("a") else ""
    flag = f"over {bar:g}" if found["exponent"] > bar else ""
    return constant, f"{found['exponent']:.2f}{error}", flag

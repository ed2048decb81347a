"""Rows of the table: which figure of a benchmark counts, beside which peer, against which bar."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypedDict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Judged(TypedDict):
    """A row with its figures, as `results.json` keeps it.

    ``spread`` is the least and the most of the rounds, ``ratio`` the value over the peer's,
    ``met`` is None where there is no bar.
    """

    label: str
    value: float
    unit: str
    spread: list[float] | None
    peer: str | None
    peer_value: float | None
    ratio: float | None
    bar: float | None
    at_most: bool
    met: bool | None


@dataclass(frozen=True)
class Row:
    """What a benchmark declares of one figure.

    Attributes:
        label: What is measured.
        figure: Where it lies in the benchmark's figures, keys with dots between them.
        unit: Of value, peer and bar; ``x`` for ratios, empty for counts.
        at_most: The bar of a figure that should be small.
        at_least: The bar of a figure that should be large; never both.
        peer: Where the peer's figure lies.
        peer_label: What the peer is.
    """

    label: str
    figure: str
    unit: str
    at_most: float | None = None
    at_least: float | None = None
    peer: str | None = None
    peer_label: str | None = None


def judged(rows: Iterable[Row], figures: Mapping[str, Any]) -> list[Judged]:
    """The rows whose figure was measured; a peer that was not is left out of its row."""
    return [_judged(row, figures) for row in rows if _at(figures, row.figure) is not None]


def missed(rows: Iterable[Judged]) -> list[Judged]:
    """The rows whose bar was not met."""
    return [row for row in rows if row["met"] is False]


def _judged(row: Row, figures: Mapping[str, Any]) -> Judged:
    found = _at(figures, row.figure)
    value = _value(found)
    peer = None if row.peer is None else _at(figures, row.peer)
    beside = None if peer is None else _value(peer)
    small = row.at_least is None
    bar = row.at_most if small else row.at_least
    return Judged(
        label=row.label,
        value=value,
        unit=row.unit,
        spread=_spread(found),
        peer=row.peer_label if beside is not None else None,
        peer_value=beside,
        ratio=float(f"{value / beside:.3g}") if beside else None,
        bar=bar,
        at_most=small,
        met=None if bar is None else (value <= bar if small else value >= bar),
    )


def _at(figures: Mapping[str, Any], path: str) -> Any:  # noqa: ANN401 - a number or a spread
    found: Any = figures
    for key in path.split("."):
        if not isinstance(found, dict) or key not in found:
            return None
        found = found[key]
    return found


def _value(found: Any) -> float:  # noqa: ANN401 - a number or a spread
    return float(found["median"] if isinstance(found, dict) else found)


def _spread(found: Any) -> list[float] | None:  # noqa: ANN401 - a number or a spread
    if not isinstance(found, dict) or found["rounds"] < 2:
        return None
    return [float(found["least"]), float(found["most"])]

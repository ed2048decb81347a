"""The plots of a test or a claim on a page: an address for each, and its words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bubblefear.errors import PlotError
from bubblefear.report.figures import widths
from bubblefear.report.transmission_plots import words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True)
class Plot:
    """One plot of a page.

    Attributes:
        src: address of the drawing.
        wide: address of the one for the page's whole width; empty where there is none.
        words: the plot as a sentence.
        problem: why there is no drawing, else empty.
    """

    src: str
    wide: str
    words: str
    problem: str = ""


def plots(base: str, query: str, found: Sequence[tuple[Mapping[str, Any], str]]) -> list[Plot]:
    """The plots of one result.

    Args:
        base: address without ending, such as ``/transmission/plot/3``.
        query: appended to each address, such as ``run=ID``.
        found: payloads, each with its title.
    """
    return [
        _plot(f"{base}{f'-{place}' if place else ''}.svg?{query}", payload, title)
        for place, (payload, title) in enumerate(found)
    ]


def _plot(address: str, payload: Mapping[str, Any], title: str) -> Plot:
    try:
        said = words(payload, title)
        whole = len(widths(payload)) > 1
    except PlotError as error:
        return Plot("", "", "", f"{title}: {error}")
    return Plot(address, f"{address}&wide=1" if whole else "", said)

"""Plots as parts of a page: SVG elements with a text for whoever does not see them."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any, Final

import vl_convert
from markupsafe import Markup

from bubblefear.errors import PlotError
from bubblefear.report.transmission_plots import WIDE, WIDTH, chart, words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# A curve has hundreds of estimates over a dashboard of choices: it takes the page's whole width,
# and on a telephone a drawing of its own.
_WHOLE_WIDTH: Final = "curve"
_FEW: Final = 20


@dataclass(frozen=True)
class Figure:
    """What is drawn, or why it is not.

    Attributes:
        drawings: classes of the page's style sheet with their SVG; a wide and a narrow one
            where the plot takes the whole width.
        words: the plot as a sentence.
        problem: why nothing is drawn, else empty.
    """

    drawings: tuple[tuple[str, Markup], ...] = ()
    words: str = ""
    problem: str = ""

    @property
    def whole(self) -> bool:
        """Whether it takes the page's whole width."""
        return len(self.drawings) > 1


def figures(payloads: Sequence[Mapping[str, Any]], title: str) -> list[Figure]:
    """Draw what belongs to one result; a payload that cannot be drawn says why in its place."""
    return [_figure(payload, title) for payload in payloads]


def _figure(payload: Mapping[str, Any], title: str) -> Figure:
    try:
        said = words(payload, title)
        drawn = [
            (name, svg(payload, title, width, said)) for name, width in widths(payload).items()
        ]
    except PlotError as error:
        return Figure(problem=f"{title}: {error}")
    return Figure(tuple(drawn), said)


def widths(payload: Mapping[str, Any]) -> dict[str, int]:
    """Class of the style sheet -> width in pixels, of each drawing that a payload needs.

    The payload is one of which ``words`` could be made.
    """
    if payload["kind"] == _WHOLE_WIDTH and len(payload["label"]) > _FEW:
        return {"wide": WIDE, "narrow": WIDTH}
    return {"": WIDTH}


def svg(payload: Mapping[str, Any], title: str, width: int, said: str) -> Markup:
    """One drawing as an SVG element that describes itself by the sentence ``said``.

    Raises:
        PlotError: the payload cannot be drawn.
    """
    specification = chart(payload, title, width=width).to_dict()
    # The sentence is the description; a label on each of a thousand marks would bury it.
    specification["config"]["aria"] = False
    text = str(vl_convert.vegalite_to_svg(specification))
    described = f'<svg role="img" aria-label="{escape(said)}" '
    return Markup(text.replace("<svg ", described, 1))  # noqa: S704 - Vega escapes what it draws

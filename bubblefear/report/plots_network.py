"""Connectedness as a network: who gives more of its shocks to whom than it takes.

An arrow from j to i is as wide as the net pairwise share, the part of i's forecast-error variance
due to j less the part of j's due to i (Diebold and Yilmaz 2014, *Journal of Econometrics* 182,
section 2); a node's area is the share that it gives to all others.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import altair as alt

from bubblefear.report.plot_text import TEXT_SIZE, figure, heading
from bubblefear.report.plots import INK, LINE, SLOW, styled

if TYPE_CHECKING:
    from bubblefear.report.plot_payload import Numbers, Payload

# In pixels: nodes' smallest and largest radius, arrows' largest width, room for names beside the
# circle and above it.
_SMALL, _LARGE, _WIDEST, _BESIDE, _ABOVE = 5.0, 20.0, 7.0, 78.0, 36.0
_TOLD = 3


@dataclass(frozen=True)
class Network:
    """Shares in percent: ``table[i][j]`` of i's forecast-error variance is due to j."""

    names: list[str]
    table: list[Numbers]
    total: float | None

    def given(self, j: int) -> float:
        """What j gives to all others; a share that is missing adds nothing."""
        return sum(row[j] or 0.0 for i, row in enumerate(self.table) if i != j)

    def net(self) -> list[tuple[float, int, int]]:
        """Net pairwise shares with giver and taker, the largest first; missing pairs left out."""
        found = []
        for i in range(len(self.names)):
            for j in range(i):
                to_i, to_j = self.table[i][j], self.table[j][i]
                if to_i is not None and to_j is not None and to_i != to_j:
                    giver, taker = (j, i) if to_i > to_j else (i, j)
                    found.append((abs(to_i - to_j), giver, taker))
        return sorted(found, key=lambda edge: (-edge[0], edge[1:]))


def read(payload: Payload) -> Network:
    """The fields of a payload of kind ``network``.

    Raises:
        PlotError: fewer than two names or a name twice, no square table, or a negative share.
    """
    names = payload.texts("names", least=2)
    if len(set(names)) < len(names):
        raise payload.wrong("names", "holds a name twice")
    table = payload.square("table", len(names))
    if any(value is not None and value < 0 for row in table for value in row):
        raise payload.wrong("table", "holds a negative share")
    return Network(names, table, payload.number("total"))


def draw(payload: Payload, title: str, width: int) -> alt.LayerChart:
    """Nodes on a circle with arrows from who gives to who takes."""
    network = read(payload)
    places = _places(network, width)
    layers = [*_arrows(network, places, width), _nodes(places, width), *_names(places, width)]
    said = [
        *([] if network.total is None else [f"total connectedness {figure(network.total)} %"]),
        "arrow: net share, from giver to taker; node: share given to others",
    ]
    return styled(
        alt.LayerChart(
            layer=layers, title=heading(title, said, width), width=width - 20, height=_height(width)
        )
    )


def words(payload: Payload, title: str) -> str:
    """The plot in one sentence, for whoever does not see it."""
    network = read(payload)
    total = "" if network.total is None else f"total connectedness {figure(network.total)} %; "
    names = network.names
    largest = [f"{names[a]} to {names[b]} {figure(net)}" for net, a, b in network.net()[:_TOLD]]
    told = "; ".join(largest) or "none"
    return f"{title}: {len(names)} nodes; {total}largest net shares in percent: {told}."


@dataclass(frozen=True)
class _Place:
    """Where a node stands, in pixels from the lower left corner, and how large it is."""

    name: str
    x: float
    y: float
    radius: float
    angle: float
    given: float


def _places(network: Network, width: int) -> list[_Place]:
    """Clockwise from the top, in the order given."""
    given = [network.given(j) for j in range(len(network.names))]
    largest = max(given) or 1.0
    centre_x, centre_y = (width - 20) / 2, _height(width) / 2
    reach = centre_y - _ABOVE
    found = []
    for place, name in enumerate(network.names):
        angle = math.pi / 2 - 2 * math.pi * place / len(network.names)
        # The area, not the radius, says how much is given.
        radius = max(_SMALL, _LARGE * math.sqrt(given[place] / largest))
        x, y = centre_x + reach * math.cos(angle), centre_y + reach * math.sin(angle)
        found.append(_Place(name, x, y, radius, angle, given[place]))
    return found


def _height(width: int) -> float:
    """As high as the circle that leaves room for names on both sides needs."""
    return width - 20 - 2 * (_BESIDE - _ABOVE)


def _x(name: str, width: int) -> alt.X:
    return alt.X(name, axis=None, scale=alt.Scale(domain=[0, width - 20], nice=False))


def _y(name: str, width: int) -> alt.Y:
    return alt.Y(name, axis=None, scale=alt.Scale(domain=[0, _height(width)], nice=False))


def _arrows(network: Network, places: list[_Place], width: int) -> list[alt.LayerChart | alt.Chart]:
    edges = network.net()
    if not edges:
        return []
    rows = [_edge(places[a], places[b], net / edges[0][0], net) for net, a, b in edges]
    base = alt.Chart(alt.InlineData(values=rows))
    opacity = alt.Opacity(
        "share:Q", scale=alt.Scale(domain=[0, 1], range=[0.25, 0.95]), legend=None
    )
    lines = base.mark_rule(color=SLOW).encode(
        x=_x("x:Q", width), y=_y("y:Q", width), x2="x2:Q", y2="y2:Q", opacity=opacity,
        strokeWidth=alt.StrokeWidth("width:Q", scale=None, legend=None),
    )  # fmt: skip
    heads = base.mark_point(shape="triangle", filled=True, color=SLOW).encode(
        x=_x("tip_x:Q", width), y=_y("tip_y:Q", width), opacity=opacity,
        angle=alt.Angle("turn:Q", scale=None), size=alt.Size("head:Q", scale=None, legend=None),
    )  # fmt: skip
    return [lines, heads]


def _edge(giver: _Place, taker: _Place, share: float, net: float) -> dict[str, Any]:
    """An arrow that begins and ends outside the two nodes."""
    dx, dy = taker.x - giver.x, taker.y - giver.y
    length = math.hypot(dx, dy)
    ux, uy = dx / length, dy / length
    wide = max(0.6, _WIDEST * share)
    head = 5.0 + wide
    end = taker.radius + 2 + head / 2
    return {
        "x": giver.x + ux * (giver.radius + 1),
        "y": giver.y + uy * (giver.radius + 1),
        "x2": taker.x - ux * end,
        "y2": taker.y - uy * end,
        "tip_x": taker.x - ux * end,
        "tip_y": taker.y - uy * end,
        # A triangle points up; angles turn it clockwise.
        "turn": 90 - math.degrees(math.atan2(dy, dx)),
        "width": wide,
        "head": head**2,
        "share": share,
        "net": net,
    }


def _nodes(places: list[_Place], width: int) -> alt.Chart:
    rows = [{"x": p.x, "y": p.y, "area": math.pi * p.radius**2, "name": p.name} for p in places]
    nodes: alt.Chart = (
        alt.Chart(alt.InlineData(values=rows))
        .mark_point(shape="circle", filled=True, color=LINE, opacity=0.9)
        .encode(
            x=_x("x:Q", width),
            y=_y("y:Q", width),
            size=alt.Size("area:Q", scale=None, legend=None),
        )
    )
    return nodes


def _names(places: list[_Place], width: int) -> list[alt.Chart]:
    """Names outside the circle, away from the arrows, with what each gives to the others."""
    layers = []
    for align in ("left", "center", "right"):
        rows = [_label(place) for place in places if _side(place) == align]
        if rows:
            layers.append(_texts(rows, align, width))
    return layers


def _label(place: _Place) -> dict[str, Any]:
    gap = place.radius + (12 if _side(place) == "center" else 5)
    return {
        "x": place.x + gap * math.cos(place.angle),
        "y": place.y + gap * math.sin(place.angle),
        "text": f"{place.name} {figure(place.given)}",
    }


def _side(place: _Place) -> Literal["left", "center", "right"]:
    if abs(math.cos(place.angle)) < 0.2:
        return "center"
    return "left" if math.cos(place.angle) > 0 else "right"


def _texts(
    rows: list[dict[str, Any]], align: Literal["left", "center", "right"], width: int
) -> alt.Chart:
    texts: alt.Chart = (
        alt.Chart(alt.InlineData(values=rows))
        .mark_text(
            color=INK, align=align, baseline="middle", fontSize=TEXT_SIZE, limit=int(_BESIDE) + 20
        )
        .encode(x=_x("x:Q", width), y=_y("y:Q", width), text="text:N")
    )
    return texts

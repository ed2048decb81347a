"""A specification curve: one estimate for every reasonable choice, sorted, with the choices below.

After Simonsohn, Simmons and Nelson (2020), *Nature Human Behaviour* 4: the upper part shows how far
the answer depends on choices that a claim leaves open, the lower part which choices make it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import altair as alt

from bubblefear.report.plot_text import counted, figure, heading
from bubblefear.report.plots import INK, LINE, SLOW, styled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bubblefear.report.plot_payload import Numbers, Payload

_HEIGHT, _ROW = 190, 13
# A choice of more values than these is shown in as many ranges of neighbours.
_VALUES = 8
# Width of one specification at least.
_PIXELS = 2


@dataclass(frozen=True)
class Specification:
    """One estimate and the choices behind it."""

    label: str
    estimate: float | None
    lo: float | None
    hi: float | None
    choices: dict[str, str]


@dataclass(frozen=True)
class Curve:
    """Specifications from the smallest estimate to the largest, those without one last.

    Attributes:
        specifications: all that the payload holds.
        stated: the value that is claimed.
        drawn_from: how many there were, where the payload holds only some of them; else 0.
    """

    specifications: list[Specification]
    stated: float | None
    drawn_from: int = 0

    @property
    def known(self) -> list[Specification]:
        """Those with an estimate."""
        return [one for one in self.specifications if one.estimate is not None]

    @property
    def reaching(self) -> int:
        """How many estimates are as far from 0 as the stated value, on its side."""
        stated = self.stated or 0.0
        side = 1 if stated > 0 else -1
        return sum(1 for one in self.known if side * ((one.estimate or 0.0) - stated) >= 0)

    @property
    def holding(self) -> int:
        """How many intervals hold the stated value."""
        stated = self.stated or 0.0
        return sum(
            1
            for one in self.known
            if one.lo is not None and one.hi is not None and one.lo <= stated <= one.hi
        )

    def count(self) -> str:
        """What the title says."""
        known, missing = len(self.known), len(self.specifications) - len(self.known)
        said = counted(known, "specification")
        if self.stated is not None and self.stated != 0 and known:
            said = (
                f"{self.reaching} of {said} {'reaches' if self.reaching == 1 else 'reach'} the "
                f"stated {figure(self.stated)}"
            )
            if any(one.lo is not None for one in self.known):
                said += f"; {self.holding} have it in their interval"
        if self.drawn_from > len(self.specifications):
            said = f"of {self.drawn_from:,} an even {len(self.specifications):,} are here: {said}"
        return said + (f"; {missing} could not be estimated" if missing else "")


def read(payload: Payload) -> Curve:
    """The fields of a payload of kind ``curve``.

    Raises:
        PlotError: a field is missing, of another length or no number.
    """
    labels = payload.texts("label")
    count = len(labels)
    low, high = payload.interval("lo", "hi", count) or _none(count)
    estimates = payload.numbers("estimate", count)
    for at, estimate in enumerate(estimates):
        if estimate is None:
            low[at] = high[at] = None
    choices = payload.records("choices", count)
    found = [Specification(*row) for row in zip(labels, estimates, low, high, choices, strict=True)]
    # Python's sort is stable: equal estimates keep the order in which they were made.
    found.sort(key=lambda one: (one.estimate is None, one.estimate or 0.0))
    return Curve(found, payload.number("stated"), int(payload.number("of") or 0))


def _none(count: int) -> tuple[Numbers, Numbers]:
    return [None] * count, [None] * count


def draw(payload: Payload, title: str, width: int) -> alt.VConcatChart:
    """Estimates with intervals and the stated value as a line; the dashboard of choices below."""
    curve = read(payload)
    label = min(150, max(70, width // 4))
    inside = width - label - 20
    shown = thinned(curve.specifications, inside // _PIXELS)
    rows, order = dashboard(shown)
    parts: list[alt.LayerChart | alt.Chart] = [_upper(shown, curve.stated, inside)]
    if rows:
        parts.append(_lower(rows, order, inside, len(shown), label))
    said = [curve.count(), *(["dashed: as stated"] if curve.stated is not None else [])]
    if len(shown) < len(curve.specifications):
        said.append(f"{len(shown)} drawn, evenly spaced from the smallest to the largest")
    chart = alt.VConcatChart(vconcat=parts, spacing=8, title=heading(title, said, width))
    return styled(chart)


def words(payload: Payload, title: str) -> str:
    """The plot in one sentence, for whoever does not see it."""
    curve = read(payload)
    if not curve.known:
        return f"{title}: {curve.count()}."
    first, last = curve.known[0], curve.known[-1]
    return (
        f"{title}: {curve.count()}. Estimates go from {figure(first.estimate)} ({first.label}) "
        f"to {figure(last.estimate)} ({last.label})."
    )


def _scale(count: int) -> alt.Scale:
    return alt.Scale(domain=[0.5, count + 0.5], nice=False)


def thinned(specifications: Sequence[Specification], most: int) -> list[Specification]:
    """At most so many, the first and the last among them: two on one pixel cannot be told apart."""
    count = len(specifications)
    if count <= most:
        return list(specifications)
    return [specifications[round(place * (count - 1) / (most - 1))] for place in range(most)]


def _upper(shown: Sequence[Specification], stated: float | None, width: int) -> alt.LayerChart:
    count = len(shown)
    rows = [
        {"x": x, "value": one.estimate, "lo": one.lo, "hi": one.hi}
        for x, one in enumerate(shown, 1)
    ]
    x = alt.X("x:Q", axis=None, scale=_scale(count))
    base = alt.Chart(alt.InlineData(values=rows)).encode(x=x)
    thin = max(0.5, min(2.0, 0.5 * width / count))
    layers = [
        _rule(0.0, []),
        base.mark_rule(color=SLOW, strokeWidth=thin, opacity=0.55).encode(
            y=alt.Y("lo:Q", title=None), y2="hi:Q"
        ),
        base.mark_point(color=LINE, filled=True, size=max(6, min(36, 12 * thin)), opacity=1).encode(
            y="value:Q"
        ),
    ]
    if stated is not None:
        layers.append(_rule(stated, [5, 3]))
    return alt.LayerChart(layer=layers, width=width, height=_HEIGHT)


def _rule(at: float, dash: Sequence[float]) -> alt.Chart:
    base = alt.Chart(alt.InlineData(values=[{"at": at}]))
    rule: alt.Chart = base.mark_rule(color=INK, strokeDash=list(dash)).encode(
        y=alt.Y("at:Q", title=None)
    )
    return rule


def _lower(
    rows: list[dict[str, Any]], order: list[str], width: int, count: int, label: int
) -> alt.Chart:
    axis = alt.Axis(labelLimit=label, ticks=False, domain=False, labelFontSize=10)
    ticks: alt.Chart = (
        alt.Chart(alt.InlineData(values=rows), width=width, height=_ROW * len(order))
        .mark_tick(color=SLOW, thickness=max(0.8, min(4.0, 0.6 * width / count)), height=8)
        .encode(
            x=alt.X("x:Q", axis=None, scale=_scale(count)),
            y=alt.Y("choice:N", sort=order, title=None, axis=axis),
        )
    )
    return ticks


def dashboard(specifications: Sequence[Specification]) -> tuple[list[dict[str, Any]], list[str]]:
    """Which specification made which choice.

    What all have in common is no choice and is left out.

    Returns:
        Rows of ``x`` (place of the specification from 1) and ``choice``; and the choices' order.
    """
    names = dict.fromkeys(name for one in specifications for name in one.choices)
    rows, order = [], []
    for name in names:
        shown = _shown([one.choices.get(name) for one in specifications])
        values = sorted({value for value in shown if value is not None}, key=_by_size)
        name = name.replace("_", " ")
        if len(values) < 2 and None not in shown:
            continue
        order += [f"{name}: {value}" for value in values]
        rows += [
            {"x": x, "choice": f"{name}: {value}"}
            for x, value in enumerate(shown, 1)
            if value is not None
        ]
    return rows, order


def _shown(values: Sequence[str | None]) -> list[str | None]:
    """The values, those of a choice with very many of them as ranges of neighbours."""
    different = sorted({value for value in values if value is not None}, key=_by_size)
    if len(different) <= _VALUES:
        return list(values)
    step = -(-len(different) // _VALUES)
    ranges = [different[at : at + step] for at in range(0, len(different), step)]
    named = {
        value: few[0] if len(few) == 1 else f"{few[0]} – {few[-1]}"
        for few in ranges
        for value in few
    }
    return [None if value is None else named[value] for value in values]


def _by_size(text: str) -> tuple[bool, float, str]:
    """Numbers by their size and before words; a range by its first."""
    try:
        return False, float(text.split(" – ")[0]), text
    except ValueError:
        return True, 0.0, text

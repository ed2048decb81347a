"""Several series of the index in one chart: lines beside one another, or areas on one another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt

from bubblefear.report.plots import styled, x_axis

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bubblefear.store.points import Point

# Okabe and Ito's colours, which people with any colour vision can tell apart, without their
# black and yellow: legible on white and on near-black.
COLOURS = ("#d1495b", "#0072b2", "#009e73", "#e69f00", "#56b4e9", "#cc79a7", "#7b8494", "#8c6d31")


def series_chart(
    points: Sequence[Point],
    *,
    title: str = "Fear that the AI boom is a bubble, by part",
    subtitle: str = "",
    width: int = 860,
    height: int = 300,
    stack: bool = False,
) -> alt.LayerChart:
    """Draw several series, each in its colour.

    Args:
        points: of all series; missing values leave a gap in a line.
        title: said above the plot.
        subtitle: said under the title.
        width: of the plotting area, in pixels.
        height: of the plotting area, in pixels.
        stack: areas on one another instead of lines: for parts of one total, such as the
            channels; a missing value counts as nothing there.
    """
    names = list(dict.fromkeys(point.series for point in points))
    colour = alt.Color(
        "series:N",
        sort=names,
        scale=alt.Scale(domain=names, range=[COLOURS[i % len(COLOURS)] for i in range(len(names))]),
        legend=alt.Legend(
            title=None, orient="bottom", columns=4, symbolType="square" if stack else "stroke"
        ),
    )
    base = alt.Chart(alt.InlineData(values=[_row(point) for point in points]))
    base = base.encode(x=x_axis(), color=colour, tooltip=["session:N", "series:N", "value:Q"])
    said = "index points" if stack else "index (base mean of total = 100)"
    if stack:
        marks = base.mark_area(opacity=0.85).encode(y=alt.Y("value:Q", title=said, stack="zero"))
    else:
        y = alt.Y("value:Q", title=said, scale=alt.Scale(zero=False))
        marks = base.mark_line(strokeWidth=1.5).encode(y=y)
    head = alt.TitleParams(title, subtitle=[subtitle] if subtitle else [], anchor="start")
    return styled(alt.LayerChart(layer=[marks], title=head, width=width, height=height))


def _row(point: Point) -> dict[str, Any]:
    return {
        "series": point.series,
        "date": point.date,
        "session": point.date,
        "value": point.value,
    }

from __future__ import annotations

import asyncio
import threading
import time
from typing import Any

import pytest

from bubblefear.errors import PlotError
from bubblefear.report.plots import INK
from bubblefear.review.charts.drawings import Drawings
from bubblefear.review.charts.plots import plots

BARS = {"kind": "bars", "label": ["calm", "stress"], "value": [1.0, -2.0], "y_label": "percent"}
MANY = {
    "kind": "curve", "label": [f"choice {n}" for n in range(30)],
    "estimate": [n / 10 for n in range(30)], "lo": [n / 10 - 1 for n in range(30)],
    "hi": [n / 10 + 1 for n in range(30)], "stated": None,
    "choices": [{"lag": n % 3} for n in range(30)],
}  # fmt: skip


def draw(drawings: Drawings, payload: dict[str, Any], title: str = "t", wide: bool = False) -> str:
    return asyncio.run(drawings.svg(payload, title, wide=wide))


def test_a_drawing_describes_itself() -> None:
    drawing = draw(Drawings(), BARS, "Calm <and> stress")
    assert drawing.startswith("<svg ")
    assert 'role="img" aria-label="Calm &lt;and&gt; stress' in drawing
    assert "<and>" not in drawing


def test_words_are_legible_on_light_and_on_dark() -> None:
    drawings = Drawings()
    light = draw(drawings, BARS)
    dark = asyncio.run(drawings.svg(BARS, "t", dark=True))
    assert INK not in light + dark
    assert light != dark
    assert 'style="' not in light, "the policy would leave it out"


def test_the_same_is_drawn_once_and_what_changed_is_drawn_anew() -> None:
    drawings = Drawings(most=2)
    began = time.perf_counter()
    first = draw(drawings, BARS)
    took = time.perf_counter() - began
    began = time.perf_counter()
    assert draw(drawings, dict(BARS)) == first
    assert time.perf_counter() - began < took
    assert draw(drawings, BARS | {"value": [1.0, 2.0]}) != first
    draw(drawings, BARS, "another title")
    assert draw(drawings, BARS) == first


def test_a_curve_of_many_choices_has_a_drawing_for_the_whole_width() -> None:
    narrow, wide = draw(Drawings(), MANY), draw(Drawings(), MANY, wide=True)
    assert _width(wide) > 2 * _width(narrow)


def test_drawing_is_off_the_loop() -> None:
    """Another task runs while a plot is drawn, and the loop's own thread draws nothing."""

    drawings = Drawings()

    async def race() -> list[str]:
        done: list[str] = []

        async def drawing() -> None:
            await drawings.svg(MANY, "t", wide=True)
            done.append("drawn")

        async def ticking() -> None:
            await asyncio.sleep(0.001)
            done.append("ticked")

        await asyncio.gather(drawing(), ticking())
        return done

    assert asyncio.run(race()) == ["ticked", "drawn"]
    assert any(thread.name.startswith("drawing") for thread in threading.enumerate())


def test_what_cannot_be_drawn_says_why() -> None:
    with pytest.raises(PlotError, match="there is no plot of kind 'pie'"):
        draw(Drawings(), {"kind": "pie"})
    (one,) = plots("/p/1", "run=r", [({"kind": "pie"}, "H1")])
    assert one.problem.startswith("H1: there is no plot of kind 'pie'")
    assert one.src == ""


def test_every_plot_of_a_result_has_its_address() -> None:
    first, second = plots("/transmission/plot/3", "run=r1", [(BARS, "a"), (MANY, "b")])
    assert (first.src, first.wide) == ("/transmission/plot/3.svg?run=r1", "")
    assert second.src == "/transmission/plot/3-1.svg?run=r1"
    assert second.wide == "/transmission/plot/3-1.svg?run=r1&wide=1"
    assert first.words.startswith("a")


def _width(drawing: str) -> float:
    return float(drawing.partition('width="')[2].partition('"')[0])

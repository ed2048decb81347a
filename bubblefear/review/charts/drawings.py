"""Plots of tests and claims as SVG, drawn once: each takes a tenth of a second or more.

They are drawn one after another on a thread of their own, so that a page full of them holds back
neither the event loop nor the threads that read the database.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

KEPT: Final = 400
# An image takes neither the page's colours nor, under our policy, a style of its own. The marks are
# mid tones, legible on light and dark; the words and axes are drawn in one of these instead.
_LIGHT, _DARK = "#3d434d", "#d5d6d8"


class Drawings:
    """What was drawn, kept by what it shows: a run that is taken up again may change its results.

    Args:
        most: how many are kept; those that were not asked for longest go first.
    """

    def __init__(self, most: int = KEPT) -> None:
        self._most = most
        self._kept: OrderedDict[str, str] = OrderedDict()
        self._pen = ThreadPoolExecutor(max_workers=1, thread_name_prefix="drawing")

    async def svg(
        self, payload: Mapping[str, Any], title: str, *, wide: bool = False, dark: bool = False
    ) -> str:
        """A payload drawn.

        Args:
            payload: of a test or a claim.
            title: said above the plot.
            wide: for the whole width of a page, where the plot has a drawing for that.
            dark: for a dark page.

        Raises:
            PlotError: the payload cannot be drawn.
        """
        text = json.dumps([payload, title, wide, dark], sort_keys=True)
        key = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        loop = asyncio.get_running_loop()
        draw = partial(_drawn, payload, title, wide=wide, dark=dark)
        return await loop.run_in_executor(self._pen, self._fetch, key, draw)

    def _fetch(self, key: str, draw: Callable[[], str]) -> str:
        """On the one thread that draws, which alone touches what is kept."""
        if key not in self._kept:
            self._kept[key] = draw()
        self._kept.move_to_end(key)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return self._kept[key]


def _drawn(payload: Mapping[str, Any], title: str, *, wide: bool, dark: bool) -> str:
    from bubblefear.report.figures import svg, widths
    from bubblefear.report.plots import INK
    from bubblefear.report.transmission_plots import words

    said = words(payload, title)
    sizes = list(widths(payload).values())
    drawing = svg(payload, title, max(sizes) if wide else min(sizes), said)
    return drawing.replace(INK, _DARK if dark else _LIGHT)

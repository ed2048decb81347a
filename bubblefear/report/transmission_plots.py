"""The plots of tests and claims, each from the payload that came with its result.

Payloads are plain dictionaries of lists; ``kind`` says which plot they are for: ``path`` (impulse
responses and event windows), ``rolling``, ``network`` (connectedness), ``curve`` (specification
curves) and ``bars``. As every chart here they are drawn without a browser, without a script and
with the fonts of three scripts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from bubblefear.errors import PlotError
from bubblefear.report import (
    plots_bars,
    plots_curve,
    plots_network,
    plots_path,
    plots_rolling,
)
from bubblefear.report.plot_payload import Payload
from bubblefear.report.terminal import one_line

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType

    import altair as alt

# Drawn for a column of half a page and for a telephone alike; a curve has a width for each.
WIDTH: Final = 350
WIDE: Final = 900

_KINDS: Final[dict[str, ModuleType]] = {
    "path": plots_path,
    "rolling": plots_rolling,
    "network": plots_network,
    "curve": plots_curve,
    "bars": plots_bars,
}


def chart(
    payload: Mapping[str, Any], title: str, *, width: int = WIDTH
) -> alt.LayerChart | alt.VConcatChart:
    """Draw one payload.

    Args:
        payload: ``{"kind": ..., ...}``; missing values (``None``, NaN) leave gaps.
        title: said above the plot, wrapped to its width.
        width: of the whole drawing, about, in pixels.

    Raises:
        PlotError: the payload has no known kind, or a field is missing, of another length than
            the others or of another type; the message names the field.
    """
    found: alt.LayerChart | alt.VConcatChart = _kind(payload).draw(Payload(payload), title, width)
    return found


def words(payload: Mapping[str, Any], title: str) -> str:
    """The same plot as a sentence, for whoever does not see it.

    Raises:
        PlotError: as ``chart``.
    """
    return str(_kind(payload).words(Payload(payload), one_line(title)))


def _kind(payload: Mapping[str, Any]) -> ModuleType:
    # What comes out of a database may be anything.
    kind = payload.get("kind") if isinstance(payload, dict) else None
    found = _KINDS.get(kind) if isinstance(kind, str) else None
    if found is None:
        raise PlotError(f"there is no plot of kind {kind!r}; there are {', '.join(_KINDS)}")
    return found

"""An audited claim as the report shows it: whatever it was computed to, as a line of text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from bubblefear.report.plot_text import figure
from bubblefear.report.results import payloads
from bubblefear.report.terminal import is_missing, one_line

# In the order in which they are counted, with what a reader is told of each.
VERDICTS: Final = {
    "reproduced": "the figure comes out as stated, within its rounding or its interval",
    "not reproduced": "it was computed and comes out otherwise",
    "contradicted": "the data say the opposite",
    "unavailable": "the data that would answer it are not here",
    "not testable": "no data could answer it as it is worded",
}


# Where nothing says which of many figures answers, these come first.
_FIRST: Final = 3


@dataclass(frozen=True)
class Claim:
    """One claim and its answer; every text is empty where there is nothing to say.

    Attributes:
        id: its number in the file.
        claim: what is claimed, in our own words.
        verdict: the answer.
        stated: the numbers that the article states.
        computed: the figures that answer, each with its interval.
        further: the other figures that were computed on the way.
        n: observations.
        data: what was read, with its hash.
        missing: what would be needed.
        note: why.
        plots: payloads.
    """

    id: str
    claim: str
    verdict: str
    stated: str
    computed: tuple[str, ...]
    further: tuple[str, ...]
    n: str
    data: str
    missing: str
    note: str
    plots: tuple[Mapping[str, Any], ...]


def claim(row: Mapping[str, Any]) -> Claim:
    """One row of ``claims audit --json``, with its plots where there are any."""
    computed, further = _figures(row)
    return Claim(
        # An identity is no amount: 1000 is not "1,000".
        id=one_line(str(row["id"])),
        claim=plain(row.get("claim")),
        verdict=plain(row.get("verdict")),
        stated=_unnamed(row.get("stated")),
        computed=computed,
        further=further,
        n=plain(row.get("n")) if computed else "",
        data=plain(row.get("data")),
        missing=plain(row.get("missing")),
        note=plain(row.get("note")),
        plots=tuple(payloads(row)),
    )


def _figures(row: Mapping[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What answers, and the rest."""
    value, interval, stated = row.get("value"), row.get("interval"), row.get("stated")
    if not isinstance(value, Mapping):
        text = plain(value)
        between = _interval(interval)
        return ((f"{text} ({between})" if between else text,) if text else ()), ()
    intervals = interval if isinstance(interval, Mapping) else {}
    said = {name: _figure(name, found, intervals.get(name)) for name, found in value.items()}
    # What was asked for is stated; where the article has words only, the note begins with it.
    wanted, note = stated if isinstance(stated, Mapping) else {}, f" {row.get('note')}"
    asked = [name for name in said if name in wanted or f" {name} is " in note]
    first = asked or list(said)[:_FIRST]
    rest = [name for name in said if name not in first]
    return tuple(filter(None, map(said.get, first))), tuple(filter(None, map(said.get, rest)))


def _figure(name: object, value: object, interval: object) -> str:
    text, between = plain(value), _interval(interval)
    if not text:
        return ""
    return f"{_name(name)} {text}" + (f" ({between})" if between else "")


def _unnamed(stated: object) -> str:
    """A single stated number does not need its name: the figure beside it has the same."""
    if isinstance(stated, Mapping) and len(stated) == 1:
        return plain(next(iter(stated.values())))
    return plain(stated)


def _name(text: object) -> str:
    return one_line(str(text)).replace("_", " ")


def plain(value: object) -> str:
    """A number, a text, named numbers or a list of these as one line."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return "" if is_missing(value) else _number(value)
    if isinstance(value, Mapping):
        return "; ".join(_pair(name, part) for name, part in value.items() if plain(part))
    if isinstance(value, list | tuple):
        return "; ".join(part for part in map(plain, value) if part)
    return one_line(str(value))


def _pair(name: object, part: object) -> str:
    text = plain(part)
    return f"{_name(name)} ({text})" if isinstance(part, Mapping) else f"{_name(name)} {text}"


def _number(value: float) -> str:
    """Whole numbers with all their digits, others with four that are significant."""
    if float(value).is_integer() and abs(value) < 1e15:
        return f"{int(value):,}"
    return f"{value:.4g}" if 1e-4 <= abs(value) < 1e4 else figure(value)


def _interval(value: object) -> str:
    """``a to b``."""
    if isinstance(value, list | tuple) and len(value) == 2:
        low, high = (plain(end) for end in value)
        return f"{low or 'unknown'} to {high or 'unknown'}"
    return plain(value)

"""What a search's address asks for: words, dates, facets, order, page; and addresses made of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from bubblefear.review import search

if TYPE_CHECKING:
    from collections.abc import Mapping

FACETS: Final = ("source", "language", "channel", "kind", "label", "month")
# Name -> what the page calls it.
SORTS: Final = {
    "newest": "newest first",
    "oldest": "oldest first",
    "fear": "most fear",
    "contribution": "most contribution",
    "match": "best match",
}
LONGEST: Final = 200
_MOST_VALUES: Final = 50


@dataclass(frozen=True)
class Asked:
    """A search as asked for.

    Attributes:
        words: As typed, cut to ``LONGEST`` characters.
        since: First UTC day of ``first_seen_at``; empty = from the first.
        until: Last UTC day; empty = to the last.
        chosen: Facet -> the values of which an article must have one.
        sort: One of ``SORTS``.
        copies: Every article in a line of its own, not one line for each story.
        page: 1, 2, ...
        errors: What cannot be answered, in words; empty = nothing.
        notes: What was understood otherwise than typed.
    """

    words: str = ""
    since: str = ""
    until: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = "newest"
    copies: bool = False
    page: int = 1
    errors: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def query(self) -> search.Query:
        """The words, read."""
        return search.read(self.words)

    @property
    def empty(self) -> bool:
        """Whether nothing was asked: the page then tells what could be."""
        return not (self.words or self.since or self.until or self.chosen or self.copies)

    def pairs(self) -> list[tuple[str, str]]:
        """Names and values of the address, without the page's number and what is usual."""
        found = [("q", self.words), ("from", self.since), ("to", self.until)]
        found += [(name, value) for name in FACETS for value in self.chosen.get(name, ())]
        found += [("sort", self.sort if self.sort != "newest" else "")]
        return [*((n, v) for n, v in found if v), *([("copies", "all")] if self.copies else [])]

    def address(self, **changes: Any) -> str:  # noqa: ANN401 - fields of any type
        """The query string of this search with changes, on its first page unless one is named."""
        asked = replace(self, **{"page": 1, **changes})
        turned = [("page", str(asked.page))] if asked.page > 1 else []
        return urlencode([*asked.pairs(), *turned])

    def toggled(self, facet: str, value: str) -> str:
        """The query string with one facet's value added, or taken away where it was chosen."""
        had = self.chosen.get(facet, ())
        kept = tuple(v for v in had if v != value) if value in had else (*had, value)
        chosen = {**self.chosen, facet: kept}
        return self.address(chosen={name: values for name, values in chosen.items() if values})


def read(args: Any) -> Asked:  # noqa: ANN401 - Datasette publishes no types
    """A request's arguments; what is wrong among them is said in ``errors``, nothing is raised."""
    typed = (args.get("q") or "").strip()
    errors: list[str] = []
    since, until = (_day(args.get(name), label, errors) for name, label in _DAYS)
    if since and until and not errors and since > until:
        errors.append(f"From {since} is after To {until}.")
    sort = args.get("sort") or "newest"
    if sort not in SORTS:
        errors.append(f"There is no order of that name; there are {', '.join(SORTS)}.")
        sort = "newest"
    cut = f"Only the first {LONGEST} characters are looked for." if len(typed) > LONGEST else ""
    words = typed[:LONGEST]
    return Asked(
        words=words,
        since=since,
        until=until,
        chosen=_chosen(args),
        sort=sort,
        copies=args.get("copies") == "all",
        page=_page(args.get("page"), errors),
        errors=tuple(errors),
        notes=(*([cut] if cut else []), *search.read(words).notes),
    )


_DAYS: Final = (("from", "From"), ("to", "To"))


def _day(typed: str | None, label: str, errors: list[str]) -> str:
    text = (typed or "").strip()
    if not text:
        return ""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        errors.append(f"{label} {text[:20]} is no date: write it as 2025-11-30.")
        return ""
    return day.isoformat()


def _page(typed: str | None, errors: list[str]) -> int:
    text = (typed or "1").strip()
    if text.isascii() and text.isdigit() and int(text[:9]) >= 1:
        return int(text[:9])
    errors.append("Page is a number from 1.")
    return 1


def _chosen(args: Any) -> dict[str, tuple[str, ...]]:  # noqa: ANN401 - as above
    found = {name: tuple(dict.fromkeys(args.getlist(name)))[:_MOST_VALUES] for name in FACETS}
    return {name: tuple(v for v in values if v) for name, values in found.items() if any(values)}

"""The search page: articles that hold the words, in whichever script, counted by what they are."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakKeyDictionary

from bubblefear.review import exports
from bubblefear.review.pages import answer
from bubblefear.review.searching import asked as asking
from bubblefear.review.searching import looking
from bubblefear.review.state import DATABASE
from bubblefear.store import search_queries
from bubblefear.store.search_columns import Kept

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import AsyncIterator

    from datasette.app import Datasette
    from datasette.utils.asgi import AsgiStream, Request, Response

    from bubblefear.review.searching.asked import Asked
    from bubblefear.review.searching.reach import Bounds

_LINES: Final = 30
_BATCH: Final = 1000
_COLUMNS: Final = (
    "first_seen_at", "published_at", "source", "language", "title", "relevance", "fear",
    "contribution", "kind", "channel", "abstained", "story_id", "id", "url",
)  # fmt: skip
# Language codes are told as they are in the data and in words.
_LANGUAGES: Final = {
    "en": "English",
    "zh-Hans": "Chinese (simplified)",
    "zh-Hant": "Chinese (traditional)",
    "other": "other languages",
}
# Which hits are looked at where there are too many.
_FIRSTS: Final = {
    "newest": "seen last",
    "oldest": "seen first",
    "fear": "with most fear",
    "contribution": "with the largest contribution",
    "match": "that match best",
}
_EXAMPLES: Final = (
    ("泡沫", "in both scripts"),
    ("輝達", "also 英伟达, 英偉達, Nvidia and NVDA"),
    ("芯片", "also 晶片, as Taiwan writes"),
    ('"AI bubble"', "the words together"),
    ("bubble -crypto", "without a word"),
    ("overvalu*", "words that begin so"),
)

# One set of columns for each server of this process.
_kept: WeakKeyDictionary[Datasette, Kept] = WeakKeyDictionary()


@dataclass(frozen=True)
class Line:
    """A hit as the page shows it; ``copies`` counts the hits of its story."""

    hit: search_queries.Hit
    copies: int
    title: list[search_queries.Piece]
    passage: list[search_queries.Piece]


async def prepare(datasette: Datasette) -> None:
    """Read what the first search needs: seconds on a hundred thousand articles, none on more."""
    await _columns(datasette)


async def found(datasette: Datasette, request: Request) -> Response:
    """Articles that hold the words, in whichever script, with the counts of all of them."""
    bounds = answer.served(datasette).bounds
    asked = asking.read(request.args)
    kept = await _columns(datasette)
    context = await answer.read(datasette, lambda conn: _told(conn, kept, asked, bounds))
    status = 400 if asked.errors else 200
    return await answer.page(datasette, request, "search.html", context, status=status)


async def found_json(datasette: Datasette, request: Request) -> Response | AsgiStream:
    """All hits as JSON, with the spellings, the counts and the filter that made them."""
    answer.served(datasette)
    asked = asking.read(request.args)
    if asked.errors:
        return answer.as_json({"errors": asked.errors}, status=400)
    seen = await _look(datasette, asked)
    return exports.json_stream(_head(asked, seen), "hits", _rows(datasette, seen))


async def found_csv(datasette: Datasette, request: Request) -> Response | AsgiStream:
    """All hits as a table."""
    answer.served(datasette)
    asked = asking.read(request.args)
    if asked.errors:
        return answer.as_json({"errors": asked.errors}, status=400)
    seen = await _look(datasette, asked)
    return exports.csv_stream(_COLUMNS, _rows(datasette, seen), "bubblefear-search.csv")


async def _columns(datasette: Datasette) -> Kept:
    """The columns in memory, up to date; none where the file is large.

    Reading them the first time may take longer than a page may, on a slow disk: then no page would
    ever have them. So they are read before the page's own time begins.
    """
    kept = _kept.setdefault(datasette, Kept())
    question = partial(looking.prepare, kept=kept, bounds=answer.served(datasette).bounds)
    await datasette.get_database(DATABASE).execute_fn(question)
    return kept


async def _look(datasette: Datasette, asked: Asked) -> looking.Found:
    kept = await _columns(datasette)
    bounds = answer.served(datasette).bounds
    return await answer.read(datasette, lambda conn: looking.look(conn, kept, asked, bounds))


async def _rows(datasette: Datasette, seen: looking.Found) -> AsyncIterator[list[dict[str, Any]]]:
    """The hits' rows in batches, each read for itself: a long export holds no snapshot."""
    numbers = seen.numbers.tolist()
    for start in range(0, len(numbers), _BATCH):
        part = numbers[start : start + _BATCH]
        question = partial(search_queries.hits, wanted=part, scorer=seen.scorer)
        yield [_row(hit) for hit in await answer.read(datasette, question)]


def _row(hit: search_queries.Hit) -> dict[str, Any]:
    return {name: getattr(hit, name) for name in _COLUMNS}


def _head(asked: Asked, seen: looking.Found) -> dict[str, Any]:
    return {
        "query": asked.words,
        "notes": asked.notes,
        "words": [asdict(term) for term in asked.query.terms],
        "filter": {"from": asked.since or None, "to": asked.until or None, **asked.chosen},
        "sort": asked.sort,
        "scorer": seen.scorer,
        "total": len(seen.numbers),
        "hits_in_all": len(seen.numbers) if seen.hits is None else seen.hits,
        "looked_at": len(seen.numbers) if seen.looked is None else seen.looked,
        "stories": len(seen.leaders),
        "facets": {name: [asdict(c) for c in counts] for name, counts in seen.facets.items()},
    }


def _told(conn: sqlite3.Connection, kept: Kept, asked: Asked, bounds: Bounds) -> dict[str, Any]:
    """What the page shows: one page of lines, and counts of everything."""
    seen = looking.look(conn, kept, asked, bounds)
    order = seen.numbers if asked.copies else seen.leaders
    pages = max(1, -(-len(order) // _LINES))
    page = min(asked.page, pages)
    shown = slice((page - 1) * _LINES, page * _LINES)
    copies = [1] * _LINES if asked.copies else seen.copies[shown].tolist()
    lines = [] if asked.empty else _lines(conn, asked, seen, order[shown].tolist(), copies)
    return {
        "asked": asked,
        "query": asked.words,
        "terms": asked.query.terms,
        "sorts": asking.SORTS,
        "total": len(seen.numbers),
        "stories": len(seen.leaders),
        "hits": seen.hits,
        "looked": seen.looked,
        "beside": seen.beside,
        "firsts": _FIRSTS[asked.sort],
        "facets": seen.facets,
        "lines": lines,
        "page": page,
        "pages": pages,
        "first": (page - 1) * _LINES + 1,
        "languages": _LANGUAGES,
        "examples": _EXAMPLES,
    }


def _lines(
    conn: sqlite3.Connection,
    asked: Asked,
    seen: looking.Found,
    numbers: list[int],
    copies: list[int],
) -> list[Line]:
    match = asked.query.wanted
    marks = search_queries.marked(conn, match, numbers) if match else {}
    counted = dict(zip(numbers, copies, strict=False))
    return [
        Line(hit, counted[hit.number], *marks.get(hit.number, _unmarked(hit)))
        for hit in search_queries.hits(conn, numbers, seen.scorer)
    ]


def _unmarked(
    hit: search_queries.Hit,
) -> tuple[list[search_queries.Piece], list[search_queries.Piece]]:
    return [search_queries.Piece(hit.title, marked=False)], []


ROUTES: list[answer.Route] = [
    (r"^/search$", found),
    (r"^/search\.json$", found_json),
    (r"^/search\.csv$", found_csv),
]

"""The health page: doctor's checks, every feed, the last runs, problems, lists that are read."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any, Final

from datasette.utils.asgi import BadRequest

from bubblefear.instants import days_before
from bubblefear.pipeline.doctor import DEEP, FINE, QUICK, Check, examine
from bubblefear.pipeline.feed_overview import DAYS, FeedLine, overview
from bubblefear.review.pages import answer
from bubblefear.store import health_queries
from bubblefear.store.health_queries import BackfillList, ProblemCode, RunLine

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from datasette.app import Datasette
    from datasette.utils.asgi import Request, Response

    from bubblefear.review.state import ReviewState

RUNS: Final = 20
# Name of a column of feeds in the address -> heading, field, and whether the largest comes first.
SORTS: Final[dict[str, tuple[str, str, bool]]] = {
    "source": ("Feed", "source", False),
    "state": ("State", "state", False),
    "polled": ("Last poll", "last_polled_at", True),
    "answered": ("Last answer", "answered_at", False),
    "rhythm": ("Rhythm", "rhythm_minutes", False),
    "next": ("Next poll", "next_poll_at", False),
    "failures": ("Failures", "failures", True),
    "new": (f"New in {DAYS} days", "items_new", True),
    "saturated": ("Saturated", "saturated", True),
}
WORST: Final = "worst"


@dataclass(frozen=True)
class Size:
    """Bytes of the database and of its write-ahead log, and rows of the tables that grow."""

    bytes: int
    log_bytes: int
    rows: dict[str, int]


async def health(datasette: Datasette, request: Request) -> Response:
    """Is everything there and did it work lately? ``?deep=1`` reads the whole file as well.

    ``?sort=``, ``?state=`` and ``?q=`` choose the feeds and their order; ``/health.csv?table=``
    is one of feeds, checks, runs, problems and backfill.
    """
    state = answer.served(datasette)
    if request.args.get("deep") == "1":
        await state.checks.make(state.path, state.settings, state.clock)
    found = await answer.read(datasette, lambda conn: health_data(conn, state))
    chosen = {name: request.args.get(name) or "" for name in ("sort", "state", "q")}
    lines = chosen_feeds(found["feeds"], chosen)
    kind = request.url_vars["kind"]
    if kind == ".json":
        return answer.as_json({**found, "feeds": lines})
    if kind == ".csv":
        return _as_csv(request.args.get("table") or "feeds", {**found, "feeds": lines})
    deep = found["deep"]
    context = {
        **found,
        "deep_names": DEEP,
        "checks": [*(deep.checks if deep else ()), *found["checks"]],
        "lines": lines,
        "chosen": chosen,
        "filters": {name: value for name, value in chosen.items() if value},
        "sorts": SORTS,
        "states": sorted({line.state for line in found["feeds"]}),
        "names": {line.url: line.source for line in found["feeds"]},
    }
    return await answer.page(datasette, request, "health.html", context)


def health_data(conn: sqlite3.Connection, state: ReviewState) -> dict[str, Any]:
    """What the page shows; ``deep`` is ``None`` before the slow checks were asked for."""
    now = state.clock()
    since = days_before(now, DAYS)
    checks = _quick(conn, state, now)
    findings = [one for check in checks for one in check.findings]
    return {
        "at": now,
        "checks": checks,
        "deep": state.checks.last,
        "feeds": overview(conn, now, findings),
        "runs": health_queries.runs_lately(conn, RUNS),
        "problems": health_queries.problem_codes(conn, since),
        "backfill": health_queries.backfill_lists(conn),
        "size": Size(*_bytes(state.path), health_queries.row_counts(conn)),
    }


def _quick(conn: sqlite3.Connection, state: ReviewState, now: str) -> list[Check]:
    """The quick checks; what is not scored is counted again only where something has changed."""

    def one(name: str) -> list[Check]:
        return examine(conn, state.settings, now=lambda: now, names=[name])

    # Of a million articles with bodies it takes a second.
    news = state.kept.of(conn, "news", lambda: one("news"))
    return [check for name in QUICK for check in (news if name == "news" else one(name))]


def chosen_feeds(lines: Sequence[FeedLine], chosen: Mapping[str, str]) -> list[FeedLine]:
    """The feeds of a state, with a text in their source or address, in an order.

    Raises:
        BadRequest: there is no such order.
    """
    text = chosen["q"].casefold()
    found = [
        line
        for line in lines
        if chosen["state"] in ("", line.state)
        and (text in line.source.casefold() or text in line.url.casefold())
    ]
    sort = chosen["sort"] or WORST
    if sort == WORST:
        return sorted(found, key=lambda line: (line.state == FINE, -line.failures))
    if sort not in SORTS:
        raise BadRequest(f"no order {sort[:40]!r}; there are {', '.join((WORST, *SORTS))}")
    _, name, largest = SORTS[sort]
    known = [line for line in found if getattr(line, name) is not None]
    missing = [line for line in found if getattr(line, name) is None]
    return sorted(known, key=_by(name), reverse=largest) + missing


def _by(name: str) -> Callable[[FeedLine], Any]:
    return lambda line: getattr(line, name)


def _bytes(path: Path) -> tuple[int, int]:
    log = path.with_name(f"{path.name}-wal")
    return path.stat().st_size, log.stat().st_size if log.exists() else 0


_TABLES: Final[dict[str, type]] = {
    "feeds": FeedLine,
    "checks": Check,
    "runs": RunLine,
    "problems": ProblemCode,
    "backfill": BackfillList,
}


def _as_csv(table: str, found: Mapping[str, Any]) -> Response:
    if table not in _TABLES:
        raise BadRequest(f"no table {table[:40]!r}; there are {', '.join(_TABLES)}")
    rows = found[table]
    if table == "checks" and found["deep"]:
        rows = [*found["deep"].checks, *rows]
    columns = [field.name for field in fields(_TABLES[table])]
    cells = ([_cell(asdict(row)[name]) for name in columns] for row in rows)
    return answer.as_csv(columns, cells, f"{table}.csv")


def _cell(value: object) -> object:
    """Stages and findings, which are several, in one cell."""
    if isinstance(value, dict):
        return "; ".join(f"{name} {part}" for name, part in value.items())
    if isinstance(value, tuple):
        return "; ".join(f"{one['state']}: {one['why']}" for one in value)
    return value


ROUTES: list[answer.Route] = [(r"^/health(?P<kind>|\.json|\.csv)$", health)]

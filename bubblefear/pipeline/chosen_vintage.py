"""Which vintage a question about the index is answered from.

Nothing heavy is imported here: pandas comes in only when a vintage must be built.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bubblefear.config import DEFAULT_SCORER
from bubblefear.errors import NothingToDo
from bubblefear.store import counters, points, vintage_queries

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

    from bubblefear.config import Settings


@dataclass(frozen=True)
class Vintage:
    """A stored vintage.

    Attributes:
        version: Of the index.
        instant: Of the build: ``vintages.vintage``.
        kind: ``real-time`` or ``reconstructed``.
        as_of: Nothing first seen after this instant (UTC text) is in it.
        scorer: Whose scores.
        provisional: The session that had not closed, or None.
    """

    version: str
    instant: str
    kind: str
    as_of: str
    scorer: str
    provisional: str | None


def bring_up_to_date(
    conn: sqlite3.Connection,
    settings: Settings,
    *,
    now: Callable[[], str],
    say: Callable[[str], None],
) -> None:
    """Build a vintage where news, scores or settings changed since the last one.

    Raises:
        NothingToDo: there is nothing to build an index from.
        ModelError: the articles cannot make an index.
    """
    if counters.is_built(conn, settings.index_version, settings.specification):
        return
    from bubblefear.pipeline import build_index

    built = build_index.ensure_built(conn, settings, now=now)
    if built is not None:
        say(f"bubblefear: {built}")


def choose(conn: sqlite3.Connection, settings: Settings, as_of: str | None = None) -> Vintage:
    """The last vintage, or the one in force at an instant (UTC text).

    Raises:
        NothingToDo: there is none.
    """
    return of_version(conn, settings.index_version, as_of, scorer=settings.scorer_id)


def of_version(
    conn: sqlite3.Connection,
    version: str,
    as_of: str | None = None,
    *,
    scorer: str = DEFAULT_SCORER,
) -> Vintage:
    """As ``choose``, of a version by name; ``scorer`` is whose scores where none is recorded.

    Raises:
        NothingToDo: there is none.
    """
    instant = points.vintage_at(conn, version, as_of)
    found = vintage_queries.provenance(conn, version, instant) if instant else None
    if instant is None or found is None:
        raise NothingToDo(_none(conn, version, as_of))
    return Vintage(
        version,
        instant,
        found.kind,
        found.as_of,
        found.scorer or scorer,
        found.constants.get("provisional"),
    )


def _none(conn: sqlite3.Connection, version: str, as_of: str | None) -> str:
    first = conn.execute(
        "SELECT min(vintage) FROM vintages WHERE version = ?", (version,)
    ).fetchone()[0]
    if first is None:
        return f"there is no index {version} yet: run `bubblefear index`"
    return f"no vintage of {version} had been built by {as_of}: the first is of {first}"

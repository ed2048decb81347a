"""Scores -> index: reads every entry, computes the series and appends a vintage."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from bubblefear.errors import NothingToDo
from bubblefear.pipeline.known import known_articles
from bubblefear.pipeline.recording import recorded
from bubblefear.pipeline.specification import index_spec
from bubblefear.store import articles, counters, entries, feeds, points, scores, transaction

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

    import pandas as pd

    from bubblefear.config import Settings
    from bubblefear.pipeline.known import Known
    from models.index import IndexResult, IndexSpec

REALTIME: Final = "realtime:total"


@dataclass(frozen=True)
class Computed:
    """An index in memory: the series ``total`` and its parts, and ``realtime:total``."""

    points: list[points.Point]
    constants: dict[str, Any]
    inputs_sha256: str
    result: IndexResult


@dataclass(frozen=True)
class Built:
    """What a build did; ``vintage`` is None where no point changed."""

    version: str
    vintage: str | None
    changed: int
    articles: int
    unscored: int
    reason: str | None

    def __str__(self) -> str:
        """One line for the terminal."""
        head = f"index {self.version}: "
        if self.vintage:
            head += f"vintage {self.vintage}, {self.changed:,} points changed"
        else:
            head += "no point changed"
        head += f", from {self.articles:,} entries"
        if self.unscored:
            head += f"; {self.unscored:,} are not scored yet (bubblefear score)"
        return head + (f"; no values: {self.reason}" if self.reason else "")


def ensure_built(
    conn: sqlite3.Connection, settings: Settings, *, now: Callable[[], str]
) -> Built | None:
    """Build if news, scores or the specification changed since the last build; else None."""
    if counters.is_built(conn, settings.index_version, settings.specification):
        return None
    return build_recorded(conn, settings, now=now)


def build_recorded(
    conn: sqlite3.Connection, settings: Settings, *, now: Callable[[], str]
) -> Built:
    """Build and store, as a run of its own."""
    need_scores(conn, settings)
    with recorded(conn, "index", settings, now) as run:
        with run.stage("index"):
            built, run.data_sha256 = build(conn, settings, now=now)
        run.say(str(built))
        return built


def build(
    conn: sqlite3.Connection, settings: Settings, *, now: Callable[[], str]
) -> tuple[Built, str]:
    """Build from everything first seen by now; append a vintage if a point changed.

    Returns:
        What was done, and the hash of the inputs.

    Raises:
        NothingToDo: the scorer has read nothing.
        ModelError: the articles cannot make an index.
    """
    need_scores(conn, settings)
    instant = now()
    count = counters.inputs(conn)
    computed = compute(conn, settings, as_of=instant)
    build_row = points.Build(
        settings.index_version,
        "real-time" if entries.all_polled(conn) else "reconstructed",
        instant,
        computed.inputs_sha256,
        json.dumps(computed.constants, ensure_ascii=False, default=str),
    )
    with transaction(conn):
        written = points.write(conn, build_row, computed.points, now=instant)
        counters.mark_built(conn, settings.index_version, count, settings.specification)
    built = Built(
        settings.index_version,
        written.vintage,
        written.changed,
        int(computed.constants["counts"]["rows"]),
        articles.count_unscored(conn, settings.scorer_id),
        computed.constants["reason"],
    )
    return built, computed.inputs_sha256


def compute(
    conn: sqlite3.Connection, settings: Settings, *, as_of: str, band: bool = True
) -> Computed:
    """The index of everything first seen by ``as_of``, in memory.

    Args:
        conn: The database.
        settings: Scorer and specification.
        as_of: UTC text.
        band: False leaves out the bootstrap, which is most of the time.

    Raises:
        NothingToDo: nothing was first seen by then.
        ModelError: the articles cannot make an index.
    """
    import pandas as pd

    from models.index import build as build_model

    spec = index_spec(settings)
    if not band:
        spec = replace(spec, bootstrap_draws=0)
    known = known_articles(conn, settings.scorer_id, as_of)
    if known.at_instant.empty:
        raise NothingToDo(f"no news was first seen by {as_of}")
    instant = pd.Timestamp(as_of)
    result = build_model(known.at_instant, spec, instant)
    plain = replace(spec, bootstrap_draws=0)
    realtime = build_model(known.at_closes, plain, instant, realtime=True)
    constants = result.constants | {
        "scorer": settings.scorer_id,
        "sample": feeds.is_sample(conn),
    }
    found = _points(result.points) + _realtime(realtime.points)
    return Computed(found, constants, _hash(known, spec), result)


def need_scores(conn: sqlite3.Connection, settings: Settings) -> None:
    """Say which command is missing.

    Raises:
        NothingToDo: the scorer has read nothing.
    """
    if not scores.any_by(conn, settings.scorer_id):
        raise NothingToDo(f"{settings.scorer_id} has scored nothing yet: run `bubblefear score`")


def _points(frame: pd.DataFrame) -> list[points.Point]:
    columns = frame[["series", "date", "value", "ma7", "ma30", "lo", "hi", "n"]]
    rows = columns.astype(object).where(columns.notna(), None).itertuples(index=False)
    return [points.Point(*row) for row in rows]


def _realtime(frame: pd.DataFrame) -> list[points.Point]:
    total = frame[frame["series"] == "total"]
    return _points(total.assign(series=REALTIME))


def _hash(known: Known, spec: IndexSpec) -> str:
    import pandas as pd

    found = hashlib.sha256()
    for frame in known.frames:
        found.update(pd.util.hash_pandas_object(frame, index=False).to_numpy().tobytes())
    found.update(json.dumps(spec.as_dict(), sort_keys=True).encode())
    return found.hexdigest()

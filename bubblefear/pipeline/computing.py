"""The index in memory: from the database's articles to points, constants and accounts."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from bubblefear.errors import NothingToDo
from bubblefear.pipeline.known import Wanted, known_articles
from bubblefear.pipeline.specification import index_spec
from bubblefear.store import accounts, audit, cells, coverage, feeds, points, published

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    import numpy as np
    import pandas as pd

    from bubblefear.config import Settings
    from bubblefear.pipeline.known import Known
    from bubblefear.pipeline.stale import Stale
    from models.index import IndexSpec
    from models.index.appearances import Appearances
    from models.index.cells import Cells
    from models.index.fitting import Fitted
    from models.index.reading_errors import ReadingErrors

REALTIME: Final = "realtime:total"
DIGITS: Final = 9


@dataclass(frozen=True)
class Work:
    """What is to be computed: the settings and the version that they ask for.

    Attributes:
        settings: Scorer and names.
        spec: The version.
        wanted: Which articles, as of when.
        recipe: What kept sums of sessions are stored under.
        errors: What the scorer misreads, where an audit of the user's own counted it.
    """

    settings: Settings
    spec: IndexSpec
    wanted: Wanted
    recipe: str
    errors: ReadingErrors | None = None


@dataclass(frozen=True)
class Computed:
    """An index in memory: the series ``total`` and its parts, and ``realtime:total``.

    Attributes:
        found: Points, accounts of the sessions that were read, and rates.
        constants: As stored with the vintage.
        inputs_sha256: Of the sums of all sessions and the version.
        sums: Sums of the sessions that were read, by what was known (``cells.INSTANT``, ``CLOSE``).
        read: The sessions that were read; None = all.
    """

    found: points.Found
    constants: dict[str, Any]
    inputs_sha256: str
    sums: dict[str, dict[str, str]]
    read: frozenset[str] | None


def work_on(conn: sqlite3.Connection, settings: Settings, as_of: str) -> Work:
    """What the settings ask for, as of an instant (UTC text).

    Raises:
        ConfigError: settings that make no index.
        NothingToDo: they name a calibration that there is not.
        StoreError: the file was published, with a part of the news alone.
    """
    published.need_all_articles(conn)
    spec = index_spec(settings)
    wanted = Wanted(settings.scorer_id, as_of, spec.entities)
    work = Work(settings, spec, wanted, f"{settings.index_version} {settings.specification}")
    return _calibrated(conn, work) if spec.calibration else work


def _calibrated(conn: sqlite3.Connection, work: Work) -> Work:
    from models.index.reading_errors import ReadingErrors, shipped

    found = audit.calibration(conn, work.spec.calibration)
    errors = ReadingErrors.from_counts(found.errors, prior=shipped())
    return replace(work, wanted=replace(work.wanted, calibration=found.knots), errors=errors)


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
    work = work_on(conn, settings, as_of)
    if not band:
        work = replace(work, spec=replace(work.spec, bootstrap_draws=0))
    return compute_whole(conn, work)


def compute_whole(conn: sqlite3.Connection, work: Work) -> Computed:
    """The index from every article.

    Raises:
        NothingToDo: nothing was first seen by then.
        ModelError: the articles cannot make an index.
    """
    found = compute_from(conn, work, None)
    if found is None:
        raise NothingToDo(f"no news was first seen by {work.wanted.as_of}")
    return found


def compute_from(conn: sqlite3.Connection, work: Work, stale: Stale | None) -> Computed | None:
    """The index from the stale sessions' articles and the kept sums of the others.

    Args:
        conn: The database.
        work: What is to be computed.
        stale: What must be read; None = everything.

    Returns:
        The index, equal to that of reading everything; None where the constants come out others
        than those of the last vintage, so that every session's band must be drawn again.

    Raises:
        NothingToDo: nothing was first seen by then.
        ModelError: the articles cannot make an index.
    """
    from models.index.build import contributions, point_table
    from models.index.constants import summary
    from models.index.fitting import fit
    from models.index.session_sums import from_texts

    ids = None if stale is None else stale.ids
    known = known_articles(conn, replace(work.wanted, ids=ids))
    if known.at_instant.empty and stale is None:
        raise NothingToDo(f"no news was first seen by {work.wanted.as_of}")
    fresh, seen = _sums(known, work, None if stale is None else stale.dates)
    merged = _merged(conn, work, fresh, stale)
    sums, sessions, counts = from_texts(merged[cells.INSTANT], work.spec)
    fitted = fit(sums, sessions, work.spec)
    constants = summary(fitted, work.spec) | {"counts": counts}
    if stale is not None and not _continues(stale.constants, constants):
        return None
    listed = frozenset(str(date) for date in sessions)
    read = listed if stale is None else stale.dates & listed
    news = seen.placed(sessions, sums.units, read) if seen else None
    table = point_table(sums, fitted, _ends(news, fitted, work, read), work.spec)
    every = _points(table) + _realtime(merged, fitted, sums, work)
    account = _accounts(contributions(news, fitted, work.spec), read) if news else {}
    return Computed(
        found=points.Found(
            every if stale is None else _with_bands(every, stale), account, _rates(fitted)
        ),
        constants=constants | _circumstances(conn, work, sessions),
        inputs_sha256=_hash(merged, work),
        sums=fresh,
        read=None if stale is None else read,
    )


def _ends(news: Appearances | None, fitted: Fitted, work: Work, read: frozenset[str]) -> np.ndarray:
    """The band of the sessions that were read, shape (2, sessions, series)."""
    import numpy as np

    from models.index.band import band

    if news is None:
        return np.full((2, len(fitted.sessions), len(work.spec.series)), np.nan)
    wanted = np.asarray(fitted.sessions.isin(list(read)))
    return band(news, fitted, work.spec, wanted, work.errors)


def _realtime(
    merged: Mapping[str, Mapping[str, str]], fitted: Fitted, sums: Cells, work: Work
) -> list[points.Point]:
    """The real-time total, from what was known at each session's close."""
    from models.index.build import realtime_table
    from models.index.fitting import fit
    from models.index.session_sums import from_texts

    if merged[cells.CLOSE] != merged[cells.INSTANT]:
        sums, days, _ = from_texts(merged[cells.CLOSE], work.spec)
        fitted = fit(sums, days, work.spec)
    return _points(realtime_table(sums, fitted, work.spec).assign(series=REALTIME))


def _sums(
    known: Known, work: Work, dates: frozenset[str] | None
) -> tuple[dict[str, dict[str, str]], Appearances | None]:
    """Sums of the sessions read, by what was known; and the appearances as of the instant.

    Those of the closes are only given where they differ.
    """
    import pandas as pd

    from models.index.appearances import find_appearances
    from models.index.cells import sum_cells
    from models.index.session_sums import as_texts

    fresh: dict[str, dict[str, str]] = {cells.INSTANT: {}, cells.CLOSE: {}}
    if known.at_instant.empty:
        return fresh, None
    instant = pd.Timestamp(work.wanted.as_of)
    seen = []
    for name, frame in zip((cells.INSTANT, cells.CLOSE), known.frames, strict=False):
        seen.append(find_appearances(frame, work.spec, instant))
        texts = as_texts(seen[-1], sum_cells(seen[-1], work.spec))
        fresh[name] = {d: t for d, t in texts.items() if dates is None or d in dates}
    same = fresh[cells.INSTANT].items()
    fresh[cells.CLOSE] = dict(fresh[cells.CLOSE].items() - same)
    return fresh, seen[0]


def _merged(
    conn: sqlite3.Connection, work: Work, fresh: Mapping[str, dict[str, str]], stale: Stale | None
) -> dict[str, dict[str, str]]:
    """Sums of every session, by what was known."""
    kept: dict[str, dict[str, str]] = {}
    for known in (cells.INSTANT, cells.CLOSE):
        old = {} if stale is None else cells.read(conn, work.recipe, known)
        dates = frozenset() if stale is None else stale.dates
        clean = {date: text for date, text in old.items() if date not in dates}
        kept[known] = clean | fresh[known]
    return {
        cells.INSTANT: kept[cells.INSTANT],
        cells.CLOSE: kept[cells.INSTANT] | kept[cells.CLOSE],
    }


def _continues(before: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Whether the constants are the same but for sources that entered since."""
    same = ("spec", "base", "factor", "language_factors")
    lists = ("panel", "coverage")
    return all(name in before for name in same + lists) and (
        all(before[name] == now[name] for name in same)
        and all(now[name][: len(before[name])] == before[name] for name in lists)
    )


def _with_bands(found: list[points.Point], stale: Stale) -> list[points.Point]:
    """The bands of sessions that were not read, as they were drawn before."""
    none = (None, None)
    kept = [(p, stale.bands.get((p.series, p.date), none)) for p in found]
    return [
        p if p.date in stale.dates or p.series == REALTIME else replace(p, lo=ends[0], hi=ends[1])
        for p, ends in kept
    ]


def _circumstances(conn: sqlite3.Connection, work: Work, sessions: pd.Index) -> dict[str, Any]:
    """What else a vintage says of itself; ``provisional`` is the session that is not over."""
    from models.sessions import closes

    last = str(sessions[-1])
    close = f"{closes(last, last).iloc[0]:%Y-%m-%dT%H:%M:%SZ}"
    return {
        "as_of": work.wanted.as_of,
        "scorer": work.settings.scorer_id,
        "sample": feeds.is_sample(conn),
        "provisional": last if close > work.wanted.as_of else None,
        "provisional_until": close if close > work.wanted.as_of else None,
    }


def _points(frame: pd.DataFrame) -> list[points.Point]:
    columns = frame[["series", "date", "value", "ma7", "ma30", "lo", "hi", "n"]]
    rows = columns.astype(object).where(columns.notna(), None).itertuples(index=False)
    return [points.Point(*row) for row in rows]


def _accounts(table: pd.DataFrame, dates: frozenset[str]) -> dict[str, list[accounts.Part]]:
    """The parts of each session that was read, largest first."""
    found: dict[str, list[accounts.Part]] = {date: [] for date in sorted(dates)}
    columns = ["date", "article_id", "story_id", "member", "weighed", "novelty", "points"]
    for date, article, story, member, *figures in table[columns].itertuples(index=False):
        rounded = (round(float(figure), DIGITS) for figure in figures)
        found[date].append(accounts.Part(article, story, member, *rounded))
    return found


def _rates(fitted: Fitted) -> list[coverage.Rate]:
    from models.index.constants import entry_date, rates

    return [
        coverage.Rate(source, language, round(rate, DIGITS), entry_date(fitted, entered))
        for source, language, rate, entered in rates(fitted)
    ]


def _hash(merged: Mapping[str, Mapping[str, str]], work: Work) -> str:
    found = hashlib.sha256(json.dumps(work.spec.as_dict(), sort_keys=True).encode())
    for known, texts in merged.items():
        for date, text in sorted(texts.items()):
            found.update(f"{known} {date} {text}\n".encode())
    return found.hexdigest()

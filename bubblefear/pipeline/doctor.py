"""Is everything there that a daily job needs, and what went wrong lately?"""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from bubblefear.pipeline import backup, faults
from bubblefear.pipeline.recording import COMPUTING
from bubblefear.pipeline.whole_files import free_bytes, megabytes
from bubblefear.store import (
    SCHEMA_VERSION,
    articles,
    backups,
    counters,
    entries,
    feeds,
    mending,
    prices,
    problems,
    runs,
    seals,
)
from bubblefear.store.database import database_file

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Collection

    from bubblefear.config import Settings

FINE: Final = "ok"
LOOK: Final = "look"
BROKEN: Final = "broken"
STALE_DAYS: Final = 2
BACKUP_DAYS: Final = 8
# Less than this is full: a day of news, its scores and the log of writes need some of it.
LEAST_FREE: Final = 64 * 1024 * 1024
# These read the whole file or load the model; the others look at a few rows.
DEEP: Final = ("database", "scorer", "vintages")
QUICK: Final = ("packages", "feeds", "news", "prices", "index", "daily", "problems")


@dataclass(frozen=True)
class Check:
    """One thing looked at: ``state`` is ok, look (needs attention) or broken.

    ``findings`` are of single feeds: url, state, why and remedy of each.
    """

    name: str
    state: str
    text: str
    findings: tuple[dict[str, str], ...] = ()


def examine(
    conn: sqlite3.Connection,
    settings: Settings,
    *,
    now: Callable[[], str],
    names: Collection[str] | None = None,
) -> list[Check]:
    """The checks of those names, by default all; nothing is changed and nothing is fetched."""
    looked = faults.Looked(conn, database_file(conn), settings, now)
    checks: dict[str, Callable[[], Check]] = {
        "database": lambda: _searched(looked, "database", "sound"),
        "schema": lambda: _searched(looked, "schema", f"{SCHEMA_VERSION}, as it was made"),
        "packages": _packages,
        "scorer": lambda: _scorer(settings),
        "feeds": lambda: _feeds(conn, now()),
        "news": lambda: _news(conn, settings),
        "prices": lambda: _prices(conn, now()),
        "index": lambda: _index(conn, settings),
        "vintages": lambda: _vintages(conn),
        "search": lambda: _searched(looked, "search", "every article is in it"),
        "counts": lambda: _searched(looked, "counts", "of changes: in step"),
        "sums": lambda: _searched(looked, "sums", "those of the articles, where kept"),
        "runs": lambda: _searched(looked, "runs", "none of earlier days is open"),
        "orphans": lambda: _searched(looked, "orphans", "none"),
        "archive": lambda: _archive(looked),
        "leftovers": lambda: _searched(looked, "leftovers", "none"),
        "disk": lambda: _disk(looked),
        "backups": lambda: _backups(looked),
        "clock": lambda: _clock(looked),
        "daily": lambda: _last_daily(conn, now()),
        "problems": lambda: _problems(conn),
    }
    return [check() for name, check in checks.items() if names is None or name in names]


def _searched(looked: faults.Looked, name: str, fine: str) -> Check:
    fault = faults.find(looked, name)
    if fault is None:
        return Check(name, FINE, fine)
    return Check(name, BROKEN if fault.broken else LOOK, str(fault))


def _archive(looked: faults.Looked) -> Check:
    from bubblefear.pipeline import archive

    fine, text = archive.check(looked.conn, looked.path)
    return Check("archive", FINE if fine else BROKEN, text)


def _disk(looked: faults.Looked) -> Check:
    size = backups.size_of(looked.conn)
    free = free_bytes(looked.path.parent)
    text = f"{megabytes(free)} free beside a database of {megabytes(size)}"
    if free < LEAST_FREE:
        return Check("disk", BROKEN, f"{text}: the next job may not be able to write")
    if free < size + LEAST_FREE:
        return Check("disk", LOOK, f"{text}: too little for a backup beside it")
    return Check("disk", FINE, text)


def _backups(looked: faults.Looked) -> Check:
    folder = backup.default_folder(looked.path)
    found = backup.listed(folder, looked.path)
    if not found:
        return Check("backups", FINE, f"none in {folder}: `bubblefear backup` makes one")
    newest = backup.instant_of(found[0])
    old = newest[:10] < _days_before(looked.now(), BACKUP_DAYS)
    text = f"{len(found)} in {folder}, the newest of {newest}"
    return Check("backups", LOOK if old else FINE, f"{text}: `bubblefear backup`" if old else text)


def _clock(looked: faults.Looked) -> Check:
    latest, what = mending.newest_instant(looked.conn)
    instant = looked.now()
    if latest <= instant:
        return Check("clock", FINE, f"{instant}, after all that is stored")
    text = (
        f"{what} is of {latest}, and this machine's clock says {instant}: one of the two is wrong, "
        "and what was known when is told by it"
    )
    return Check("clock", LOOK, text)


def _packages() -> Check:
    from importlib.metadata import PackageNotFoundError, version

    missing = []
    for name in COMPUTING:
        try:
            version(name)
        except PackageNotFoundError:
            missing.append(name)
    text = f"missing: {', '.join(missing)}" if missing else f"{len(COMPUTING)} that compute"
    return Check("packages", BROKEN if missing else FINE, text)


def _scorer(settings: Settings) -> Check:
    from bubblefear.scorers import from_settings
    from nlp.errors import NlpError

    try:
        scorer = from_settings(settings)
    except NlpError as error:
        return Check("scorer", BROKEN, str(error))
    return Check("scorer", FINE, scorer.name)


def _feeds(conn: sqlite3.Connection, instant: str) -> Check:
    from bubblefear.pipeline.feed_health import of_store

    listed = feeds.listed(conn)
    if not listed:
        return Check("feeds", LOOK, "none: `bubblefear init` adds the default ones")
    found = of_store(conn, instant)
    states = Counter(finding.state for finding in found)
    told = "".join(f", {number} {state}" for state, number in states.most_common())
    worse = states.total() - states["moved"]  # a feed that moved is asked where it is
    rows = tuple(asdict(finding) for finding in found)
    return Check("feeds", LOOK if worse else FINE, f"{len(listed)} feeds{told}", rows)


def _news(conn: sqlite3.Connection, settings: Settings) -> Check:
    total = entries.count(conn)
    unscored = articles.count_unscored(conn, settings.scorer_id)
    text = f"{total:,} entries"
    if unscored:
        text += f", {unscored:,} not scored by {settings.scorer_id}: `bubblefear score`"
    return Check("news", LOOK if unscored or not total else FINE, text)


def _prices(conn: sqlite3.Connection, instant: str) -> Check:
    last = prices.last_dates(conn)
    if not last:
        return Check("prices", LOOK, "none: `bubblefear prices update` or `prices import DIR`")
    newest = max(last.values())
    stale = newest < _days_before(instant, STALE_DAYS)
    return Check("prices", LOOK if stale else FINE, f"{len(last)} symbols, up to {newest}")


def _index(conn: sqlite3.Connection, settings: Settings) -> Check:
    version = settings.index_version
    if counters.is_built(conn, version, settings.specification):
        return Check("index", FINE, f"{version} is up to date")
    return Check("index", LOOK, f"{version} is out of date: `bubblefear index` builds it")


def _vintages(conn: sqlite3.Connection) -> Check:
    broken = seals.verify(conn)
    if not broken:
        return Check("vintages", FINE, f"{seals.count(conn):,} sealed, each as it was written")
    first = broken[0]
    text = f"{len(broken)} changed since: {first.version} {first.vintage}: {first.reason}"
    return Check("vintages", BROKEN, text)


def _last_daily(conn: sqlite3.Connection, instant: str) -> Check:
    row = runs.last(conn, "daily")
    if row is None:
        return Check("daily", LOOK, "never ran: `bubblefear daily`")
    outcome = row["outcome"] or "unfinished"
    recent = row["started_at"][:10] >= _days_before(instant, STALE_DAYS)
    fine = recent and outcome in ("done", "partial")
    return Check("daily", FINE if fine else LOOK, f"{row['started_at']}: {outcome}")


def _problems(conn: sqlite3.Connection) -> Check:
    total = problems.count(conn)
    if not total:
        return Check("problems", FINE, "none")
    newest = problems.listed(conn, 3)
    shown = "; ".join(f"{row['code']} {row['subject']}: {row['reason']}" for row in newest)
    return Check("problems", LOOK, f"{total:,} kept, the newest: {shown}")


def _days_before(instant: str, days: int) -> str:
    return (date.fromisoformat(instant[:10]) - timedelta(days=days)).isoformat()

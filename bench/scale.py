"""A million articles and more, with texts: building, asking, pages, archive, publishing.

The temporary folder's disk must have room for 5 KB an article.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from bench import page_times
from bench.measuring import PROGRAM, command, figure, fresh, peak_megabytes, program
from bench.rows import Row

if TYPE_CHECKING:
    from pathlib import Path

ROWS_OF_NEWS: Final = 1_000_000
SMOKE: Final = {"rows": 3_000, "rounds": 2, "articles": 5}
ROUNDS: Final = 20
_PAGES: Final = ("home", "day", "article", "search", "queue", "entries")
ROWS: Final = (
    Row("index over a million articles with texts", "build.s", "s", at_most=25),
    Row("its peak memory", "build.peak_mb", "MB", at_most=1000),
    Row("`index --json`", "json_s", "s"),
    Row("`index --as-of`", "as_of_s", "s"),
    Row("`explain`", "explain_s", "s"),
    Row("the database", "whole.mb", "MB"),
    Row("published", "published.mb", "MB", peer="whole.mb", peer_label="the whole database"),
    Row("after `archive`", "archived.mb", "MB", peer="whole.mb", peer_label="the whole database"),
    *(Row(f"page: {page}", f"whole.pages.{page}.s", "s", at_most=0.5) for page in _PAGES[:5]),
    *(Row(f"page, published: {p}", f"published.pages.{p}.s", "s", at_most=0.5) for p in _PAGES[:4]),
)


def run(
    folder: Path, rows: int = ROWS_OF_NEWS, rounds: int = ROUNDS, articles: int = 50
) -> dict[str, Any]:
    """Write the news, build its index, ask it, publish and archive it.

    Args:
        folder: Where the databases lie.
        rows: Entries.
        rounds: Requests of each kind of page.
        articles: How many articles' pages are asked for.
    """
    path = folder / "whole.db"
    found: dict[str, Any] = {"rows": rows, "write_s": fresh("bench.scale:write", path, rows=rows)}
    found["build"] = fresh("bench.scale:build", path)
    found |= _asked(path)
    found["whole"] = _measured(path, rounds, articles)
    public = folder / "published.db"
    published = command([PROGRAM, "publish", str(public), "--db", str(path)])
    found["published"] = {
        "s": figure(published.seconds),
        "peak_mb": published.peak_mb,
        **_measured(public, rounds, articles),
    }
    found["archived"] = fresh("bench.scale:archive", path) | {"mb": _megabytes(path)}
    return found


def write(path: Path, rows: int) -> float:
    """Seconds that writing the news takes."""
    from bench.measuring import seconds
    from bench.scale_rows import write as written

    return figure(seconds(written, path, rows))


def build(path: Path) -> dict[str, float]:
    """Seconds and peak memory of the first build of the index, its band and accounts with it."""
    from bench.index_tasks import clock
    from bench.measuring import seconds
    from bubblefear.config import Settings
    from bubblefear.pipeline import build_index
    from bubblefear.store import database

    now = clock(path)
    with database(path) as conn:
        took = seconds(build_index.build, conn, Settings(), now=lambda: now)
    return {"s": figure(took), "peak_mb": peak_megabytes()}


def archive(path: Path) -> dict[str, Any]:
    """Move what is older than the news' last three months; seconds, memory, size of the files."""
    from bench.index_tasks import clock
    from bench.measuring import seconds
    from bubblefear.pipeline.archive import months_back, move
    from bubblefear.store import database

    now = clock(path)
    before = months_back(now, 3)
    with database(path) as conn:
        took = seconds(move, conn, path, before=before, now=lambda: now, vacuum=True)
    files = path.with_name(f"{path.name}.archive").rglob("*.parquet")
    moved = sum(file.stat().st_size for file in files)
    return {"s": figure(took), "peak_mb": peak_megabytes(), "parquet_mb": round(moved / 1e6, 1)}


def _asked(path: Path) -> dict[str, Any]:
    """Seconds of commands that ask, the whole process each."""
    said = json.loads(command([PROGRAM, "index", "--json", "--db", str(path)]).out)
    days = [row["date"] for row in said if row["value"] is not None]
    return {
        "json_s": figure(program("index", "--json", "--db", path)),
        "as_of_s": figure(program("index", "--as-of", days[len(days) // 2], "--db", path)),
        "explain_s": figure(program("explain", days[-1], "--db", path)),
    }


def _measured(path: Path, rounds: int, articles: int) -> dict[str, Any]:
    return {"mb": _megabytes(path), "pages": page_times.measure(path, rounds, articles)}


def _megabytes(path: Path) -> float:
    return round(path.stat().st_size / 1e6, 1)

"""What is measured of a build of the index, each in a process of its own: build, floors, band."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bench.measuring import figure, peak_megabytes, seconds

if TYPE_CHECKING:
    import pandas as pd

BUILT: Final = ("cells", "seals", "accounts", "coverage", "index_points", "vintages")


def whole(path: Path) -> dict[str, Any]:
    """A build of everything, with its band and its writing; what earlier builds left is dropped."""
    from bubblefear.config import Settings
    from bubblefear.pipeline import build_index
    from bubblefear.store import open_database

    now = clock(path)
    _warm()
    with closing(open_database(path)) as conn:
        for table in BUILT:
            conn.execute(f"DELETE FROM {table}")
        conn.execute("DELETE FROM counters WHERE name LIKE 'built:%'")
        took = seconds(build_index.build, conn, Settings(), now=lambda: now)
        rows = conn.execute("SELECT count(*) FROM entries").fetchone()[0]
    return {"rows": rows, "s": figure(took), "mb": peak_megabytes()}


def pandas_floor(path: Path) -> dict[str, Any]:
    """The same rows, read by pandas and added up by source and session: no index, no band."""
    import numpy as np
    import pandas as pd

    closes = _closes(path)
    found: list[pd.DataFrame] = []

    def work() -> None:
        with closing(sqlite3.connect(path)) as conn:
            frame = _read(conn)
        seen = pd.to_datetime(frame["first_seen_at"], format="ISO8601", utc=True)
        frame["session"] = np.searchsorted(closes.to_numpy(), seen.to_numpy(), side="left")
        frame["adds"] = frame["relevance"] * frame["fear"]
        found.append(frame.groupby(["source", "session"])["adds"].agg(["size", "sum"]))

    took = seconds(work)
    return {"s": figure(took), "mb": peak_megabytes(), "cells": len(found[0])}


def parquet(path: Path, to: str) -> None:
    """The rows of the floor, and the closes of their sessions, as Parquet beside one another."""
    with closing(sqlite3.connect(path)) as conn:
        frame = _read(conn)
    import pandas as pd

    seen = pd.to_datetime(frame.pop("first_seen_at"), format="ISO8601", utc=True)
    frame["seen"] = seen.dt.as_unit("us")  # DuckDB compares no nanoseconds with microseconds
    frame.to_parquet(to)
    _closes(path).dt.as_unit("us").to_frame("close").to_parquet(_beside(Path(to)))


def duckdb_floor(path: Path) -> dict[str, Any]:
    """The same sums by DuckDB from Parquet.

    The least of floors: joining and parsing were done before, and the rows lie in columns.
    """
    import duckdb

    closes = _beside(path)
    sql = (
        "SELECT source, close, count(*) AS size, sum(relevance * fear) AS adds "
        f"FROM '{path}' AS news ASOF JOIN '{closes}' AS closes ON news.seen <= closes.close "
        "GROUP BY ALL"
    )
    found: list[tuple[Any, ...]] = []
    with duckdb.connect() as conn:
        took = seconds(lambda: found.extend(conn.execute(sql).fetchall()))
    return {"s": figure(took), "mb": peak_megabytes(), "cells": len(found)}


def band(path: Path, draws: int) -> dict[str, Any]:
    """So many draws for every session: with them, less the same without."""
    from bubblefear.config import Settings
    from bubblefear.pipeline.computing import compute
    from bubblefear.store import open_database

    now = clock(path)
    _warm()
    settings = replace(Settings(), index=(("bootstrap_draws", draws),))
    with closing(open_database(path)) as conn:
        bare, drawn = [
            seconds(compute, conn, settings, as_of=now, band=wanted) for wanted in (False, True)
        ]
    return {"draws": draws, "s": figure(drawn - bare), "build_mb": peak_megabytes()}


def clock(path: Path) -> str:
    """The first instant after the last entry that lies an hour before the close of a session."""
    import pandas as pd

    from models.sessions import closes

    with closing(sqlite3.connect(path)) as conn:
        last = conn.execute("SELECT max(first_seen_at) FROM entries").fetchone()[0]
    every = closes(last[:10], f"{int(last[:4]) + 1}-12-31") - pd.Timedelta(hours=1)
    instants = every.dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    return str(instants[instants > last].iloc[0])


def _read(conn: sqlite3.Connection) -> pd.DataFrame:
    import pandas as pd

    from bubblefear.config import DEFAULT_SCORER

    return pd.read_sql_query(
        "SELECT e.source, e.first_seen_at, s.relevance, s.fear FROM entries e "
        "LEFT JOIN scores s ON s.article_id = e.id AND s.scorer = ?",
        conn,
        params=(DEFAULT_SCORER,),
    )


def _beside(rows: Path) -> Path:
    return rows.with_name(f"closes-{rows.name}")


def _closes(path: Path) -> pd.Series:
    """Closes of the sessions of all entries and of two weeks more."""
    import pandas as pd

    from models.sessions import closes

    with closing(sqlite3.connect(path)) as conn:
        ends = conn.execute("SELECT min(first_seen_at), max(first_seen_at) FROM entries").fetchone()
    return closes(ends[0][:10], f"{pd.Timestamp(ends[1]) + pd.Timedelta(days=14):%Y-%m-%d}")


def _warm() -> None:
    """Import what a build imports: a daily job has done so by then."""
    import_module("models.index.band")
    import_module("models.index.session_sums")
    from models.sessions import closes

    closes("2025-08-01", "2025-12-31")

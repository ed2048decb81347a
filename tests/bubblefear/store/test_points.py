"""Vintages: append-only, and each reads as it was written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from bubblefear.store import points, transaction
from bubblefear.store.points import Build, Point

if TYPE_CHECKING:
    import sqlite3

BUILD = Build("fear.v1", "real-time", "2025-11-20T12:00:00Z", "hash", "{}")


def point(date: str, value: float | None, n: int = 5, series: str = "total") -> Point:
    return Point(series, date, value, None, None, None, None, n)


def write(conn: sqlite3.Connection, found: list[Point], now: str) -> points.Written:
    with transaction(conn):
        return points.write(conn, BUILD, points.Found(found), now=now)


def test_a_vintage_holds_only_what_changed(conn: sqlite3.Connection) -> None:
    write(conn, [point("2025-11-18", 100.0), point("2025-11-19", 90.0)], "2025-11-19T00:00:00Z")
    second = write(
        conn,
        [point("2025-11-18", 100.0), point("2025-11-19", 95.0), point("2025-11-20", 80.0)],
        "2025-11-20T00:00:00Z",
    )
    assert second.changed == 2
    assert conn.execute("SELECT count(*) FROM index_points").fetchone()[0] == 4


def test_no_change_makes_no_vintage(conn: sqlite3.Connection) -> None:
    found = [point("2025-11-18", 100.0)]
    write(conn, found, "2025-11-19T00:00:00Z")
    noise = [point("2025-11-18", 100.0 + 1e-10)]
    assert write(conn, noise, "2025-11-20T00:00:00Z") == points.Written(None, 0)
    assert conn.execute("SELECT count(*) FROM vintages").fetchone()[0] == 1


def test_missing_is_stored_as_missing_and_differs_from_zero(conn: sqlite3.Connection) -> None:
    write(conn, [point("2025-11-18", None, n=0)], "2025-11-19T00:00:00Z")
    write(conn, [point("2025-11-18", 0.0, n=0)], "2025-11-20T00:00:00Z")
    first = points.read(conn, "fear.v1", "2025-11-19T00:00:00Z")
    assert [p.value for p in first] == [None]
    nan = write(conn, [point("2025-11-18", float("nan"), n=0)], "2025-11-21T00:00:00Z")
    assert nan.changed == 1


def test_a_clock_that_stands_still_makes_two_vintages(conn: sqlite3.Connection) -> None:
    now = "2025-11-19T23:59:59Z"
    assert write(conn, [point("2025-11-18", 1.0)], now).vintage == now
    assert write(conn, [point("2025-11-18", 2.0)], now).vintage == "2025-11-20T00:00:00Z"


def test_a_clock_that_went_back_still_appends(conn: sqlite3.Connection) -> None:
    write(conn, [point("2025-11-18", 1.0)], "2025-11-20T00:00:00Z")
    later = write(conn, [point("2025-11-18", 2.0)], "2025-11-19T00:00:00Z").vintage
    assert later == "2025-11-20T00:00:01Z"


def test_versions_and_series_are_kept_apart(conn: sqlite3.Connection) -> None:
    found = [point("2025-11-18", 1.0), point("2025-11-18", 2.0, series="threat")]
    write(conn, found, "2025-11-19T00:00:00Z")
    assert [p.value for p in points.read(conn, "fear.v1", "9", ("threat",))] == [2.0]
    assert points.read(conn, "fear.v2", "9") == []
    assert points.series_names(conn, "fear.v1") == ["threat", "total"]


snapshots = st.lists(
    st.dictionaries(
        st.sampled_from(["2025-11-17", "2025-11-18", "2025-11-19", "2025-11-20"]),
        st.none() | st.integers(0, 3).map(float),
    ),
    min_size=1,
    max_size=6,
)


@given(snapshots)
@settings(max_examples=60, deadline=None)
def test_every_vintage_reads_as_it_was_written(
    reused: sqlite3.Connection, written: list[dict[str, float | None]]
) -> None:
    reused.execute("BEGIN")
    try:
        states: list[tuple[str, dict[str, float | None]]] = []
        for number, snapshot in enumerate(written):
            found = [point(date, value) for date, value in snapshot.items()]
            now = f"2025-11-21T00:00:{number:02}Z"
            vintage = points.write(reused, BUILD, points.Found(found), now=now).vintage
            if vintage:
                states.append((vintage, snapshot))
        for vintage, snapshot in states:
            read = points.read(reused, "fear.v1", vintage)
            assert {p.date: p.value for p in read} == snapshot
    finally:
        reused.execute("ROLLBACK")

from __future__ import annotations

from typing import TYPE_CHECKING

from bubblefear.store import alerts, database, home_queries, runs

if TYPE_CHECKING:
    from pathlib import Path


def fired(rule: str, session: str, version: str = "v1") -> alerts.Fired:
    at = f"{session}T22:00:00Z"
    return alerts.Fired(rule, version, "total", session, at, 158.2, 2.4, {}, at)


def test_an_empty_database_has_no_news_and_no_run(tmp_path: Path) -> None:
    with database(tmp_path / "news.db") as conn:
        found = home_queries.freshness(conn)
    assert found == home_queries.Freshness(None, None, None, None, None)


def test_the_run_that_began_last_is_told_also_while_it_runs(tmp_path: Path) -> None:
    with database(tmp_path / "news.db") as conn:
        for command, now in (("import", "2025-11-20T08:00:00Z"), ("daily", "2025-11-21T08:00:00Z")):
            runs.start(conn, command, settings={}, versions={}, now=now)
        found = home_queries.freshness(conn)
    assert (found.command, found.started_at) == ("daily", "2025-11-21T08:00:00Z")
    assert (found.finished_at, found.outcome) == (None, None)


def test_alerts_of_a_version_since_a_session_newest_first(tmp_path: Path) -> None:
    with database(tmp_path / "news.db") as conn:
        for alert in (
            fired("total.z>2", "2025-11-18"),
            fired("total.z>2", "2025-11-20"),
            fired("total.value>150", "2025-11-21"),
            fired("total.z>2", "2025-11-21", version="v2"),
        ):
            alerts.record(conn, alert, delivery=alerts.SHOWN)
        found = home_queries.alerts_since(conn, "v1", "2025-11-20")
    assert [(alert.rule, alert.session) for alert in found] == [
        ("total.value>150", "2025-11-21"),
        ("total.z>2", "2025-11-20"),
    ]

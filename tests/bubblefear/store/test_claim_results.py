from __future__ import annotations

from typing import TYPE_CHECKING

from bubblefear.store import claim_results, transaction

if TYPE_CHECKING:
    import sqlite3

FALL = {"id": "fall", "verdict": "reproduced", "value": {"x": 1.5}, "plots": [{"kind": "bars"}]}
DEBT = {"id": "债", "verdict": "unavailable", "value": None, "plots": []}


def audit(
    conn: sqlite3.Connection, run: str, file: str, day: int, *rows: dict[str, object]
) -> None:
    at = f"2025-11-{day:02}T08:00:00Z"
    with transaction(conn):
        conn.execute(
            "INSERT INTO runs(id, command, settings, versions, started_at, data_sha256) "
            "VALUES (?, 'claims', '{}', '{}', ?, 'd' || ?)",
            (run, at, run),
        )
        claim_results.write(conn, run, file, f"sha-{file}", rows)


def test_answers_come_back_as_they_were_given(conn: sqlite3.Connection) -> None:
    audit(conn, "r1", "mine.toml", 1, FALL, DEBT)
    assert claim_results.answers(conn, "r1") == [FALL | {"position": 0}, DEBT | {"position": 1}]
    assert claim_results.answer(conn, "r1", 1) == DEBT
    assert claim_results.answer(conn, "r1", 2) is None
    assert claim_results.answers(conn, "none") == []


def test_audits_are_listed_newest_first_and_the_newest_of_each_file_is_known(
    conn: sqlite3.Connection,
) -> None:
    assert claim_results.audits(conn) == []
    audit(conn, "r1", "mine.toml", 1, FALL, DEBT)
    audit(conn, "r2", "yours.toml", 2, DEBT)
    audit(conn, "r3", "mine.toml", 3, FALL, FALL | {"id": "again"})
    found = claim_results.audits(conn)
    assert [(one.run_id, one.file, one.newest) for one in found] == [
        ("r3", "mine.toml", True), ("r2", "yours.toml", True), ("r1", "mine.toml", False),
    ]  # fmt: skip
    assert [one.counts for one in found] == [
        {"reproduced": 2}, {"unavailable": 1}, {"reproduced": 1, "unavailable": 1},
    ]  # fmt: skip
    assert (found[0].audited_at, found[0].data_sha256) == ("2025-11-03T08:00:00Z", "dr3")

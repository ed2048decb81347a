"""What ``ingest`` and ``feeds check`` print of a round, without any network."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from bubblefear.cli import main
from bubblefear.store import database, feeds, polling

if TYPE_CHECKING:
    from pathlib import Path

URL = "http://127.0.0.1:9/rss"  # the discard port: nothing listens
FAR = "2999-01-01T00:00:00Z"


@pytest.fixture
def closed(tmp_path: Path) -> Path:
    """A database whose only feed is on a host that is left alone."""
    path = tmp_path / "news.db"
    with database(path) as conn:
        feeds.add(conn, url=URL, source="Desk", now="2025-11-20T00:00:00Z")
        polling.set_host(
            conn,
            polling.HostRow("127.0.0.1:9", 3, FAR, "refused", "2025-11-20T00:00:00Z", "run"),
        )
    return path


def test_what_is_left_alone_is_told_and_the_run_is_partial(
    closed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ingest", "--json", "--db", str(closed)]) == 3
    said = capsys.readouterr()
    found = json.loads(said.out)
    assert (found["feeds"], found["left_alone"][0]["until"]) == (0, FAR)
    assert f"left alone until {FAR}: refused" in said.err


def test_what_is_not_due_is_counted_and_fine(
    closed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with database(closed) as conn:
        polling.set_state(conn, polling.FeedState(URL, None, None, "", 60, 60, FAR, 0.1, 0, None))
    assert main(["ingest", "--due", "--db", str(closed)]) == 0
    assert capsys.readouterr().out == "0 feeds polled, 1 not due: 0 items, 0 new\n"


def test_check_says_what_to_do(closed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # Refused at once: the host is this machine and the settings do not allow that.
    assert main(["feeds", "check", "--json", "--db", str(closed)]) == 3
    (row,) = json.loads(capsys.readouterr().out)
    assert row["findings"][0]["state"] == "failing"
    assert "allow_private" in row["findings"][0]["remedy"]

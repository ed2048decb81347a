from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from bubblefear.store import database

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    from conftest import Asker


def test_a_page_that_is_not_there_prints_nothing(
    asker: Asker, capfd: pytest.CaptureFixture[str]
) -> None:
    assert asker.get("/article/nothing").status_code == 404
    answer = asker.get("/bubblefear/nothing.json")
    assert answer.status_code == 404
    assert answer.json()["ok"] is False
    assert capfd.readouterr() == ("", "")


def test_an_error_in_a_query_is_told(asker: Asker) -> None:
    answer = asker.get("/bubblefear.json", params={"sql": "SELECT nonsense"})
    assert answer.status_code == 400
    assert "nonsense" in answer.json()["error"]


def test_a_fault_of_ours_is_logged_and_not_shown(
    asker: Asker, newsroom: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with database(newsroom) as conn:
        conn.execute("ALTER TABLE vintages RENAME TO elsewhere")
    with caplog.at_level(logging.ERROR):
        answer = asker.get("/")
    assert answer.status_code == 500
    assert "vintages" not in answer.text
    assert "no such table: vintages" in caplog.text

"""Bars within the day: their end with its zone, or a problem."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ingest.errors import FileError
from ingest.prices.intraday import read_intraday_folder
from ingest.records import IntradayBar, Problem

if TYPE_CHECKING:
    from pathlib import Path


def now() -> str:
    return "2025-12-31T00:00:00Z"


def test_ends_are_told_in_utc(tmp_path: Path) -> None:
    text = "Time,Close\n2025-07-01T16:00:00-04:00,1.5\n2025-12-11T21:00:00Z,2\n"
    (tmp_path / "BTC-USD.csv").write_text(text, encoding="utf-8")
    assert list(read_intraday_folder(tmp_path, now)) == [
        IntradayBar("BTC-USD", "2025-07-01T20:00:00Z", 1.5),
        IntradayBar("BTC-USD", "2025-12-11T21:00:00Z", 2.0),
    ]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("2025-12-11T21:00:00,2", "no time zone"),
        ("2025-12-11,2", "no time zone"),
        ("yesterday,2", "Invalid isoformat"),
        (",2", "Invalid isoformat"),
        ("2026-12-11T21:00:00Z,2", "after now"),
        ("2025-12-11T21:00:00Z,0", "above 0"),
        ("2025-12-11T21:00:00Z,inf", "above 0"),
        ("2025-12-11T21:00:00Z,", "could not convert"),
        ("2025-12-10T21:00:00Z,2", "a second bar"),
    ],
)
def test_a_row_that_is_no_bar_is_a_problem(tmp_path: Path, row: str, reason: str) -> None:
    text = f"time,close\n2025-12-10T21:00:00Z,2\n{row}\n2025-12-10T22:00:00Z,3\n"
    (tmp_path / "BTC-USD.csv").write_text(text, encoding="utf-8")
    first, problem, last = list(read_intraday_folder(tmp_path, now))
    assert isinstance(first, IntradayBar)
    assert isinstance(last, IntradayBar)
    assert isinstance(problem, Problem)
    assert reason in problem.reason
    assert problem.subject == "BTC-USD.csv:3"


def test_folders_and_files_that_cannot_be_used(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"no \.csv files"):
        list(read_intraday_folder(tmp_path, now))
    (tmp_path / "A.csv").write_text("date,close\n", encoding="utf-8")
    (tmp_path / "B.csv").write_bytes(b"time,close\n\xff\xfe\n")
    found = list(read_intraday_folder(tmp_path, now))
    assert next(p.reason for p in found if isinstance(p, Problem)) == "A.csv: no column time"
    assert len(found) == 2

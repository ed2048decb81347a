from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from ingest.errors import FileError
from ingest.prices.files import read_market_file, read_market_folder
from ingest.records import PriceBar, Problem

HEADER = "date,open,high,low,close,adj_close,volume\n"


def bars(path: Path) -> tuple[list[PriceBar], list[Problem]]:
    items = list(read_market_file(path))
    good = [item for item in items if isinstance(item, PriceBar)]
    return good, [item for item in items if isinstance(item, Problem)]


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_of_bars(tmp_path: Path) -> None:
    text = HEADER + "2025-12-10,10,12,9,11,10.5,1000\n2025-12-11,11,11.5,10,10.2,10.2,\n"
    found, problems = bars(write(tmp_path / "ORCL.csv", text))
    assert problems == []
    assert found[0] == PriceBar("ORCL", "2025-12-10", 10, 12, 9, 11, 10.5, 1000)
    assert found[1].volume is None


def test_a_series_of_one_figure_a_day(tmp_path: Path) -> None:
    path = write(tmp_path / "FRED_RATE.csv", "Date,Close\n2025-12-10,-0.5\n2025-12-11,.\n")
    found, problems = bars(path)
    assert found == [PriceBar("FRED_RATE", "2025-12-10", None, None, None, -0.5, None, None)]
    assert [p.reason for p in problems] == ["no close on 2025-12-11"]


def test_bad_rows(tmp_path: Path) -> None:
    rows = [
        "2025-12-10,10,12,9,11,11,1",
        "2025-12-10,10,12,9,11,11,1",
        "2025-13-10,10,12,9,11,11,1",
        "2025-12-11,10,9,12,11,11,1",
        "2025-12-12,10,12,9,13,13,1",
        "2025-12-15,10,12,9,x,11,1",
        "2025-12-16,10,12,9,inf,11,1",
        ",,,,,,",
        "2025-12-17,10,12,9,12.01,11,1",
    ]
    found, problems = bars(write(tmp_path / "A.csv", HEADER + "\n".join(rows)))
    assert [bar.date for bar in found] == ["2025-12-10", "2025-12-17"]  # the last is rounding
    assert [p.subject for p in problems] == [f"A.csv:{n}" for n in range(3, 10)]
    assert "second bar" in problems[0].reason
    assert "low 12 above high 9" in problems[2].reason
    assert "outside 9 to 12" in problems[3].reason
    assert "no number" in problems[4].reason
    assert {p.code for p in problems} == {"prices.row"}


@pytest.mark.parametrize("close", ["0", "-1.5"])
@pytest.mark.parametrize("row", ["2025-12-10,,,,{},,", "2025-12-10,,,,5,{},"])
def test_a_price_is_above_zero_and_a_rate_need_not_be(tmp_path: Path, row: str, close: str) -> None:
    text = HEADER + row.format(close) + "\n"
    found, problems = bars(write(tmp_path / "QQQ.csv", text))
    assert found == []
    assert [(p.code, p.subject) for p in problems] == [("prices.row", "QQQ.csv:2")]
    assert "above 0" in problems[0].reason
    for rate in ("TNX", "FRED_T10Y2Y"):
        found, problems = bars(write(tmp_path / f"{rate}.csv", text))
        assert (len(found), problems) == (1, [])


def test_days_that_cannot_be(tmp_path: Path) -> None:
    days = ["1899-12-31", "1900-01-01", "2025-12-11", "2025-12-12", "9999-12-31"]
    write(tmp_path / "A.csv", "date,close\n" + "".join(f"{day},7\n" for day in days))
    items = list(read_market_folder(tmp_path, now=lambda: "2025-12-10T12:00:00Z"))
    kept = [item.date for item in items if isinstance(item, PriceBar)]
    assert kept == ["1900-01-01", "2025-12-11"]
    refused = [item.subject for item in items if isinstance(item, Problem)]
    assert refused == ["A.csv:2", "A.csv:5", "A.csv:6"]


def test_a_day_of_the_far_future_is_refused_by_default(tmp_path: Path) -> None:
    found, problems = bars(write(tmp_path / "A.csv", "date,close\n9999-12-31,7\n"))
    assert found == []
    assert "outside 1900-01-01 to" in problems[0].reason


def test_a_folder_with_one_unreadable_file(tmp_path: Path) -> None:
    write(tmp_path / "A.csv", "a,b\n1,2\n")
    write(tmp_path / "B.csv", HEADER + "2025-12-10,10,12,9,11,11,1\n")
    (tmp_path / "C.csv").write_bytes(b"date,close\n\xff\xfe,1\n")
    problem, bar, other = read_market_folder(tmp_path)
    assert isinstance(problem, Problem)
    assert (problem.code, problem.subject) == ("prices.file", "A.csv")
    assert isinstance(bar, PriceBar)
    assert isinstance(other, Problem)
    assert other.subject == "C.csv"


def test_no_folder_or_nothing_in_it(tmp_path: Path) -> None:
    for folder in (tmp_path / "none", tmp_path):
        with pytest.raises(FileError, match=r"no \.csv files"):
            list(read_market_folder(folder))


def test_the_real_folder_is_read_whole(shared_data: Path) -> None:
    folder = shared_data / "e2e" / "market"
    items = list(read_market_folder(folder))
    lines = sum(len(p.read_text().splitlines()) - 1 for p in folder.glob("*.csv"))
    assert all(isinstance(item, PriceBar) for item in items)
    assert len(items) == lines
    count = Counter(item.symbol for item in items if isinstance(item, PriceBar))
    assert count["BTC-USD"] == 2192
    assert count["FRED_M2SL"] == 71

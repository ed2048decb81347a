from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest

from bubblefear.store import database

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Asker


def test_json_has_each_session_once_and_null_for_what_is_missing(asker: Asker) -> None:
    found = asker.get("/index.json").json()
    assert found["version"] == "v1"
    assert found["vintage"] == "2025-11-21T21:10:00Z"
    assert len(found["dates"]) == 15
    assert sorted(found["series"]) == ["channel:credit", "total"]
    total = found["series"]["total"]
    place = found["dates"].index("2025-11-11")
    assert total["value"][place] is None
    assert total["value"][-2:] == [130.0, 158.25]  # the revised value of the 20th
    assert total["hi"][-1] == 176.0
    assert total["n"][-1] == 40


def test_json_of_the_series_and_days_asked_for(asker: Asker) -> None:
    found = asker.get("/index.json?series=total&since=2025-11-18&until=2025-11-20").json()
    assert found["dates"] == ["2025-11-18", "2025-11-19", "2025-11-20"]
    assert list(found["series"]) == ["total"]
    assert found["series"]["total"]["value"] == [125.5, 119.0, 130.0]


def test_csv_has_the_columns_of_the_command_line_and_the_same_figures(asker: Asker) -> None:
    from bubblefear.report.formats import COLUMNS

    answer = asker.get("/index.csv?since=2025-11-21")
    assert answer.headers["content-disposition"] == 'attachment; filename="index.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert tuple(rows[0]) == COLUMNS
    assert {row["series"]: row["value"] for row in rows} == {
        "channel:credit": "96.0",
        "total": "158.25",
    }
    assert rows[0]["provisional"] == "false"


@pytest.mark.parametrize("name", ["index.json", "index.csv", "index.chart.json"])
def test_a_day_that_is_none_is_refused(asker: Asker, name: str) -> None:
    answer = asker.get(f"/{name}?since=tomorrow")
    assert answer.status_code == 400
    assert "since is a day such as 2025-11-20" in answer.text


@pytest.mark.parametrize("name", ["index.json", "index.csv", "index.chart.json"])
def test_without_an_index_there_is_nothing(
    tmp_path: Path, open_asker: Callable[..., Asker], name: str
) -> None:
    with database(tmp_path / "empty.db"):
        pass
    answer = open_asker(tmp_path / "empty.db").get(f"/{name}")
    assert answer.status_code == 404
    assert "no index yet" in answer.text


def test_the_chart_holds_the_figures_of_its_view(asker: Asker) -> None:
    rows = asker.get("/index.chart.json?view=channels&mean=1").json()["data"]["values"]
    assert rows[-1]["c0"] == 96.0
    assert rows[-1]["date"] == "2025-11-21"

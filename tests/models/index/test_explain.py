"""The account of a date adds up exactly."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest

from models.errors import ModelError
from models.index import IndexSpec, build, explain

if TYPE_CHECKING:
    import pandas as pd

    from models.index import IndexResult


@pytest.fixture(params=[False, True], ids=["published", "realtime"])
def result(articles: pd.DataFrame, spec: IndexSpec, request: pytest.FixtureRequest) -> IndexResult:
    spec = dataclasses.replace(spec, bootstrap_draws=0)
    return build(articles, spec, realtime=request.param)


def test_parts_add_up_to_level_and_change_on_every_date(result: IndexResult) -> None:
    total = result.points.query("series == 'total'").dropna(subset="value").set_index("date")
    previous = None
    for date, value in total["value"].items():
        account = explain(result, str(date))
        assert account["level_points"].sum() == pytest.approx(value, abs=1e-9)
        if previous is None:
            assert account["change_points"].isna().all()
        else:
            assert account["change_points"].sum() == pytest.approx(value - previous, abs=1e-9)
        previous = value


def test_columns_and_order(result: IndexResult) -> None:
    account = explain(result, "2025-09-05")
    assert account.columns.tolist() == [
        "story_id",
        "article_id",
        "source",
        "language",
        "level_points",
        "change_points",
    ]
    assert account["level_points"].is_monotonic_decreasing
    assert (account.query("level_points == 0")["change_points"] < 0).all()
    assert account["article_id"].is_unique


def test_a_date_without_a_value_is_an_error(result: IndexResult) -> None:
    with pytest.raises(ModelError, match="no session"):
        explain(result, "2025-08-02")


def test_a_missing_value_is_an_error(articles: pd.DataFrame, spec: IndexSpec) -> None:
    result = build(articles, spec, realtime=True)
    with pytest.raises(ModelError, match="no value on 2025-08-01"):
        explain(result, "2025-08-01")

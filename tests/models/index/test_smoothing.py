"""Trailing means and rescaling, against the published daily geopolitical risk index (A11)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from models.errors import ModelError
from models.index.smoothing import base_scale, trailing_mean

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def gpr(shared_data: Path) -> pd.DataFrame:
    return pd.read_csv(shared_data / "anchors" / "gpr_daily.csv.gz", index_col="date")


@pytest.mark.parametrize(("days", "column"), [(7, "GPRD_MA7"), (30, "GPRD_MA30")])
def test_anchor_a11_trailing_means(gpr: pd.DataFrame, days: int, column: str) -> None:
    ours = trailing_mean(gpr["GPRD"], days)
    assert np.abs(ours - gpr[column]).max() < 3e-5


def test_anchor_a11_base_mean(gpr: pd.DataFrame) -> None:
    base = np.asarray((gpr.index >= "1985-01-01") & (gpr.index <= "2019-12-31"))
    # Any multiple of the index must come back to the published level.
    scaled = gpr["GPRD"].to_numpy() * 0.037
    scaled *= base_scale(scaled, base)
    assert scaled[base].mean() == pytest.approx(100.0, abs=1e-9)
    assert np.abs(scaled - gpr["GPRD"].to_numpy()).max() < 3e-5


def test_the_window_is_of_calendar_days_and_skips_missing_values() -> None:
    values = pd.Series(
        [10.0, 20.0, float("nan"), 40.0],
        index=["2025-12-01", "2025-12-05", "2025-12-08", "2025-12-09"],
    )
    # 9 December looks back to 3 December: the 1st is out, the 8th is missing.
    assert trailing_mean(values, 7).tolist() == [10.0, 15.0, 20.0, 30.0]


def test_nothing_in_the_base_window_is_an_error() -> None:
    with pytest.raises(ModelError, match="base window"):
        base_scale(np.array([np.nan, 1.0]), np.array([True, False]))
    with pytest.raises(ModelError, match="base window"):
        base_scale(np.array([0.0, 1.0]), np.array([True, False]))

"""What estimators refuse, in one line that names the rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from models.errors import ModelError
from models.transmission.frames import complete, complete_series, together

if TYPE_CHECKING:
    from collections.abc import Callable

DAYS = pd.date_range("2025-01-01", periods=30).strftime("%Y-%m-%d")


def frame() -> pd.DataFrame:
    rng = np.random.default_rng(3)
    return pd.DataFrame(rng.standard_normal((30, 2)), index=DAYS, columns=["a", "b"])


def holed(table: pd.DataFrame) -> pd.DataFrame:
    table.iloc[[2, 5, 7, 9], 1] = np.nan
    return table


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (holed, r"b: no finite value in 4 rows: 2025-01-03, 2025-01-06, 2025-01-08 and 1 more"),
        (lambda t: t.assign(a=7.0), "a is constant from 2025-01-01 to 2025-01-30"),
        (lambda t: t.iloc[:2], "2 rows where at least 20 are needed"),
        (lambda t: t.iloc[::-1], "out of order at 2025-01-29"),
        (lambda t: pd.concat([t, t.iloc[[-1]]]), "double: 1 rows: 2025-01-30"),
        (lambda t: t.assign(a=np.inf), "a: no finite value in 30 rows"),
        (lambda t: t.assign(a="x"), "a value is no number"),
        (lambda t: t[[]], "no columns"),
        (lambda t: t.set_axis(["a", "a"], axis=1), "two columns are called a"),
        (lambda t: t.set_axis([None, *DAYS[1:]]), "1 rows have no date"),
    ],
)
def test_what_is_refused(spoil: Callable[[pd.DataFrame], pd.DataFrame], message: str) -> None:
    with pytest.raises(ModelError, match=message) as caught:
        complete(spoil(frame()))
    assert "\n" not in str(caught.value)


def test_a_good_frame_comes_back_as_floats() -> None:
    table = frame().assign(c=range(30))
    assert complete(table).dtypes.eq("float64").all()
    assert complete(table).index.equals(table.index)
    assert complete_series(table["c"]).name == "c"


def test_series_of_other_sessions_do_not_go_together() -> None:
    table = frame()
    assert together(table["a"], table["b"]).columns.tolist() == ["a", "b"]
    with pytest.raises(ModelError, match="a and b are not of the same sessions: 2 rows"):
        together(table["a"].iloc[:-2], table["b"])

"""Local projections: published anchors, the library's errors, bands that cover, bad input."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from statsmodels.regression.linear_model import OLS

from models.errors import ModelError
from models.transmission.local_projections import (
    LocalProjections,
    StateDependentProjections,
    ahead,
    low_weight,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def numbers(text: str) -> list[float]:
    return [float(number) for number in re.findall(r"-?\.?\d+\.?\d*", text)]


@pytest.fixture
def quarters(shared_data: Path) -> pd.DataFrame:
    return pd.read_csv(shared_data / "anchors" / "ramey_zubairy_ag_data.csv")


@pytest.fixture
def printed(shared_data: Path) -> Callable[[str], str]:
    """What the anchors' table says of one anchor in its last column."""
    lines = (shared_data / "anchors" / "README.md").read_text("utf-8").splitlines()

    def cell(anchor: str) -> str:
        line = next(line for line in lines if line.startswith(f"| {anchor} |"))
        return line.split("|")[-2]

    return cell


# -- anchors ---------------------------------------------------------------------------------


def test_the_linear_anchor(quarters: pd.DataFrame, printed: Callable[[str], str]) -> None:
    stated = numbers(printed("A6").split("begins")[1].split("(")[0])
    assert len(stated) == 5
    found = LocalProjections(
        quarters.loc[7:, ["Gov", "Tax", "GDP"]], "Gov", "Gov", horizon=19, lags=4
    ).fit()
    assert np.round(found.estimates[:5], 2).tolist() == stated
    # The response of a series to itself at once is known: no error, no part in the joint test.
    assert found.errors[0] == 0
    assert found.tested.tolist() == list(range(1, 20))


def test_the_state_dependent_anchor(quarters: pd.DataFrame, printed: Callable[[str], str]) -> None:
    first, second = printed("A7").split("state 2:")
    stated = [numbers(first.split("state 1:")[1]), numbers(second)]
    assert [len(path) for path in stated] == [20, 20]
    found = StateDependentProjections(
        quarters.loc[6:].assign(z=quarters["GDP_MA"] - 0.8),
        "Gov",
        "Gov_shock_mean",
        horizon=19,
        lags=3,
        lagged=("Gov", "Tax", "GDP"),
        exogenous=("GDP_MA",),
        exogenous_lags=4,
        state="z",
        gamma=3,
        gaps=True,  # the moving average starts later
    ).fit()
    # lpirfs' first regime is the one weighted by 1 - F.
    assert np.round(found.high.estimates, 2).tolist() == stated[0]
    assert np.round(found.low.estimates, 2).tolist() == stated[1]
    assert found.difference.estimates == pytest.approx(found.high.estimates - found.low.estimates)


# -- against the library, and by hand --------------------------------------------------------


def noise(n: int, seed: int, columns: str = "yxw") -> pd.DataFrame:
    values = np.random.default_rng(seed).standard_normal((n, len(columns)))
    return pd.DataFrame(values, columns=list(columns))


def test_each_horizon_is_the_librarys_regression() -> None:
    frame = noise(150, 1)
    found = LocalProjections(frame, "y", "x", horizon=4, lags=2, controls=("w",)).fit()
    design = pd.concat(
        [frame["x"]] + [frame[name].shift(lag) for name in "yx" for lag in (1, 2)] + [frame["w"]],
        axis=1,
    )
    for h in range(5):
        rows = pd.concat([frame["y"].shift(-h), design], axis=1).dropna().to_numpy()
        library = OLS(rows[:, 0], np.column_stack([np.ones(len(rows)), rows[:, 1:]])).fit(
            cov_type="HAC", cov_kwds={"maxlags": found.lags, "use_correction": True}
        )
        assert found.used[h] == len(rows) == 148 - h
        assert found.estimates[h] == pytest.approx(library.params[1], rel=1e-9)
        assert found.errors[h] == pytest.approx(library.bse[1], rel=1e-8)


def test_errors_allow_for_at_least_the_horizon() -> None:
    assert LocalProjections(noise(150, 2), "y", "x", horizon=9).fit().lags == 9
    assert LocalProjections(noise(150, 2), "y", "x", horizon=1).fit().lags == 4


def test_sums_of_the_response() -> None:
    values = np.arange(1.0, 5.0)
    assert np.isnan(ahead(values, 2, "no")[2, 2:]).all()
    assert ahead(values, 2, "no")[:, 0].tolist() == [1, 2, 3]
    assert ahead(values, 2, "with")[:, 0].tolist() == [1, 3, 6]
    assert ahead(values, 2, "after")[:, 0].tolist() == [1, 2, 5]
    assert ahead(values, 2, "after")[:, 1].tolist() == [2, 3, 7]


def test_the_weight_of_the_low_state() -> None:
    weights = low_weight(np.array([-2.0, 0.0, 2.0, 9.0]), 1.5, 1)
    assert np.isnan(weights[0])
    assert weights[1:] == pytest.approx([1 / (1 + np.exp(-3.0)), 0.5, 1 / (1 + np.exp(3.0))])


def test_a_gap_is_left_out_where_it_is_needed() -> None:
    frame = noise(150, 3)
    frame.loc[70, "y"] = np.nan
    found = LocalProjections(frame, "y", "x", horizon=2, lags=1, lagged=("x",), gaps=True).fit()
    assert found.used.tolist() == [148, 147, 146]
    with pytest.raises(ModelError, match="70"):
        LocalProjections(frame, "y", "x").fit()


def test_one_horizon_needs_no_wider_band() -> None:
    found = LocalProjections(noise(200, 4), "y", "x", horizon=1, band_from=1).fit()
    assert found.critical == pytest.approx(1.96, abs=0.03)
    table = LocalProjections(noise(200, 4), "y", "x", horizon=8).fit().to_frame()
    assert (table["band_hi"] > table["hi"]).all()


# -- simulation ------------------------------------------------------------------------------


def planted(n: int, seed: int) -> pd.DataFrame:
    """y rises by 1, .5 and .25 in the sessions after a shock."""
    rng = np.random.default_rng(seed)
    x, y = rng.standard_normal((2, n))
    for lag, effect in ((1, 1.0), (2, 0.5), (3, 0.25)):
        y[lag:] += effect * x[:-lag]
    return pd.DataFrame({"y": y, "x": x})


@pytest.mark.slow
def test_bands_cover_and_the_null_is_rejected_as_often_as_it_should() -> None:
    truth = np.array([0.0, 1.0, 0.5, 0.25, 0.0])
    point, joint, rejected = [], [], []
    for seed in range(200):
        frame = planted(400, seed)
        table = LocalProjections(frame, "y", "x", horizon=4, lags=3, level=0.9).fit().to_frame()
        point.append((table["lo"] <= truth) & (truth <= table["hi"]))
        joint.append(((table["band_lo"] <= truth) & (truth <= table["band_hi"])).all())
        found = LocalProjections(noise(400, 1000 + seed), "y", "x", horizon=4, lags=1).fit()
        rejected.append(found.p_value < 0.05)
    assert 0.85 <= np.mean(point) <= 0.95
    assert 0.83 <= np.mean(joint) <= 0.96
    assert 0.015 <= np.mean(rejected) <= 0.11


def test_two_states_come_back() -> None:
    rng = np.random.default_rng(8)
    n = 3000
    x, y, z = rng.standard_normal((3, n))
    high = 1 - low_weight(z, 1.5, 1)
    y[2:] += (2.0 * high[1:-1] - 1.0 * (1 - high[1:-1])) * x[1:-1]
    frame = pd.DataFrame({"y": y, "x": x, "z": z})
    found = StateDependentProjections(frame, "y", "x", horizon=3, lags=1, state="z").fit()
    assert found.high.estimates[1] == pytest.approx(2.0, abs=0.25)
    assert found.low.estimates[1] == pytest.approx(-1.0, abs=0.25)
    assert found.difference.p_value < 0.001
    assert found.weight_of_high.isna().tolist() == [True] + [False] * (n - 1)


def test_results_show_themselves() -> None:
    frame = noise(120, 9)
    both = StateDependentProjections(frame, "y", "x", horizon=2, lags=1, state="w").fit()
    assert "simultaneous" in both.summary()
    assert both.to_frame().shape == (3, 21)
    assert both._repr_html_().count("<table") == 3


# -- bad input -------------------------------------------------------------------------------

BAD: dict[str, tuple[Callable[[pd.DataFrame], pd.DataFrame], str]] = {
    "NaN-ridden": (lambda frame: frame.where(frame["y"] > -0.5), "no finite value"),
    "constant": (lambda frame: frame.assign(x=1.0), "constant"),
    "two rows": (lambda frame: frame.head(2), "2 rows"),
    "non-overlapping": (
        lambda frame: pd.concat([frame[["y"]].head(60), frame[["x", "w"]].tail(60)], axis=1),
        "no finite value",
    ),
    "unsorted": (lambda frame: frame.iloc[::-1], "out of order"),
    "double": (lambda frame: pd.concat([frame, frame.tail(1)]), "double"),
}


@pytest.mark.parametrize("case", BAD)
@pytest.mark.parametrize("gaps", [False, True])
def test_bad_frames_end_in_one_line(case: str, gaps: bool) -> None:
    change, message = BAD[case]
    frame = change(noise(120, 10))
    if gaps and case == "NaN-ridden":
        frame = frame.mask(np.repeat(np.arange(120)[:, None] % 8 != 0, 3, axis=1))
        message = "rows"
    if gaps and case == "non-overlapping":
        message = "0 rows"
    choices: list[Any] = [
        LocalProjections(frame, "y", "x", horizon=2, lags=1, gaps=gaps),
        StateDependentProjections(frame, "y", "x", horizon=2, lags=1, state="w", gaps=gaps),
    ]
    for choice in choices:
        with pytest.raises(ModelError, match=message) as caught:
            choice.fit()
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"horizon": -1}, "horizon"),
        ({"band_from": 11}, "band_from"),
        ({"cumulate": "sometimes"}, "cumulate"),
        ({"controls": ("v",)}, "no column 'v'"),
        ({"lags": 40}, "fewer horizons or lags"),
        ({"controls": ("x",)}, "collinear"),
    ],
)
def test_senseless_choices(choices: dict[str, Any], message: str) -> None:
    with pytest.raises(ModelError, match=message):
        LocalProjections(noise(120, 11), "y", "x", **choices).fit()

"""Clark and West's published figures; forecasts that see no later session."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.errors import ModelError
from models.transmission.inference.past_forecasts import ahead_sums, past_forecasts
from models.transmission.out_of_sample import (
    OutOfSample,
    Window,
    clark_west,
    clark_west_batch,
)


def world(seed: int = 1, n: int = 200, slope: float = 0.5) -> tuple[pd.Series, pd.DataFrame]:
    rng = np.random.default_rng(seed)
    x = rng.standard_normal(n)
    y = rng.standard_normal(n) + slope * np.r_[0, x[:-1]]
    index = pd.Index([f"s{day:04}" for day in range(n)])
    return pd.Series(y, index=index, name="y"), pd.DataFrame({"x": 900 + x}, index=index)


@pytest.mark.parametrize(
    ("ahead", "two_sided", "one_sided"), [(1, 0.0002, 0.0001), (3, 0.0157, 0.0079)]
)
def test_the_published_example(
    shared_data: Path, ahead: int, two_sided: float, one_sided: float
) -> None:
    """Anchor A9."""
    errors = pd.read_csv(shared_data / "anchors" / "clark_west_errors.csv")
    found = clark_west(errors["e1"], errors["e2"], ahead)
    assert found.p_two_sided == pytest.approx(two_sided, abs=5e-5)
    assert found.p_one_sided == pytest.approx(one_sided, abs=5e-5)
    assert found.n == len(errors)
    assert "Clark-West" in found.summary()
    assert found._repr_html_().startswith("<div>")


def test_the_statistic_is_that_of_a_regression_on_a_constant() -> None:
    """With one lag allowed for, the t statistic of statsmodels' OLS with the normal's variance."""
    from statsmodels.regression.linear_model import OLS

    rng = np.random.default_rng(0)
    e1, e2 = rng.standard_normal((2, 120))
    f = e1**2 - (e2**2 - (e1 - e2) ** 2)
    library = OLS(f, np.ones(120)).fit(cov_type="HC0")
    found = clark_west(pd.Series(e1), pd.Series(e2))
    assert found.statistic == pytest.approx(float(library.tvalues[0]))
    library = OLS(f, np.ones(120)).fit(
        cov_type="HAC", cov_kwds={"maxlags": 2, "kernel": "uniform", "use_correction": False}
    )
    assert clark_west(pd.Series(e1), pd.Series(e2), 3).statistic == pytest.approx(
        float(library.tvalues[0])
    )


@pytest.mark.parametrize("window", ["expanding", "rolling"])
@pytest.mark.parametrize("horizon", [1, 4])
def test_each_forecast_is_the_regression_on_its_past(window: Window, horizon: int) -> None:
    y, x = world()
    first = 60
    found = OutOfSample(y, x, horizon=horizon, first=first, window=window).fit()
    sums = ahead_sums(y.to_numpy()[None], horizon)[0]
    assert len(found.forecasts) == 200 - horizon - (first + horizon - 1)
    for session in ("s0080", "s0141"):
        t = int(session[1:])
        known = np.arange(t - horizon + 1)
        if window == "rolling":
            known = known[-first:]
        slope, constant = np.polyfit(x["x"].to_numpy()[known], sums[known], 1)
        expected = constant + slope * x["x"].iloc[t]
        assert found.forecasts.loc[session, "forecast"] == pytest.approx(expected)
        assert found.forecasts.loc[session, "benchmark"] == pytest.approx(sums[known].mean())
        assert found.forecasts.loc[session, "outcome"] == pytest.approx(
            y.iloc[t + 1 : t + 1 + horizon].sum()
        )


@settings(max_examples=20, deadline=None)
@given(
    st.integers(70, 150),
    st.floats(-50, 50),
    st.sampled_from(["expanding", "rolling"]),
    st.integers(1, 5),
)
def test_later_data_change_no_earlier_forecast(
    cut: int, shift: float, window: Window, horizon: int
) -> None:
    y, x = world()
    later = np.arange(200) > cut
    before = OutOfSample(y, x, horizon=horizon, window=window).fit().forecasts
    after = (
        OutOfSample(
            y + shift * later,
            x + (1 + shift) * later[:, None] * np.sin(np.arange(200))[:, None],
            horizon=horizon,
            window=window,
        )
        .fit()
        .forecasts
    )
    # A forecast made at session t uses x up to t and y up to t.
    made = [name for name in before.index if int(name[1:]) <= cut]
    columns = ["benchmark", "forecast"]
    assert before.loc[made, columns].equals(after.loc[made, columns])


def test_a_real_predictor_is_found_and_a_benchmark_is_nested() -> None:
    y, x = world()
    found = OutOfSample(y, x).fit()
    assert found.r2 > 0.05
    assert found.test.p_one_sided < 0.001
    assert found.saved.iloc[-1] > 0
    assert found.r2 == pytest.approx(
        1 - (found.errors["forecast"] ** 2).sum() / (found.errors["benchmark"] ** 2).sum()
    )
    assert "R2 percent" in found.summary()
    assert found._repr_html_().startswith("<div>")
    # Once the benchmark knows the predictor, its own echo has nothing to add.
    echo = pd.DataFrame({"noise": np.random.default_rng(9).standard_normal(200)}, index=y.index)
    nested = OutOfSample(y, echo, benchmark=x).fit()
    assert nested.r2 < 0.02


def test_the_test_keeps_its_size() -> None:
    rng = np.random.default_rng(2)
    y = rng.standard_normal((800, 160))
    design = np.column_stack([np.ones(160), rng.standard_normal(160)])
    outcomes = ahead_sums(y, 1)
    errors = [
        outcomes[:, 50:] - past_forecasts(outcomes, one, 1, 50, None)
        for one in (design[:, :1], design)
    ]
    means, spread = clark_west_batch(errors[0], errors[1], 1)
    assert 0.02 <= (means / spread > 1.645).mean() <= 0.07


def bad_inputs() -> dict[str, tuple[pd.Series, pd.DataFrame]]:
    y, x = world(3, 120)
    order = [0, 1, 58, 57, *range(2, 50)]
    return {
        "no finite value in 1 rows: s0007": (y.where(y.index != "s0007"), x),
        "x is constant": (y, x * 0 + 1),
        "2 rows where": (y.iloc[:2], x.iloc[:2]),
        "not of the same sessions": (y, x.rename(index=lambda name: "t" + name)),
        "out of order at s0057": (y.iloc[order], x.iloc[order]),
        "double: 1 rows: s0004": (
            y.rename(index={"s0005": "s0004"}),
            x.rename(index={"s0005": "s0004"}),
        ),
    }


@pytest.mark.parametrize("words", sorted(bad_inputs()))
def test_unusable_input_is_one_line(words: str) -> None:
    y, x = bad_inputs()[words]
    with pytest.raises(ModelError, match=words) as error:
        OutOfSample(y, x).fit()
    assert "\n" not in str(error.value)


def test_further_refusals() -> None:
    y, x = world(3, 120)
    with pytest.raises(ModelError, match="leave no ten forecasts"):
        OutOfSample(y, x, first=110).fit()
    with pytest.raises(ModelError, match="stands still"):
        OutOfSample(y, pd.DataFrame({"x": x["x"].where(x.index > "s0070", 900.0)})).fit()
    with pytest.raises(ModelError, match="collinear"):
        OutOfSample(y, x.assign(z=2 * x["x"])).fit()
    with pytest.raises(ModelError, match="window is"):
        OutOfSample(y, x, window="all").fit()  # type: ignore[arg-type] # which is the test
    e = y.rename("e")
    with pytest.raises(ModelError, match="same errors"):
        clark_west(e, e)
    with pytest.raises(ModelError, match="ahead is"):
        clark_west(e, x["x"], 60)
    flip = pd.Series([3.0, -1.0] * 30)
    with pytest.raises(ModelError, match="not positive"):
        clark_west(flip, flip * 0.5 + pd.Series(np.arange(60) % 2) * 0.01, 2)

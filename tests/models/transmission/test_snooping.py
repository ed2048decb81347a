"""The best of many: luck is called luck, a real predictor survives."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from models.errors import ModelError
from models.transmission.inference.hac import newey_west_lags
from models.transmission.slope_search import SlopeSearch
from models.transmission.snooping import SuperiorAbility


def world(seed: int = 1, n: int = 250, slope: float = 0.0) -> tuple[pd.DataFrame, pd.DataFrame]:
    rng = np.random.default_rng(seed)
    known = rng.standard_normal((n, 6))
    market = rng.standard_normal(n)
    returns = market[:, None] + rng.standard_normal((n, 3))
    returns[1:, 0] += slope * known[:-1, 2]
    index = pd.Index([f"s{day:04}" for day in range(n)])
    return (
        pd.DataFrame(returns, index=index, columns=list("abc")),
        pd.DataFrame(known, index=index, columns=[f"x{k}" for k in range(6)]),
    )


def test_a_real_predictor_survives_and_is_named() -> None:
    returns, known = world(slope=0.6)
    found = SlopeSearch(returns, known, (1, 5)).fit()
    assert found.p_value < 0.01
    assert found.labels[found.best] == ("a", 1, "x2")
    assert found.survivors[found.best]
    table = found.to_frame()
    assert len(table) == 3 * 2 * 6
    assert table.index[0] == ("a", 1, "x2")
    assert (found.p_alone >= 1 / 1000).all()
    assert "The best of 36 slopes" in found.summary()
    assert found._repr_html_().startswith("<div>")


def test_slopes_are_correlations_with_hac_errors() -> None:
    """Against the textbook sum with the slope at 0."""
    returns, known = world(slope=0.3)
    found = SlopeSearch(returns, known, (3,), draws=19).fit()
    y = returns["b"].rolling(3).sum().shift(-3).dropna()
    x = known["x4"].loc[y.index]
    place = list(found.labels).index(("b", 3, "x4"))
    assert found.slopes[place] == pytest.approx(np.corrcoef(x, y)[0, 1])
    score = ((x - x.mean()) * (y - y.mean())).to_numpy()
    lags = newey_west_lags(len(y), 3)
    variance = score @ score + 2 * sum(
        (1 - lag / (lags + 1)) * score[lag:] @ score[:-lag] for lag in range(1, lags + 1)
    )
    assert found.statistics[place] == pytest.approx(score.sum() / variance**0.5)


@pytest.mark.slow
def test_luck_is_called_luck() -> None:
    nulls = [SlopeSearch(*world(seed), (1, 5), draws=99, seed=seed).fit() for seed in range(100)]
    rate = np.mean([found.p_value <= 0.05 for found in nulls])
    assert 0.0 <= rate <= 0.11
    alone = np.mean([(found.p_alone <= 0.05).any() for found in nulls])
    assert alone > 0.5  # without the correction most samples hold a discovery
    assert sum(found.survivors.any() for found in nulls) <= 11


def losses(seed: int, gain: float) -> tuple[pd.Series, pd.DataFrame]:
    rng = np.random.default_rng(seed)
    benchmark = pd.Series(rng.standard_normal(200) ** 2, name="mean")
    models = pd.DataFrame(
        {name: benchmark + 0.3 * rng.standard_normal(200) for name in ("good", "luck", "bad")}
    )
    models["good"] -= gain
    models["bad"] += 0.5
    return benchmark, models


def test_superior_ability_finds_the_better_model_alone() -> None:
    found = SuperiorAbility(*losses(3, gain=0.2)).fit()
    assert found.best == "good"
    assert found.superior == ("good",)
    assert found.p_consistent < 0.01
    assert found.p_lower <= found.p_consistent <= found.p_upper
    assert "Superior predictive ability of 3" in found.summary()
    assert found._repr_html_().startswith("<div>")
    assert list(found.to_frame()["superior"]) == [True, False, False]


def test_superior_ability_finds_nothing_in_noise() -> None:
    found = SuperiorAbility(*losses(5, gain=0.0)).fit()
    assert found.superior == ()
    assert found.p_consistent > 0.1


def bad_inputs() -> dict[str, tuple[pd.DataFrame, pd.DataFrame]]:
    y, x = world(2, 60)
    order = [0, 1, 58, 57, *range(2, 50)]
    double = {"s0005": "s0004"}
    return {
        "b: no finite value in 1 rows: s0007": (
            y.assign(b=y["b"].where(y.index != "s0007")),
            x,
        ),
        "x3 is constant": (y, x.assign(x3=1.0)),
        "2 rows where": (y.iloc[:2], x.iloc[:2]),
        "not of the same sessions": (y, x.rename(index=lambda name: "t" + name)),
        "out of order at s0057": (y.iloc[order], x.iloc[order]),
        "double: 1 rows: s0004": (y.rename(index=double), x.rename(index=double)),
    }


@pytest.mark.parametrize("words", sorted(bad_inputs()))
def test_unusable_input_is_one_line(words: str) -> None:
    y, x = bad_inputs()[words]
    for asked in (SlopeSearch(y, x), SuperiorAbility(y["b"], x)):
        if words.startswith("b: "):
            asked = SlopeSearch(y, x)
        with pytest.raises(ModelError) as error:
            asked.fit()
        assert words in str(error.value)
        assert "\n" not in str(error.value)


def test_further_refusals() -> None:
    y, x = world(2, 60)
    with pytest.raises(ModelError, match="19 draws"):
        SlopeSearch(y, x, draws=3).fit()
    with pytest.raises(ModelError, match="quarter of the sample"):
        SlopeSearch(y, x, (30,)).fit()
    with pytest.raises(ModelError, match="differs from the benchmark by a constant"):
        SuperiorAbility(y["a"], y[["a", "b"]].rename(columns={"a": "same"})).fit()
    with pytest.raises(ModelError, match="no models"):
        SuperiorAbility(y["a"], y[[]]).fit()

"""Hansen: planted thresholds, the bootstrap's size, unusable input."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pandas as pd
import pytest

from models.errors import ModelError
from models.transmission.threshold import CONSTANT, Threshold


def world(seed: int, n: int = 300, change: float = 1.0, at: float = 0.4) -> dict[str, pd.Series]:
    rng = np.random.default_rng(seed)
    s, x, e = rng.standard_normal((3, n))
    return {
        "y": pd.Series(0.3 * x + change * x * (s > at) + e * np.exp(0.2 * s), name="y"),
        "x": pd.Series(x, name="x"),
        "s": pd.Series(s, name="s"),
    }


def asked(found: dict[str, pd.Series], **choices: Any) -> Threshold:
    return Threshold(found["y"], found["x"].to_frame(), found["s"], **choices)


def test_a_planted_threshold_comes_back() -> None:
    found = asked(world(1), switching=["x"]).fit()
    assert found.threshold == pytest.approx(0.4, abs=0.15)
    low, high = found.interval
    assert low <= 0.4 <= high
    assert found.p_value == 1 / 1000
    slope = found.to_frame().loc["x"]
    assert slope["below"] == pytest.approx(0.3, abs=0.25)
    assert slope["above"] == pytest.approx(1.3, abs=0.3)
    assert slope["difference"] == pytest.approx(slope["above"] - slope["below"])
    constant = found.to_frame().loc[CONSTANT]
    assert constant["difference"] == 0
    assert found.above.sum() == (world(1)["s"] > found.threshold).sum()


def test_all_coefficients_switch_by_default_as_in_hansen() -> None:
    data = world(2)
    both = asked(data).fit()
    sides = data["s"] > both.threshold
    for side, name in ((~sides, "below"), (sides, "above")):
        slope, constant = np.polyfit(data["x"][side], data["y"][side], 1)
        assert both.to_frame().loc["x", name] == pytest.approx(slope)
        assert both.to_frame().loc[CONSTANT, name] == pytest.approx(constant)
    # The sum of squares at the estimate is that of the two regressions, the least of all tried.
    left = sum(
        float(np.polyfit(data["x"][side], data["y"][side], 1, full=True)[1][0])
        for side in (sides, ~sides)
    )
    assert both.search.ssr.min() == pytest.approx(left)
    assert both.likelihood_ratio.min() == 0


def test_the_lm_statistic_is_the_textbooks() -> None:
    """At one candidate: score' (sum of squared scores)^-1 score, under the null's residuals."""
    data = world(3)
    search = asked(data).search()
    place = 17
    x = np.column_stack([np.ones(300), data["x"]])
    z = x * (data["s"].to_numpy() > search.candidates[place])[:, None]
    e = data["y"] - x @ np.linalg.lstsq(x, data["y"], rcond=None)[0]
    net = z - x @ np.linalg.lstsq(x, z, rcond=None)[0]
    score, inner = net.T @ e, (net * e.to_numpy()[:, None] ** 2).T @ net
    lm = score @ np.linalg.solve(inner, score)
    alone = dataclasses.replace(search, net=search.net[place : place + 1])
    assert alone.sup_lm(data["y"].to_numpy()[None])[0] == pytest.approx(lm)
    assert search.sup_lm(data["y"].to_numpy()[None])[0] >= lm


def test_results_show_themselves_and_repeat() -> None:
    found = asked(world(1), draws=99).fit()
    assert "Threshold" in found.summary()
    assert "bootstrap p" in found.summary()
    assert found._repr_html_().startswith("<div>")
    assert asked(world(1), draws=99).fit().p_value == found.p_value


@pytest.mark.slow
def test_size_and_coverage() -> None:
    rejected = covered = 0
    for seed in range(150):
        null = asked(world(seed, change=0.0), switching=["x"], draws=99).fit()
        rejected += null.p_value <= 0.05
        real = asked(world(seed, change=0.8), switching=["x"], draws=19, level=0.9).fit()
        covered += real.interval[0] <= 0.4 <= real.interval[1]
    assert 0.01 <= rejected / 150 <= 0.1
    assert covered / 150 >= 0.85


def bad_inputs() -> dict[str, dict[str, pd.Series]]:
    good = world(4, 60)
    missing = good | {"s": good["s"].where(good["s"].index != 7)}
    double = {name: one.rename(index={5: 4}) for name, one in good.items()}
    order = [0, 1, 58, 57, *range(2, 50)]
    return {
        "no finite value in 1 rows: 7": missing,
        "constant": good | {"x": good["x"] * 0 + 1},
        "2 rows where": {name: one.iloc[:2] for name, one in good.items()},
        "not of the same sessions": good | {"s": good["s"].rename(index=lambda i: i + 100)},
        "out of order at 57": {name: one.iloc[order] for name, one in good.items()},
        "double: 1 rows: 4": double,
    }


@pytest.mark.parametrize("words", sorted(bad_inputs()))
def test_unusable_input_is_one_line(words: str) -> None:
    with pytest.raises(ModelError, match=words) as error:
        asked(bad_inputs()[words]).fit()
    assert "\n" not in str(error.value)


def test_further_refusals() -> None:
    good = world(4, 60)
    with pytest.raises(ModelError, match="no such regressor to switch: z"):
        asked(good, switching=["z"]).fit()
    with pytest.raises(ModelError, match="19 draws"):
        asked(good, draws=5).fit()
    with pytest.raises(ModelError, match="too few values"):
        asked(good | {"s": (good["s"] > 0).astype(float)}).fit()
    side = good["x"].where(good["s"] > 0, 1.0)
    with pytest.raises(ModelError, match="collinear on one side"):
        asked(good | {"x": side}).fit()

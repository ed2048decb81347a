"""Bai and Perron: the published example, planted breaks, nulls, unusable input."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.errors import ModelError
from models.transmission.breaks import Breaks
from models.transmission.inference.break_limits import (
    date_quantile,
    many_breaks_draws,
    one_break_critical,
)
from models.transmission.inference.partitions import partition


def stepped(seed: int, n: int = 200, jump: float = 2.0, at: int = 120) -> pd.Series:
    noise = np.random.default_rng(seed).standard_normal(n)
    return pd.Series(noise + jump * (np.arange(n) >= at), name="y")


@pytest.fixture
def rate(shared_data: Path) -> pd.Series:
    return pd.read_csv(shared_data / "anchors" / "bai_perron_real.csv")["real_rate"]


def test_the_published_example(rate: pd.Series) -> None:
    """Anchor A8: the real interest rate of Garcia and Perron."""
    found = Breaks(rate, trimming=0.15).fit(2)
    assert found.dates == (47, 79)
    assert found.ssr[2] == pytest.approx(455.950, abs=5e-4)
    assert found.coefficients["constant"].tolist() == pytest.approx(
        [1.355, -1.796, 5.643], abs=5e-4
    )
    assert found.sup_f == pytest.approx([57.906, 43.014, 33.323, 24.771, 18.326], abs=5e-4)
    assert found.reference_intervals == ((37, 50), (77, 82))


def test_the_published_sequence_and_our_own_rounding(rate: pd.Series) -> None:
    found = Breaks(rate).fit()
    assert found.sequential[:3] == pytest.approx([57.906, 33.927, 14.725], abs=5e-4)
    assert found.sequential[4] is None  # no regime is left that two would fit into
    assert found.dates == (24, 47, 79)  # as the sequence of tests finds there
    two = Breaks(rate).fit("bic")
    # The second limit is rounded once; the reference's loop adds one to the first end again.
    assert two.intervals == ((37, 49), (77, 82))
    assert two.limits[0] == pytest.approx((36.982, 47.660), abs=1e-3)


def test_one_break_in_the_mean_is_found_with_its_regimes() -> None:
    found = Breaks(stepped(1)).fit()
    assert found.number == 1
    assert abs(found.dates[0] - 120) <= 4
    low, high = found.intervals[0]
    assert low <= 120 <= high
    assert found.coefficients["constant"].tolist() == pytest.approx([0, 2], abs=0.3)
    assert found.fitted.nunique() == 2
    assert Breaks(stepped(1)).fit("lwz").number == 1
    assert found.sessions == (found.fitted.index[found.dates[0] - 1],)


def test_a_break_in_a_slope() -> None:
    rng = np.random.default_rng(3)
    x = pd.Series(rng.standard_normal(240), name="x")
    y = (np.where(np.arange(240) < 100, 0.2, 1.5) * x + rng.standard_normal(240)).rename("y")
    found = Breaks(y, x.to_frame(), errors="regime").fit()
    assert found.number == 1
    assert abs(found.dates[0] - 100) <= 8
    assert found.coefficients["x"].tolist() == pytest.approx([0.2, 1.5], abs=0.3)
    assert list(found.to_frame()["n"]) == [found.dates[0], 240 - found.dates[0]]


def test_results_show_themselves() -> None:
    found = Breaks(stepped(1)).fit(1)
    assert "1 breaks in 200 observations" in found.summary()
    assert found._repr_html_().startswith("<div>")
    none = Breaks(stepped(1)).fit(0)
    assert none.dates == ()
    assert none.limits == ()
    assert len(none.to_frame()) == 1


def test_with_errors_alike_the_statistic_is_chows() -> None:
    """Then each supF(k|0) is the classical F of the partition, whatever the regressors."""
    rng = np.random.default_rng(6)
    x = pd.DataFrame({"x": rng.standard_normal(150), "z": rng.standard_normal(150)})
    y = pd.Series(rng.standard_normal(150) + x["x"], name="y")
    found = Breaks(y, x, errors="constant", most=3).fit(1)
    design = np.column_stack([np.ones(150), x])
    classical = partition(y.to_numpy()[None], design, 22, 3).f_statistics(150, 3)[0]
    assert found.sup_f == pytest.approx(classical)
    assert found.ud_max == max(found.sup_f)


def test_errors_agree_where_their_assumptions_do() -> None:
    white = stepped(5, n=600, jump=1.0, at=300)
    errors = [
        Breaks(white, errors=kind).fit(1).standard_errors["constant"].iloc[0]
        for kind in ("constant", "regime", "hac")
    ]
    assert errors == pytest.approx([errors[0]] * 3, rel=0.25)
    plain = Breaks(white, prewhiten=False).fit(1).sup_f[0]
    assert plain == pytest.approx(Breaks(white).fit(1).sup_f[0], rel=0.3)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.floats(-5, 5), min_size=12, max_size=18),
    st.integers(2, 3),
    st.integers(1, 3),
)
def test_the_partition_is_the_best_of_all(values: list[float], least: int, breaks: int) -> None:
    """Dynamic programming against trying every partition."""
    from itertools import combinations

    n = len(values)
    y = np.array(values)

    def ssr(dates: tuple[int, ...]) -> float:
        ends = [0, *dates, n]
        pieces = [y[a:b] for a, b in itertools.pairwise(ends)]
        if min(map(len, pieces)) < least:
            return np.inf
        return sum(float(((piece - piece.mean()) ** 2).sum()) for piece in pieces)

    best = min(ssr(dates) for dates in combinations(range(1, n), breaks))
    found = partition(y[None], np.ones((n, 1)), least, breaks)
    assert found.ssr[0, breaks] == pytest.approx(best, abs=1e-9)
    assert ssr(tuple(found.dates[breaks][0])) == pytest.approx(best, abs=1e-9)


def test_partitions_of_many_samples_are_those_of_each() -> None:
    rng = np.random.default_rng(8)
    many = rng.standard_normal((4, 90)).cumsum(axis=1)
    design = np.column_stack([np.ones(90), rng.standard_normal(90)])
    together = partition(many, design, 14, 3)
    for row in range(4):
        alone = partition(many[row : row + 1], design, 14, 3)
        assert together.ssr[row] == pytest.approx(alone.ssr[0])
        assert together.dates[3][row].tolist() == alone.dates[3][0].tolist()


def test_the_date_law_is_symmetric_where_regimes_are_alike() -> None:
    """Then it is that of Picard (1985): 95 % within 11.0, 90 % within 7.7 (Bai 1997)."""
    assert date_quantile(0.975, 1, 1, 1) == pytest.approx(11.0, abs=0.05)
    assert date_quantile(0.95, 1, 1, 1) == pytest.approx(7.7, abs=0.05)
    assert date_quantile(0.5, 1, 1, 1) == pytest.approx(0, abs=1e-6)
    assert date_quantile(0.025, 1, 2, 3) == pytest.approx(
        -date_quantile(0.975, 1, 3, 2) * 3 / 2, rel=1e-6
    )


def test_one_break_critical_values_are_the_published_ones() -> None:
    """Bai and Perron (1998), table I, one coefficient, trimming .15; table II for 2|1, 3|2."""
    assert one_break_critical(1, 0.15, 0.05) == pytest.approx(8.58, rel=0.03)
    assert one_break_critical(1, 0.15, 0.05, 2) == pytest.approx(10.13, rel=0.03)
    assert one_break_critical(1, 0.15, 0.05, 3) == pytest.approx(11.14, rel=0.04)


@pytest.mark.slow
def test_many_breaks_critical_values_are_the_published_ones() -> None:
    draws = many_breaks_draws(1, 0.15, 5)
    critical = np.quantile(draws, 0.95, axis=0)
    assert critical.tolist() == pytest.approx([8.58, 7.22, 5.96, 4.99, 3.91], rel=0.04)
    assert np.quantile(draws.max(axis=1), 0.95) == pytest.approx(8.88, rel=0.04)
    found = Breaks(stepped(1)).fit(1)
    assert found.critical_values() == pytest.approx(critical)
    p = found.p_values()
    assert p["UDmax"] < 0.01
    assert p["WDmax"] < 0.01
    assert p["supF(1|0)"] < 0.01


@pytest.mark.slow
def test_a_null_is_rarely_broken_and_a_date_is_covered() -> None:
    kept = covered = 0
    for seed in range(100):
        kept += Breaks(stepped(seed, jump=0.0), errors="regime", most=2).fit().number == 0
        low, high = Breaks(stepped(seed, jump=1.0), errors="regime", most=1).fit(1).intervals[0]
        covered += low <= 120 <= high
    assert kept >= 88
    assert covered >= 86


def bad_inputs() -> dict[str, pd.Series]:
    good = stepped(2, 60)
    return {
        "no finite value in 2 rows: 3, 7": good.where(~good.index.isin([3, 7])),
        "constant from 0 to 59": good * 0 + 1,
        "2 rows where": good.iloc[:2],
        "out of order at 57": good.iloc[[0, 1, 58, 57, *range(2, 50)]],
        "double: 1 rows: 4": good.rename(index={5: 4}),
    }


@pytest.mark.parametrize("words", sorted(bad_inputs()))
def test_unusable_input_is_one_line(words: str) -> None:
    with pytest.raises(ModelError, match=words) as error:
        Breaks(bad_inputs()[words]).fit()
    assert "\n" not in str(error.value)


def test_further_refusals() -> None:
    good = stepped(2, 60)
    apart = pd.DataFrame({"x": np.arange(60.0)}, index=range(100, 160))
    with pytest.raises(ModelError, match="not of the same sessions"):
        Breaks(good, apart).fit()
    twice = pd.DataFrame({"x": np.sin(np.arange(60.0)), "z": 2 * np.sin(np.arange(60.0))})
    with pytest.raises(ModelError, match="collinear"):
        Breaks(good, twice).fit()
    with pytest.raises(ModelError, match="5 breaks need 6 regimes"):
        Breaks(good, trimming=0.2).fit()
    with pytest.raises(ModelError, match="trimming"):
        Breaks(good, trimming=0.7).fit()
    with pytest.raises(ModelError, match="errors are hac"):
        Breaks(good, errors="white").fit()  # type: ignore[arg-type] # which is the test
    with pytest.raises(ModelError, match="number is 0-5"):
        Breaks(good).fit(9)
    halted = good.where(good.index > 25, 1.0)
    with pytest.raises(ModelError, match="fitted exactly"):
        Breaks(halted).fit(1)

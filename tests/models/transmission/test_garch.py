"""GARCH: the published benchmark, the library's figures, fear in the variance, and bad input."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from arch import arch_model

from models.errors import ModelError
from models.transmission.garch import Garch, exogenous_test, simulated_errors
from models.transmission.garch_likelihood import Likelihood

if TYPE_CHECKING:
    from pathlib import Path

BENCHMARK = [-0.00619041, 0.0107613, 0.153134, 0.805974]


@pytest.fixture
def marks(shared_data: Path) -> pd.Series:
    """Daily returns of the mark against the pound."""
    return pd.read_csv(shared_data / "anchors" / "dmbp.csv").iloc[:, 0].rename("ret")


def series_of(
    n: int = 600,
    alpha: float = 0.1,
    beta: float = 0.8,
    effect: float = 0.0,
    seed: int = 0,
    tails: float = np.inf,
) -> tuple[pd.Series, pd.Series]:
    """GARCH returns, and a regressor whose effect on the variance is known."""
    rng = np.random.default_rng(seed)
    x, z = np.abs(rng.standard_normal(n)), rng.standard_normal(n)
    if np.isfinite(tails):
        z *= np.sqrt((tails - 2) / rng.chisquare(tails, n))
    returns, h = np.empty(n), 1.0
    for t in range(n):
        h = 0.1 + alpha * (returns[t - 1] ** 2 if t else 1.0) + beta * h + effect * x[t]
        returns[t] = np.sqrt(h) * z[t]
    sessions = pd.bdate_range("2021-01-04", periods=n).strftime("%Y-%m-%d")
    return pd.Series(returns, sessions, name="r"), pd.Series(x, sessions, name="fear")


def test_fiorentini_calzolari_panattoni_benchmark(marks: pd.Series) -> None:
    fitted = Garch(marks, backcast="variance").fit()
    assert fitted.params.to_numpy() == pytest.approx(BENCHMARK, abs=2e-5)
    # The back-cast moves with the mean as in the paper: nearly every printed digit.
    assert fitted.params.to_numpy() == pytest.approx(BENCHMARK, rel=1e-5)
    assert fitted.n == 1974


@pytest.mark.parametrize(
    ("covariance", "ratios"),
    [
        # t ratios by kind of error: McCullough and Renfro, "Benchmarks and software standards: a
        # case study of GARCH procedures", 1999, table 2.
        ("hessian", [-0.732, 3.77, 5.77, 24.0]),
        ("gradient", [-0.734, 8.13, 11.0, 48.7]),
        ("robust", [-0.674, 1.66, 2.86, 11.1]),
    ],
)
def test_errors_of_the_benchmark(marks: pd.Series, covariance: str, ratios: list[float]) -> None:
    fitted = Garch(marks, backcast="variance", covariance=covariance).fit()  # type: ignore[arg-type]  # a parameter of the test
    assert [float(f"{t:.3g}") for t in fitted.to_frame()["t"]] == ratios


@pytest.mark.parametrize("distribution", ["normal", "t"])
def test_same_as_the_library(distribution: str) -> None:
    returns, _ = series_of(1200, seed=3, tails=5.0 if distribution == "t" else np.inf)
    ours = Garch(returns, distribution=distribution).fit()  # type: ignore[arg-type]  # a parameter of the test
    theirs = arch_model(returns, dist=distribution, rescale=False).fit(disp="off", tol=1e-12)
    assert ours.loglikelihood == pytest.approx(theirs.loglikelihood, abs=1e-4)
    assert ours.params.to_numpy() == pytest.approx(theirs.params.to_numpy(), rel=2e-3, abs=1e-3)
    assert ours.std_err.to_numpy() == pytest.approx(theirs.std_err.to_numpy(), rel=0.02)
    assert ours.volatility.to_numpy() == pytest.approx(theirs.conditional_volatility, rel=2e-3)


def test_same_as_the_library_with_regressors_of_the_mean_and_a_given_backcast() -> None:
    returns, x = series_of(800, seed=4)
    ours = Garch(returns + 0.3 * x, mean_exogenous=x, backcast=2.0).fit()
    model = arch_model(returns + 0.3 * x, x=x.to_frame(), mean="LS", rescale=False)
    theirs = model.fit(disp="off", tol=1e-12, backcast=2.0)
    assert list(ours.params.index) == ["mu", "fear", "omega", "alpha", "beta"]
    assert ours.params.to_numpy() == pytest.approx(theirs.params, abs=2e-3)


@pytest.mark.parametrize("student", [False, True])
@pytest.mark.parametrize("backcast", [None, 1.3])
def test_derivatives_are_those_of_the_likelihood(student: bool, backcast: float | None) -> None:
    returns, x = series_of(120)
    design = np.column_stack([np.ones(120), x**2])
    model = Likelihood(returns.to_numpy(), design, x.to_numpy()[:, None], student, backcast)
    theta = np.array([0.05, 0.1, 0.2, 0.12, 0.7, 0.15, *([6.0] if student else [])])
    exact = model.scores(theta).sum(axis=0)
    for place in range(len(theta)):
        step = np.zeros(len(theta))
        step[place] = 1e-6
        rise = model.terms(theta + step).sum() - model.terms(theta - step).sum()
        assert exact[place] == pytest.approx(rise / 2e-6, rel=1e-4, abs=1e-4)


def test_an_effect_on_the_variance_comes_back_and_is_found() -> None:
    returns, x = series_of(2500, beta=0.6, effect=0.3, seed=1)
    fitted = Garch(returns, x).fit()
    assert fitted.params["fear"] == pytest.approx(0.3, abs=3 * fitted.std_err["fear"])
    tested = exogenous_test(Garch(returns, x))
    assert tested.p < 1e-3
    assert tested.p_simulated is None


def test_scaling_returns_scales_the_variance_alone() -> None:
    returns, x = series_of(500, beta=0.6, effect=0.3, seed=2)
    small, large = Garch(returns / 100, x).fit().params, Garch(returns, 1000 * x).fit().params
    assert small[["alpha", "beta"]].to_numpy() == pytest.approx(
        large[["alpha", "beta"]].to_numpy(), abs=1e-4
    )
    assert small["fear"] * 1e4 == pytest.approx(large["fear"] * 1e3, rel=1e-3)


def test_later_returns_do_not_change_what_a_given_model_said_before() -> None:
    returns, _ = series_of(300)
    fitted = Garch(returns).fit()
    moved = returns.to_numpy().copy()
    moved[200:] *= 3
    model = fitted.likelihood
    other = Likelihood(moved, model.mean, model.variance, model.student, model.backcast)
    theta = fitted.params.to_numpy()
    assert other.parts(theta)[1][:201] == pytest.approx(model.parts(theta)[1][:201])
    assert other.parts(theta)[1][201] != pytest.approx(model.parts(theta)[1][201])


def test_what_nothing_moves_has_no_error() -> None:
    """Even noise: alpha is 0, and then beta is anything."""
    noise = pd.Series(np.random.default_rng(0).standard_normal(300))
    fitted = Garch(noise).fit()
    assert fitted.params["alpha"] == pytest.approx(0, abs=1e-6)
    assert fitted.std_err[["omega", "alpha", "beta"]].isna().all()
    assert np.isfinite(fitted.std_err["mu"])


def test_simulated_errors_have_the_fitted_variance() -> None:
    returns, _ = series_of(800)
    fitted = Garch(returns).fit()
    errors, variances = simulated_errors(fitted, 400, np.random.default_rng(1))
    theta = fitted.params
    follows = theta["omega"] + theta["alpha"] * errors[:, :-1] ** 2
    assert variances[:, 1:] == pytest.approx(follows + theta["beta"] * variances[:, :-1])
    assert np.mean(errors**2 / variances) == pytest.approx(1, abs=0.02)


@pytest.mark.slow
def test_a_variance_without_fear_is_rejected_about_one_time_in_twenty() -> None:
    rejected = []
    for seed in range(100):
        returns, x = series_of(500, seed=2000 + seed)
        rejected.append(exogenous_test(Garch(returns, x)).p < 0.05)
    assert 0.01 <= np.mean(rejected) <= 0.12


@pytest.mark.slow
def test_nine_intervals_in_ten_hold_alpha() -> None:
    held = []
    for seed in range(80):
        fitted = Garch(series_of(1500, seed=seed)[0]).fit()
        held.append(abs(fitted.params["alpha"] - 0.1) < 1.645 * fitted.std_err["alpha"])
    assert 0.80 <= np.mean(held) <= 0.97


@pytest.mark.slow
def test_the_simulated_p_agrees_where_errors_are_normal() -> None:
    returns, x = series_of(400, effect=0.03, seed=5)
    tested = exogenous_test(Garch(returns, x), draws=60, seed=1)
    assert tested.p_simulated is not None
    assert tested.draws > 50
    assert tested.p_simulated == pytest.approx(tested.p, abs=0.15)


def test_a_result_shows_itself() -> None:
    fitted = Garch(series_of(200)[0]).fit()
    assert "persistence" in fitted.summary()
    assert "<table" in fitted._repr_html_()
    assert list(fitted.to_frame().index) == ["mu", "omega", "alpha", "beta"]


def holed(s: pd.Series) -> pd.Series:
    return s.where(np.arange(len(s)) != 7)


@pytest.mark.parametrize(
    ("spoilt", "words"),
    [
        (holed, "no finite value in 1 rows: 2021-01-13"),
        (lambda s: s * 0 + 1, "constant from 2021-01-04"),
        (lambda s: s.head(2), "2 rows where at least 50"),
        (lambda s: s.iloc[::-1], "out of order at"),
        (lambda s: pd.concat([s.head(9), s.iloc[8:]]), "double: 1 rows: 2021-01-14"),
    ],
)
def test_bad_returns_are_one_line(spoilt: object, words: str) -> None:
    assert callable(spoilt)
    with pytest.raises(ModelError, match=words) as caught:
        Garch(spoilt(series_of(100)[0])).fit()
    assert "\n" not in str(caught.value)


def test_bad_regressors_are_one_line() -> None:
    returns, x = series_of(100)
    with pytest.raises(ModelError, match="not of the same sessions"):
        Garch(returns, x.iloc[1:]).fit()
    with pytest.raises(ModelError, match="fear is negative at 2021-01-04"):
        Garch(returns, -x).fit()
    with pytest.raises(ModelError, match="collinear"):
        Garch(returns, mean_exogenous=pd.DataFrame({"a": x, "b": 2 * x})).fit()
    with pytest.raises(ModelError, match="exactly one"):
        exogenous_test(Garch(returns, pd.DataFrame({"a": x, "b": x**2})))
    with pytest.raises(ModelError, match="backcast is"):
        Garch(returns, backcast=-1.0).fit()
    with pytest.raises(ModelError, match="covariance is"):
        Garch(returns, covariance="other").fit()  # type: ignore[arg-type]  # refused at run time
    with pytest.raises(ModelError, match="distribution is"):
        Garch(returns, distribution="cauchy").fit()  # type: ignore[arg-type]  # refused at run time

"""Many vector autoregressions at once: the library's numbers, sample by sample."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.tsa.api import VAR

from models.errors import ModelError
from models.transmission import vector_autoregression as var


def panels_of(draws: int, n: int, k: int, seed: int = 0) -> np.ndarray:
    """Samples of one stable autoregression of two lags."""
    rng = np.random.default_rng(seed)
    lagged = np.zeros((1, 2, k, k))
    lagged[0, 0] = 0.3 * np.eye(k) + 0.2 * np.eye(k, k=1)
    lagged[0, 1] = -0.1 * np.eye(k)
    shocks = rng.standard_normal((draws, n, k))
    return var.simulate(np.full((1, k), 0.5), lagged, shocks, np.zeros((1, 2, k)))


@pytest.mark.parametrize("lags", [1, 2, 5])
@pytest.mark.parametrize("k", [1, 2, 4])
def test_each_sample_is_the_librarys_fit(lags: int, k: int) -> None:
    panels = panels_of(7, 150, k)
    ours = var.fit(panels, lags)
    psi = var.moving_average(ours.lagged, 9)
    roots = var.largest_root(ours.lagged)
    for draw, panel in enumerate(panels):
        if k == 1:  # the library wants two columns; a second one that tells nothing will do
            from statsmodels.tsa.ar_model import AutoReg

            single = AutoReg(panel[:, 0], lags).fit()
            assert ours.lagged[draw, :, 0, 0] == pytest.approx(single.params[1:])
            continue
        library = VAR(panel).fit(lags, trend="c")
        assert ours.constant[draw] == pytest.approx(library.intercept)
        assert ours.lagged[draw] == pytest.approx(library.coefs)
        assert ours.residuals[draw] == pytest.approx(library.resid)
        assert ours.covariance[draw] == pytest.approx(np.asarray(library.sigma_u))
        assert psi[draw] == pytest.approx(library.ma_rep(8))
        assert roots[draw] == pytest.approx(1 / np.abs(library.roots).min())


def test_parts_are_the_whole() -> None:
    panels = panels_of(400, 120, 3)
    assert len(var.in_parts(panels, 2)) > 1
    everything = var.fit(panels, 2)
    for draw in (0, 199, 399):
        one = var.fit(panels[draw : draw + 1], 2)
        assert everything.lagged[draw] == pytest.approx(one.lagged[0])
        assert everything.covariance[draw] == pytest.approx(one.covariance[0])


def test_a_gap_costs_the_rows_that_look_into_it() -> None:
    panel = panels_of(1, 200, 2)[0]
    whole = var.fit_with_gaps(panel, 2)
    assert whole.lagged == pytest.approx(var.fit(panel[None], 2).lagged)
    torn = panel.copy()
    torn[100, 1] = np.nan
    assert var.fit_with_gaps(torn, 2).residuals.shape[1] == whole.residuals.shape[1] - 3


def test_simulation_follows_the_recursion() -> None:
    rng = np.random.default_rng(3)
    lagged, constant = 0.3 * rng.standard_normal((1, 2, 2, 2)), rng.standard_normal((1, 2))
    shocks, start = rng.standard_normal((3, 5, 2)), rng.standard_normal((1, 2, 2))
    path = var.simulate(constant, lagged, shocks, start)
    for draw in range(3):
        rows = list(start[0])
        for step in range(5):
            told = constant[0] + lagged[0, 0] @ rows[-1] + lagged[0, 1] @ rows[-2]
            rows.append(told + shocks[draw, step])
        assert path[draw] == pytest.approx(np.array(rows))
    # Each draw may have its own coefficients.
    many = var.simulate(*(np.repeat(x, 3, axis=0) for x in (constant, lagged)), shocks, start)
    assert many == pytest.approx(path)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.2, 0.999))
def test_roots_are_drawn_inside(seed: int, most: float) -> None:
    lagged = np.random.default_rng(seed).standard_normal((4, 3, 2, 2))
    inside = var.drawn_inside(lagged, most)
    assert (var.largest_root(inside) <= most + 1e-9).all()
    again = var.drawn_inside(inside, most)
    assert again == pytest.approx(inside, rel=1e-6, abs=1e-9)


def test_bad_samples_are_refused() -> None:
    panel = panels_of(1, 200, 2)
    with pytest.raises(ModelError, match="8 complete rows after 4 lags"):
        var.fit(panel[:, :12], 4)
    with pytest.raises(ModelError, match="singular"):
        var.check_covariance(np.ones((2, 2)))
    with pytest.raises(ModelError, match="fits exactly"):
        var.check_covariance(np.diag([1.0, 0.0]))
    with pytest.raises(ModelError, match="collinear"):
        var.fit(np.zeros((1, 200, 2)), 2)

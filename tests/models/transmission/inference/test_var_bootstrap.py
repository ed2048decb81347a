"""Drawn samples: what the null keeps, and what it takes away."""

from __future__ import annotations

import numpy as np
import pytest

from models.transmission import vector_autoregression as var
from models.transmission.inference.var_bootstrap import Null, block_of, draw, restricted

# Column 0 leads the others by a session; columns 1 and 2 move together; all moved by 0 at once.
LAGGED = np.array([[[0.5, 0.0, 0.0], [0.4, 0.0, 0.0], [-0.3, 0.0, 0.2]]])[None]
MIX = np.array([[1.0, 0.0, 0.0], [0.3, 1.0, 0.0], [0.3, 0.8, 0.6]])


def sample(n: int = 600, seed: int = 4) -> np.ndarray:
    shocks = np.random.default_rng(seed).standard_normal((1, n, 3)) @ MIX.T
    return var.simulate(np.array([[1.0, 0.0, 2.0]]), LAGGED, shocks, np.zeros((1, 1, 3)))


def refitted(null: Null, draws: int = 200) -> tuple[var.Autoregressions, np.ndarray]:
    panel = sample()
    paths = draw(restricted(panel, 1, null), null, draws, 1.0, np.random.default_rng(5))
    return var.fit(paths, 1), paths


def correlation(fitted: var.Autoregressions) -> np.ndarray:
    return np.mean([np.corrcoef(one.T) for one in fitted.residuals], axis=0)


def test_nothing_taken_away() -> None:
    fitted, paths = refitted(Null.none(3))
    assert paths.shape == (200, *sample().shape[1:])
    assert fitted.lagged.mean(axis=0)[0] == pytest.approx(LAGGED[0, 0], abs=0.1)
    assert correlation(fitted)[0, 1] == pytest.approx(0.29, abs=0.08)
    assert paths.mean(axis=(0, 1)) == pytest.approx(sample()[0].mean(axis=0), abs=0.15)


def test_independence_takes_lags_and_correlation_of_one() -> None:
    fitted, _ = refitted(Null.independent(0, 3))
    mean = fitted.lagged.mean(axis=0)[0]
    assert mean[1:, 0] == pytest.approx(np.zeros(2), abs=0.02)
    assert mean[0, 1:] == pytest.approx(np.zeros(2), abs=0.02)
    assert mean[0, 0] == pytest.approx(0.5, abs=0.08)
    found = correlation(fitted)
    assert found[0, 1:] == pytest.approx(np.zeros(2), abs=0.02)
    assert found[1, 2] > 0.6


def test_no_lags_keeps_what_happens_on_the_same_day() -> None:
    fitted, _ = refitted(Null.no_lags(3))
    mean = fitted.lagged.mean(axis=0)[0]
    assert mean - np.diag(np.diag(mean)) == pytest.approx(np.zeros((3, 3)), abs=0.03)
    assert correlation(fitted)[0, 1] == pytest.approx(0.29, abs=0.08)


def test_long_blocks_do_not_bring_the_lead_back() -> None:
    """Residuals of each series alone would: they still hold what the others' past told."""
    null = Null.no_lags(3)
    paths = draw(restricted(sample(), 1, null), null, 200, 150.0, np.random.default_rng(6))
    mean = var.fit(paths, 1).lagged.mean(axis=0)[0]
    assert mean[1, 0] == pytest.approx(0, abs=0.05)


def test_one_draw_of_each_sample() -> None:
    rng = np.random.default_rng(7)
    panels = np.concatenate([sample(seed=seed) for seed in range(40)])
    for null in (Null.none(3), Null.independent(0, 3), Null.no_lags(3)):
        paths = draw(restricted(panels, 1, null), null, 40, 3.0, rng)
        assert paths.shape == panels.shape
        assert paths.std(axis=1).mean(axis=0) == pytest.approx(
            panels.std(axis=1).mean(axis=0), rel=0.15
        )


def test_a_gap_is_left_out_for_all() -> None:
    torn = sample()
    torn[0, 300, 2] = np.nan
    found = restricted(torn, 1, Null.independent(0, 3))
    assert found.residuals.shape == (1, 598, 3)
    assert np.isfinite(found.residuals).all()


def test_calm_and_wild_stretches_ask_for_long_blocks() -> None:
    rng = np.random.default_rng(8)
    even = rng.standard_normal((1000, 2))
    wild = even * np.where(np.arange(1000) // 100 % 2, 3.0, 1.0)[:, None]
    assert block_of(wild) > 3 * block_of(even)

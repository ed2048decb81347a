"""Forecasts by regressions on what was complete when they were made, for many samples at once."""

from __future__ import annotations

import numpy as np

from models.errors import ModelError


def ahead_sums(values: np.ndarray, horizon: int) -> np.ndarray:
    """Sums of the `horizon` values after each session, (draws, n - horizon)."""
    windows = np.lib.stride_tricks.sliding_window_view(values[:, 1:], horizon, axis=1)
    return np.asarray(windows.sum(axis=2))


def past_forecasts(
    outcomes: np.ndarray, design: np.ndarray, horizon: int, first: int, rolling: int | None
) -> np.ndarray:
    """Forecasts by regressions on outcomes that were complete when the forecast was made.

    The outcome of session s is complete at s + horizon; so the forecast at t is fitted on the
    sessions up to t - horizon.

    Args:
        outcomes: shape (draws, m), `outcomes[:, s]` over the sessions s + 1 to s + horizon.
        design: shape (at least m, k), known at the end of its session.
        horizon: sessions ahead.
        first: outcomes behind the first forecast.
        rolling: outcomes behind each forecast; None = all so far.

    Returns:
        Shape (draws, m - first - horizon + 1): forecasts at the sessions first + horizon - 1 to
        m - 1.

    Raises:
        ModelError: regressors are collinear in a window.
    """
    m = outcomes.shape[1]
    x = _scaled(design[:m], first)
    at = np.arange(first + horizon - 1, m)
    known = at - horizon + 1  # how many outcomes are complete
    since = np.zeros_like(known) if rolling is None else known - rolling
    inner = _cumulative(x[:, :, None] * x[:, None, :])
    moments = inner[known] - inner[since]
    if (np.linalg.cond(moments) > 1e14).any():
        raise ModelError("the predictors are collinear or stand still in a window")
    # The weights that turn sums of products into the forecast are the same in all draws.
    weights = np.linalg.solve(moments, x[at][:, :, None])[:, :, 0]
    answer = np.zeros((len(outcomes), len(at)))
    for place in range(x.shape[1]):
        cross = np.cumsum(outcomes * x[:, place], axis=1)
        total = cross[:, known - 1]
        if rolling is not None:
            total = total - np.where(since > 0, cross[:, np.maximum(since - 1, 0)], 0.0)
        answer += total * weights[:, place]
    return answer


def _scaled(design: np.ndarray, first: int) -> np.ndarray:
    """The regressors beside the constant in units of their first window.

    This changes no forecast, only the digits that are lost: an index near 1,000 would lose many.
    """
    opening = design[:first, 1:]
    spread = opening.std(axis=0)
    if (spread == 0).any():
        raise ModelError(f"a predictor stands still over the first {first} sessions")
    return np.column_stack([design[:, 0], (design[:, 1:] - opening.mean(axis=0)) / spread])


def _cumulative(products: np.ndarray) -> np.ndarray:
    """Sums of the first 0, 1, 2, ... products."""
    return np.concatenate([np.zeros((1, *products.shape[1:])), np.cumsum(products, axis=0)])

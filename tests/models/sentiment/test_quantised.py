from __future__ import annotations

import numpy as np
import pytest

from models.sentiment.quantised import (
    expected_calibration_error,
    fit_temperature,
    negative_log_likelihood,
)

RNG = np.random.default_rng(4)
LOGITS = RNG.normal(size=(4000, 3)) * 2
P = np.exp(LOGITS) / np.exp(LOGITS).sum(axis=1, keepdims=True)
LABELS = np.array([RNG.choice(3, p=p) for p in P])


def test_temperature_undoes_a_known_overconfidence() -> None:
    assert fit_temperature(LOGITS * 2.5, LABELS) == pytest.approx(2.5, rel=0.08)


def test_calibration_error_is_small_only_at_the_right_temperature() -> None:
    assert expected_calibration_error(LOGITS, LABELS, 1.0) < 0.03
    assert expected_calibration_error(LOGITS * 4, LABELS, 1.0) > 0.1


def test_likelihood_does_not_overflow_on_large_logits() -> None:
    value = negative_log_likelihood(np.array([[1e4, 0.0, -1e4]]), np.array([0]), 1.0)
    assert value == pytest.approx(0.0)

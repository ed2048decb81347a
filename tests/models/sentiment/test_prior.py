from __future__ import annotations

import numpy as np
import pytest

from models.sentiment.prior import class_bias


def test_finds_the_bias_that_weighted_training_put_in() -> None:
    rng = np.random.default_rng(8)
    honest = rng.normal(size=(6000, 3)) * 2
    p = np.exp(honest) / np.exp(honest).sum(axis=1, keepdims=True)
    labels = np.array([rng.choice(3, p=row) for row in p])
    found = class_bias(1.5 * honest + np.array([0.9, 0.0, -0.9]), labels)
    assert found == pytest.approx([-0.9, 0.0, 0.9], abs=0.2)
    assert found.sum() == pytest.approx(0.0, abs=1e-9)

"""Draws of the scorer's errors: centred, as wide as the confusion, nothing for a perfect scorer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from models.errors import ModelError
from models.index.reading_errors import (
    BORROWED,
    ReadingErrors,
    draw,
    effective_counts,
    grade_of,
    missed,
    shipped,
)

if TYPE_CHECKING:
    from pathlib import Path

PERFECT = {"en": np.eye(4) * 50, "zh-Hans": np.eye(4) * 50}
tables = arrays.arrays("float64", (4, 4), elements=st.floats(0.01, 100))


def blurred(share: float) -> ReadingErrors:
    """A scorer that puts this share of each grade into the other three."""
    table = np.full((4, 4), share / 3)
    np.fill_diagonal(table, 1 - share)
    return ReadingErrors.from_counts({"en": (400 * table).tolist()})


def rng() -> np.random.Generator:
    return np.random.default_rng(5)


def test_a_perfect_scorer_has_no_error() -> None:
    errors = ReadingErrors.from_counts({k: v.tolist() for k, v in PERFECT.items()})
    fear = np.array([0.0, 0.1, 0.3, 0.6, 1.0])
    codes = errors.codes(["en", "en", "zh-Hans", "zh-Hant", "en"])
    assert (draw(errors, codes, fear, rng(), 200) == 1).all()
    assert (missed(errors, codes, np.full(5, 1000), rng(), 200) == 0).all()


@pytest.mark.parametrize("language", ["en", "zh-Hans", "zh-Hant", "other"])
def test_factors_have_mean_one_and_missed_fear_mean_zero(language: str) -> None:
    errors = shipped()
    fear = np.array([0.2, 0.6, 0.9])
    codes = errors.codes([language] * 3)
    factors = draw(errors, codes, fear, rng(), 40_000)
    bound = 4 * factors.std(axis=0) / np.sqrt(len(factors))
    assert (abs(factors.mean(axis=0) - 1) < bound).all()
    assert (factors.std(axis=0) > 0.05).all()
    hidden = missed(errors, codes[:1], np.array([60]), rng(), 40_000)[:, 0]
    assert abs(hidden.mean()) < 4 * hidden.std() / np.sqrt(len(hidden))
    assert hidden.std() > 0.1


def test_more_confusion_means_more_spread() -> None:
    fear, codes = np.array([0.3, 0.6, 1.0]), np.zeros(3, "int64")
    spreads = [
        draw(blurred(share), codes, fear, rng(), 4000).std(axis=0) for share in (0.02, 0.1, 0.3)
    ]
    assert (spreads[0] < spreads[1]).all()
    assert (spreads[1] < spreads[2]).all()
    silent = [
        missed(blurred(share), codes[:1], np.array([40]), rng(), 4000).std()
        for share in (0.02, 0.1, 0.3)
    ]
    assert silent[0] < silent[1] < silent[2]


def test_few_codes_move_all_stories_together() -> None:
    """One confusion per draw: with few codes the mean over many stories still varies."""
    few = ReadingErrors.from_counts({"en": (np.full((4, 4), 0.25) * 4).tolist()})
    many = ReadingErrors.from_counts({"en": (np.full((4, 4), 0.25) * 4000).tolist()})
    fear, codes = np.full(2000, 0.6), np.zeros(2000, "int64")
    spread = [draw(e, codes, fear, rng(), 300).mean(axis=1).std() for e in (few, many)]
    assert spread[0] > 5 * spread[1]


def test_silent_stories_keep_their_zero() -> None:
    factors = draw(shipped(), np.array([0, 0]), np.array([0.0, 0.5]), rng(), 50)
    assert (factors[:, 0] == 1).all()


def test_a_member_without_relevant_silence_hides_nothing() -> None:
    hidden = missed(shipped(), np.array([0, 1]), np.array([0, 500]), rng(), 100)
    assert (hidden[:, 0] == 0).all()
    assert hidden[:, 1].std() > 0


def test_a_language_with_few_codes_borrows_from_the_others() -> None:
    alone = [[0.0] * 4] * 4
    errors = ReadingErrors.from_counts({"en": (np.eye(4) * 50).tolist(), "zh-Hant": alone})
    assert errors.alphas[1] == pytest.approx(np.eye(4) * BORROWED)
    assert list(errors.codes(["zh-Hant", "en", "fr"])) == [1, 0, 2]


def test_a_small_audit_is_filled_up_from_errors_known_before() -> None:
    counts = {"en": [[9.0, 0, 0, 0], [0, 3, 0, 0], [0.0] * 4, [0.0] * 4]}
    with pytest.raises(ModelError, match="grade 2"):
        ReadingErrors.from_counts(counts)
    errors = ReadingErrors.from_counts(counts, prior=shipped())
    assert errors.shares[3] == pytest.approx(shipped().shares[3])
    own = errors.alphas[0].sum(axis=1)
    assert own == pytest.approx([9 + BORROWED, 3 + BORROWED, BORROWED, BORROWED])


def test_effective_counts_of_equal_weights_are_the_counts() -> None:
    scored, true = np.array([0, 0, 1, 2, 2, 3]), np.array([0.0, 1, 1, 2, 1.5, 3])
    table = effective_counts(scored, true, np.full(6, 7.0))
    assert table.tolist() == [[1, 1, 0, 0], [0, 1, 0, 0], [0, 0, 2, 0], [0, 0, 0, 1]]


def test_a_dominating_weight_makes_many_codes_worth_little() -> None:
    scored, true = np.zeros(51, "int64"), np.r_[np.zeros(50), 1.0]
    weight = np.r_[np.ones(50), 1000.0]
    table = effective_counts(scored, true, weight)
    assert table.sum() == pytest.approx(1050**2 / (50 + 1e6))
    assert table[0, 1] / table.sum() == pytest.approx(1000 / 1050)


def test_grades_are_the_nearest_but_any_fear_is_one() -> None:
    fear = np.array([0.0, 1e-9, 0.1, 0.49, 0.51, 0.8, 0.84, 1.0])
    assert grade_of(fear).tolist() == [0, 1, 1, 1, 2, 2, 3, 3]


@pytest.mark.parametrize("rows", [[[1.0] * 3] * 4, [[-1.0] * 4] * 4, [["x"] * 4] * 4])
def test_counts_that_are_none(rows: Any) -> None:
    with pytest.raises(ModelError, match="en"):
        ReadingErrors.from_counts({"en": rows})
    with pytest.raises(ModelError, match="language"):
        ReadingErrors.from_counts({})


def test_a_damaged_file_is_said(tmp_path: Path) -> None:
    broken = tmp_path / "counts.toml"
    broken.write_text("[provenance]\n")
    with pytest.raises(ModelError, match=r"counts\.toml"):
        shipped(broken)


@given(tables, st.lists(st.floats(0, 1), min_size=1, max_size=20), st.integers(0, 2**32))
def test_factors_are_deterministic_and_bounded(
    table: np.ndarray, fear: list[float], seed: int
) -> None:
    errors = ReadingErrors.from_counts({"en": table.tolist()})
    values, codes = np.array(fear), np.zeros(len(fear), "int64")
    one, two = (draw(errors, codes, values, np.random.default_rng(seed), 8) for _ in range(2))
    assert one.shape == (8, len(fear))
    assert (one == two).all()
    assert (one >= 0).all()
    # A factor is true/expected, and no grade is above 3.
    ceiling = 1 / errors.expected[0, grade_of(values)]
    assert (one[:, values > 0] <= ceiling[values > 0] * (1 + 1e-12)).all()


@given(tables, st.lists(st.integers(0, 200), min_size=1, max_size=6), st.integers(0, 2**32))
def test_missed_fear_is_never_below_its_expectation_taken_off(
    table: np.ndarray, counts: list[int], seed: int
) -> None:
    errors = ReadingErrors.from_counts({"en": table.tolist()})
    silent, codes = np.array(counts), np.zeros(len(counts), "int64")
    hidden = missed(errors, codes, silent, np.random.default_rng(seed), 8)
    assert hidden.shape == (8, len(counts))
    least = -silent * errors.expected[0, 0]
    assert (hidden >= least - 1e-9).all()
    assert (hidden <= silent + least + 1e-9).all()

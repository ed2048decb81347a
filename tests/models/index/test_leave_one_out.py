"""The index without one source: against one that is built without its articles."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from models.errors import ModelError
from models.index import build
from models.index.appearances import find_appearances
from models.index.cells import sum_cells
from models.index.fitting import fit
from models.index.leave_one_out import (
    Shares,
    influence,
    level,
    level_without,
    shares,
    weightiest,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from models.index import IndexSpec

COURIER = ("Courier", "en")


def made(articles: pd.DataFrame, spec: IndexSpec) -> tuple[Any, Any]:
    """Cells, and what is fitted on them."""
    found = find_appearances(articles, spec, None)
    cells = sum_cells(found, spec)
    return cells, fit(cells, found.sessions, spec)


def total(articles: pd.DataFrame, spec: IndexSpec) -> np.ndarray:
    points = build(articles, spec).points
    return points.loc[points["series"] == "total", "value"].to_numpy()


@pytest.fixture
def lonely(articles_of: Callable[..., pd.DataFrame]) -> pd.DataFrame:
    """Every story told once: a copy of another source would be newer without the first."""
    articles = articles_of(40, 3)
    return articles.assign(story_id=articles["article_id"])


@pytest.mark.parametrize("weighting", ["coverage", "volume", "languages", "sources"])
def test_it_is_the_index_built_without_its_articles(
    lonely: pd.DataFrame, spec: IndexSpec, weighting: str
) -> None:
    # Without shrinkage a rate is the source's own and does not change with another's leaving.
    chosen = replace(spec, weighting=weighting, shrinkage=0.0, bootstrap_draws=0)
    cells, fitted = made(lonely, chosen)
    found = level_without(cells, fitted, chosen, cells.units.index(COURIER))
    others = lonely[lonely["source"] != "Courier"]
    assert found == pytest.approx(total(others, chosen), nan_ok=True)
    assert np.nanmax(np.abs(found - total(lonely, chosen))) > 1


def test_numerator_and_denominator_lose_it_and_the_rates_stay(
    lonely: pd.DataFrame, spec: IndexSpec
) -> None:
    cells, fitted = made(lonely, spec)
    unit = cells.units.index(COURIER)
    rate = fitted.coverage.rate
    fear, expected = np.zeros((2, cells.n_sessions))
    for place, session in zip(cells.unit, cells.session, strict=True):
        row = (cells.unit == place) & (cells.session == session)
        if place != unit:
            fear[session] += cells.sums[row, 0].item()
            expected[session] += rate[place] * cells.count[row].item()
    ratio = fear / expected
    found = level_without(cells, fitted, spec, unit)
    assert found == pytest.approx(ratio * 100 / ratio[fitted.base].mean())
    assert found[fitted.base].mean() == pytest.approx(100)


@pytest.mark.parametrize("weighting", ["coverage", "volume", "languages", "sources"])
def test_points_by_source_are_the_accounts(
    articles: pd.DataFrame, spec: IndexSpec, weighting: str
) -> None:
    chosen = replace(spec, weighting=weighting, bootstrap_draws=0)
    cells, fitted = made(articles, chosen)
    window = np.zeros(cells.n_sessions, dtype="bool")
    window[5:20] = True
    found = shares(cells, fitted, chosen, window)
    parts = build(articles, chosen).contributions
    parts = parts[parts["date"].isin(fitted.sessions[window])]
    account = parts.groupby(["source", "language"])["points"].sum()
    for unit, name in enumerate(cells.units):
        assert found.points[unit] == pytest.approx(account[name])
    assert found.points.sum() == pytest.approx(np.nansum(level(fitted, chosen)[window]))
    assert found.entries.sum() == cells.count[window[cells.session]].sum()
    assert found.expected.sum() == pytest.approx(1)


def test_a_source_outside_the_index_has_entries_and_no_points(
    articles: pd.DataFrame, spec: IndexSpec
) -> None:
    # Of the last session: it has not been seen for a week yet.
    stray = articles.tail(1).assign(article_id="stray", source="Herald", language="en", fear=0.9)
    both = [frame.assign(relevance=1.0) for frame in (articles, stray)]
    import pandas as pd

    cells, fitted = made(pd.concat(both, ignore_index=True), spec)
    found = shares(cells, fitted, spec, np.ones(cells.n_sessions, dtype="bool"))
    unit = cells.units.index(("Herald", "en"))
    assert (found.entries[unit], found.points[unit], found.expected[unit]) == (1, 0, 0)


def test_without_all_of_its_fear_there_is_no_index(articles: pd.DataFrame, spec: IndexSpec) -> None:
    only = articles["source"] == "Courier"
    alone = articles.assign(fear=articles["fear"].where(only, 0.0))
    cells, fitted = made(alone, spec)
    unit = cells.units.index(COURIER)
    whole = level(fitted, spec)
    every = np.ones(cells.n_sessions, dtype="bool")
    without = level_without(cells, fitted, spec, unit)
    found = influence(unit, whole, without, every)
    assert (found.unit, found.correlation, found.session) == (unit, None, None)


def test_an_index_without_values_is_said(articles: pd.DataFrame, spec: IndexSpec) -> None:
    cells, fitted = made(articles, replace(spec, burn_in=39, base_sessions=40))
    with pytest.raises(ModelError, match="burn-in"):
        level(fitted, spec)
    with pytest.raises(ModelError, match="burn-in"):
        shares(cells, fitted, spec, np.ones(cells.n_sessions, dtype="bool"))


def test_influence_by_hand() -> None:
    whole = np.array([100.0, np.nan, 200.0, 300.0, 900.0])
    without = np.array([110.0, 50.0, 150.0, 310.0, 0.0])
    window = np.array([True, True, True, True, False])
    found = influence(7, whole, without, window)
    assert (found.unit, found.session, found.value, found.without) == (7, 2, 200.0, 150.0)
    expected = np.corrcoef([100, 200, 300], [110, 150, 310])[0, 1]
    assert found.correlation == pytest.approx(expected)
    flat = influence(7, np.full(5, 100.0), without, window)
    assert (flat.correlation, flat.session) == (None, 3)


def test_the_weightiest_by_points_and_by_expectation() -> None:
    points = np.array([0.0, 5.0, 9.0, 1.0])
    expected = np.array([0.6, 0.1, 0.3, 0.0])
    found = Shares(np.ones(4), np.ones(4), points, expected)
    assert weightiest(found, 1) == [2, 0]
    assert weightiest(found, 2) == [2, 1, 0]
    assert weightiest(found, 9) == [2, 1, 3, 0]

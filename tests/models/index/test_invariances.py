"""What must not move any version of the index: order, batches, copies of feeds, irrelevant news."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.index import build
from models.index.registry import VERSIONS

if TYPE_CHECKING:
    from models.index import IndexSpec

EVERY_VERSION = pytest.mark.parametrize("version", list(VERSIONS))
SMALL = {
    "base_sessions": 15,
    "burn_in": 6,
    "bootstrap_draws": 0,
    "min_fear_sessions": 3,
    "min_fear": 0.0,
    "shrinkage": 0.0,
}


def spec_of(version: str) -> IndexSpec:
    """The registered version with a base window that the generated news can fill."""
    return replace(VERSIONS[version], **SMALL)


def totals(articles: pd.DataFrame, spec: IndexSpec) -> np.ndarray:
    points = build(articles, spec).points
    values = points.loc[points["series"] == "total", "value"].to_numpy()
    assert np.isfinite(values).sum() > 20  # an index that is missing would be invariant to all
    return values


def again(articles: pd.DataFrame, source: str) -> pd.DataFrame:
    """A source's entries under other ids."""
    own = articles[articles["source"] == source]
    return own.assign(article_id="again-" + own["article_id"])


@EVERY_VERSION
@settings(
    max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(source=st.sampled_from(["Gazette", "Courier", "晚報"]), seconds=st.integers(0, 50))
def test_a_second_feed_of_a_source_changes_nothing(
    articles: pd.DataFrame, version: str, source: str, seconds: int
) -> None:
    """Other ids, the same stories, seen at once or a little later in the session."""
    copies = again(articles, source)
    copies["first_seen_at"] += pd.Timedelta(seconds=seconds)
    both = pd.concat([articles, copies]).sample(frac=1.0, random_state=5)
    one, other = (build(frame, spec_of(version)) for frame in (articles, both))
    pd.testing.assert_frame_equal(one.points, other.points)
    assert one.contributions["points"].sum() == other.contributions["points"].sum()


@EVERY_VERSION
def test_the_order_of_batches_changes_nothing(articles: pd.DataFrame, version: str) -> None:
    starts = range(0, len(articles), 100)
    blocks = [articles.iloc[start : start + 100] for start in reversed(starts)]
    one, other = (build(each, spec_of(version)) for each in (articles, pd.concat(blocks)))
    pd.testing.assert_frame_equal(one.points, other.points)


# Not by volume: there every entry weighs the same, whoever published it.
@pytest.mark.parametrize("version", [name for name in VERSIONS if name != "fear.v1.volume"])
@pytest.mark.parametrize("times", [1, 4])
def test_irrelevant_news_of_the_usual_mix_changes_nothing(
    articles: pd.DataFrame, version: str, times: int
) -> None:
    """The source repeats itself in it as it does elsewhere: what counts is doubled too."""
    spec = spec_of(version)
    quiet = [
        again(articles, "Courier").assign(
            article_id=lambda rows, n=n: f"{n}-" + rows["article_id"],
            story_id=lambda rows, n=n: f"{n}-" + rows["story_id"],
            relevance=0.0,
            fear=0.0,
            relief=0.0,
        )
        for n in range(times)
    ]
    more = totals(pd.concat([articles, *quiet]), spec)
    assert more == pytest.approx(totals(articles, spec), rel=1e-9, nan_ok=True)

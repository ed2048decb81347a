"""A generated stream of scored articles, small enough to build many times."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from models.index import IndexSpec
from models.sessions import closes

if TYPE_CHECKING:
    from collections.abc import Callable


def make_articles(sessions: int = 30, seed: int = 1, per_session: int = 12) -> pd.DataFrame:
    """Articles of three sources in two languages; a story is often told twice."""
    rng = np.random.default_rng(seed)
    days = closes("2025-08-01", "2025-12-31").iloc[:sessions]
    sources = [("Gazette", "en"), ("Courier", "en"), ("晚報", "zh-Hant")]
    rows = []
    for day, close in days.items():
        for source, language in sources:
            for number in range(per_session):
                about = rng.random() < 0.4
                rows.append(
                    {
                        "article_id": f"{day}-{source}-{number:02d}",
                        "story_id": f"{day}-{rng.integers(25)}",
                        "source": source,
                        "language": language,
                        "first_seen_at": close - pd.Timedelta(minutes=int(rng.integers(1, 300))),
                        "abstained": bool(rng.random() < 0.02),
                        "relevance": float(rng.random()) if about else 0.0,
                        "fear": float(rng.random()) if about else 0.0,
                        "relief": float(rng.random() * 0.3) if about else 0.0,
                        "kind": str(rng.choice(["threat", "act"])) if about else None,
                        "channel": str(rng.choice(["valuation", "credit"])) if about else None,
                        "recap": bool(rng.random() < 0.2),
                    }
                )
    return pd.DataFrame(rows)


@pytest.fixture
def articles() -> pd.DataFrame:
    """Thirty sessions of three sources."""
    return make_articles()


@pytest.fixture
def articles_of() -> Callable[..., pd.DataFrame]:
    """The generator, for tests that choose sizes and seeds."""
    return make_articles


@pytest.fixture
def spec() -> IndexSpec:
    """A version with a short base window and few draws."""
    return IndexSpec(
        base_sessions=15,
        burn_in=6,
        bootstrap_draws=40,
        min_fear_sessions=3,
        min_fear=0.0,
        min_exposure=1.0,
    )

"""Sources that come and go: `fear.v1.sources`, its reviews and links; long base windows."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from models.index import IndexSpec, build, build_realtime
from models.sessions import closes

SPEC = IndexSpec(
    weighting="sources",
    min_fear=0.0,
    min_exposure=0.1,
    base_sessions=10,
    burn_in=5,
    min_fear_sessions=2,
    review_sessions=5,
    entry_sessions=5,
    active_sessions=4,
    bootstrap_draws=0,
)
DAYS = closes("2025-08-01", "2025-12-31").iloc[:40]


def source(
    name: str,
    shares: np.ndarray,
    *,
    first: int = 0,
    language: str = "en",
    entries: int = 20,
) -> pd.DataFrame:
    """One fearful entry of `entries` in each session from `first` on; its fear makes the share."""
    rows = [
        {
            "article_id": f"{name}-{day}-{number}",
            "story_id": None,
            "source": name,
            "language": language,
            "first_seen_at": close,
            "abstained": False,
            "relevance": 1.0 if number == 0 else 0.0,
            "fear": float(share) * entries if number == 0 else 0.0,
            "relief": 0.0,
            "kind": "threat",
            "channel": "capex",
            "recap": False,
        }
        for (day, close), share in zip(DAYS.iloc[first:].items(), shares, strict=False)
        for number in range(entries)
    ]
    return pd.DataFrame(rows)


def waves(n: int = 40, level: float = 0.008) -> np.ndarray:
    return level * (1 + 0.5 * np.sin(np.arange(n)))


def total(articles: pd.DataFrame, spec: IndexSpec = SPEC) -> pd.Series:
    points = build(articles, spec).points
    return points[points["series"] == "total"].set_index("date")["value"]


def members(articles: pd.DataFrame, spec: IndexSpec = SPEC) -> dict[str, str | None]:
    return {one["member"]: one["entered"] for one in build(articles, spec).constants["panel"]}


def test_a_newcomer_is_linked_to_the_mean_of_the_index_over_its_burn_in() -> None:
    """It publishes three times as much fear and moves as the others do: the index stays."""
    old = source("Gazette", waves())
    new = source("Newcomer", 3 * waves()[12:], first=12)
    alone, both = total(old), total(pd.concat([old, new]))
    assert members(pd.concat([old, new])) == {
        "Gazette (en)": None,
        "Newcomer (en)": DAYS.index[20],  # reviewed after session 19, with 8 sessions behind it
    }
    assert both.to_numpy() == pytest.approx(alone.to_numpy())


def test_a_newcomer_counts_from_its_entry_and_changes_nothing_before() -> None:
    old = source("Gazette", waves())
    shares = waves()[12:].copy()
    shares[10:] *= 4  # after its entry it panics
    both, alone = total(pd.concat([old, source("Newcomer", shares, first=12)])), total(old)
    assert both.iloc[:20].tolist() == pytest.approx(alone.iloc[:20].tolist())
    assert both.iloc[24] == pytest.approx(alone.iloc[24] * (1 + 4) / 2)


def test_the_fixed_panel_takes_nobody_in() -> None:
    old = source("Gazette", waves())
    shares = np.full(28, 0.04)
    frame = pd.concat([old, source("Newcomer", shares, first=12)])
    fixed = dataclasses.replace(SPEC, entrants=False)
    assert total(frame, fixed).tolist() == pytest.approx(total(old).tolist())


def test_small_newcomers_enter_as_a_pool_of_their_review() -> None:
    """Each has a fearful entry every fifth session: too few alone, enough together."""
    old = source("Gazette", waves())
    shares = [np.where(np.arange(28) % 5 == place, 0.02 * (1 + place), 0.0) for place in range(5)]
    small = [source(f"Blog {i}", one, first=12, entries=5) for i, one in enumerate(shares)]
    found = members(pd.concat([old, *small]), dataclasses.replace(SPEC, min_fear_sessions=4))
    assert found == {"Gazette (en)": None, f"other from {DAYS.index[19]} (en)": DAYS.index[20]}


def test_a_newcomer_without_fear_waits() -> None:
    frame = pd.concat([source("Gazette", waves()), source("Calm", np.zeros(28), first=12)])
    assert list(members(frame)) == ["Gazette (en)"]


def test_a_member_that_ended_is_no_longer_waited_for() -> None:
    """Two of three papers end; after four sessions the third is the index."""
    stays = source("Stays", waves())
    ends = [source(f"Ends {number}", waves()[:20]) for number in range(2)]
    found = total(pd.concat([stays, *ends]))
    assert found.iloc[20:24].isna().all()
    assert found.iloc[24:].notna().all()


def test_later_rows_change_no_earlier_vintage_with_entrants() -> None:
    frame = pd.concat([source("Gazette", waves()), source("Newcomer", 2 * waves()[12:], first=12)])
    loud = frame.copy()
    loud.loc[loud["first_seen_at"] > DAYS.iloc[25], "fear"] *= 2
    for one, other in ((build, build), (build_realtime, build_realtime)):
        early = [f(g, SPEC, DAYS.iloc[25]) for f, g in ((one, frame), (other, loud))]
        tables = [result if isinstance(result, pd.DataFrame) else result.points for result in early]
        pd.testing.assert_frame_equal(*tables)


def test_realtime_with_entrants_is_the_diagonal() -> None:
    frame = pd.concat([source("Gazette", waves()), source("Newcomer", 2 * waves()[12:], first=12)])
    realtime = build_realtime(frame, SPEC).set_index("date")["value"]
    for place in (5, 9, 10, 19, 20, 21, 30, 39):
        vintage = build(frame, SPEC, DAYS.iloc[place]).points.query("series == 'total'")
        assert realtime.iloc[place] == pytest.approx(vintage["value"].iloc[-1])


def test_the_base_window_is_the_first_with_fear_to_scale_by() -> None:
    """Fifteen sessions of silence: the window of ten ends where its second fearful one is."""
    shares = np.concatenate([np.zeros(15), waves(25)])
    result = build(source("Gazette", shares), SPEC)
    assert result.constants["base"] == {
        "first": DAYS.index[7],
        "last": DAYS.index[16],
        "sessions": 10,
        "complete": True,
    }
    values = result.points.query("series == 'total'").set_index("date")["value"]
    assert values.iloc[7:17].mean() == pytest.approx(100.0)
    realtime = build_realtime(source("Gazette", shares), SPEC)["value"]
    assert realtime.iloc[:16].isna().all()
    assert realtime.iloc[16:].tolist() == pytest.approx(values.iloc[16:].tolist())


def test_irrelevant_news_of_a_source_changes_nothing() -> None:
    """Twice the volume halves the share and its deviation alike."""
    frame = pd.concat([source("Gazette", waves()), source("Courier", waves()[::-1])])
    noise = frame[frame["source"] == "Courier"].assign(relevance=0.0, fear=0.0)
    noise["article_id"] += "-noise"
    assert total(pd.concat([frame, noise])).tolist() == pytest.approx(total(frame).tolist())

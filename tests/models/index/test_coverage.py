"""`fear.v1` and its kin: fear against the relevant entries expected of those who published."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as example_settings
from hypothesis import strategies as st

from models.errors import ModelError
from models.index import IndexSpec, build, build_realtime
from models.index.registry import VERSIONS, named
from models.sessions import closes

SPEC = IndexSpec(
    base_sessions=10,
    burn_in=5,
    min_fear_sessions=2,
    min_fear=0.0,
    min_exposure=0.1,
    shrinkage=0.0,
    review_sessions=5,
    entry_sessions=5,
    bootstrap_draws=0,
)
DAYS = closes("2025-08-01", "2025-12-31").iloc[:40]


def source(
    name: str,
    fear: np.ndarray,
    *,
    first: int = 0,
    language: str = "en",
    entries: int = 20,
    relevant: int = 2,
) -> pd.DataFrame:
    """Each session from `first` on: so many entries, some relevant, one of these fearful."""
    rows = [
        {
            "article_id": f"{name}-{day}-{number}",
            "story_id": None,
            "source": name,
            "language": language,
            "first_seen_at": close,
            "abstained": False,
            "relevance": 1.0 if number < relevant else 0.0,
            "fear": float(much) if number == 0 else 0.0,
            "relief": 0.0,
            "kind": "threat",
            "channel": "capex",
            "recap": False,
        }
        for (day, close), much in zip(DAYS.iloc[first:].items(), fear, strict=False)
        for number in range(entries)
    ]
    return pd.DataFrame(rows)


def waves(n: int = 40) -> np.ndarray:
    return 0.2 * (1 + 0.5 * np.sin(np.arange(n)))


def total(articles: pd.DataFrame, spec: IndexSpec = SPEC) -> pd.Series:
    points = build(articles, spec).points
    return points[points["series"] == "total"].set_index("date")["value"]


def entered(articles: pd.DataFrame, spec: IndexSpec = SPEC) -> list[tuple[str | None, int]]:
    steps = build(articles, spec).constants["coverage"]
    return [(step["entered"], step["units"]) for step in steps]


def test_fear_over_expected_entries_by_hand() -> None:
    """A of 2 relevant in 20, B of 8 in 20: what is expected in a session is 10 entries."""
    a, b = source("A", waves()), source("B", 2 * waves()[::-1], relevant=8)
    fear = waves() + 2 * waves()[::-1]
    assert total(pd.concat([a, b])).to_numpy() == pytest.approx(100 * fear / fear[:10].mean())


def test_a_day_on_which_a_source_is_silent_expects_less() -> None:
    """Half of the fear and half of what is expected: the same index."""
    a, b = source("A", waves()), source("B", waves())
    silent = b["article_id"].str.contains(DAYS.index[30])
    both, one = total(pd.concat([a, b])), total(pd.concat([a, b[~silent]]))
    assert one.to_numpy() == pytest.approx(both.to_numpy())


def test_more_news_of_the_usual_kind_is_not_more_fear() -> None:
    """Ten times the entries in a session with ten times the fear reads the same."""
    frame = source("A", waves())
    day = frame[frame["article_id"].str.contains(DAYS.index[30])]
    copies = [day.assign(article_id=day["article_id"] + f"-{number}") for number in range(9)]
    assert total(pd.concat([frame, *copies])).to_numpy() == pytest.approx(total(frame).to_numpy())


@example_settings(max_examples=10, deadline=None)
@given(times=st.integers(1, 8), which=st.sampled_from(["A", "B"]))
def test_irrelevant_news_of_a_source_changes_nothing(times: int, which: str) -> None:
    frame = pd.concat([source("A", waves()), source("B", waves()[::-1], relevant=9)])
    quiet = frame[frame["source"] == which].assign(relevance=0.0, fear=0.0)
    noise = [quiet.assign(article_id=quiet["article_id"] + f"-{n}") for n in range(times)]
    more = total(pd.concat([frame, *noise]))
    assert more.to_numpy() == pytest.approx(total(frame).to_numpy())


def test_a_newcomer_enters_at_a_review_with_its_own_rate() -> None:
    """It is as fearful for its coverage as the index is: nothing changes, before or after."""
    old, new = source("A", waves()), source("B", 3 * waves()[12:], first=12, relevant=6)
    frame = pd.concat([old, new])
    assert entered(frame) == [(None, 1), (DAYS.index[20], 1)]
    assert total(frame).to_numpy() == pytest.approx(total(old).to_numpy())


def test_a_newcomer_changes_nothing_before_its_entry() -> None:
    old, new = source("A", waves()), source("B", 3 * waves()[12:], first=12)
    both, alone = total(pd.concat([old, new])), total(old)
    assert both.iloc[:20].tolist() == pytest.approx(alone.iloc[:20].tolist())
    # Afterwards it is three times as fearful as A for the same coverage: (1 + 3) / 2.
    assert both.iloc[20:].to_numpy() == pytest.approx(2 * alone.iloc[20:].to_numpy())


def test_a_newcomer_in_a_time_full_of_ai_is_held_to_the_usual_coverage() -> None:
    """All news has twice the relevant entries when it comes: its rate is halved."""
    calm = source("A", waves()[:10], relevant=2)
    late = source("A", waves()[10:], first=10, relevant=4)
    new = source("B", 2 * waves()[10:], first=10, relevant=8)
    frame = pd.concat([calm, late, new])
    # B's 8 relevant of 20 stand for 4 of 20 in ordinary times, twice A's 2: twice its fear, too.
    assert total(frame).to_numpy() == pytest.approx(total(pd.concat([calm, late])).to_numpy())


def test_the_fixed_version_takes_nobody_in() -> None:
    old, new = source("A", waves()), source("B", 3 * waves()[12:], first=12)
    fixed = dataclasses.replace(SPEC, entrants=False)
    assert total(pd.concat([old, new]), fixed).tolist() == pytest.approx(total(old).tolist())


def test_a_thin_session_is_missing() -> None:
    old = source("A", waves())
    thin = dataclasses.replace(SPEC, min_exposure=2.5)  # two relevant entries are expected of A
    assert total(old, thin).isna().all()


def test_without_fear_enough_there_is_no_value_and_no_window_that_slides() -> None:
    """A fearful session in twelve: no ten sessions hold two of them, whenever one looks."""
    fear = np.where(np.arange(40) % 12 == 5, 0.5, 0.0)
    frame = source("A", fear)
    for place in (8, 15, 25, 39):
        result = build(frame, SPEC, DAYS.iloc[place])
        assert result.points["value"].isna().all()
        assert not result.constants["base"]["complete"]
        assert "2 are needed" in result.constants["reason"]
    assert build_realtime(frame, SPEC)["value"].isna().all()


def test_a_short_record_borrows_from_its_language() -> None:
    """Twenty entries, none relevant: with shrinkage it is expected to bring some all the same."""
    old = source("A", waves())
    new = source("B", waves()[12:], first=12, entries=4, relevant=0)
    shrunk = dataclasses.replace(SPEC, shrinkage=20.0)
    frame = pd.concat([old, new])
    assert total(frame).to_numpy() == pytest.approx(total(old).to_numpy())
    assert (total(frame, shrunk).iloc[20:] < total(old, shrunk).iloc[20:]).all()


@pytest.mark.parametrize("name", list(VERSIONS))
def test_later_rows_change_no_earlier_vintage(name: str) -> None:
    spec = dataclasses.replace(SPEC, weighting=VERSIONS[name].weighting)
    frame = pd.concat(
        [source("A", waves()), source("B", 2 * waves()[12:], first=12, language="zh-Hans")]
    )
    loud = frame.copy()
    loud.loc[loud["first_seen_at"] > DAYS.iloc[25], ["fear", "relevance"]] = 1.0
    for builder in (lambda f: build(f, spec, DAYS.iloc[25]).points, _realtime(spec)):
        pd.testing.assert_frame_equal(builder(frame), builder(loud))


def _realtime(spec: IndexSpec):  # noqa: ANN202 - a function of frames, as the one beside it
    return lambda frame: build_realtime(frame, spec, DAYS.iloc[25])


@pytest.mark.parametrize("name", list(VERSIONS))
def test_realtime_is_the_diagonal_in_every_version(name: str) -> None:
    spec = dataclasses.replace(SPEC, weighting=VERSIONS[name].weighting)
    frame = pd.concat(
        [source("A", waves()), source("B", 2 * waves()[12:], first=12, language="zh-Hans")]
    )
    realtime = build_realtime(frame, spec).set_index("date")["value"]
    for place in (5, 9, 10, 19, 20, 21, 30, 39):
        vintage = build(frame, spec, DAYS.iloc[place]).points.query("series == 'total'")
        assert realtime.iloc[place] == pytest.approx(vintage["value"].iloc[-1], nan_ok=True)


@pytest.mark.parametrize("name", list(VERSIONS))
def test_contributions_add_up_to_the_value_in_every_version(name: str) -> None:
    spec = dataclasses.replace(SPEC, weighting=VERSIONS[name].weighting)
    frame = pd.concat(
        [source("A", waves()), source("B", 2 * waves()[12:], first=12, language="zh-Hans")]
    )
    result = build(frame, spec)
    values = result.points.query("series == 'total'").set_index("date")["value"].dropna()
    added = result.contributions.groupby("date")["points"].sum().reindex(values.index).fillna(0)
    assert added.to_numpy() == pytest.approx(values.to_numpy())


def test_languages_weigh_the_same_however_many_sources_they_have() -> None:
    english = [source(f"Paper {number}", waves()) for number in range(3)]
    fear = waves()
    fear[30] *= 4
    chinese = source("晚報", fear, language="zh-Hant")
    frame = pd.concat([*english, chinese])
    by_source = total(frame).iloc[30] / total(pd.concat(english)).iloc[30]
    balanced = dataclasses.replace(SPEC, weighting="languages")
    by_language = total(frame, balanced).iloc[30] / total(pd.concat(english)).iloc[30]
    assert by_source == pytest.approx((3 + 4) / 4)
    assert by_language == pytest.approx((1 + 4) / 2)


def test_by_volume_every_entry_weighs_the_same() -> None:
    big, small = source("Big", waves(), entries=60), source("Small", 2 * waves()[::-1])
    found = total(pd.concat([big, small]), dataclasses.replace(SPEC, weighting="volume"))
    fear = waves() + 2 * waves()[::-1]
    assert found.to_numpy() == pytest.approx(100 * fear / fear[:10].mean())


def test_entities_are_parts_of_the_total() -> None:
    frame = source("Gazette", waves())
    fearful = frame["relevance"] > 0
    third = fearful & (np.arange(len(frame)) // 20 % 3 == 0)
    frame["entities"] = pd.Series("Nvidia|Oracle", index=frame.index).where(third, None)
    points = build(frame, SPEC).points
    wide = points.pivot_table(index="date", columns="series", values="value")
    named_sessions = np.arange(40) % 3 == 0
    assert wide["entity:Nvidia"].to_numpy() == pytest.approx(
        np.where(named_sessions, wide["total"], 0.0)
    )
    assert wide["entity:Oracle"].tolist() == wide["entity:Nvidia"].tolist()
    assert not wide["entity:Bitcoin"].any()


def test_margins_are_entries_of_a_thousand_and_fear_of_a_hundred() -> None:
    points = build(source("Gazette", waves()), SPEC).points
    wide = points.pivot_table(index="date", columns="series", values="value")
    assert wide["extensive"].tolist() == pytest.approx([50.0] * 40)  # one of twenty
    assert wide["intensive"].to_numpy() == pytest.approx(100 * waves())


def test_every_registered_version_has_its_name() -> None:
    assert {name: spec.version for name, spec in VERSIONS.items()} == {n: n for n in VERSIONS}
    assert named("fear.v1") == IndexSpec()
    with pytest.raises(ModelError, match=r"fear\.v1\.volume"):
        named("fear.v9")

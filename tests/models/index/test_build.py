"""The index: worked by hand, invariances, no look-ahead, bad input."""

from __future__ import annotations

import dataclasses
import json
import time
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.errors import ModelError
from models.index import IndexSpec, build, build_realtime
from models.sessions import closes

if TYPE_CHECKING:
    from collections.abc import Callable

VALUES = ["value", "ma7", "ma30", "lo", "hi"]
SMALL = IndexSpec(
    base_sessions=3,
    burn_in=2,
    min_fear_sessions=2,
    min_fear=0,
    min_exposure=0.1,
    bootstrap_draws=0,
)
replaced = dataclasses.replace
BY_SOURCE = IndexSpec(
    weighting="sources", base_sessions=15, burn_in=6, min_fear_sessions=3, min_fear=0
)


def same(left: pd.DataFrame, right: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(
        left.reset_index(drop=True), right.reset_index(drop=True), rtol=1e-9, atol=1e-9
    )


def series(points: pd.DataFrame, name: str) -> pd.Series:
    return points[points["series"] == name].set_index("date")["value"]


def by_hand(shares: list[float], count: int, source: str = "Gazette") -> pd.DataFrame:
    """One source; session t has `count` entries of which one bears fear `shares[t] * count`."""
    days = closes("2025-08-01", "2025-12-31").iloc[: len(shares)]
    rows = [
        {
            "article_id": f"{source}-{day}-{number}",
            "story_id": None,
            "source": source,
            "language": "en",
            "first_seen_at": close,
            "abstained": False,
            "relevance": 1.0 if number == 0 else 0.0,
            "fear": share * count if number == 0 else 0.0,
            "relief": 0.0,
            "kind": "threat" if number == 0 else None,
            "channel": "capex" if number == 0 else None,
            "recap": False,
        }
        for (day, close), share in zip(days.items(), shares, strict=True)
        for number in range(count)
    ]
    return pd.DataFrame(rows)


def test_one_source_by_hand() -> None:
    shares = [0.02, 0.04, 0.06, 0.04, 0.08]
    spec = SMALL
    result = build(by_hand(shares, count=10), spec)
    # The base mean is .04, so .08 reads 200; what is usual for the source cancels.
    assert series(result.points, "total").tolist() == pytest.approx([50, 100, 150, 100, 200])
    assert series(result.points, "threat").tolist() == pytest.approx([50, 100, 150, 100, 200])
    assert series(result.points, "act").tolist() == [0.0] * 5
    assert result.constants["panel"] == [
        {
            "member": "all (all)",
            "language": "all",
            # One relevant entry of ten is the usual rate: points per fear of an expected one.
            "points": pytest.approx(100 / 0.4),
            "std": 1.0,
            "sessions": 3,
            "entered": None,
        }
    ]
    assert result.constants["base_mean"] == pytest.approx(0.04 / 0.1)
    assert result.constants["coverage"][0]["units"] == 1


def test_two_sources_by_hand() -> None:
    """Each source is divided by its own deviation before the mean: a loud one has no more say."""
    quiet = by_hand([0.01, 0.02, 0.03, 0.03], 10, "Quiet")
    loud = by_hand([0.06, 0.02, 0.04, 0.04], 10, "Loud")
    spec = replaced(SMALL, weighting="sources")
    points = build(pd.concat([quiet, loud]), spec).points
    means = np.array([(1 + 3) / 2, (2 + 1) / 2, (3 + 2) / 2, (3 + 2) / 2])
    expected = 100 * means / means[:3].mean()
    assert series(points, "total").tolist() == pytest.approx(expected.tolist())


def test_below_the_minimum_count_is_missing_not_zero() -> None:
    articles = by_hand([0.02, 0.04, 0.06, 0.04], 10)
    day = closes("2025-08-01", "2025-08-31").index[3]
    few = articles[~articles["article_id"].str.contains(day) | articles["relevance"].gt(0)]
    points = build(few, SMALL).points
    total = points[points["series"] == "total"].set_index("date")
    assert pd.isna(total["value"][day])
    assert total["n"][day] == 1
    assert total["ma7"][day] == pytest.approx(100.0)


def test_copies_decay_in_novelty() -> None:
    """The second and third source to tell a story add .75 and .5625 of the first."""
    parts = []
    for number, source in enumerate(["A", "B", "C"]):
        part = by_hand([0.01, 0.03, 0.02, 0.02], 10, source)
        part["first_seen_at"] -= pd.Timedelta(hours=3 - number)
        parts.append(part)
    articles = pd.concat(parts, ignore_index=True)
    spec = SMALL
    apart = build(articles, spec)
    last = articles["article_id"].str.endswith("-0") & articles["article_id"].str.contains("08-06")
    together = build(articles.assign(story_id=articles["story_id"].where(~last, "story")), spec)
    before = apart.contributions.query("date == '2025-08-06'").set_index("source")["points"]
    after = together.contributions.query("date == '2025-08-06'").set_index("source")["points"]
    ratio = (after / before).loc[["A", "B", "C"]].tolist()
    assert ratio == pytest.approx([1.0, 0.75, 0.75**2])


def test_copies_seen_at_one_instant_share_their_novelty() -> None:
    first, second = by_hand([0.01, 0.03, 0.02], 10, "A"), by_hand([0.01, 0.03, 0.02], 10, "B")
    articles = pd.concat([first, second], ignore_index=True)
    fearful = articles["relevance"] > 0
    articles["story_id"] = articles["first_seen_at"].astype("str").where(fearful)
    spec = SMALL
    by_source = build(articles, spec).contributions.groupby("source")["points"].sum()
    assert by_source["A"] == pytest.approx(by_source["B"])


def test_a_denial_raises_relief_and_no_series_of_fear() -> None:
    """ "No signs of a bubble" names one: its fear of a third is not the market's."""
    articles = by_hand([0.02, 0.04, 0.06, 0.04], 10)
    spec = replaced(SMALL, bootstrap_draws=40)
    quiet = articles["article_id"].str.contains("08-06") & articles["article_id"].str.endswith("-9")
    denied = articles.copy()
    denied.loc[quiet, ["relevance", "fear", "relief"]] = [1.0, 0.3, 0.5]
    denied.loc[quiet, ["kind", "channel"]] = ["act", "capex"]
    plain, result = build(articles, spec), build(denied, spec)
    for name in ("total", "threat", "act", "channel:capex", "lang:en", "no_recap"):
        same(series(result.points, name).to_frame(), series(plain.points, name).to_frame())
    assert series(result.points, "relief").tolist() == pytest.approx([0, 0, 0, 125])
    assert series(result.points, "net").iloc[3] == pytest.approx(100 - 125)
    pd.testing.assert_frame_equal(result.contributions, plain.contributions)


def test_fear_that_outweighs_its_relief_counts_whole() -> None:
    articles = by_hand([0.02, 0.04, 0.06, 0.04], 10)
    spec = SMALL
    mixed = build(articles.assign(relief=articles["fear"]), spec).points
    assert series(mixed, "total").tolist() == pytest.approx([50, 100, 150, 100])
    assert series(mixed, "relief").tolist() == pytest.approx([50, 100, 150, 100])


def test_base_mean_is_100_and_parts_add_up(articles: pd.DataFrame, spec: IndexSpec) -> None:
    points = build(articles, spec).points
    wide = points.pivot_table(index="date", columns="series", values="value")
    for name in ("total", "lang:en", "lang:zh-Hant"):
        assert wide[name].iloc[:15].mean() == pytest.approx(100.0)
    assert (wide["threat"] + wide["act"]).to_numpy() == pytest.approx(wide["total"].to_numpy())
    channels = wide[[name for name in wide if name.startswith("channel:")]].sum(axis=1)
    assert channels.to_numpy() == pytest.approx(wide["total"].to_numpy())
    assert (wide["total"] - wide["relief"]).to_numpy() == pytest.approx(wide["net"].to_numpy())
    assert (wide["no_recap"] <= wide["total"] + 1e-9).all()
    assert "lang:zh-Hans" not in wide  # no source of that language: missing throughout


def test_every_series_and_session_has_a_row(articles: pd.DataFrame, spec: IndexSpec) -> None:
    points = build(articles, spec).points
    assert points.columns.tolist() == ["date", "series", *VALUES, "n"]
    assert points["series"].unique().tolist() == list(spec.series)
    assert len(points) == 30 * len(spec.series)
    assert (points["lo"].dropna() <= points["hi"].dropna()).all()


def test_a_story_without_fear_in_it_changes_only_the_denominator(articles: pd.DataFrame) -> None:
    spec = replaced(BY_SOURCE, bootstrap_draws=0)
    day = closes("2025-08-01", "2025-12-31").index[20]
    extra = by_hand([0.0] * 21, 36, "Gazette").query(f"article_id.str.contains('{day}')")
    counted = build(articles, spec)
    diluted = build(pd.concat([articles, extra.assign(fear=0.0)]), spec)
    before = counted.contributions.query(f"date == '{day}' and source == 'Gazette'")["points"]
    after = diluted.contributions.query(f"date == '{day}' and source == 'Gazette'")["points"]
    assert after.sum() < before.sum() / 2
    others = "date == @day and source != 'Gazette'"
    assert diluted.contributions.query(others)["points"].to_numpy() == pytest.approx(
        counted.contributions.query(others)["points"].to_numpy()
    )


def test_abstained_articles_are_in_neither_part(articles: pd.DataFrame, spec: IndexSpec) -> None:
    without = build(articles[~articles["abstained"]], spec)
    shouting = articles.copy()
    shouting.loc[shouting["abstained"], ["relevance", "fear"]] = 1.0
    same(build(shouting, spec).points, without.points)
    unscored = articles.copy()
    unscored.loc[unscored["abstained"], "fear"] = float("nan")
    same(build(unscored.assign(abstained=False), spec).points, without.points)


def test_small_sources_are_pooled_or_left_out(articles: pd.DataFrame) -> None:
    rows = []
    for number in range(3):
        part = articles[articles["source"] == "Courier"].iloc[number::3]
        rows.append(part.assign(source=f"Blog {number}"))
    split = pd.concat([articles[articles["source"] != "Courier"], *rows])
    spec = replaced(BY_SOURCE, bootstrap_draws=0, min_count=6)
    pooled = build(split, spec).constants
    assert [one["member"] for one in pooled["panel"]] == [
        "Gazette (en)",
        "晚報 (zh-Hant)",
        "other (en)",
    ]
    assert pooled["pooled_sources"] == 3
    alone = build(split, dataclasses.replace(spec, pool_small=False)).constants
    assert [one["member"] for one in alone["panel"]] == ["Gazette (en)", "晚報 (zh-Hant)"]


def test_a_source_that_comes_after_the_base_window_is_left_out_of_the_fixed_version(
    articles: pd.DataFrame, spec: IndexSpec
) -> None:
    spec = dataclasses.replace(spec, entrants=False)
    late = articles[articles["first_seen_at"] > pd.Timestamp("2025-08-28T00:00:00Z")]
    late = late[late["source"] == "Gazette"].assign(source="Newcomer", story_id=None)
    late["article_id"] += "-new"
    result = build(pd.concat([articles, late]), spec)
    assert [one["units"] for one in result.constants["coverage"]] == [3]
    same(build(articles, spec).points[VALUES], result.points[VALUES])


def test_burn_in_is_missing_with_its_reason(articles: pd.DataFrame, spec: IndexSpec) -> None:
    result = build(articles, spec, as_of=closes("2025-08-01", "2025-08-31").iloc[4])
    assert result.points["value"].isna().all()
    assert "5 of 6" in result.constants["reason"]
    assert result.contributions.empty


def test_no_fear_in_the_base_window_is_missing_with_its_reason(spec: IndexSpec) -> None:
    result = build(by_hand([0.0] * 20, 8), spec)
    assert result.points["value"].isna().all()
    assert "0 of the last 15 sessions" in result.constants["reason"]
    by_source = build(by_hand([0.0] * 20, 8), dataclasses.replace(spec, weighting="sources"))
    assert by_source.constants["reason"] == result.constants["reason"]


def test_too_few_members_present_is_missing(articles: pd.DataFrame) -> None:
    day = closes("2025-08-01", "2025-12-31").index[20]
    gone = articles["article_id"].str.startswith(day) & (articles["source"] != "Gazette")
    spec = replaced(BY_SOURCE, bootstrap_draws=20)
    result = build(articles[~gone], spec)
    row = result.points.query("date == @day and series == 'total'").iloc[0]
    assert row[["value", "lo", "hi"]].isna().all()
    assert result.contributions.query("date == @day").empty
    lenient = build(articles[~gone], dataclasses.replace(spec, min_present=0.3))
    assert series(lenient.points, "total").notna().all()


def test_constants_are_json_with_what_a_reader_needs(
    articles: pd.DataFrame, spec: IndexSpec
) -> None:
    constants = build(articles, spec).constants
    back = json.loads(json.dumps(constants, allow_nan=False))
    assert back["version"] == "fear.v1"
    assert back["base"] == {
        "first": "2025-08-01",
        "last": "2025-08-21",
        "sessions": 15,
        "complete": True,
    }
    assert back["language_factors"]["zh-Hans"] is None
    assert [one["member"] for one in back["panel"]] == ["all (all)"]
    assert [(one["entered"], one["units"]) for one in back["coverage"]] == [(None, 3)]
    sources = build(articles, dataclasses.replace(spec, weighting="sources")).constants
    assert {one["member"] for one in sources["panel"]} == {
        "Courier (en)",
        "Gazette (en)",
        "晚報 (zh-Hant)",
    }


# -- invariances -----------------------------------------------------------------------------


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 2**32 - 1))
def test_shuffling_rows_changes_nothing(articles: pd.DataFrame, spec: IndexSpec, seed: int) -> None:
    shuffled = articles.sample(frac=1.0, random_state=seed)
    one, other = build(articles, spec), build(shuffled, spec)
    pd.testing.assert_frame_equal(one.points, other.points)
    same(one.contributions, other.contributions)
    assert one.constants == other.constants


def test_duplicate_rows_change_nothing(articles: pd.DataFrame, spec: IndexSpec) -> None:
    doubled = pd.concat([articles, articles.sample(200, random_state=3)])
    pd.testing.assert_frame_equal(build(doubled, spec).points, build(articles, spec).points)
    assert build(doubled, spec).constants["counts"]["duplicates"] == 200


def test_conflicting_duplicates_do_not_depend_on_the_order(
    articles: pd.DataFrame, spec: IndexSpec
) -> None:
    changed = articles.head(100).assign(fear=0.5)
    one = build(pd.concat([articles, changed]), spec).points
    other = build(pd.concat([changed, articles]), spec).points
    pd.testing.assert_frame_equal(one, other)


def test_a_source_that_repeats_its_own_stories_changes_nothing(
    articles: pd.DataFrame, spec: IndexSpec
) -> None:
    """Copies within a source and session leave both numerator and denominator."""
    copies = articles[articles["source"] == "Gazette"].copy()
    copies["article_id"] += "-again"
    copies["first_seen_at"] += pd.Timedelta(seconds=20)
    same(build(pd.concat([articles, copies]), spec).points, build(articles, spec).points)


def test_doubling_a_source_with_the_same_mix_leaves_its_share(articles: pd.DataFrame) -> None:
    """Volume is not fear: twice the news with the same content reads the same."""
    apart = articles.assign(story_id=None)
    more = apart[apart["source"] == "Gazette"].copy()
    more["article_id"] += "-more"
    spec = replaced(BY_SOURCE, bootstrap_draws=0)
    # The margins count entries, whoever published them; every other series weighs members.
    of_members = "series not in ('extensive', 'intensive')"
    same(
        build(pd.concat([apart, more]), spec).points.query(of_members)[["series", "value"]],
        build(apart, spec).points.query(of_members)[["series", "value"]],
    )


# -- no look-ahead ---------------------------------------------------------------------------


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(hours=st.integers(10 * 24, 40 * 24), seed=st.integers(0, 1000))
def test_later_rows_never_change_an_earlier_vintage(
    articles: pd.DataFrame,
    articles_of: Callable[..., pd.DataFrame],
    spec: IndexSpec,
    hours: int,
    seed: int,
) -> None:
    as_of = pd.Timestamp("2025-08-01T00:00:00Z") + pd.Timedelta(hours=hours)
    known = articles[articles["first_seen_at"] <= as_of]
    later = articles_of(seed=seed).assign(source="Gazette", fear=1.0, relevance=1.0)
    later["article_id"] += "-later"
    later = later[later["first_seen_at"] > as_of]
    one, other = build(known, spec, as_of=as_of), build(pd.concat([known, later]), spec, as_of)
    pd.testing.assert_frame_equal(one.points, other.points)
    assert one.constants == other.constants


def test_a_finished_base_window_is_frozen(articles: pd.DataFrame, spec: IndexSpec) -> None:
    """After the base window, a later vintage repeats every earlier point, band and all."""
    day = closes("2025-08-01", "2025-12-31").iloc[20]
    early, late = build(articles, spec, as_of=day).points, build(articles, spec).points
    pd.testing.assert_frame_equal(
        early.reset_index(drop=True),
        late[late["date"].isin(early["date"])].reset_index(drop=True),
    )


def test_realtime_is_the_diagonal_of_the_vintages(articles: pd.DataFrame, spec: IndexSpec) -> None:
    spec = dataclasses.replace(spec, bootstrap_draws=0)
    realtime = series(build_realtime(articles, spec), "total")
    days = closes("2025-08-01", "2025-12-31").iloc[: len(realtime)]
    for position in (0, 4, 5, 9, 14, 15, 29):
        vintage = series(build(articles, spec, as_of=days.iloc[position]).points, "total")
        assert realtime.iloc[position] == pytest.approx(vintage.iloc[-1], nan_ok=True)
    assert realtime.notna().tolist() == [False] * 5 + [True] * 25


def test_later_rows_never_change_earlier_realtime_points(
    articles: pd.DataFrame, spec: IndexSpec
) -> None:
    """Also inside the base window, where a published value does change."""
    cut = closes("2025-08-01", "2025-12-31").iloc[9]
    altered = articles.copy()
    altered.loc[altered["first_seen_at"] > cut, ["relevance", "fear"]] = 0.9
    one = build_realtime(articles, spec)
    other = build_realtime(altered, spec)
    early = one["date"] <= "2025-08-14"
    pd.testing.assert_frame_equal(one[early], other[early])
    published = [series(build(frame, spec).points, "total") for frame in (articles, altered)]
    assert not np.allclose(published[0][:"2025-08-14"], published[1][:"2025-08-14"])


# -- the band --------------------------------------------------------------------------------


def test_the_band_holds_the_value_and_narrows_with_more_news(
    articles_of: Callable[..., pd.DataFrame],
) -> None:
    spec = IndexSpec(min_fear_sessions=3, base_sessions=15, burn_in=6, bootstrap_draws=300)
    few = build(articles_of(sessions=16, per_session=10).assign(story_id=None), spec).points
    many = build(articles_of(sessions=16, per_session=90).assign(story_id=None), spec).points
    totals = [points[points["series"] == "total"] for points in (few, many)]
    for total in totals:
        assert ((total["lo"] < total["value"]) & (total["value"] < total["hi"])).mean() > 0.9
    width = [((total["hi"] - total["lo"]) / total["value"]).mean() for total in totals]
    assert width[1] == pytest.approx(width[0] / 3, rel=0.35)


def test_copies_of_one_story_do_not_narrow_the_band() -> None:
    """Ten sources with one story know no more than one source."""
    shares = [0.01, 0.03, 0.02, 0.02]
    alone = by_hand(shares, 10, "A")
    ten = pd.concat([by_hand(shares, 10, f"S{number}") for number in range(10)])
    ten["story_id"] = ten["article_id"].str.split("-", n=1).str[1]
    spec = replaced(SMALL, bootstrap_draws=2000)
    bands = [build(frame, spec).points.query("series == 'total'") for frame in (alone, ten)]
    width = [(band["hi"] - band["lo"]).iloc[-1] / band["value"].iloc[-1] for band in bands]
    assert width[1] == pytest.approx(width[0], rel=0.15)


@pytest.mark.parametrize(("entries", "banded"), [(4, False), (5, True)])
def test_a_session_of_few_stories_has_a_value_and_no_band(entries: int, banded: bool) -> None:
    frame = by_hand([0.01, 0.03, 0.02, 0.02], entries)
    spec = replaced(SMALL, min_count=1, bootstrap_draws=50)
    total = build(frame, spec).points.query("series == 'total'")
    assert total["value"].notna().all()
    assert total["lo"].notna().all() == total["hi"].notna().all() == banded


# -- bad input -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda frame: frame.drop(columns="fear"), "lack the columns fear"),
        (lambda frame: frame.iloc[:0], "no articles"),
        (lambda frame: frame.assign(abstained=True), "every article abstained"),
        (lambda frame: frame.assign(fear=frame["fear"] + 5), "outside 0-1"),
        (lambda frame: frame.assign(source=None), "no source"),
        (
            lambda frame: frame.assign(first_seen_at=frame["first_seen_at"].dt.tz_localize(None)),
            "time zone",
        ),
        (lambda frame: frame.assign(first_seen_at=pd.NaT), "time zone"),
    ],
)
def test_bad_articles_give_one_clear_error(
    articles: pd.DataFrame,
    spec: IndexSpec,
    change: Callable[[pd.DataFrame], pd.DataFrame],
    message: str,
) -> None:
    with pytest.raises(ModelError, match=message):
        build(change(articles), spec)


def test_bad_instants(articles: pd.DataFrame, spec: IndexSpec) -> None:
    with pytest.raises(ModelError, match="no article had been first seen"):
        build(articles, spec, as_of=pd.Timestamp("2020-01-01T00:00:00Z"))
    with pytest.raises(ModelError, match="time zone"):
        build(articles, spec, as_of=pd.Timestamp("2025-09-01"))


@pytest.mark.parametrize(
    "choices",
    [
        {"base_sessions": 1},
        {"min_count": 0},
        {"novelty_decay": 1.5},
        {"band": 1.0},
        {"bootstrap_draws": -1},
        {"base_start": "2025-09-01", "base_end": "2025-08-01"},
    ],
)
def test_a_version_that_cannot_be_computed_is_refused(choices: dict[str, object]) -> None:
    with pytest.raises(ModelError):
        IndexSpec(**choices)  # type: ignore[arg-type]  # the wrong values are the point


def test_named_base_window(articles: pd.DataFrame) -> None:
    spec = IndexSpec(base_start="2025-08-11", base_end="2025-08-29", burn_in=6, bootstrap_draws=0)
    result = build(articles, spec)
    assert result.constants["base"]["sessions"] == 15
    total = series(result.points, "total")
    assert total["2025-08-11":"2025-08-29"].mean() == pytest.approx(100.0)


@pytest.mark.slow
def test_five_months_of_real_volume_build_in_time() -> None:
    """The size of the five months of real news: 128,757 rows over 105 sessions."""
    rng = np.random.default_rng(0)
    n = 128_757
    about = rng.random(n) < 0.05
    start = pd.Timestamp("2025-08-01T00:00:00Z").value
    end = pd.Timestamp("2025-12-31T20:00:00Z").value
    sources = np.array([f"source {number}" for number in range(1500)])
    articles = pd.DataFrame(
        {
            "article_id": np.arange(n).astype("str"),
            "story_id": rng.integers(0, n, n).astype("str"),
            "source": sources[np.minimum(rng.geometric(0.03, n), 1499)],
            "language": "en",
            "first_seen_at": pd.to_datetime(rng.integers(start, end, n), utc=True),
            "abstained": False,
            "relevance": np.where(about, rng.random(n), 0.0),
            "fear": np.where(about, rng.random(n), 0.0),
            "relief": 0.0,
            "kind": "threat",
            "channel": "credit",
            "recap": False,
        }
    )
    began = time.perf_counter()
    build(articles, IndexSpec())
    assert time.perf_counter() - began < 10

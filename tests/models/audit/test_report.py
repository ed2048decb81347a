"""The report on small samples that can be counted by hand."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from models.audit.report import coded_items, consensus, measure


def item(name: str, score: float | None, stratum: str, size: int, **other: Any) -> dict[str, Any]:
    seen = score or 0.0
    return {
        "article_id": name,
        "language": "en",
        "source_group": "Post",
        "stratum": stratum,
        "stratum_size": size,
        "score": score,
        "topical": seen > 0,
        "found": seen > 1 / 6,
        "grade_found": round(3 * seen),
    } | other


def code(name: str, fear: int, reviewer: str = "Ann", **other: Any) -> dict[str, Any]:
    said = {"stance": "fear", "kind": "threat", "channel": "capex"} if fear else {}
    calm = {"stance": "none", "kind": "none", "channel": "none"}
    row = {"article_id": name, "reviewer": reviewer, "topic": int(fear > 0), "fear": fear}
    return row | calm | said | other


ITEMS = pd.DataFrame(
    [
        item("a", 0.7, "fearful", 4),
        item("b", 0.4, "fearful", 4),
        item("c", 0.0, "silent", 100),
        item("d", 0.0, "silent", 100, language="zh-Hans"),
    ]
)
COLUMNS = ["article_id", "reviewer", "topic", "fear", "stance", "kind", "channel"]


def test_figures_are_weighted_to_all_articles() -> None:
    codes = pd.DataFrame([code("a", 2), code("b", 0), code("c", 1), code("d", 0)])
    report = measure(ITEMS, codes)
    fear = report["overall"]["fear"]
    assert fear["precision"]["value"] == pytest.approx(2 / 4)
    # The missed item stands for fifty articles, the one found for two.
    assert fear["recall"]["value"] == pytest.approx(2 / 52)
    assert report["covered"] == 1
    assert report["confusion"]["items"][0] == [1, 1, 0, 0]
    assert report["confusion"]["articles"][0] == [50, 50, 0, 0]
    assert report["by_language"]["zh-Hans"]["fear"]["recall"]["value"] is None
    assert report["coders"] == {"Ann": 4}
    for one in fear.values():
        assert one["lo"] <= one["value"] <= one["hi"]


def test_part_of_a_stratum_stands_for_all_of_it() -> None:
    codes = pd.DataFrame([code("a", 2), code("c", 1)])
    assert coded_items(ITEMS, codes)["weight"].tolist() == [4, 100]
    only = measure(ITEMS, pd.DataFrame([code("a", 2)]))
    assert only["coded"] == 1
    assert only["covered"] == pytest.approx(4 / 104)


def test_several_coders_are_one_by_their_mean() -> None:
    codes = pd.DataFrame(
        [
            code("a", 3),
            code("a", 0, "Bo"),
            code("b", 1, stance="relief"),
            code("b", 2, "Bo", topic=None),
            code("c", 0, topic=None),
        ]
    )
    found = consensus(codes)
    assert found.loc["a"].tolist() == [1.5, True, 1.0, 1.5]
    assert found.loc["b"].tolist() == [1.5, True, 1.0, 1.0]
    assert not found.loc["c", "fearful"]
    assert pd.isna(found.loc["c", "topic"])


def test_a_topic_that_nobody_coded_is_left_out() -> None:
    codes = pd.DataFrame([code("a", 2), code("c", 0, topic=None), code("d", 0, topic=None)])
    overall = measure(ITEMS, codes)["overall"]
    assert overall["topic"]["n"] == 1
    assert overall["n"] == 3


def test_an_item_that_the_scorer_has_not_read_is_left_out() -> None:
    items = pd.concat([ITEMS, pd.DataFrame([item("e", None, "silent", 100)])], ignore_index=True)
    codes = pd.DataFrame([code("a", 2), code("e", 3)])
    assert measure(items, codes)["coded"] == 1


def test_nothing_coded_gives_no_figures() -> None:
    report = measure(ITEMS, pd.DataFrame(columns=COLUMNS))
    assert report["coded"] == 0
    assert report["overall"] is None
    assert report["covered"] == 0
    assert report["agreement"] == []


def test_the_same_codes_give_the_same_intervals() -> None:
    codes = pd.DataFrame([code("a", 2), code("b", 0), code("c", 1), code("d", 0)])
    assert measure(ITEMS, codes) == measure(ITEMS, codes.iloc[::-1])

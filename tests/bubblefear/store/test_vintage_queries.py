from __future__ import annotations

from typing import TYPE_CHECKING

from bubblefear.store import database, driving_queries, vintage_queries

if TYPE_CHECKING:
    from pathlib import Path

LAST = "2025-11-21T21:10:00Z"
OTHERS = ("entity:Nvidia", "entity:Oracle", "relief", "no_recap")


def test_a_vintage_tells_of_itself(edition: Path) -> None:
    with database(edition) as conn:
        found = vintage_queries.provenance(conn, "v1", LAST)
        assert found is not None
        assert (found.kind, found.as_of, found.seal) == ("real-time", LAST, None)
        assert vintage_queries.provenance(conn, "v1", "2025-01-01T00:00:00Z") is None
        assert vintage_queries.as_of(conn, "v1", LAST) == LAST
        assert vintage_queries.as_of(conn, "v2", LAST) is None


def test_without_a_mark_no_session_is_provisional(edition: Path) -> None:
    with database(edition) as conn:
        assert vintage_queries.provisional(conn, "v1", LAST) == (None, None)
        assert vintage_queries.provisional(conn, "v2", LAST) == (None, None)


def test_a_point_changed_when_its_last_vintage_did(edition: Path) -> None:
    with database(edition) as conn:
        found = vintage_queries.changed_at(conn, "v1", LAST, ["total"])
        before = vintage_queries.changed_at(conn, "v1", "2025-11-20T23:00:00Z", ["total"])
    assert found["total", "2025-11-20"] == LAST
    assert found["total", "2025-11-19"] == before["total", "2025-11-20"] == "2025-11-20T21:10:00Z"
    assert ("total", "2025-11-21") not in before


def test_stories_of_a_part_are_of_that_part(edition: Path) -> None:
    window = ("2025-11-20T21:00:00Z", "2025-11-21T21:00:00Z")
    titles = {}
    with database(edition) as conn:
        for series in ("total", "channel:credit", "act", "lang:zh-Hans", "net", *OTHERS):
            found = driving_queries.of_scores(conn, "finbert-multi.v1", window, series=series)
            titles[series] = [story.title for story in found]
        assert driving_queries.of_account(conn, ("v1", LAST), None, "2025-11-21") is None
    assert titles["net"] == titles["total"]
    assert titles["channel:credit"] == ["Bubble fears mount as lenders doubt data-centre debt"]
    assert titles["act"] == titles["lang:zh-Hans"] == ["人工智能泡沫恐慌蔓延，英伟达股价大跌"]
    both = ["Bubble fears mount as lenders doubt data-centre debt", titles["act"][0]]
    assert titles["entity:Nvidia"] == both
    assert titles["entity:Oracle"] == titles["relief"] == []
    assert set(both) <= set(titles["no_recap"]) <= set(titles["total"])

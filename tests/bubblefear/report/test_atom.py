from __future__ import annotations

from typing import Any
from xml.etree import ElementTree as ET

import feedparser
from hypothesis import given
from hypothesis import strategies as st

from bubblefear.report.atom import ENTRIES, About, feed

VINTAGE = "2025-12-31T22:00:00Z"


def row(day: int, value: float | None, series: str = "total", **other: Any) -> dict[str, Any]:
    numbers = {"value": value, "lo": value, "hi": value, "n": 9}
    return {"date": f"2025-12-{day:02d}", "series": series, "provisional": False} | numbers | other


def read(rows: list[dict[str, Any]], **about: Any) -> Any:
    found = feedparser.parse(feed(rows, About("fear.v1", VINTAGE, **about)).encode())
    assert not found.bozo
    assert found.version == "atom10"
    return found


def test_the_newest_session_stands_first_with_its_change_and_band() -> None:
    found = read([row(1, 100.0), row(2, None), row(3, 120.0, lo=90.5, hi=150.0)])
    assert [e.title for e in found.entries] == [
        "AI-bubble fear 2025-12-03: 120.0 (+20.0)",
        "AI-bubble fear 2025-12-01: 100.0",
    ]
    assert "90 % band: 90.5 to 150.0" in found.entries[0].summary
    assert found.feed.updated == VINTAGE


def test_no_more_than_the_newest_sessions_and_the_change_reaches_before_them() -> None:
    rows = [row(1, 50.0) | {"date": "2025-11-28"}] + [row(d, 100.0 + d) for d in range(1, 31)]
    found = read(rows)
    assert len(found.entries) == ENTRIES
    assert found.entries[-1].title == "AI-bubble fear 2025-12-01: 101.0 (+51.0)"


def test_ids_stay_when_values_change() -> None:
    rows = [row(1, 100.0), row(1, 50.0, "lang:zh-Hans")]
    first = [e.id for e in read(rows).entries]
    later = [e.id for e in read([r | {"value": 7.0} for r in rows]).entries]
    assert first == later
    assert len(set(first)) == 2
    assert all(i.startswith("tag:bubblefear.invalid,2025:fear.v1/") for i in first)


def test_an_entry_is_updated_when_its_point_was() -> None:
    old = "2025-12-02T22:00:00Z"
    found = read([row(1, 1.0), row(2, 2.0)], changed={("total", "2025-12-01"): old})
    assert [e.updated for e in found.entries] == [VINTAGE, old]


def test_titles_of_publishers_are_text() -> None:
    title = "泡沫 <b>&amp; ]]> 'x'\x00\x1b[31m\u202e\ufffe"
    (entry,) = read([row(1, 1.0)], stories={"2025-12-01": [title]}).entries
    assert "- 泡沫" in entry.summary
    assert "\x1b" not in entry.summary
    raw = feed([row(1, 1.0)], About("v", VINTAGE, stories={"2025-12-01": [title]}))
    text = ET.fromstring(raw).findtext(".//{http://www.w3.org/2005/Atom}content")
    assert "泡沫 <b>&amp; ]]> 'x'" in (text or "")


@given(st.text(max_size=60), st.text(max_size=20))
def test_any_title_and_series_give_a_feed(title: str, series: str) -> None:
    raw = feed([row(1, 1.0, series)], About(title, VINTAGE, stories={"2025-12-01": [title]}))
    ET.fromstring(raw.encode())


def test_a_sample_and_an_open_session_are_said() -> None:
    (entry,) = read([row(1, 1.0, provisional=True)], sample=True).entries
    assert entry.title.startswith("SAMPLE: ")
    assert "(provisional)" in entry.title
    assert "had not closed" in entry.summary


def test_a_feed_without_values_is_a_feed() -> None:
    assert read([row(1, None)]).entries == []

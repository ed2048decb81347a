from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from bubblefear.report.plot_series import series_chart
from bubblefear.report.plots import index_chart, save, svg, ticks
from bubblefear.store.points import Point
from models.account.peaks import peaks

if TYPE_CHECKING:
    from pathlib import Path


def series(*values: float | None) -> list[Point]:
    return [
        Point("total", f"2025-11-{i:02d}", v, v, v, v and v - 5, v and v + 5, 9)
        for i, v in enumerate(values, 1)
    ]


RISE = series(100, 120, 110, None, 90, 95, 100, 101, 130, 99, 98, 97)


def test_peaks_are_tops_of_their_surroundings_in_order_of_date() -> None:
    assert [p.date for p in peaks(RISE)] == ["2025-11-02", "2025-11-09"]
    assert [p.date for p in peaks(RISE, 1)] == ["2025-11-09"]
    assert peaks(series(None, float("nan"))) == []


def test_of_equal_values_the_first_is_the_peak() -> None:
    assert [p.date for p in peaks(series(100, 100, 100))] == ["2025-11-01"]


def test_the_drawing_names_its_peaks_and_leaves_a_gap() -> None:
    drawn = svg(index_chart(RISE, title="恐慌指數", subtitle="泡沫"))
    assert drawn.startswith("<svg")
    for text in ("恐慌指數", "泡沫", "2025-11-02", "2025-11-09"):
        assert text in drawn
    assert "Noto Sans CJK" in drawn
    daily = [part for part in drawn.split("<path") if 'stroke="#d1495b"' in part]
    assert any(part.count("M") >= 2 for part in daily)


def test_an_empty_or_missing_series_is_drawn_without_peaks() -> None:
    assert svg(index_chart([])).startswith("<svg")
    assert svg(index_chart(series(None, None))).startswith("<svg")


@pytest.mark.slow
def test_pictures_and_pages_need_nothing_from_elsewhere(tmp_path: Path) -> None:
    chart = index_chart(RISE)
    assert save(chart, tmp_path / "a.svg").read_text(encoding="utf-8").startswith("<svg")
    assert save(chart, tmp_path / "a.PNG").read_bytes().startswith(b"\x89PNG")
    page = save(chart, tmp_path / "a.html").read_text(encoding="utf-8")
    assert "<title>Fear that the AI boom is a bubble</title>" in page
    assert '<script src="' not in page
    assert "<link" not in page
    assert "@import" not in page
    assert "@font-face" not in page
    # What is left: names of namespaces and schemas, and the menu's links, opened by a click.
    hosts = set(re.findall(r"https?://([a-z0-9.]+)", page))
    assert hosts <= {"www.w3.org", "vega.github.io", "github.com"}


def test_an_unknown_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"not '\.gif'"):
        save(index_chart(RISE), tmp_path / "a.gif")


def test_a_peak_is_told_in_forty_columns() -> None:
    told = {
        "2025-11-09": "泡沫 <恐慌> 蔓延，" + "放貸人懷疑資料中心債務" * 9,
        "2025-11-02": "Lenders doubt",
    }
    drawn = svg(index_chart(RISE, stories=told))
    assert "泡沫 &lt;恐慌&gt; 蔓延，放貸人" in drawn
    assert "Lenders doubt" in drawn
    assert "債務放貸人懷疑資料中心債務放貸" not in drawn


def test_labels_stand_above_the_data() -> None:
    chart = index_chart(RISE, stories={"2025-11-09": "A", "2025-11-02": "B"}).to_dict()
    top = chart["layer"][0]["encoding"]["y"]["scale"]["domain"][1]
    labels = chart["datasets"][chart["layer"][3]["data"]["name"]]
    assert {row["session"] for row in labels} == {"2025-11-09", "2025-11-02"}
    assert all(135 < row["top"] <= top for row in labels)  # 135 is the highest end of a band
    assert max(chart["layer"][0]["encoding"]["y"]["axis"]["values"]) <= 135


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 10, [0, 2, 4, 6, 8, 10]),
        (92, 131, [100, 110, 120, 130]),
        (-0.2, 0.9, [-0.2, 0, 0.2, 0.4, 0.6, 0.8]),
    ],
)
def test_ticks_are_round(low: float, high: float, expected: list[float]) -> None:
    assert ticks(low, high) == pytest.approx(expected)


def test_weeks_and_months_are_drawn() -> None:
    months = [Point("total", f"2025-{m:02d}", float(m), None, None, None, None, 9) for m in (9, 10)]
    assert "2025-10" in svg(index_chart(months))


@pytest.mark.parametrize("stack", [False, True])
def test_every_series_has_its_colour_and_name(stack: bool) -> None:
    points = series(1, 2, None, 4)
    both = [
        *points,
        *[Point("lang:zh-Hans", p.date, p.value, None, None, None, None, 9) for p in points],
    ]
    drawn = svg(series_chart(both, stack=stack))
    for name in ("total", "lang:zh-Hans", "#d1495b", "#0072b2"):
        assert name in drawn

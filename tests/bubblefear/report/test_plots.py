from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bubblefear.report.plots import index_chart, peaks, save, svg
from bubblefear.store.points import Point

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
    assert '<script src="' not in page
    assert "cdn.jsdelivr" not in page.split("<script")[0]


def test_an_unknown_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"not '\.gif'"):
        save(index_chart(RISE), tmp_path / "a.gif")

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Asker

ARTICLE = "/article/aaaa000000000001"
EVIL = "/article/aaaa000000000005"


def test_day_lists_its_stories_and_neighbours(asker: Asker) -> None:
    page = asker.get("/day/2025-11-20").text
    assert "輝達財報亮眼" in page
    assert "Bubble fears mount" not in page
    assert 'href="/day/2025-11-19"' in page
    assert 'href="/day/2025-11-21"' in page
    assert "after 2025-11-19T21:00:00Z and up to 2025-11-20T21:00:00Z" in page


def test_day_of_a_weekend_points_to_the_next_session(asker: Asker) -> None:
    page = asker.get("/day/2025-11-22")
    assert page.status_code == 200
    assert 'href="/day/2025-11-24"' in page.text


@pytest.mark.parametrize("date", ["2025-13-40", "0001-01-01", "9999-12-31", "today"])
def test_day_that_cannot_be_is_not_found(asker: Asker, date: str) -> None:
    assert asker.get(f"/day/{date}").status_code == 404

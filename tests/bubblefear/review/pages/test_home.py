from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bubblefear.store import database

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Asker

ARTICLE = "/article/aaaa000000000001"
EVIL = "/article/aaaa000000000005"


def test_home_shows_the_newest_value_its_band_and_change(asker: Asker) -> None:
    page = asker.get("/").text
    assert "<strong>158.2</strong>" in page
    assert "90 % band 140.5 to 176.0" in page
    assert '<span class="up">+28.2</span> since 2025-11-20' in page  # from the revised 130.0
    assert '<a href="/day/2025-11-21">2025-11-21</a>' in page


def test_home_shows_what_moved_it_by_contribution(asker: Asker) -> None:
    page = asker.get("/").text
    first, second = page.index("aaaa000000000001"), page.index("aaaa000000000002")
    assert first < second < page.index("aaaa000000000005")
    assert "2 articles, 2 sources" in page
    assert "channel:credit" in page
    assert "aaaa000000000003" not in page  # first seen before the close of the 20th
    assert "aaaa000000000004" not in page  # not relevant


def test_home_draws_a_gap_for_a_missing_session(asker: Asker) -> None:
    page = asker.get("/").text
    assert "2025-11-11: missing" in page
    line = re.search(r'class="line" d="([^"]+)"', page)
    assert line is not None
    assert line.group(1).count("M") == 2


def test_home_without_an_index_says_so(tmp_path: Path, open_asker: Callable[..., Asker]) -> None:
    with database(tmp_path / "empty.db"):
        pass
    answer = open_asker(tmp_path / "empty.db").get("/")
    assert answer.status_code == 200
    assert "No index yet" in answer.text


def test_home_after_the_newest_session_was_missing(asker: Asker, newsroom: Path) -> None:
    with database(newsroom) as conn:
        conn.execute(
            "INSERT INTO index_points VALUES "
            "('v1', '2025-11-21T21:10:00Z', 'total', '2025-11-24', NULL, NULL, NULL, NULL, NULL, 1)"
        )
    page = asker.get("/").text
    assert "<strong>158.2</strong>" in page
    assert "1 later session missing" in page

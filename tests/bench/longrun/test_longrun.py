"""Six days lived through as the sixty are, and a check that can fail."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from bench.longrun import checks
from bench.longrun.days import Place
from bench.longrun.running import Volume, long_run

if TYPE_CHECKING:
    from pathlib import Path

VOLUME = Volume(
    a_day=60, pages=3, scorer="lexicon.v1", real=False, every=3, quick=True, one_process=True
)


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> tuple[Place, dict[str, Any]]:
    folder = tmp_path_factory.mktemp("longrun") / "run"
    return Place(folder), long_run(folder, 6, VOLUME)


def _changed(place: Place, sql: str) -> None:
    """Change the final database behind its own back."""
    with closing(sqlite3.connect(place.db)) as conn:
        assert conn.execute(sql).rowcount > 0
        conn.commit()


@pytest.mark.slow
def test_nothing_is_wrong_after_six_days(lived: tuple[Place, dict[str, Any]]) -> None:
    place, told = lived
    assert told["wrong"] == {}
    assert told["vintages"] == 5  # on one of the days nobody was there
    assert told["explained"] >= 2
    assert 300 < told["items_served"] == told["database"]["entries"]
    with closing(sqlite3.connect(place.db)) as conn:
        late = conn.execute("SELECT count(*) FROM score_history").fetchone()[0]
        edited = conn.execute("SELECT count(*) FROM entry_versions").fetchone()[0]
        failed = conn.execute("SELECT count(*) FROM polls WHERE error IS NOT NULL").fetchone()[0]
        same = conn.execute("SELECT count(*) FROM polls WHERE status = 304").fetchone()[0]
        moved = conn.execute(
            "SELECT count(*) FROM entry_aliases WHERE kind = 'url' AND value LIKE '%/again/%'"
        ).fetchone()[0]
    assert min(late, edited, failed, same, moved) > 0  # the world was as unruly as it says


@pytest.mark.slow
def test_a_score_changed_behind_the_database_is_found(
    lived: tuple[Place, dict[str, Any]], tmp_path: Path
) -> None:
    place = _copied(lived[0], tmp_path)
    _changed(place, "UPDATE scores SET fear = 1 - fear, relief = 0 WHERE relevance > 0.3")
    vintage, as_of, _ = checks.vintages(place)[-1]
    difference = checks.first_difference(
        checks.kept(place, vintage), checks.rebuilt(place, as_of)[0]
    )
    assert difference is not None
    assert " on 2025-11-" in difference


@pytest.mark.slow
def test_a_stored_point_changed_later_is_found(
    lived: tuple[Place, dict[str, Any]], tmp_path: Path
) -> None:
    place = _copied(lived[0], tmp_path)
    vintage = checks.vintages(place)[-1][0]
    _changed(
        place,
        "UPDATE index_points SET value = value + 0.000001 WHERE series = 'total' "
        f"AND vintage = '{vintage}' AND value IS NOT NULL",
    )
    printed = checks.printed(place, place.db, vintage)
    assert "value of total" in str(checks.first_difference(checks.kept(place, vintage), printed))
    assert checks.broken_seals(place) == [f"{vintage}: its content is another than was sealed"]


@pytest.mark.slow
def test_an_entry_dated_back_is_found(lived: tuple[Place, dict[str, Any]], tmp_path: Path) -> None:
    """What a look-ahead would be: news of a later day that a vintage is said to have known."""
    place = _copied(lived[0], tmp_path)
    first = checks.vintages(place)[0]
    earliest = "(SELECT min(first_seen_at) FROM entries)"
    _changed(
        place, f"UPDATE entries SET first_seen_at = {earliest} WHERE first_seen_at > '2025-11-29'"
    )
    _changed(
        place, f"UPDATE scores SET text_known_at = {earliest} WHERE text_known_at > '2025-11-29'"
    )
    kept, rebuilt = checks.kept(place, first[0]), checks.rebuilt(place, first[1])[0]
    assert checks.first_difference(kept, rebuilt) is not None


@pytest.mark.slow
def test_lost_and_doubled_items_are_found(lived: tuple[Place, dict[str, Any]]) -> None:
    place = lived[0]
    assert checks.lost_or_doubled(place, {999_999}) == ["item 999999 is lost"]


def _copied(place: Place, folder: Path) -> Place:
    """The run's folder once more."""
    shutil.copytree(place.folder, folder / "run")
    return Place(folder / "run")

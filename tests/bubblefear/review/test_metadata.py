"""What Datasette tells of tables, columns and their order."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest

from bubblefear.review.tables import HIDDEN, HIDDEN_BEGINNINGS, MANNERS
from bubblefear.store import database

if TYPE_CHECKING:
    from conftest import Asker

INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def about(asker: Asker) -> dict[str, dict[str, Any]]:
    told: dict[str, dict[str, Any]] = asker.get("/-/metadata.json").json()["databases"][
        "bubblefear"
    ]["tables"]
    return told


def schema(asker: Asker) -> dict[str, list[str]]:
    """Every table and view of the database with its columns, but SQLite's and FTS5's own."""
    with database(asker.path, create=False) as conn:
        names = [
            str(row[0])
            for row in conn.execute(
                "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')"
            )
            if not str(row[0]).startswith(HIDDEN_BEGINNINGS)
        ]
        return {
            name: [row[1] for row in conn.execute(f"PRAGMA table_info({name})")] for name in names
        }


def test_every_table_view_and_column_is_described(asker: Asker) -> None:
    told = about(asker)
    for name, columns in schema(asker).items():
        assert told[name]["description"], name
        assert set(told[name]["columns"]) == set(columns), name
        assert all(told[name]["columns"].values()), name


def test_columns_that_hold_instants_say_that_they_are_utc(asker: Asker) -> None:
    told = about(asker)
    checked = 0
    with database(asker.path, create=False) as conn:
        for name, columns in schema(asker).items():
            row = conn.execute(f"SELECT * FROM {name} LIMIT 1").fetchone()
            for column in columns if row else ():
                if INSTANT.fullmatch(str(row[column])):
                    assert "UTC" in told[name]["columns"][column], f"{name}.{column}"
                    checked += 1
    assert checked > 15


def test_facets_sorts_and_labels_name_columns_that_are_there(asker: Asker) -> None:
    there = schema(asker)
    assert set(MANNERS) <= set(there)
    assert set(there) >= HIDDEN
    for name, manners in MANNERS.items():
        named = [manners[key] for key in ("sort", "sort_desc", "label_column") if key in manners]
        assert {*manners.get("facets", ()), *named} <= set(there[name]), name


def test_tables_are_sorted_only_by_their_own_key(asker: Asker) -> None:
    with database(asker.path, create=False) as conn:
        for name, manners in MANNERS.items():
            keys = [r[1] for r in conn.execute(f"PRAGMA table_info({name})") if r[5]]
            sorts = [manners[key] for key in ("sort", "sort_desc") if key in manners]
            assert sorts in ([], keys), name


@pytest.mark.parametrize("name", sorted(MANNERS))
def test_every_table_has_a_page_with_its_facets(asker: Asker, name: str) -> None:
    answer = asker.get(f"/bubblefear/{name}")
    assert answer.status_code == 200
    assert about(asker)[name]["description"] in unescape(answer.text)
    facets = asker.get(f"/bubblefear/{name}.json?_size=0").json()["facet_results"]
    assert set(facets) == set(MANNERS[name].get("facets", ()))


def test_internals_are_out_of_the_list_and_still_there(asker: Asker) -> None:
    listed = {t["name"]: t["hidden"] for t in asker.get("/bubblefear.json").json()["tables"]}
    assert all(listed[name] for name in HIDDEN)
    assert not listed["entries"]
    assert asker.get("/bubblefear/touched").status_code == 200

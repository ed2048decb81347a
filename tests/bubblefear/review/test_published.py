"""The review of a published file: pages answer, nothing can be written, facets need no counting."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bubblefear.pipeline.publish import Asked, publish_database
from bubblefear.store import database

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Asker

FEARFUL = "aaaa000000000001"
TOKEN = "right-token"


@pytest.fixture
def public(accounted: Path, tmp_path: Path) -> Path:
    publish_database(accounted, tmp_path / "public.db", Asked())
    return tmp_path / "public.db"


@pytest.fixture
def reader(public: Path, open_asker: Callable[..., Asker]) -> Asker:
    return open_asker(public)


@pytest.mark.parametrize(
    "address",
    ["/", "/day/2025-11-21", f"/article/{FEARFUL}", "/search?q=bubble", "/queue", "/health",
     "/transmission", "/claims", "/agreement", "/bubblefear", "/bubblefear/news",
     "/bubblefear/article_scores", "/bubblefear/left_out"],
)  # fmt: skip
def test_pages_answer_and_say_that_the_file_was_published(reader: Asker, address: str) -> None:
    page = reader.get(address)
    assert page.status_code == 200
    assert "A published part of a database" in page.text


def test_an_article_has_its_sentences_and_no_form(reader: Asker) -> None:
    page = reader.get(f"/article/{FEARFUL}").text
    assert 'action="/article/' not in page
    assert "was changed" not in page
    assert reader.get(f"/article/{FEARFUL}.json").json()["article"]["body"] is None


@pytest.mark.parametrize("path", [f"/article/{FEARFUL}/review", "/queue/coder", "/queue/review"])
def test_writing_is_refused_in_words(reader: Asker, path: str) -> None:
    answer = reader.send("POST", path, data={"reviewer": "Ada", "token": TOKEN, "fear": "2"})
    assert answer.status_code == 403
    assert "this file was published" in answer.text
    assert reader.reviews() == []


def test_a_day_counts_all_that_was_read(
    accounted: Path, reader: Asker, open_asker: Callable[..., Asker]
) -> None:
    whole = open_asker(accounted)

    def read(asker: Asker) -> Any:
        return asker.get("/day/2025-11-21.json").json()["sources"]

    assert read(reader) == read(whole)
    with database(reader.path, create=False) as conn:
        assert conn.execute("SELECT sum(entries) FROM left_out").fetchone()[0] > 0


def _facets(asker: Asker, address: str) -> dict[str, dict[str, int]]:
    found = asker.get(address).json()["facet_results"]
    return {
        name: {line["value"]: line["count"] for line in facet["results"]}
        for name, facet in found.items()
    }


@pytest.mark.parametrize("table", ["article_scores", "news", "entries", "mentions"])
def test_facets_are_those_that_datasette_counts(reader: Asker, table: str) -> None:
    ours = _facets(reader, f"/bubblefear/{table}.json")
    assert ours
    # A condition that all rows meet: the page counts for itself.
    assert _facets(reader, f"/bubblefear/{table}.json?_where=1") == ours


def test_facets_of_what_is_narrowed_are_of_that(reader: Asker) -> None:
    counts = _facets(reader, "/bubblefear/news.json?stance=fear")
    assert set(counts["stance"]) == {"fear"}


def test_kept_counts_of_a_database_that_is_written_to_follow_it(
    newsroom: Path, open_asker: Callable[..., Asker]
) -> None:
    asker = open_asker(newsroom)
    before = _facets(asker, "/bubblefear/entries.json")["source"]
    assert _facets(asker, "/bubblefear/entries.json")["source"] == before
    with database(newsroom) as conn:
        conn.execute(
            "INSERT INTO entries(number, id, source, title, first_seen_at, origin) VALUES "
            "(90, 'cccc000000000090', 'Harbour Gazette', 'x', '2025-11-02T00:00:00Z', 'feed')"
        )
    after = _facets(asker, "/bubblefear/entries.json")["source"]
    assert after == {**before, "Harbour Gazette": before["Harbour Gazette"] + 1}

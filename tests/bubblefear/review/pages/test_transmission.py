from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import pytest

from bubblefear.store import database

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Asker

EVIL = '<script>alert("q")</script>\u202e'
BARS = {"kind": "bars", "label": ["calm", "stress"], "value": [1.0, -2.0], "y_label": "percent"}
DETAIL = {
    "unit": "percent for one standard deviation", "first": "2025-02-03", "last": "2025-11-20",
    "error": "HAC, 6 lags", "declared_at": "2025-11-01T09:00:00Z", "says": "Fear goes with falls",
    "family_size": 2, "betas": {"up": {"value": 0.5}, "down": {"value": 0.7}},
    "plot": [BARS, {"kind": "pie"}],
}  # fmt: skip
ROWS: list[tuple[Any, ...]] = [
    ("H1", "contemporaneous", "declared", -0.2, -0.3, -0.1, 0.01, 0.02, 0.05, 0.1, 61,
     "supported: -0.2", json.dumps(DETAIL)),
    ("H2 " + EVIL, "contemporaneous", "declared", 0.1, -0.3, 0.5, 0.4, 0.6, 0.06, 0.24, 61,
     "this sample could not tell: it could have found 0.24", None),
    ("c:X", "granger", "exploratory", None, None, None, None, None, None, None, 3,
     "abstained: too few sessions", None),
]  # fmt: skip


@pytest.fixture
def tested(newsroom: Path) -> Path:
    """Two runs of the lab after those of the newsroom; in the second H1 was found to hold."""
    with database(newsroom) as conn:
        conn.execute(
            "INSERT INTO declarations VALUES"
            " ('beef', 'format = 1', 'mine.toml', '2025-11-01T09:00:00Z', NULL)"
        )
        for run, hour, first in (("t1", 1, "this sample could not tell"), ("t2", 2, ROWS[0][-2])):
            conn.execute(
                "INSERT INTO runs(id, command, settings, versions, started_at, finished_at,"
                " data_sha256) VALUES (?1, 'test', '{}', '{\"numpy\": \"2\"}', ?2, ?2, 'd' || ?1)",
                (run, f"2025-11-22T0{hour}:00:00Z"),
            )
            for position, row in enumerate(ROWS):
                values = row if position else (*row[:-2], first, row[-1])
                places = ", ".join("?" * (len(values) + 2))
                conn.execute(
                    f"INSERT INTO test_results VALUES ({places})", (run, position, *values)
                )
    return newsroom


@pytest.fixture
def lab(tested: Path, open_asker: Callable[..., Asker]) -> Asker:
    return open_asker(tested)


def test_the_answers_stand_first_in_plain_words(lab: Asker) -> None:
    page = lab.get("/transmission").text
    assert "Of 2 declared hypotheses, 1 is supported and 0 contradicted" in page
    assert "1 more could not be tested here." in page
    assert page.index("The answers") < page.index("What changed") < page.index("The tests")
    assert "mine.toml" in page
    assert "no return had been read on this database before" in page
    assert "dt2" in page


def test_no_p_value_stands_without_sample_errors_and_family(lab: Asker) -> None:
    page = lab.get("/transmission").text
    assert "Errors: HAC, 6 lags. Sample: 2025-02-03 to 2025-11-20." in page
    assert "Tests corrected together: 2." in page
    assert 'title="p is of this test alone' in page
    assert "q 0.020 in contemporaneous, n 61, errors: HAC, 6 lags" in page


def test_what_changed_since_the_run_before(lab: Asker) -> None:
    page = lab.get("/transmission").text
    changes = page[page.index('id="changes"') : page.index('id="tests"')]
    assert changes.count("<tr role") == 2
    assert changes.index("could not tell") < changes.index("supported")
    earlier = lab.get("/transmission?run=t1").text
    assert "This is an earlier run" in earlier
    assert "0 are supported" in earlier
    assert lab.get("/transmission?run=none").status_code == 404


def test_filters_leave_the_others_out(lab: Asker) -> None:
    def shown(query: str) -> list[str]:
        return [one["hypothesis"] for one in lab.get(f"/transmission.json{query}").json()["tests"]]

    assert len(shown("")) == 3
    assert shown("?family=granger") == ["c:X"]
    assert shown("?answer=supported&status=declared") == ["H1"]
    assert shown("?answer=supported&status=exploratory") == []
    page = lab.get("/transmission?family=granger").text
    assert "1 of 3 shown" in page
    assert 'value="granger" selected' in page
    assert "/transmission/0" not in page[page.index('id="tests"') : page.index('id="rests"')]
    assert "No test is of that family" in lab.get("/transmission?family=no").text


def test_the_table_as_csv(lab: Asker) -> None:
    answer = lab.get("/transmission.csv?status=declared")
    assert answer.headers["content-type"].startswith("text/csv")
    first, second = csv.DictReader(io.StringIO(answer.text))
    assert (first["hypothesis"], first["estimate"], first["answer"]) == ("H1", "-0.2", "supported")
    assert second["q"] == "0.6"


def test_one_test_with_everything_it_reports(lab: Asker) -> None:
    page = lab.get("/transmission/0").text
    assert "H1: Fear goes with falls" in page
    assert "-0.300 to -0.100" in page
    assert "the 2 tests that are corrected together" in page
    assert '<img loading="lazy" src="/transmission/plot/0.svg?run=t2" alt="H1' in page
    assert "A plot is left out. H1: Fear goes with falls: there is no plot of kind" in page
    assert "<caption>Betas</caption>" in page
    assert 'rel="next" href="/transmission/1?run=t2"' in page
    data = lab.get("/transmission/0.json").json()
    assert (data["test"]["detail"], data["run"]["run"]) == (DETAIL, "t2")
    assert lab.get("/transmission/3").status_code == 404


def test_a_test_without_numbers_says_why(lab: Asker) -> None:
    page = lab.get("/transmission/2").text
    assert "too few sessions" in page
    assert '<dl class="figures">' not in page


def test_plots_are_images_that_run_nothing(lab: Asker) -> None:
    drawing = lab.get("/transmission/plot/0.svg?run=t2")
    assert drawing.headers["content-type"].startswith("image/svg+xml")
    assert "script-src 'self'" in drawing.headers["content-security-policy"]
    assert drawing.text.startswith("<svg ")
    assert lab.get("/transmission/plot/0.svg").text == drawing.text
    for gone in ("0-1", "0-2", "1", "9"):
        assert lab.get(f"/transmission/plot/{gone}.svg?run=t2").status_code == 404
    assert lab.get("/transmission/plot/0.svg?run=none").status_code == 404


def test_hostile_names_are_shown_as_text(lab: Asker) -> None:
    for path in ("/transmission", "/transmission/1"):
        page = lab.get(path).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page
        assert "\u202e" not in page


def test_results_of_an_earlier_version_have_their_page(asker: Asker) -> None:
    page = asker.get("/transmission").text
    assert "Nothing was declared" in page
    assert "Fear &lt;moves&gt; with the Nasdaq" in page
    assert asker.get("/transmission/1").status_code == 200


def test_before_any_test_the_page_says_what_makes_one(
    newsroom: Path, open_asker: Callable[..., Asker]
) -> None:
    with database(newsroom) as conn:
        conn.execute("DELETE FROM test_results")
    asker = open_asker(newsroom)
    page = asker.get("/transmission")
    assert page.status_code == 200
    assert "<code>bubblefear test</code>" in page.text
    assert asker.get("/transmission.json").json() == {"run": None, "tests": []}
    assert asker.get("/transmission.csv").text.count("\n") == 1
    assert asker.get("/transmission/0").status_code == 404
    assert asker.get("/transmission/plot/0.svg").status_code == 404

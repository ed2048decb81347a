from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import pytest

from bubblefear.store import claim_results, database, transaction

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Asker

BARS = {"kind": "bars", "label": ["calm", "stress"], "value": [1.0, -2.0], "y_label": "percent",
        "name": "two_regimes"}  # fmt: skip
FALL: dict[str, Any] = {
    "id": "fall", "claim": "ACME fell by <b>20</b> percent\u202e.", "verdict": "reproduced",
    "stated": {"fall": 20.0}, "value": {"fall": 20.25, "volume": 3.0},
    "interval": {"fall": [19.0, 21.5]}, "n": 2,
    "data": {"symbols": {"ACME": {"rows": 2}}, "sha256": "ab"}, "missing": [],
    "note": "Unadjusted bars.", "plots": [BARS],
}  # fmt: skip
DEBT: dict[str, Any] = {
    "id": "debt", "claim": "It borrows.", "verdict": "unavailable", "stated": None, "value": None,
    "interval": None, "n": 0, "data": None, "missing": ["its books"], "note": "Needs its books.",
    "plots": [],
}  # fmt: skip


@pytest.fixture
def audited(newsroom: Path, open_asker: Callable[..., Asker]) -> Asker:
    """Two audits of one file; the second reproduces what the first contradicted."""
    with database(newsroom) as conn, transaction(conn):
        for run, hour, first in (("a1", 1, FALL | {"verdict": "contradicted"}), ("a2", 2, FALL)):
            conn.execute(
                "INSERT INTO runs(id, command, settings, versions, started_at, finished_at)"
                " VALUES (?1, 'claims', '{}', '{}', ?2, ?2)",
                (run, f"2025-11-22T0{hour}:00:00Z"),
            )
            claim_results.write(conn, run, "mine.toml", "feed" * 16, [first, DEBT])
    return open_asker(newsroom)


def test_each_claim_with_what_is_stated_measured_and_why(audited: Asker) -> None:
    page = audited.get("/claims").text
    row = page[page.index('id="claim-0"') : page.index('id="claim-1"')]
    assert "ACME fell by &lt;b&gt;20&lt;/b&gt; percent" in row
    assert "\u202e" not in page
    for said in (">reproduced<", ">20<", "fall 20.25 (19 to 21.5)", "Unadjusted bars.",
                 "1 further figure<", "volume 3", "/claims/plot/0.svg?run=a2"):  # fmt: skip
        assert said in row
    assert "Needs its books." in page
    assert "mine.toml" in page
    assert "feedfeedfeed" in page


def test_verdicts_are_counted_and_filtered(audited: Asker) -> None:
    page = audited.get("/claims?verdict=unavailable").text
    assert "1 of 2 shown" in page
    assert 'id="claim-1"' in page
    assert 'id="claim-0"' not in page
    assert "the figure comes out as stated" in page
    found = audited.get("/claims.json?verdict=unavailable").json()["claims"]
    assert found == [DEBT | {"position": 1}]
    assert "No claim has that verdict" in audited.get("/claims?verdict=no").text


def test_earlier_audits_stay(audited: Asker) -> None:
    page = audited.get("/claims?run=a1").text
    assert "This is an earlier audit" in page
    assert "contradicted" in page[page.index('id="claim-0"') : page.index('id="claim-1"')]
    assert 'href="/claims?run=a2"' in page
    assert audited.get("/claims?run=none").status_code == 404
    assert audited.get("/claims.json?run=a1").json()["audit"]["newest"] is False


def test_the_table_as_csv(audited: Asker) -> None:
    first, second = csv.DictReader(io.StringIO(audited.get("/claims.csv").text))
    assert (first["id"], first["computed"], first["n"]) == ("fall", "fall 20.25 (19 to 21.5)", "2")
    assert second["missing"] == "its books"


def test_plots_of_claims(audited: Asker) -> None:
    drawing = audited.get("/claims/plot/0.svg?run=a2")
    assert drawing.headers["content-type"].startswith("image/svg+xml")
    assert "Claim fall: two regimes" in drawing.text
    assert audited.get("/claims/plot/0.svg").text == drawing.text
    for gone in ("0-1.svg?run=a2", "1.svg?run=a2", "7.svg", "0.svg?run=none"):
        assert audited.get(f"/claims/plot/{gone}").status_code == 404


def test_without_an_audit_the_page_says_what_makes_one(asker: Asker) -> None:
    page = asker.get("/claims")
    assert page.status_code == 200
    assert "<code>bubblefear claims audit claims/seed.toml</code>" in page.text
    assert asker.get("/claims.json").json() == {"audit": None, "claims": []}
    assert asker.get("/claims.csv").text.count("\n") == 1
    assert asker.get("/claims/plot/0.svg").status_code == 404

"""``bubblefear report --transmission``: the tests as a page, as CSV and as LaTeX."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

import pytest

from bubblefear.cli import main
from bubblefear.pipeline.transmission_report import index_version, told
from bubblefear.store import database, test_runs

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS = {
    "scorer": "finbert-multi.v1",
    "index": {},
    "test": {"start": "2023-01-01"},
    "workers": 8,
}
DETAIL = {
    "unit": "percent",
    "first": "2025-11-03",
    "last": "2025-11-21",
    "declared_at": "2025-11-01T09:00:00Z",
    "says": "Fear goes with falls",
    "plot": {"kind": "bars", "label": ["a"], "value": [1.0], "y_label": "percent"},
}


@pytest.fixture
def tested(edition: Path) -> Path:
    """The newsroom's database with one declared result of a run that ended before a later build."""
    with database(edition) as conn:
        conn.execute(
            "INSERT INTO runs(id, command, settings, data_sha256, versions, started_at,"
            " finished_at)"
            " VALUES ('new', 'test', ?, 'abcd', '{\"numpy\": \"2.4.6\"}',"
            " '2025-11-22T08:00:00Z', '2025-11-22T08:05:00Z')",
            (json.dumps(SETTINGS),),
        )
        conn.execute(
            "INSERT INTO test_results VALUES ('new', 0, 'H1', 'contemporaneous', 'declared',"
            " -0.2, -0.3, -0.1, 0.01, 0.02, 0.05, 0.1, 61, 'supported: -0.2', ?)",
            (json.dumps(DETAIL),),
        )
        conn.execute(
            "INSERT INTO declarations VALUES"
            " ('beef', 'format = 1', 'mine.toml', '2025-11-01T09:00:00Z', NULL)"
        )
        for vintage in ("2025-11-22T07:00:00Z", "2025-11-22T09:00:00Z"):
            conn.execute(
                "INSERT INTO vintages VALUES ('fear.v1', ?, 'real-time', ?, 'x', '{}', 0)",
                (vintage, vintage),
            )
    return edition


def test_three_files_are_written_and_named(
    tested: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "reports"
    assert main(["report", "--transmission", "--out", str(out), "--db", str(tested)]) == 0
    names = ["transmission.html", "tests.csv", "tests.tex"]
    assert capsys.readouterr().out.splitlines() == [str(out / name) for name in names]
    assert sorted(path.name for path in out.iterdir()) == sorted(names)
    with (out / "tests.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(r["hypothesis"], r["estimate"], r["status"]) for r in rows] == [
        ("H1", "-0.2", "declared")
    ]
    assert "H1 (declared) & $-$0.200" in (out / "tests.tex").read_text(encoding="utf-8")


def test_the_page_says_what_was_tested_and_declared(tested: Path, tmp_path: Path) -> None:
    assert main(["report", "--transmission", "--out", str(tmp_path), "--db", str(tested)]) == 0
    page = (tmp_path / "transmission.html").read_text(encoding="utf-8")
    # The build that stood when the tests ended, not the one made an hour later.
    assert "version fear.v1, vintage 2025-11-22T07:00:00Z, <strong>real-time</strong>" in page
    assert "mine.toml, 2025-11-01T09:00:00Z, SHA-256 <code>beef</code>" in page
    assert "no return had been read on this database before" in page
    assert "<code>test.start</code> 2023-01-01" in page
    assert "workers" not in page
    assert "abcd" in page
    assert "Fear goes with falls" in page
    assert page.count("<svg") == 1
    assert "SAMPLE" not in page


def test_an_older_run_has_its_report_as_well(edition: Path, tmp_path: Path) -> None:
    """Results of an earlier version: no detail, statuses and verdicts in other words."""
    assert main(["report", "--transmission", "--out", str(tmp_path), "--db", str(edition)]) == 0
    page = (tmp_path / "transmission.html").read_text(encoding="utf-8")
    assert "Fear &lt;moves&gt; with the Nasdaq" in page
    assert "Nothing was declared" in page


def test_before_any_test_there_is_nothing_to_report(
    conn: object, db_path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["report", "--transmission", "--out", str(tmp_path / "r"), "--db", str(db_path)]
    assert main(words) == 1
    assert "run `bubblefear test`" in capsys.readouterr().err
    assert not (tmp_path / "r").exists()


@pytest.mark.parametrize(
    "words",
    [["--claims", "c.toml"], ["--site", "s", "--transmission"], ["--site", "s", "--out", "o"]],
)
def test_what_does_not_go_together_is_refused(edition: Path, words: list[str]) -> None:
    assert main(["report", *words, "--db", str(edition)]) == 2


CLAIMS = """
[[claim]]
id = "1"
claim = "Bitcoin closed at 1.5 on 21 November."
kind = "unavailable"
missing = ["a filing <b>"]
"""


def test_claims_are_audited_on_the_way(tested: Path, tmp_path: Path) -> None:
    file = tmp_path / "claims.toml"
    file.write_text(CLAIMS)
    out = tmp_path / "r"
    words = ["report", "--transmission", "--claims", str(file), "--out", str(out)]
    assert main([*words, "--db", str(tested)]) == 0
    page = (out / "transmission.html").read_text(encoding="utf-8")
    assert "Of 1 claim audited: 1 unavailable." in page
    assert "Bitcoin closed at 1.5 on 21 November." in page
    assert "a filing &lt;b&gt;" in page


def test_a_claims_file_that_is_none_writes_nothing(
    tested: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "r"
    words = ["report", "--transmission", "--claims", str(tmp_path / "none"), "--out", str(out)]
    assert main([*words, "--db", str(tested)]) == 2
    assert "none" in capsys.readouterr().err
    assert not out.exists()


def test_the_plain_report_is_as_before(
    tested: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", "--out", str(tmp_path), "--db", str(tested)]) == 0
    assert capsys.readouterr().out == f"{tmp_path / 'report.html'}\n"


def test_settings_that_decide_no_number_are_not_told() -> None:
    settings = {"scorer": "s", "index": {"base_sessions": 40}, "workers": 8, "report": "x"}
    assert told(settings) == {"scorer": "s", "index.base_sessions": 40}


def test_the_index_version_is_that_of_the_run() -> None:
    assert index_version(SETTINGS) == "fear.v1"
    assert index_version({"index": {"version": "fear.v1.volume"}}) == "fear.v1.volume"
    assert index_version({"index": {"base_sessions": 7}}).startswith("fear.v1+")


def test_a_run_is_read_with_its_numbers(tested: Path) -> None:
    with database(tested) as conn:
        found = test_runs.latest(conn)
        conn.execute("UPDATE test_results SET lo = NULL, detail = NULL WHERE run_id = 'new'")
        bare = test_runs.latest(conn)
    assert found is not None
    assert (found.id, found.data_sha256, found.versions) == ("new", "abcd", {"numpy": "2.4.6"})
    assert found.rows[0]["interval"] == [-0.3, -0.1]
    assert [found.rows[0][name] for name in ("p", "q", "size", "mde", "n")] == [
        0.01, 0.02, 0.05, 0.1, 61,
    ]  # fmt: skip
    assert bare is not None
    assert (bare.rows[0]["interval"], bare.rows[0]["detail"]) == (None, {})

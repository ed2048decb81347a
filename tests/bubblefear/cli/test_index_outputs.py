"""``bubblefear index``: formats, files, charts and the commands under it."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from typing import TYPE_CHECKING

import feedparser
import pytest

from bubblefear.cli import main
from bubblefear.cli.index_table import foot, lines, spark
from bubblefear.config import Settings
from bubblefear.pipeline import output
from bubblefear.pipeline.output import Choice
from bubblefear.pipeline.read_index import Question
from bubblefear.store import database

if TYPE_CHECKING:
    from pathlib import Path


def run(capsys: pytest.CaptureFixture[str], db: Path, *words: str) -> tuple[int, str, str]:
    code = main(["index", "--version", "v1", "--db", str(db), *words])
    out, err = capsys.readouterr()
    return code, out, err


def test_json_short_and_long_are_the_same(
    capsys: pytest.CaptureFixture[str], edition: Path
) -> None:
    code, short, err = run(capsys, edition, "--json")
    assert (code, err) == (0, "")
    assert run(capsys, edition, "--format", "json")[1] == short
    last = json.loads(short)[-1]
    assert (last["date"], last["value"], last["provisional"]) == ("2025-11-21", 158.25, False)


def test_csv_and_atom_go_to_the_output(capsys: pytest.CaptureFixture[str], edition: Path) -> None:
    code, out, _ = run(capsys, edition, "--format", "csv", "--series", "all")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert (code, len(rows)) == (0, 30)
    code, out, _ = run(capsys, edition, "--format", "atom")
    found = feedparser.parse(out.encode())
    assert (code, found.bozo, len(found.entries)) == (0, False, 14)
    assert "Bubble fears mount" in found.entries[0].summary
    updated = {e.id.rpartition("/")[2]: e.updated for e in found.entries}
    assert updated["2025-11-20"] == "2025-11-21T21:10:00Z"
    assert updated["2025-11-19"] == "2025-11-20T21:10:00Z"


@pytest.mark.parametrize("kind", ["json", "csv", "parquet", "atom"])
def test_a_file_has_its_metadata_beside_it(
    capsys: pytest.CaptureFixture[str], edition: Path, tmp_path: Path, kind: str
) -> None:
    path = tmp_path / "out" / f"index.{kind}"
    code, out, err = run(capsys, edition, "--out", str(path))
    assert (code, out) == (0, "")
    assert "15 rows" in err
    about = json.loads((path.parent / f"index.{kind}.meta.json").read_text())
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert about["files"][path.name]["sha256"] == digest
    assert about["inputs_sha256"] == "inputs-2"
    assert about["constants"] == {"scorer": "finbert-multi.v1"}
    told = (about["version"], about["vintage"], about["kind"], about["sample"])
    assert told == ("v1", "2025-11-21T21:10:00Z", "real-time", False)
    assert len(list(path.parent.iterdir())) == 2


def test_an_earlier_vintage_is_told_as_such(
    capsys: pytest.CaptureFixture[str], edition: Path, tmp_path: Path
) -> None:
    path = tmp_path / "i.csv"
    run(capsys, edition, "--as-of", "2025-11-21T00:00:00Z", "--out", str(path))
    about = json.loads((tmp_path / "i.csv.meta.json").read_text())
    assert about["vintage"] == "2025-11-20T21:10:00Z"
    assert "2025-11-20,total,131.0" in path.read_text()


@pytest.mark.parametrize(
    "words",
    [
        ("--format", "parquet"),
        ("--format", "xml"),
        ("--json", "--format", "csv"),
        ("--out", "index.txt"),
        ("--format", "table", "--out", "index.csv"),
        ("--plot", "chart.gif"),
        ("--plot", "chart.png", "--since", "2030-01-01"),
        ("--frequency", "year"),
        ("--weights", "gauss"),
        ("--lags", "0"),
        ("--lags", "few"),
        ("--format", "atom", "--frequency", "week"),
        ("nonsense",),
        ("peaks",),
    ],
    ids=" ".join,
)
def test_wrong_usage_is_exit_2_and_writes_nothing(
    capsys: pytest.CaptureFixture[str],
    edition: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
) -> None:
    monkeypatch.chdir(tmp_path)
    before = set(tmp_path.iterdir())
    code, out, err = run(capsys, edition, *words)
    assert (code, out) == (2, "")
    assert err
    assert "Traceback" not in err
    assert {p for p in tmp_path.iterdir() if "edition.db" not in p.name} <= before


def test_an_option_before_the_command_is_not_lost_in_silence(
    capsys: pytest.CaptureFixture[str], edition: Path
) -> None:
    assert "--version is of `index` alone" in run(capsys, edition, "revisions")[2]


def test_the_commands_under_it_have_help(capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("peaks", "revisions"):
        assert main(["index", name, "--help"]) == 0
        assert f"Usage: bubblefear index {name}" in capsys.readouterr().out


@pytest.mark.parametrize("suffix", ["svg", "png", "html"])
def test_a_chart_is_drawn(
    capsys: pytest.CaptureFixture[str], edition: Path, tmp_path: Path, suffix: str
) -> None:
    path = tmp_path / f"chart.{suffix}"
    code, out, _ = run(capsys, edition, "--plot", str(path))
    assert (code, out) == (0, "")
    head = {"svg": b"<svg", "png": b"\x89PNG", "html": b"<!DOCTYPE html>"}[suffix]
    assert path.read_bytes().startswith(head)
    if suffix == "svg":
        drawn = path.read_text(encoding="utf-8")
        assert "Bubble fears mount as lenders doubt dat" in drawn
        assert "2025-11-21" in drawn


def test_several_series_and_a_table_with_it(
    capsys: pytest.CaptureFixture[str], edition: Path, tmp_path: Path
) -> None:
    path = tmp_path / "parts.svg"
    words = ("--series", "all", "--stack", "--plot", str(path), "--format", "csv")
    code, out, _ = run(capsys, edition, *words)
    assert (code, len(out.splitlines())) == (0, 31)
    assert "channel:credit" in path.read_text(encoding="utf-8")
    code, out, _ = run(capsys, edition, "--json", "--plot", str(path))
    assert (code, len(json.loads(out))) == (0, 15)


def test_the_table_says_what_is_provisional(edition: Path) -> None:
    with database(edition) as conn:
        conn.execute(
            "UPDATE vintages SET constants = json_set(constants, '$.provisional', '2025-11-21', "
            "'$.provisional_until', '2025-11-21T21:00:00Z')"
        )
    table = output.read(
        edition,
        Settings(),
        Question(version="v1", since="2025-11-20"),
        Choice(weights="linear", lags=2),
        now=lambda: "",
        say=lambda _: None,
    )
    (drawn,) = lines(table)
    assert "2025-11-21*  total   158.2     148.8" in drawn
    assert "2025-11-20*" not in drawn
    said = foot(table, Choice(weights="linear", lags=2))
    assert "* provisional: until 2025-11-21T21:00:00Z" in said
    assert "linear weights over 2 sessions" in said


def test_a_line_of_bars_for_a_terminal_alone(
    capsys: pytest.CaptureFixture[str], edition: Path
) -> None:
    assert "▁" not in run(capsys, edition)[1]
    table = output.read(
        edition, Settings(), Question(version="v1"), Choice(), now=lambda: "", say=lambda _: None
    )
    assert spark(table) == [
        "",
        "total 2025-11-03 ▁▁▁▂▃▁ ▂▃▄▂▄▄▅█ 2025-11-21",
        "  lowest 95.0 on 2025-11-03, highest 158.2 on 2025-11-21",
    ]


def test_weeks_have_no_band(capsys: pytest.CaptureFixture[str], edition: Path) -> None:
    out = run(capsys, edition, "--frequency", "week")[1].splitlines()
    assert out[0].split() == ["week", "series", "index", "articles"]
    assert out[2].split() == ["2025-11-03", "total", "102.3", "155"]

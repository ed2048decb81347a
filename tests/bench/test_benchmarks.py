"""Every benchmark runs from end to end at its smallest sizes, so that none of them rots."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from bench.__main__ import main
from bench.catalogue import NIGHTLY, TITLES, USUAL, module
from bench.rows import Row, judged

FOLDER = Path(__file__).resolve().parents[2] / "bench"
# Where the model is loaded, or processes are started by others.
TORCH = {"scorer": (pytest.mark.needs_torch,)}
# Beginnings of figures: of real news, of another script, of Ray and other engines (which tests of
# their own start), of larger windows, of exponents (which want three sizes).
NOT_MEASURED = {
    "index_build": ("real.",),
    "index_invariances": ("scripts.",),
    "engines": ("ray_", "killed.", "local_2_", "in_process_", "whole_"),
    "stories": ("ms_per_headline.",),
    "growth": ("",),
}
SIZED = [pytest.param(name, marks=TORCH.get(name, ())) for name in TITLES]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of a whole run: benchmarks share made-up news in it."""
    return tmp_path_factory.mktemp("bench")


@pytest.mark.slow
@pytest.mark.parametrize("name", SIZED)
def test_it_runs_and_its_rows_are_of_what_it_found(
    name: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("BUBBLEFEAR_BENCH_DB", raising=False)
    (folder / name).mkdir()
    one = module(name)
    figures = json.loads(json.dumps(one.run(folder / name, **one.SMOKE)))
    found = {row["label"] for row in judged(one.ROWS, figures)}
    declared = {row.label for row in one.ROWS if not of_other_sizes(name, row)}
    assert declared <= found, f"not measured: {declared - found}"


def of_other_sizes(name: str, row: Row) -> bool:
    """Whether a row is one that the smallest sizes cannot have."""
    return row.figure.startswith(NOT_MEASURED.get(name, "/"))


def test_every_module_with_a_run_is_in_the_catalogue() -> None:
    found = {
        path.stem
        for path in FOLDER.glob("*.py")
        if re.search(r"^def run\(", path.read_text(), re.M)
    }
    assert found == set(TITLES)
    assert not set(USUAL) & set(NIGHTLY)


@pytest.mark.parametrize("name", TITLES)
def test_bars_are_beside_their_benchmark(name: str) -> None:
    rows = module(name).ROWS
    assert rows
    for row in rows:
        assert row.at_most is None or row.at_least is None
        assert (row.peer is None) == (row.peer_label is None)


def test_the_command_keeps_what_it_measured_and_fails_where_a_bar_is_missed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "results.json"
    file.write_text('{"stories": {"rows": []}}', encoding="utf-8")
    assert main(["fuzz", "--smoke", "--out", str(file)]) == 0
    found = json.loads(file.read_text(encoding="utf-8"))
    assert list(found) == ["stories", "fuzz"]
    one = found["fuzz"]
    assert one["figures"]["cases"] == 60
    assert [row["met"] for row in one["rows"]] == [None, True]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", one["measured"])
    assert one["machine"]["processor"]
    told = capsys.readouterr()
    assert "cases that broke a promise" in told.out
    assert "bench: 1 of 1: fuzz" in told.err


@pytest.mark.slow
def test_a_missed_bar_is_a_failure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # 300 rows take as long as Python takes to start: never 10,000 a second.
    assert main(["import_rows", "--smoke", "--out", str(tmp_path / "results.json")]) == 1
    assert "missed: `import`, the whole process" in capsys.readouterr().err


def test_wrong_names_and_a_smoke_run_without_a_file_are_refused(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for words, said in ((["no_such"], "no benchmark 'no_such'"), (["--smoke"], "--out FILE")):
        with pytest.raises(SystemExit) as ended:
            main(words)
        assert ended.value.code == 2
        assert said in capsys.readouterr().err

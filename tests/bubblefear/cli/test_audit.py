"""``bubblefear audit`` from the shell: a round from the draw to the calibration."""

from __future__ import annotations

import csv
import io
import json
import shutil
from contextlib import closing
from pathlib import Path

import pytest

from bubblefear.cli import main
from bubblefear.store import open_database

NEWSROOM = Path(__file__).resolve().parent.parent / "newsroom.sql"


@pytest.fixture
def db(db_path: Path, empty: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The made-up newsroom: six articles scored by finbert-multi.v1, one of another language."""
    shutil.copy(empty, db_path)
    with closing(open_database(db_path)) as conn:
        conn.executescript(NEWSROOM.read_text(encoding="utf-8"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("BUBBLEFEAR_DB", raising=False)
    return str(db_path)


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(words)
    out, err = capsys.readouterr()
    return code, out, err


def fill(path: Path, grade: str) -> None:
    """Code the fearful as this grade and the others as calm."""
    rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline="")))
    for row in rows:
        row |= {"fear": "0"}
        if row["article"][-1] in "1257":
            row |= {"fear": grade, "stance": "fear", "kind": "threat", "channel": "credit"}
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def test_a_round_of_the_audit(db: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "audit", "sample", "--size", "50", "--seed", "3", "--db", db)
    assert code == 0
    name = out.split(":")[0]
    assert name.startswith("audit-")
    assert f"bubblefear audit export {name}" in out
    code, out, _ = run(capsys, "audit", "report", "--db", db)
    assert code == 0
    assert "0 of 6 items coded. Code some" in out

    sheet = tmp_path / "sheet.csv"
    code, out, _ = run(capsys, "audit", "export", name, "--out", str(sheet), "--db", db)
    assert (code, out) == (0, f"{name}: 6 items written to {sheet}\n")
    fill(sheet, "2")
    for reviewer, new in (("Ann", 6), ("Ann", 0), ("Bo", 6)):
        code, out, _ = run(
            capsys, "audit", "import", str(sheet), "--reviewer", reviewer, "--db", db, "--json"
        )
        assert code == 0
        assert json.loads(out)["new"] == new

    code, out, _ = run(capsys, "audit", "report", "--db", db)
    assert code == 0
    assert "6 of 6 items coded" in out
    assert "Ann / Bo" in out
    code, out, _ = run(capsys, "audit", "report", "--db", db, "--json")
    # The denial among them keeps a fear of .2, which counts as found: precision 4 / 5.
    assert json.loads(out)["overall"]["fear"]["f1"]["value"] == pytest.approx(8 / 9)
    code, out, _ = run(capsys, "audit", "calibrate", name, "--db", db)
    assert code == 0
    assert f"bubblefear index --version fear.v1+{name}" in out
    code, out, _ = run(capsys, "audit", "calibrate", "--db", db, "--json")
    assert json.loads(out)["new"] is False


def test_a_wrong_row_is_said_and_the_exit_code_is_3(
    db: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet = tmp_path / "sheet.csv"
    run(capsys, "audit", "sample", "--db", db)
    run(capsys, "audit", "export", "--out", str(sheet), "--db", db)
    fill(sheet, "7")
    code, out, _ = run(capsys, "audit", "import", str(sheet), "--reviewer", "Ann", "--db", db)
    assert code == 3
    assert "2 rows coded by Ann, 2 new, 0 not coded yet, 4 refused" in out
    assert out.count("fear is '7', not one of 0, 1, 2, 3") == 4


def test_codes_are_not_written_over(
    db: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet = tmp_path / "sheet.csv"
    run(capsys, "audit", "sample", "--db", db)
    run(capsys, "audit", "export", "--out", str(sheet), "--db", db)
    sheet.write_text("hours of work")
    code, _, err = run(capsys, "audit", "export", "--out", str(sheet), "--db", db)
    assert code == 2
    assert "--force" in err
    assert sheet.read_text() == "hours of work"
    assert run(capsys, "audit", "export", "--out", str(sheet), "--force", "--db", db)[0] == 0


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["report"], 1, "no sample was drawn yet"),
        (["export", "--out", "x.csv"], 1, "no sample was drawn yet"),
        (["calibrate"], 1, "no sample was drawn yet"),
        (["sample", "--size", "0"], 2, "--size must be 1 or more"),
        (["sample", "--since", "2027-01-01"], 1, "no article of these days"),
        (["sample", "--scorer", "hf:other"], 1, "has scored nothing yet"),
        (["import", "missing.csv", "--reviewer", "Ann"], 1, "missing.csv"),
    ],
)
def test_what_goes_wrong_is_one_line(
    words: list[str], code: int, said: str, db: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found, out, err = run(capsys, "audit", *words, "--db", db)
    assert (found, out) == (code, "")
    assert said in err
    assert err.count("\n") == 1

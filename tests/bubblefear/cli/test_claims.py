"""``bubblefear claims`` from the shell."""

from __future__ import annotations

import hashlib
import json
import shutil
from contextlib import closing
from pathlib import Path

import pytest

from bubblefear.cli import main
from bubblefear.config import Settings
from bubblefear.pipeline.claims import audit_claims, open_file, rows, symbols_of
from bubblefear.pipeline.recording import Run
from bubblefear.store import claim_results, open_database, prices, transaction
from ingest.records import PriceBar

CLAIMS = """
[article]
title = "Made up"

[[claim]]
id = "fall"
claim = "ACME fell by as much as 20 percent."
kind = "day-move"
[claim.measure]
symbols = ["ACME"]
date = "2025-11-04"
[[claim.stated]]
name = "ACME_fall_to_low_percent"
value = "20"

[[claim]]
id = "debt"
claim = "It borrows."
kind = "unavailable"
missing = ["its books"]

[[claim]]
id = "fear"
claim = "There was fear."
kind = "index-day"
measure = { date = "2025-11-19" }
expects = [{ name = "fear", relation = "above", value = 0 }]
"""


@pytest.fixture
def db(db_path: Path, empty: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database with two bars of ACME and no index."""
    shutil.copy(empty, db_path)
    bars = [
        PriceBar("ACME", "2025-11-03", 99.0, 101.0, 98.0, 100.0, None, None),
        PriceBar("ACME", "2025-11-04", 95.0, 96.0, 80.0, 90.0, None, None),
    ]
    with closing(open_database(db_path)) as conn, transaction(conn):
        prices.write(conn, bars, origin="import", now="2025-11-05T00:00:00Z")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("BUBBLEFEAR_DB", raising=False)
    (tmp_path / "claims.toml").write_text(CLAIMS, encoding="utf-8")
    return str(db_path)


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(words)
    out, err = capsys.readouterr()
    return code, out, err


def test_audit_as_json(db: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "claims", "audit", "claims.toml", "--json", "--db", db)
    assert (code, err) == (0, "")
    fall, debt, fear = json.loads(out)
    assert set(fall) == {
        "id", "claim", "verdict", "stated", "value", "interval", "n", "data", "missing", "note",
    }  # fmt: skip
    assert fall["verdict"] == "reproduced"
    assert fall["stated"] == {"ACME_fall_to_low_percent": 20.0}
    assert fall["value"]["ACME_fall_to_low_percent"] == pytest.approx(20.0)
    assert fall["data"]["symbols"]["ACME"] == {
        "first": "2025-11-03", "last": "2025-11-04", "rows": 2,
    }  # fmt: skip
    assert (debt["verdict"], debt["missing"]) == ("unavailable", ["its books"])
    assert fear["verdict"] == "unavailable"
    with closing(open_database(Path(db))) as conn:
        last = conn.execute("SELECT command, outcome, note, data_sha256 FROM runs").fetchall()[-1]
    assert tuple(last)[:3] == ("claims", "done", "claims audited: 1 reproduced, 2 unavailable")
    assert len(last[3]) == 64


def test_the_answers_to_a_whole_file_are_stored(
    db: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(capsys, "claims", "audit", "claims.toml", "fall", "--db", db)
    with closing(open_database(Path(db))) as conn:
        assert claim_results.audits(conn) == []
    _, out, _ = run(capsys, "claims", "audit", "claims.toml", "--json", "--db", db)
    with closing(open_database(Path(db))) as conn:
        (audit,) = claim_results.audits(conn)
        answers = claim_results.answers(conn, audit.run_id)
    assert (audit.file, audit.counts) == ("claims.toml", {"reproduced": 1, "unavailable": 2})
    assert audit.sha256 == hashlib.sha256((tmp_path / "claims.toml").read_bytes()).hexdigest()
    plots = [answer.pop("plots") for answer in answers]
    places = [answer.pop("position") for answer in answers]
    assert (answers, places) == (json.loads(out), [0, 1, 2])
    assert plots[1] == []


def test_audit_in_words(db: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "claims", "audit", "claims.toml", "--db", db)
    assert code == 0
    assert "fall  reproduced" in out
    assert "3 claims: 1 reproduced, 2 unavailable" in out
    assert "Needs its books." in out
    code, out, _ = run(capsys, "claims", "audit", "claims.toml", "fall", "--db", db)
    assert code == 0
    assert "1 claim: 1 reproduced" in out
    assert "ACME_low_to_close_percent" in out
    assert "debt" not in out


def test_wrong_use_is_one_line(db: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text(CLAIMS.replace('value = "20"', 'value = "many"'), encoding="utf-8")
    broken = tmp_path / "broken.toml"
    broken.write_bytes(b"\xff\xfe[[claim")
    for file, said in (
        ("bad.toml", "bad.toml: claim fall: stated[0].value: 'many' is no finite number"),
        ("broken.toml", "broken.toml:"),
        ("absent.toml", "absent.toml: No such file"),
        (str(tmp_path), "Is a directory"),
    ):
        code, out, err = run(capsys, "claims", "audit", file, "--db", db)
        assert (code, out) == (2, ""), file
        assert said in err
        assert err.count("\n") == 1
    code, _, err = run(capsys, "claims", "audit", "claims.toml", "nine", "--db", db)
    assert code == 2
    assert "there is no claim 'nine'; there are fall, debt, fear" in err


def test_check_lists_every_fault(
    db: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(capsys, "claims", "check", "claims.toml")[:2] == (
        0,
        "claims.toml: 3 claims, nothing wrong\n",
    )
    bad = tmp_path / "bad.toml"
    text = CLAIMS.replace('["its books"]', "[]").replace('"2025-11-04"', '"soon"')
    bad.write_text(text, encoding="utf-8")
    code, out, _ = run(capsys, "claims", "check", "bad.toml")
    assert code == 2
    first, second = out.splitlines()
    assert first.startswith("bad.toml: claim fall: measure: date must be a day")
    assert second == "bad.toml: claim debt: missing: a claim of kind unavailable must say it"


def test_rows_carry_plots_that_the_shell_leaves_out(edition: Path, tmp_path: Path) -> None:
    text = """
    [[claim]]
    id = "fell"
    claim = "ACME fell by 10 percent."
    kind = "period-return"
    measure = { symbols = ["ACME"], start = "2025-11-03", end = "2025-11-04" }
    stated = [{ name = "ACME_change_percent", value = "-10" }]
    """
    (tmp_path / "claims.toml").write_text(text, encoding="utf-8")
    claims = open_file(tmp_path / "claims.toml").claims
    days = ["2025-10-31", "2025-11-03", "2025-11-04"]
    assert symbols_of(claims) == [*days[1:], "ACME"]
    bars = [
        PriceBar("ACME", day, close, close, close, close, None, None)
        for day, close in zip(days, (101.0, 100.0, 90.0), strict=True)
    ]
    with closing(open_database(edition)) as conn:
        with transaction(conn):
            prices.write(conn, bars, origin="import", now="2025-11-05T00:00:00Z")
        done = Run(conn, "run", "2025-11-21T00:00:00Z")
        (row,) = rows(audit_claims(conn, Settings(), done, claims))
    assert row["verdict"] == "reproduced"
    (curve,) = row["plots"]
    assert (curve["kind"], curve["stated"]) == ("curve", -10.0)
    assert json.loads(json.dumps(row, allow_nan=False)) == row
    assert done.notes == ["claims audited: 1 reproduced"]

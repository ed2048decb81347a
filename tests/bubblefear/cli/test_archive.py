"""``bubblefear archive``: its output, exit codes, and that nothing heavy is imported for it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from bubblefear.cli import main
from bubblefear.store.archive import ledger

if TYPE_CHECKING:
    from pathlib import Path

NEWS = "id,published_at,title,source,lang\n" + "".join(
    f"{n},2025-{8 + n % 2:02}-{n:02}T10:00:00Z,Calm seas {n} off the coast,Post,en\n"
    for n in range(1, 29)
)


@pytest.fixture
def db(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """Two months of quiet news, scored by the lexicon."""
    path, news = str(tmp_path / "news.db"), tmp_path / "news.csv"
    news.write_text(NEWS, encoding="utf-8")
    main(["import", str(news), "--db", path])
    main(["score", "--scorer", "lexicon.v1", "--db", path])
    capsys.readouterr()
    return path


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(words)
    out, err = capsys.readouterr()
    return code, out, err


def as_json(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, Any]:
    code, out, _ = run(capsys, *words, "--json")
    return code, json.loads(out)


def test_there_and_back(db: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "archive", "move", "--before", "2025-09", "--db", db)
    assert code == 0
    assert "2025-08: 14 entries moved, 0 stay" in out
    assert "14 entries moved to" in out
    code, moved = as_json(capsys, "archive", "move", "--db", db)
    assert (code, [m["month"] for m in moved["months"]]) == (0, ["2025-09"])
    code, months = as_json(capsys, "archive", "list", "--db", db)
    assert [(m["month"], m["rows"]["entries"]) for m in months] == [
        ("2025-08", 14),
        ("2025-09", 14),
    ]
    assert "2025-08       14" in run(capsys, "archive", "list", "--db", db)[1]
    code, found = as_json(capsys, "archive", "verify", "--db", db)
    assert (code, found["faults"], found["entries"]) == (0, [], 28)
    code, out, _ = run(capsys, "archive", "restore", "all", "--db", db)
    assert (code, out) == (
        0, "2025-08: 14 entries are back in SQLite\n2025-09: 14 entries are back in SQLite\n"
    )  # fmt: skip
    code, out, err = run(capsys, "archive", "restore", "2025-08", "--db", db)
    assert (code, out) == (1, "")
    assert err == "bubblefear: no 2025-08 in the archive: nothing was moved yet\n"


def test_a_damaged_file_ends_in_one_line(
    db: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(capsys, "archive", "move", "--db", db)
    place = ledger.folder_of(tmp_path / "news.db") / "month=2025-08" / "scores.1.parquet"
    place.write_bytes(b"PAR1")
    code, out, _ = run(capsys, "archive", "verify", "--db", db)
    assert code == 1
    assert out.startswith(f"{place} is damaged (4 bytes, not ")
    code, out, err = run(capsys, "index", "--scorer", "lexicon.v1", "--db", db)
    assert (code, out) == (1, "")
    assert len(err.splitlines()) == 1
    assert f"{place} is damaged" in err
    assert "put back the folder news.db.archive of a backup" in err


def test_a_wrong_month_is_wrong_usage(db: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "archive", "move", "--before", "August", "--db", db)
    assert (code, err) == (2, "bubblefear: 'August' is no month: give it as 2025-08\n")

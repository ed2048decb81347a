"""Every command over its real stages: output, exit code, one line for what goes wrong."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from bubblefear import errors
from bubblefear.cli import COMMANDS, main

if TYPE_CHECKING:
    from pathlib import Path

NEWS = """id,published_at,title,source,lang
1,2025-11-18T10:00:00Z,Lenders fear that the AI bubble will burst,Post,en
2,2025-11-19T10:00:00Z,人工智能泡沫恐慌蔓延,海港日报,zh-Hans
"""


@pytest.fixture
def db(db_path: Path, empty: Path) -> str:
    """A database without rows."""
    import shutil

    shutil.copy(empty, db_path)
    return str(db_path)


@pytest.fixture
def news(tmp_path: Path) -> str:
    """A file of two items."""
    path = tmp_path / "news.csv"
    path.write_text(NEWS, encoding="utf-8")
    return str(path)


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No settings of the developer's own take part."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.delenv("BUBBLEFEAR_DB", raising=False)


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(words)
    out, err = capsys.readouterr()
    return code, out, err


def runs(db: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(db)) as conn:
        return conn.execute("SELECT command, outcome, note FROM runs ORDER BY rowid").fetchall()


def test_init_adds_the_default_feeds_once(
    capsys: pytest.CaptureFixture[str], db_path: Path
) -> None:
    assert run(capsys, "init", "--db", str(db_path))[0] == 0
    code, out, _ = run(capsys, "init", "--db", str(db_path))
    assert (code, "0 feeds added" in out) == (0, True)
    code, out, _ = run(capsys, "feeds", "list", "--json", "--db", str(db_path))
    listed = json.loads(out)
    assert len(listed) > 30
    assert run(capsys, "feeds", "remove", listed[0]["url"], "--db", str(db_path))[0] == 0
    assert "0 feeds added" in run(capsys, "init", "--db", str(db_path))[1]


def test_feeds_go_out_and_in_again(
    capsys: pytest.CaptureFixture[str], db: str, tmp_path: Path
) -> None:
    url = "https://example.org/rss"
    add = ("feeds", "add", url, "--source", "Post", "--language", "zh-Hant", "--aggregator")
    assert run(capsys, *add, "--db", db)[0] == 0
    opml = tmp_path / "feeds.opml"
    opml.write_text(run(capsys, "feeds", "export", "--db", db)[1], encoding="utf-8")
    other = str(tmp_path / "other.db")
    assert run(capsys, "feeds", "import", str(opml), "--db", other)[0] == 0
    (row,) = json.loads(run(capsys, "feeds", "list", "--json", "--db", other)[1])
    assert (row["url"], row["source"], row["language"]) == (url, "Post", "zh-Hant")
    assert row["publisher_from_entry"] == 1


@pytest.mark.parametrize(
    "words",
    [
        ("feeds", "add", "not-an-address"),
        ("feeds", "add", "https://example.org/rss", "--language", "fr"),
        ("feeds", "add", "https://example.org/rss", "--timezone", "Mars/Base"),
        ("feeds", "remove", "https://example.org/none"),
        ("index", "--since", "soon"),
        ("index", "--nonsense"),
        ("explain",),
        ("explain", "2025-11-20", "--limit", "many"),
        ("nonsense",),
    ],
    ids=" ".join,
)
def test_wrong_usage_is_exit_2(
    capsys: pytest.CaptureFixture[str], db: str, words: tuple[str, ...]
) -> None:
    place = () if words == ("nonsense",) else ("--db", db)
    code, out, err = run(capsys, *words, *place)
    assert (code, out) == (2, "")
    assert err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    "words",
    [
        ("index", "--json"),
        ("explain", "last"),
        ("ingest",),
        ("test",),
        ("import", "none.csv"),
        ("prices", "import", "none"),
    ],
    ids=" ".join,
)
def test_what_cannot_be_done_is_exit_1_and_one_line(
    capsys: pytest.CaptureFixture[str], db: str, words: tuple[str, ...]
) -> None:
    code, out, err = run(capsys, *words, "--db", db)
    assert (code, out) == (1, "")
    assert len(err.splitlines()) == 1
    assert err.startswith("bubblefear: ")


@pytest.mark.parametrize(
    "command", ["index", "explain last", "score", "ingest", "doctor", "report"]
)
def test_a_missing_database_is_said_in_one_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, command: str
) -> None:
    code, _, err = run(capsys, *command.split(), "--db", str(tmp_path / "none.db"))
    assert (code, len(err.splitlines())) == (1, 1)
    assert "bubblefear init" in err


def test_a_file_of_another_kind_is_said_in_one_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "letter.db"
    path.write_text("Dear reader, " * 400)
    code, _, err = run(capsys, "index", "--db", str(path))
    assert (code, len(err.splitlines())) == (1, 1)
    assert "not an SQLite database" in err


def test_a_wrong_setting_is_exit_2(
    capsys: pytest.CaptureFixture[str], db: str, tmp_path: Path
) -> None:
    path = tmp_path / "own.toml"
    path.write_text("[ingest]\nworkres = 3\n")
    code, _, err = run(capsys, "index", "--db", db, "--config", str(path))
    assert (code, len(err.splitlines())) == (2, 1)
    assert "[ingest] workres: unknown setting" in err


def test_import_is_idempotent_and_recorded(
    capsys: pytest.CaptureFixture[str], db: str, news: str
) -> None:
    code, out, _ = run(capsys, "import", news, "--json", "--db", db)
    assert code == 0
    assert json.loads(out) == [{"file": "news.csv", "rows": 2, "new": 2, "refused": 0}]
    assert json.loads(run(capsys, "import", news, "--json", "--db", db)[1])[0]["new"] == 0
    assert [row[:2] for row in runs(db)] == [("import", "done")] * 2


def test_listed_pages_wait_and_are_gone_on_with(
    capsys: pytest.CaptureFixture[str], db: str, tmp_path: Path
) -> None:
    path = tmp_path / "list.jsonl"
    row = {"url": "http://127.0.0.1:9/a", "date": "2025-11-18", "title": "Lenders fear a bust"}
    path.write_text(json.dumps(row) + "\nnot JSON\n", encoding="utf-8")
    code, out, _ = run(capsys, "import", str(path), "--pages", "--limit", "0", "--json", "--db", db)
    found = json.loads(out)
    assert code == 3
    assert found["lists"] == [{"file": "list.jsonl", "rows": 2, "new": 1, "refused": 1}]
    assert (found["pages"]["asked"], found["pages"]["waiting"]) == (0, 1)
    code, out, _ = run(capsys, "import", "--pages", "--db", db)
    assert code == 0  # this machine's own addresses are refused, which is no failure
    assert "1 listed pages asked for" in out
    assert "1 refused; 0 left" in out


@pytest.mark.parametrize(
    "words",
    [
        ("import",),
        ("import", "a.csv", "--limit", "3"),
        ("import", "a.csv", "--via", "https://a.example/{url}"),
        ("import", "--pages", "--via", "https://a.example/{url}"),
        ("import", "a.jsonl", "--pages", "--via", "https://a.example/"),
    ],
)
def test_import_says_what_its_options_go_with(
    capsys: pytest.CaptureFixture[str], db: str, words: tuple[str, ...]
) -> None:
    code, _, err = run(capsys, *words, "--db", db)
    assert code == 2
    assert err.count("\n") == 1


def test_bad_rows_are_exit_3_and_shown_by_doctor(
    capsys: pytest.CaptureFixture[str], db: str, tmp_path: Path
) -> None:
    path = tmp_path / "news.csv"
    path.write_text(NEWS + "3,never,A title,Post,en\n", encoding="utf-8")
    assert run(capsys, "import", str(path), "--db", db)[0] == 3
    assert runs(db)[0][1] == "partial"
    code, out, _ = run(capsys, "doctor", "--json", "--db", db)
    checks = {check["name"]: check for check in json.loads(out)}
    assert code in (1, 3)  # 1 where the model's weights are not there
    assert "news.csv:4" in checks["problems"]["text"]
    assert checks["database"]["state"] == "ok"


def test_a_failed_command_is_recorded_with_its_reason(
    capsys: pytest.CaptureFixture[str], db: str
) -> None:
    run(capsys, "import", "none.csv", "--db", db)
    ((command, outcome, note),) = runs(db)
    assert (command, outcome) == ("import", "failed")
    assert "none.csv" in note


def test_machine_output_stands_alone(
    capsys: pytest.CaptureFixture[str], db: str, news: str
) -> None:
    run(capsys, "import", news, "--db", db)
    code, out, err = run(capsys, "score", "--scorer", "lexicon.v1", "--json", "--db", db)
    assert (code, err) == (0, "")
    assert json.loads(out)["articles"] == 2
    code, out, err = run(capsys, "index", "--scorer", "lexicon.v1", "--json", "--db", db)
    assert code == 0
    assert {row["series"] for row in json.loads(out)} == {"total"}
    assert err.startswith("bubblefear: index")


def test_every_error_of_ours_has_an_exit_code() -> None:
    kinds = [errors.BubblefearError]
    for kind in kinds:
        kinds += kind.__subclasses__()
    assert all(kind.exit_code in (1, 2) for kind in kinds)
    tree = errors.__doc__ or ""
    assert all(kind.__name__ in tree for kind in kinds)


def test_the_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "--help")
    assert code == 0
    listed = [line.split()[0] for line in out.split("Commands:")[1].splitlines() if line.strip()]
    assert listed[: len(COMMANDS)] == list(COMMANDS)
    assert (
        "..." not in out.split("Commands:")[1]
    )  # the first sentence of every command fits its line


@pytest.mark.slow
def test_the_sample_runs_whole_and_says_that_it_is_one(
    capsys: pytest.CaptureFixture[str],
    repository: Path,
    tmp_path: Path,
) -> None:
    toml = (repository / "data/sample/bubblefear.toml").read_text(encoding="utf-8")
    own = tmp_path / "own.toml"
    own.write_text(toml.replace("data/report", str(tmp_path / "report")), encoding="utf-8")
    words = ["daily", "--sample", "--scorer", "lexicon.v1", "--config", str(own)]
    code, out, err = run(capsys, *words, "--db", str(tmp_path / "sample.db"))
    assert (code, err) == (0, "")
    assert out.startswith("SAMPLE")
    assert re.search(r"after correction: [1-9]\d* supported", out)
    assert "bubblefear review --db" in out
    assert (tmp_path / "report" / "report.html").is_file()
    code, out, _ = run(capsys, *words, "--json", "--db", str(tmp_path / "sample.db"))
    again = json.loads(out)
    assert (code, again["sample"], again["outcome"]) == (0, True, "done")
    assert again["notes"][0].endswith(" rows, 0 new")
    assert "sample" in run(
        capsys, "index", "--db", str(tmp_path / "sample.db"), "--config", str(own),
        "--scorer", "lexicon.v1",
    )[1]  # fmt: skip

"""What `bubblefear review` refuses before it opens anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bubblefear import errors
from bubblefear.cli import main

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("port", [-1, 65_536, 99_999_999])
def test_a_port_that_cannot_be(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, port: int
) -> None:
    # The database is missing too: were the port let through, that would be said instead (exit 1).
    words = ["review", "--no-browser", f"--port={port}", "--db", str(tmp_path / "none.db")]
    assert main(words) == errors.WRONG_USAGE
    out, err = capsys.readouterr()
    assert (out, err) == ("", f"bubblefear: --port {port}: not between 0 and 65535\n")


def test_settings_that_are_wrong_are_one_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    settings = tmp_path / "mine.toml"
    settings.write_text("scorers = 1\n", encoding="utf-8")
    words = ["review", "--no-browser", "--config", str(settings), "--db", str(tmp_path / "none.db")]
    assert main(words) == errors.WRONG_USAGE
    assert capsys.readouterr() == ("", f"bubblefear: {settings}: scorers: unknown setting\n")


def test_a_database_that_is_missing(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    words = ["review", "--no-browser", "--db", str(tmp_path / "none.db")]
    assert main(words) == errors.FAILED
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("bubblefear: no database at")
    assert not (tmp_path / "none.db").exists()

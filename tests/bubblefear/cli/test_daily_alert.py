"""``bubblefear daily --alert``: rules are checked first, exit code 4 and the stories at the end."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from bubblefear.cli import main
from bubblefear.errors import ALERT, PARTIAL

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_httpserver import HTTPServer


def test_a_bad_rule_is_wrong_usage_before_anything_is_made(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "new.db"
    assert main(["daily", "--alert", "z>much", "--db", str(path)]) == 2
    assert "no alert rule: 'z>much'" in capsys.readouterr().err
    assert not path.exists()


def test_a_bad_webhook_is_wrong_usage_and_stays_secret(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BUBBLEFEAR_ALERT_WEBHOOK", "hooks.example/secret")
    path = tmp_path / "new.db"
    assert main(["daily", "--db", str(path)]) == 2
    err = capsys.readouterr().err
    assert "BUBBLEFEAR_ALERT_WEBHOOK is no http(s) address" in err
    assert "secret" not in err
    assert not path.exists()


@pytest.mark.slow
def test_the_sample_fires_once_and_its_webhook_is_told(
    capsys: pytest.CaptureFixture[str],
    repository: Path,
    tmp_path: Path,
    httpserver: HTTPServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    toml = (repository / "data/sample/bubblefear.toml").read_text(encoding="utf-8")
    own, db = tmp_path / "own.toml", tmp_path / "sample.db"
    own.write_text(toml.replace("data/report", str(tmp_path / "report")), encoding="utf-8")
    words = ["daily", "--sample", "--scorer", "lexicon.v1", "--config", str(own), "--db", str(db)]
    monkeypatch.chdir(tmp_path)
    rule = ["--alert", "value>=0"]

    # The address is on this machine, which is refused: the alert is told and waits.
    monkeypatch.setenv("BUBBLEFEAR_ALERT_WEBHOOK", httpserver.url_for("/hook/s3cret"))
    assert main([*words, *rule]) == PARTIAL
    out, err = capsys.readouterr()
    assert "ALERT SAMPLE, total.value>=0" in err
    assert "so the exit code is 3, not 4" in err
    assert "not delivered" in out
    assert httpserver.log == []
    assert "s3cret" not in out + err

    httpserver.expect_request("/hook/s3cret", method="POST").respond_with_data("ok")
    # Feeds in the own network open nothing for the webhook: its host is named.
    monkeypatch.setenv("BUBBLEFEAR_INGEST_ALLOW_PRIVATE", "true")
    assert main([*words, *rule]) == PARTIAL
    assert httpserver.log == []
    monkeypatch.setenv("BUBBLEFEAR_ALERT_OWN_HOSTS", httpserver.host)
    capsys.readouterr()
    assert main([*words, *rule, "--json"]) == 0
    out, err = capsys.readouterr()
    assert (json.loads(out)["alerts"], err) == ([], "")
    ((request, _),) = httpserver.log
    assert json.loads(request.data)["sample"] is True

    monkeypatch.delenv("BUBBLEFEAR_ALERT_WEBHOOK")
    assert main([*words, "--alert", "change>-1000000000"]) == ALERT
    assert "ALERT SAMPLE, total.change>-1000000000" in capsys.readouterr().err
    with closing(sqlite3.connect(db)) as conn:
        stored = conn.execute("SELECT rule, delivery FROM alerts ORDER BY rule").fetchall()
    # Neither settings nor notes nor problems: no page of the file has the address.
    assert b"s3cret" not in db.read_bytes()
    assert stored == [("total.change>-1000000000", "shown"), ("total.value>=0", "sent")]

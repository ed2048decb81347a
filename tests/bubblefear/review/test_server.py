from __future__ import annotations

import http.client
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from bubblefear.errors import BubblefearError
from bubblefear.review import server
from bubblefear.review.security import host_allowed
from bubblefear.review.server import serve
from bubblefear.store import database

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = """
import sys
from pathlib import Path
from bubblefear.review import server
from bubblefear.review.security import host_allowed
from bubblefear.review.server import serve
serve(Path(sys.argv[1]), 0)
"""


@pytest.mark.slow
def test_the_real_server_serves_and_takes_a_review(newsroom: Path, repository: Path) -> None:
    command = [sys.executable, "-c", PROGRAM, str(newsroom)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=repository) as server:
        try:
            assert server.stdout is not None
            lines = server.stdout.readline() + server.stdout.readline()
            found = re.fullmatch(
                r"Review at (http://127\.0\.0\.1:\d+)/\nWrite token: (\S{20,})\n", lines
            )
            assert found is not None, lines
            address, token = found.groups()
            assert "158.2" in _get(address + "/")
            form = {"token": token, "reviewer": "Ada", "fear": "1", "stance": "fear"}
            form |= {"kind": "act", "channel": "none"}
            _get(address + "/article/aaaa000000000002/review", form)
            with pytest.raises(urllib.error.HTTPError, match="403"):
                _get(address + "/article/aaaa000000000002/review", form | {"token": "no"})
        finally:
            server.terminate()
            server.wait(timeout=20)
    with database(newsroom) as conn:
        assert conn.execute("SELECT reviewer, fear FROM reviews").fetchall()[0][:] == ("Ada", 1)


@pytest.mark.slow
@pytest.mark.usefixtures("heeding_ctrl_c")
@pytest.mark.parametrize(
    ("sent", "code", "said"),
    [
        (signal.SIGTERM, -signal.SIGTERM, ""),
        (signal.SIGINT, 130, "bubblefear: interrupted; what was done is kept\n"),
    ],
)
def test_it_ends_at_once_although_a_browser_holds_on(
    newsroom: Path, repository: Path, sent: signal.Signals, code: int, said: str
) -> None:
    command = [sys.executable, "-m", "bubblefear", "review", "--port=0", "--no-browser"]
    command += ["--db", str(newsroom)]
    with (
        tempfile.TemporaryFile("w+") as errors,
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=errors, text=True, cwd=repository
        ) as server,
    ):
        try:
            assert server.stdout is not None
            port = int(server.stdout.readline().rstrip("/\n").rpartition(":")[2])
            with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as held:
                held.request("GET", "/health")
                assert b"<h1>Health</h1>" in held.getresponse().read()
                began = time.perf_counter()
                server.send_signal(sent)
                assert server.wait(timeout=20) == code
                # A second of grace; the rest is for a machine that does other work.
                assert time.perf_counter() - began < 5
            assert server.stdout.read().startswith("Write token: ")
            errors.seek(0)
            assert errors.read() == said
        finally:
            server.kill()


def _get(address: str, form: dict[str, str] | None = None) -> str:
    data = urllib.parse.urlencode(form).encode() if form else None
    with urllib.request.urlopen(address, data, timeout=20) as answer:
        text: str = answer.read().decode()
        return text


def test_a_taken_port_is_one_clear_error(newsroom: Path) -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(BubblefearError, match=f"port {port}"):
            serve(newsroom, port)


def test_listening_everywhere_is_warned_of_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    for host in ("127.0.0.1", "localhost", "::1"):
        server._warn(host)
    assert capsys.readouterr().err == ""
    server._warn("0.0.0.0")
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("warning: --host 0.0.0.0:")
    assert said.err.count("\n") == 1


def test_names_that_a_server_answers_to() -> None:
    assert server._names("127.0.0.1") == {"127.0.0.1", "localhost", "::1"}
    assert server._names("192.168.1.5") >= {"127.0.0.1", "192.168.1.5"}
    everywhere = server._names("0.0.0.0")
    assert socket.gethostname().lower() in everywhere
    assert not host_allowed("attacker.example", everywhere)
    assert host_allowed("192.168.1.5:8321", everywhere)

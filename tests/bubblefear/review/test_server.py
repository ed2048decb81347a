from __future__ import annotations

import re
import socket
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from bubblefear.errors import BubblefearError
from bubblefear.review.server import serve
from bubblefear.store import database

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = """
import sys
from pathlib import Path
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

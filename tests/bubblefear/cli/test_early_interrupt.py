"""Ctrl-C while the command line is still being imported."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.slow
def test_ctrl_c_at_the_start_is_no_traceback(tmp_path: Path) -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have it ignored
    words = [sys.executable, "-m", "bubblefear", "index", "--db", str(tmp_path / "none.db")]
    codes = set()
    for wait in (0.02, 0.04, 0.06, 0.08, 0.1, 0.12, 0.15, 0.2):
        process = subprocess.Popen(words, stderr=subprocess.PIPE, text=True)
        time.sleep(wait)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
        codes.add(process.returncode)
        # Python itself, before it has come to us, may die of the signal in its own manner.
        assert process.returncode in (130, 1, -signal.SIGINT)
        assert "/bubblefear/" not in said
        assert process.returncode != 130 or said.startswith("bubblefear: interrupted")
    assert 130 in codes

"""A library that reports to its maker would send word of every run, from servers too."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

LOAD = "import nlp.onnx_scorer, onnxruntime; onnxruntime.SessionOptions()"


@pytest.mark.slow
def test_the_runtime_keeps_no_device_id_and_no_session(tmp_path: Path, repository: Path) -> None:
    home, temporary = tmp_path / "home", tmp_path / "tmp"
    home.mkdir()
    temporary.mkdir()
    places = {"HOME": str(home), "TMPDIR": str(temporary), "PYTHONPATH": str(repository)}
    own = {
        k: v for k, v in os.environ.items() if k not in ("ORT_DISABLE_TELEMETRY", "XDG_CACHE_HOME")
    }
    subprocess.run([sys.executable, "-c", LOAD], check=True, env=own | places, cwd=tmp_path)
    assert list(home.rglob("*")) + list(temporary.rglob("*")) == []

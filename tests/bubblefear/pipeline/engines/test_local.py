"""The pool of processes: killed, interrupted, and still the rows of one process."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from bubblefear.errors import EngineError
from bubblefear.pipeline.engines.abandoned import SUFFIX
from bubblefear.pipeline.engines.local import LocalPool
from bubblefear.pipeline.engines.work import PART_TEXTS
from tests.bubblefear.pipeline.engines.conftest import (
    LEXICON,
    children,
    is_alive,
    kill,
    parts_of,
    rows,
    running,
    until,
    words_of,
)

if TYPE_CHECKING:
    from pathlib import Path

    from tests.bubblefear.pipeline.engines.conftest import World

pytestmark = pytest.mark.slow
LOCAL = ("--engine", "local", "--workers")


def ended(process: subprocess.Popen[bytes]) -> dict[str, Any]:
    out, err = process.communicate()
    assert (process.returncode, err) == (0, b"")
    return dict(json.loads(out))


def workers(pid: int) -> list[int]:
    return [child for child in children(pid) if "spawn_main" in words_of(child)]


def test_a_killed_run_is_taken_up_and_a_killed_worker_replaced(
    large: World, tmp_path: Path
) -> None:
    path = large.copy(tmp_path)
    with running(path, *LOCAL, "1") as first:
        until(lambda: len(parts_of(path)) >= 1)
        left = workers(first.pid)
        kill(first.pid)
    assert len(left) == 1
    until(lambda: not any(map(is_alive, left)))
    left_over = {part.name for part in parts_of(path)}
    with running(path, *LOCAL, "2") as second:
        until(lambda: bool({part.name for part in parts_of(path)} - left_over))
        kill(workers(second.pid)[0])
        done = ended(second)
    assert done["taken_up"] >= PART_TEXTS
    assert done["workers"] == 2
    assert rows(path) == large.expected
    assert not path.with_name(path.name + SUFFIX).exists()


def test_ctrl_c_ends_every_process(large: World, tmp_path: Path) -> None:
    path = large.copy(tmp_path)
    with running(path, *LOCAL, "1") as process:
        until(lambda: len(parts_of(path)) >= 1)
        all_of_them = children(process.pid)
        os.killpg(process.pid, signal.SIGINT)
        _, err = process.communicate()
    assert process.returncode == 130
    assert err == b"bubblefear: interrupted; what was done is kept\n"
    until(lambda: not any(map(is_alive, all_of_them)))
    assert parts_of(path)


def test_a_worker_loads_what_computes_with_one_thread() -> None:
    code = (
        "import sys, bubblefear.pipeline.engines.local; "
        "assert not {'numpy', 'pyarrow', 'onnxruntime', 'torch', 'spacy'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_part_that_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    part = tmp_path / "a-000000.parquet"
    part.write_bytes(b"PAR1 is how a file begins and ends PAR1")
    with (
        LocalPool(LEXICON, 1) as pool,
        pytest.raises(EngineError, match=r"cannot read or score a-000000\.parquet: ") as caught,
    ):
        list(pool.score([part], tmp_path / "scored"))
    assert "\n" not in str(caught.value)

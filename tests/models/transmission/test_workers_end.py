"""Workers of a process that is killed end with it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

PARENT = """
import sys, time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from models.transmission.workers import end_with_parent

if __name__ == "__main__":
    with ProcessPoolExecutor(
        2, mp_context=get_context("spawn"), initializer=end_with_parent
    ) as pool:
        waiting = [pool.submit(time.sleep, 0.2) for _ in range(4)]
        waiting[0].result()
        print("working", flush=True)
        time.sleep(60)
"""


@pytest.mark.slow
def test_workers_end_with_the_process_that_was_killed(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(PARENT, encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, start_new_session=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"working\n"
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert gone_within(process.pid, 20)


def gone_within(group: int, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    os.killpg(group, signal.SIGKILL)
    return False

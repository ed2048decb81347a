"""Ray: a cluster that is joined by address and token, killed runs and workers, Ctrl-C."""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bubblefear.pipeline.engines.abandoned import SUFFIX
from bubblefear.pipeline.engines.work import PART_TEXTS
from tests.bubblefear.pipeline.engines.conftest import (
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
    from collections.abc import Iterator

    from tests.bubblefear.pipeline.engines.conftest import World

pytestmark = [
    pytest.mark.slow,
    pytest.mark.needs_ray,
    pytest.mark.skipif(find_spec("ray") is None, reason="the extra ray is not installed"),
]
TOKEN = {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": secrets.token_hex(32)}


@pytest.fixture(scope="module")
def head() -> Iterator[tuple[str, int]]:
    """Address and process of a cluster of this machine that asks for a token."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    ray = Path(sys.executable).with_name("ray")
    # Ray takes our word for the GPU, and shares it out as it would a real one.
    words = f"start --head --block --num-cpus=2 --num-gpus=1 --port={address.partition(':')[2]}"
    words += " --node-ip-address=127.0.0.1 --include-dashboard=false --disable-usage-stats"
    words += " --object-store-memory=100000000"
    process = subprocess.Popen(
        [ray, *words.split()],
        env=os.environ | TOKEN,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    yield address, process.pid
    # Asked kindly, it takes half a minute; `ray stop` would end others' clusters as well.
    for pid in [process.pid, *children(process.pid)]:
        with suppress(ProcessLookupError):
            kill(pid)
    process.wait()


def actors(pid: int) -> list[int]:
    return [child for child in children(pid) if words_of(child).startswith("ray::MapWorker")]


def test_a_killed_run_is_taken_up_and_a_killed_worker_replaced(
    large: World, head: tuple[str, int], tmp_path: Path
) -> None:
    path = large.copy(tmp_path)
    address, cluster = head
    joining = ("--engine", "ray", "--address", address, "--workers")
    with running(path, *joining, "1", env=TOKEN) as first:
        until(lambda: len(parts_of(path)) >= 1)
        kill(first.pid)
    left = {part.name for part in parts_of(path)}
    with running(path, *joining, "2", env=TOKEN) as second:
        until(lambda: bool({part.name for part in parts_of(path)} - left))
        kill(actors(cluster)[0])
        out, err = second.communicate()
    assert second.returncode == 0
    assert b"A worker died" in err
    done = json.loads(out)
    assert done["taken_up"] >= PART_TEXTS
    assert (done["engine"], done["workers"]) == ("ray", 2)
    assert rows(path) == large.expected
    assert not path.with_name(path.name + SUFFIX).exists()


def test_there_are_as_many_workers_as_gpus_for_them(
    small: World, head: tuple[str, int], tmp_path: Path
) -> None:
    path = small.copy(tmp_path)
    joining = ("--engine", "ray", "--address", head[0], "--gpus")
    with running(path, *joining, "2", env=TOKEN) as process:
        _, err = process.communicate()
    assert process.returncode == 1
    assert err == b"bubblefear: Ray has not the 2 GPUs that each worker is to have\n"
    with running(path, *joining, "1", env=TOKEN) as process:
        out, err = process.communicate()
    assert process.returncode == 0, err
    assert json.loads(out)["workers"] == 1
    assert rows(path) == small.expected


def test_ctrl_c_ends_a_cluster_of_its_own(large: World, tmp_path: Path) -> None:
    path = large.copy(tmp_path)
    with running(path, "--engine", "ray", "--workers", "1") as process:
        until(lambda: len(parts_of(path)) >= 1)
        all_of_them = children(process.pid)
        os.kill(process.pid, signal.SIGINT)
        _, err = process.communicate()
    assert process.returncode == 130
    # Before it, Ray may say that workers went.
    assert err.endswith(b"bubblefear: interrupted; what was done is kept\n")
    assert b"Traceback" not in err
    assert len(all_of_them) > 3
    until(lambda: not any(map(is_alive, all_of_them)))


def test_no_cluster_is_one_line(small: World, tmp_path: Path) -> None:
    path = small.copy(tmp_path)
    with running(path, "--engine", "ray", "--address", "127.0.0.1:9", env=TOKEN) as process:
        _, err = process.communicate()
    assert process.returncode == 1
    assert err == b"bubblefear: no Ray cluster at 127.0.0.1:9: [Errno 111] Connection refused\n"
    assert not path.with_name(path.name + SUFFIX).exists()

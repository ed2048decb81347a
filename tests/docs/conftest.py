"""Fixtures for the documents and the sample."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from filelock import FileLock

if TYPE_CHECKING:
    from types import ModuleType


@pytest.fixture(scope="session")
def sample(repository: Path) -> Path:
    """The folder of the shipped sample."""
    return repository / "data" / "sample"


@pytest.fixture(scope="session")
def generate(sample: Path) -> ModuleType:
    """`data/sample/generate.py`, which lies in no package."""
    spec = importlib.util.spec_from_file_location("sample_generate", sample / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@dataclass(frozen=True)
class SampleRun:
    """One `daily --sample`: its database, to be copied and not written to, and its JSON."""

    database: Path
    outcome: Any


@pytest.fixture(scope="session")
def sample_run(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> SampleRun:
    """The job, run in an empty folder and once for all workers (fear is read alike by scorers)."""
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "documented_sample"
    said = folder / "outcome.json"
    with FileLock(f"{folder}.lock"):
        if not said.exists():
            folder.mkdir()
            command = [sys.executable, "-m", "bubblefear", "daily", "--sample"]
            command += ["--scorer", "lexicon.v1", "--json", "--db", "sample.db"]
            done = subprocess.run(command, cwd=folder, capture_output=True, check=True)
            said.write_bytes(done.stdout)
    return SampleRun(folder / "sample.db", json.loads(said.read_bytes()))

"""Fixtures for the documents and the sample."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

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

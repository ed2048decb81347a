"""What a family's results depend on, as one hash: data, choices, and the code itself.

A number kept from an earlier run may be shown again only if computing it anew would give the same.
So the hash is of the very source of this package too: an estimator that was mended forgets what it
said before, without anyone having to remember a version.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import pandas as pd

    from models.transmission.results import TestResult
    from models.transmission.spec import TransmissionSpec

_LIBRARIES = ("numpy", "scipy", "pandas", "statsmodels", "arch")


class Memory(Protocol):
    """Keeps a family's results, before correction, by a hash of all that they depend on."""

    def get(self, key: str) -> list[TestResult] | None:
        """The results, or None."""

    def put(self, key: str, family: str, found: list[TestResult]) -> None:
        """Keep results."""


def key_of(name: str, table: pd.DataFrame, spec: TransmissionSpec) -> str:
    """Hash of what a family's results depend on; the families beside it are not among that."""
    import pandas as pd

    alone = replace(spec, families=(name,))
    found = hashlib.sha256(f"{_code()} {name} {alone!r} {list(table.columns)}".encode())
    found.update(pd.util.hash_pandas_object(table, index=True).to_numpy().tobytes())
    return found.hexdigest()


@cache
def _code() -> str:
    """Hash of this package's source and of the versions of what it computes with."""
    found = hashlib.sha256(" ".join(version(name) for name in _LIBRARIES).encode())
    here = Path(__file__).parent
    beside = [here.parent / "resampling.py", here.parent / "sessions.py"]
    for path in sorted([*here.rglob("*.py"), *beside]):
        found.update(path.read_bytes())
    return found.hexdigest()

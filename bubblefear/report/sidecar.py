"""The file beside a file of figures: what they are, where they come from, how to check them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bubblefear import __version__

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bubblefear.store.vintage_queries import Provenance


def beside(path: Path) -> Path:
    """``FILE.meta.json``."""
    return path.with_name(f"{path.name}.meta.json")


def describe(
    origin: Provenance,
    files: Mapping[str, bytes],
    *,
    sample: bool,
    provisional: str | None,
    made: Mapping[str, Any],
) -> bytes:
    """The metadata of one or more files of the same vintage, as JSON.

    Args:
        origin: The vintage.
        files: Names and contents.
        sample: The figures are of the shipped sample, not of the world.
        provisional: The session that was not finished, or None.
        made: How the rows were made: frequency, weights.
    """
    text = json.dumps(
        {
            "version": origin.version,
            "vintage": origin.vintage,
            "kind": origin.kind,
            "as_of": origin.as_of,
            "provisional": provisional,
            "sample": sample,
            "scorer": origin.scorer,
            "bubblefear": __version__,
            **made,
            "inputs_sha256": origin.inputs_sha256,
            "seal_sha256": origin.seal,
            "files": {
                name: {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
                for name, data in sorted(files.items())
            },
            "constants": origin.constants or None,
        },
        ensure_ascii=False,
        indent=1,
    )
    return f"{text}\n".encode()

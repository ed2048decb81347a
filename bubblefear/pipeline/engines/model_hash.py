"""What computes the scores, as one hash: results of another model are never taken up."""

from __future__ import annotations

import hashlib
import json
import platform
from importlib.metadata import PackageNotFoundError, entry_points, version
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bubblefear import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bubblefear.config import Settings

# Whatever can change a digit of a score.
COMPUTING: Final = (
    *("numpy", "onnxruntime", "opencc", "spacy", "tokenizers", "torch", "transformers"),
)
_READ: Final = (".py", ".toml", ".txt")


def model_hash(settings: Settings) -> str:
    """16 hex digits of all that makes a score of a text: scorers, weights, code, word lists.

    Every scorer is loaded once, so that one that is unknown or damaged is told before a single
    process is started for it.

    Raises:
        NlpError: a scorer is unknown or cannot be loaded.
    """
    import nlp

    names = dict.fromkeys([settings.scorer, *(name for _, name in settings.scorer_by_language)])
    parts = {
        "id": settings.scorer_id,
        "scorers": [_identity(name) for name in names],
        "code": _code(Path(nlp.__file__).parent),
        "versions": dict(_versions()),
    }
    text = json.dumps(parts, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _identity(name: str) -> list[str]:
    """Names and hashes that say which weights stand behind a scorer's name."""
    from models.sentiment import DESCRIPTION_SHA256
    from nlp.registry import GROUP, HUGGING_FACE, load_scorer

    # With the revision or the hash of the weights, where it is a checkpoint.
    found = [name, load_scorer(name).name, DESCRIPTION_SHA256]
    folder = Path(name.removeprefix(HUGGING_FACE))
    if name.startswith(HUGGING_FACE) and folder.is_dir():
        found += _file_hashes(folder)
    for point in entry_points(group=GROUP, name=name):
        found += [point.value, *([point.dist.name, point.dist.version] if point.dist else [])]
    return found


def _file_hashes(folder: Path) -> list[str]:
    hashes = []
    for path in sorted(p for p in folder.iterdir() if p.is_file()):
        with path.open("rb") as stream:
            hashes.append(f"{path.name}={hashlib.file_digest(stream, 'sha256').hexdigest()}")
    return hashes


def _code(folder: Path) -> str:
    """Hash of the package that reads texts; a word list that gains a word makes another model."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.suffix in _READ:
            digest.update(f"{path.relative_to(folder).as_posix()}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _versions() -> Iterator[tuple[str, str]]:
    yield "bubblefear", __version__
    yield "python", ".".join(platform.python_version_tuple()[:2])
    for name in COMPUTING:
        try:
            yield name, version(name)
        except PackageNotFoundError:
            continue

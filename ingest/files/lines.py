"""A file of lines: gzipped or not, in whatever charset, with JSON in each line or not."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from ingest.charset import decode

_SAMPLE = 256 * 1024


@contextmanager
def text_lines(path: Path) -> Iterator[IO[str]]:
    """The file as text lines; bytes that are not of its charset are replaced."""
    opener: Any = gzip.open if path.suffix.lower() == ".gz" else io.open
    with opener(path, "rb") as raw:
        sample = raw.read(_SAMPLE)
        raw.seek(0)
        encoding = decode(sample).encoding
        name = "utf-8-sig" if encoding == "utf-8" else encoding
        with io.TextIOWrapper(raw, encoding=name, errors="replace", newline="") as lines:
            yield lines


def json_lines(path: Path) -> Iterator[tuple[int, dict[str, Any] | str]]:
    """Number and object of each line that is not blank, or what is wrong with it."""
    with text_lines(path) as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                data = json.loads(line)
            except (ValueError, RecursionError) as error:
                yield number, f"not JSON: {error}"
                continue
            yield number, data if isinstance(data, dict) else "not a JSON object"

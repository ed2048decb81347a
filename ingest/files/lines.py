"""A file of lines: gzipped or not, in whatever charset, with JSON in each line or not.

A megabyte of gzip can be a gigabyte without a line's end: no line and no row is taken into memory
that is longer than any article.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from ingest.charset import decode

LONGEST_ROW = 32 * 1024 * 1024
_SAMPLE = 256 * 1024


class TooLongError(csv.Error):
    """A line or row of over `LONGEST_ROW` characters; of the kind that a CSV reader raises."""

    def __init__(self) -> None:
        super().__init__(f"over {LONGEST_ROW:,} characters")


class BoundedLines:
    """The lines of a text for a CSV reader; one that is too long is skipped over and raised.

    Attributes:
        number: of the last line, from 1.
    """

    def __init__(self, text: IO[str], *, rows: bool = False) -> None:
        """Read a text.

        Args:
            text: opened with `newline=""`.
            rows: the lines of a row of CSV count together, from one `start_row` to the next.
        """
        self.number = 0
        self._text = text
        self._rows = rows
        self._length = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._text.readline(LONGEST_ROW + 1)
        if not line:
            raise StopIteration
        self.number += 1
        self._length = len(line) + (self._length if self._rows else 0)
        if self._length > LONGEST_ROW:
            self._skip(line)
            raise TooLongError
        return line

    def start_row(self) -> None:
        """A row begins."""
        self._length = 0

    def _skip(self, line: str) -> None:
        while line and not line.endswith(("\n", "\r")):
            line = self._text.readline(_SAMPLE)


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
        bounded = BoundedLines(lines)
        while True:
            try:
                line = next(bounded, None)
            except TooLongError as error:
                yield bounded.number, f"a line of {error}"
                continue
            number = bounded.number
            if line is None:
                return
            if not line.strip():
                continue
            try:
                data = json.loads(line)
            except (ValueError, RecursionError) as error:
                yield number, f"not JSON: {error}"
                continue
            yield number, data if isinstance(data, dict) else "not a JSON object"

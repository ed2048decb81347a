"""Small files that unpack to much: what is too long is refused, and the rest is read."""

from __future__ import annotations

import gzip
import subprocess
import sys
from typing import TYPE_CHECKING

import pyarrow
import pytest
from pyarrow import parquet

from ingest.errors import FileError
from ingest.files.lines import LONGEST_ROW
from ingest.files.lists import read_list
from ingest.files.read import read_items
from ingest.records import Entry, Problem

if TYPE_CHECKING:
    from pathlib import Path

HEADER = "title,published_at\n"
GOOD = "Markets calm,2025-11-03T10:00:00Z\n"
LONG = LONGEST_ROW // 2**20 + 1  # MiB


def packed(path: Path, *parts: bytes | int) -> Path:
    """A gzip file of texts, and of so many MiB without a line's end."""
    with gzip.open(path, "wb", compresslevel=1) as file:
        for part in parts:
            if isinstance(part, bytes):
                file.write(part)
            for _ in range(part if isinstance(part, int) else 0):
                file.write(b"x" * 2**20)
    return path


def read(path: Path) -> tuple[list[str], list[tuple[str, str]]]:
    found = list(read_items(path))
    problems = [one for one in found if isinstance(one, Problem)]
    titles = [one.title for one in found if isinstance(one, Entry)]
    return titles, [(one.subject, one.reason) for one in problems]


@pytest.mark.slow
def test_a_line_without_end_in_csv(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.csv.gz", HEADER.encode(), LONG, b"\n", GOOD.encode())
    assert read(path) == (
        ["Markets calm"],
        [("a.csv.gz:2", f"not CSV: over {LONGEST_ROW:,} characters")],
    )


@pytest.mark.slow
def test_a_line_without_end_in_json(tmp_path: Path) -> None:
    good = b'{"title": "Markets calm", "published_at": "2025-11-03"}\n'
    path = packed(tmp_path / "a.jsonl.gz", good, b'"', LONG, b'"\n', good)
    titles, problems = read(path)
    assert titles == ["Markets calm"] * 2
    assert problems == [("a.jsonl.gz:2", f"a line of over {LONGEST_ROW:,} characters")]


@pytest.mark.slow
def test_a_row_of_lines_without_end(tmp_path: Path) -> None:
    # Each cell and each line is short; the row never ends.
    cells = (b"x" * 65_536 + b'","\n') * (LONGEST_ROW // 65_536 + 10)
    path = packed(tmp_path / "a.csv.gz", HEADER.encode(), b'"', cells, b'"\n', GOOD.encode())
    titles, problems = read(path)
    assert titles[-1:] == ["Markets calm"]
    assert f"not CSV: over {LONGEST_ROW:,} characters" in {reason for _, reason in problems}


def test_a_header_without_end(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"a\.csv\.gz: not CSV: over"):
        list(read_items(packed(tmp_path / "a.csv.gz", LONG)))


@pytest.mark.slow
def test_an_array_is_read_whole_and_so_not_of_any_size(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.json.gz", b'["', 257)
    with pytest.raises(FileError, match=r"write it as \.jsonl"):
        list(read_list(path))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells the peak of one process")
def test_a_text_that_parquet_holds_once(tmp_path: Path) -> None:
    # A few KB on the disk; written out it would be 4,096 times 1 MiB.
    body = pyarrow.DictionaryArray.from_arrays(
        pyarrow.array([1] * 4095 + [0], pyarrow.int32()), ["short", "x" * 2**20]
    )
    columns = {"title": ["Markets calm"] * 4096, "date": ["2025-11-03"] * 4096, "body": body}
    path = tmp_path / "a.parquet"
    parquet.write_table(pyarrow.table(columns), path, compression="zstd")
    assert path.stat().st_size < 100_000
    code = (
        "import sys, itertools; from pathlib import Path\n"
        "from ingest.files.read import read_items\n"
        "found = sum(1 for _ in itertools.islice(read_items(Path(sys.argv[1])), 3))\n"
        # Not ru_maxrss: on Linux it begins with the memory of the process that started this one.
        "text = Path('/proc/self/status').read_text()\n"
        "print(found, text.split('VmHWM:')[1].split()[0])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True
    )
    found, kib = map(int, done.stdout.split())
    assert found == 3
    assert kib < 1_500_000


def test_a_row_of_parquet_that_is_too_long(tmp_path: Path) -> None:
    body = pyarrow.DictionaryArray.from_arrays(
        pyarrow.array([0] * 9 + [1], pyarrow.int32()), ["x" * (LONGEST_ROW + 1), "short"]
    )
    columns = {"title": ["Markets calm"] * 10, "date": ["2025-11-03"] * 10, "body": body}
    parquet.write_table(pyarrow.table(columns), tmp_path / "a.parquet", compression="zstd")
    titles, problems = read(tmp_path / "a.parquet")
    assert titles == ["Markets calm"]
    assert problems[0] == ("a.parquet:1", f"a row of over {LONGEST_ROW:,} bytes")
    assert len(problems) == 9

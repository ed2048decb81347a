"""``python -m bench [NAME...]``: run benchmarks, print a table, write ``bench/results.json``.

Exit code 1 where a bar was missed or a benchmark failed. A name that was not run keeps its last
result, with the machine and the day of it.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bench.catalogue import NIGHTLY, TITLES, USUAL
from bench.machine import QUIET, busy_cores, load_average, machine, project
from bench.measuring import fresh
from bench.rows import missed
from bench.table import HEAD, cells, text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

RESULTS: Final = Path(__file__).with_name("results.json")


def main(words: Sequence[str]) -> int:
    """The command line."""
    parser = argparse.ArgumentParser("python -m bench", description="Run benchmarks.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(TITLES))
    parser.add_argument("--all", action="store_true", help="those of the night too")
    parser.add_argument("--smoke", action="store_true", help="tiny sizes: does everything run?")
    parser.add_argument("--out", type=Path, metavar="FILE", help="default: bench/results.json")
    asked = parser.parse_args(words)
    unknown = [name for name in asked.names if name not in TITLES]
    if unknown:
        parser.error(f"no benchmark {unknown[0]!r}; there are {', '.join(TITLES)}")
    if asked.smoke and not asked.out:
        parser.error("--smoke measures nothing worth keeping: give --out FILE")
    names = asked.names or [*USUAL, *(NIGHTLY if asked.all else ())]
    return _run(names, asked.out or RESULTS, smoke=asked.smoke)


def _run(names: Sequence[str], file: Path, *, smoke: bool) -> int:
    failed = []
    load = load_average()
    if load > QUIET:
        _say(f"warning: load average {load}: the figures are those of a machine with other work")
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        for place, name in enumerate(names, 1):
            _say(f"{place} of {len(names)}: {name}")
            try:
                found = _measured(Path(folder), name, smoke=smoke)
            except RuntimeError as error:
                _say(f"{name}: {error}")
                failed.append(name)
                continue
            _keep(file, name, found)
            _say(f"{name}: {found['seconds']:.0f} s")
    return _told(_read(file), [name for name in names if name not in failed], failed)


def _measured(folder: Path, name: str, *, smoke: bool) -> dict[str, Any]:
    """One benchmark, with when, on what and beside how much other work."""
    own = folder / name
    own.mkdir()
    head = {
        "measured": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        **project(),
        "machine": machine(),
        "load_average": load_average(),
        "busy_cores": busy_cores(),
    }
    began = time.monotonic()
    found: dict[str, Any] = fresh("bench.catalogue:measured", own, name=name, smoke=smoke)
    shutil.rmtree(own)  # a million entries with texts are gigabytes
    return head | {"seconds": round(time.monotonic() - began, 1)} | found


def _read(file: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    return found


def _keep(file: Path, name: str, found: Mapping[str, Any]) -> None:
    """Written after each, so that an interrupted night keeps what it had; in the usual order."""
    results = _read(file) | {name: found}
    ordered = {one: results[one] for one in TITLES if one in results}
    file.write_text(json.dumps(ordered, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _told(results: Mapping[str, Any], names: Sequence[str], failed: Sequence[str]) -> int:
    """The table of what was run; 1 where something failed or missed its bar."""
    rows = [row for name in names for row in results[name]["rows"]]
    if rows:
        print(text(HEAD, [cells(row) for row in rows]))
    over = missed(rows)
    for row in over:
        print(f"missed: {row['label']}", file=sys.stderr)
    for name in failed:
        print(f"failed: {name}", file=sys.stderr)
    return int(bool(over or failed))


def _say(line: str) -> None:
    print(f"bench: {line}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

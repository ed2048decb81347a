"""``python -m bench [NAME...]``: run benchmarks, print a table, write ``bench/results.json``."""

from __future__ import annotations

import json
import os
import platform
import sys
import tempfile
from importlib import import_module
from pathlib import Path

NAMES = (
    *("scorer", "import_rows", "startup", "index_build", "index_invariances"),
    "fuzz",
    "stories",
    *("transmission_speed", "transmission_sizes"),
    *("poll_round", "poll_kills"),
    "page_times",
)


def main(names: list[str]) -> None:
    """Run each benchmark in an empty folder of its own; the others' results stay in the file."""
    file = Path(__file__).with_name("results.json")
    results: dict[str, object] = json.loads(file.read_text()) if file.is_file() else {}
    machine = {"cpus": os.cpu_count(), "processor": platform.processor() or platform.machine()}
    results["machine"] = machine
    for name in names:
        with tempfile.TemporaryDirectory() as folder:
            results[name] = import_module(f"bench.{name}").run(Path(folder))
        print(f"{name}: {json.dumps(results[name], ensure_ascii=False)}", flush=True)
    file.write_text(json.dumps(results, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    # These have options, and failing is their business.
    if sys.argv[1:2] in (["fuzz"], ["page_times"]):
        sys.exit(import_module(f"bench.{sys.argv[1]}").main(sys.argv[2:]))
    main(sys.argv[1:] or list(NAMES))

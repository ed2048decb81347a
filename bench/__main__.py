"""``python -m bench [NAME...]``: run benchmarks, print a table, write ``bench/results.json``."""

from __future__ import annotations

import json
import os
import platform
import sys
import tempfile
from importlib import import_module
from pathlib import Path

NAMES = ("scorer", "import_rows", "startup")


def main(names: list[str]) -> None:
    """Run each benchmark in an empty folder of its own."""
    results: dict[str, object] = {
        "machine": {"cpus": os.cpu_count(), "processor": platform.processor() or platform.machine()}
    }
    for name in names:
        with tempfile.TemporaryDirectory() as folder:
            results[name] = import_module(f"bench.{name}").run(Path(folder))
        print(f"{name}: {json.dumps(results[name], ensure_ascii=False)}", flush=True)
    Path(__file__).with_name("results.json").write_text(json.dumps(results, indent=2) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:] or list(NAMES))

"""``python -m bench.longrun [DAYS] [--items N] [--made-up] [--lexicon] [--keep FOLDER]``.

Two runs: a process for each day, and one process for all days with fewer items; exit code 1 where
a check of either fails.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.longrun.plan import LEAST_DAYS
from bench.longrun.running import Volume, long_run

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(words: Sequence[str]) -> int:
    """Do what the command line says; 0 where nothing is wrong."""
    parser = argparse.ArgumentParser(prog="python -m bench.longrun", description=__doc__)
    parser.add_argument("days", nargs="?", type=int, default=60)
    parser.add_argument("--items", type=int, default=Volume.a_day, help="a day")
    parser.add_argument(
        "--few", type=int, default=60, help="a day in the run of one process; 0: no such run"
    )
    parser.add_argument("--made-up", action="store_true", help="no real news and prices")
    parser.add_argument("--lexicon", action="store_true", help="word lists instead of the model")
    parser.add_argument("--keep", type=Path, help="a new folder that stays")
    given = parser.parse_args(words)
    if given.days < LEAST_DAYS:
        parser.error(f"a long run has {LEAST_DAYS} days at least")
    volume = Volume(
        a_day=given.items,
        real=False if given.made_up else None,
        scorer="lexicon.v1" if given.lexicon else Volume.scorer,
    )
    found: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.keep or Path(temporary)
        found["a process a day"] = long_run(folder / "many", given.days, volume)
        if given.few:
            few = replace(volume, a_day=given.few, one_process=True, every=given.days)
            found["one process"] = long_run(folder / "one", given.days, few)
    print(json.dumps(found, indent=2, ensure_ascii=False))
    return 1 if any(one["wrong"] for one in found.values()) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

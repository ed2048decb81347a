"""``python -m bench.faults [N]``: so many runs drawn from a seed; each prints one line."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from bench.faults.cases import some
from bench.faults.processes import interruptible
from bench.faults.running import Harness

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.faults.cases import Case
    from bench.faults.running import Result


def main(words: Sequence[str]) -> int:
    """Run them; returns 1 where one went wrong."""
    asked = _parser().parse_args(words)
    cases = some(asked.seed, asked.runs if asked.only is None else asked.only + 1)
    if asked.only is not None:
        cases = cases[-1:]
    folder = Path(asked.folder or tempfile.mkdtemp(prefix="faults-"))
    began = time.monotonic()
    with interruptible(), Harness(folder) as harness:
        results = [_one(harness, case, asked.seed) for case in cases]
    about = summary(results, asked.seed, time.monotonic() - began)
    print(table(results))
    print(f"{about['clean']} of {about['runs']} clean, {about['seconds']:.0f} s")
    if asked.json:
        Path(asked.json).write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")
    return int(about["clean"] != about["runs"])


def _one(harness: Harness, case: Case, seed: int) -> Result:
    result = harness.run(case)
    print(result, flush=True)
    if result.wrong:
        print(f"      again: python -m bench.faults --seed {seed} --only {case.number}")
        print(f"      kept: {harness.folder / f'case-{case.number}'}", flush=True)
    return result


def summary(results: Sequence[Result], seed: int, seconds: float) -> dict[str, object]:
    """Counts, and every run that was not clean."""
    clean = sum(not result.wrong for result in results)
    pairs = Counter((r.case.fault, r.case.command) for r in results)
    return {
        "seed": seed,
        "runs": len(results),
        "clean": clean,
        "seconds": round(seconds, 1),
        "by_fault": dict(sorted(Counter(r.case.fault for r in results).items())),
        "by_pair": {f"{fault}, {name}": n for (fault, name), n in sorted(pairs.items())},
        "exits": dict(sorted(Counter(str(r.codes[0]) for r in results).items())),
        "wrong": [{"case": str(r.case), "wrong": list(r.wrong)} for r in results if r.wrong],
    }


def table(results: Sequence[Result]) -> str:
    """Runs by command and fault."""
    faults = sorted({r.case.fault for r in results})
    lines = [f"{'':16s}" + "".join(f"{fault:>9s}" for fault in faults)]
    for name in sorted({r.case.command for r in results}):
        counts = Counter(r.case.fault for r in results if r.case.command == name)
        lines.append(f"{name:16s}" + "".join(f"{counts[fault] or '-':>9}" for fault in faults))
    return "\n".join(lines)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.faults", description=__doc__)
    parser.add_argument("runs", nargs="?", type=int, default=300, help="how many (300)")
    parser.add_argument("--seed", type=int, default=20260105, help="of the sequence")
    parser.add_argument("--only", type=int, metavar="K", help="run K of the sequence alone")
    parser.add_argument("--folder", metavar="DIR", help="where worlds lie; default: a new one")
    parser.add_argument("--json", metavar="FILE", help="write a summary")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

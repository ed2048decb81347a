"""Whatever comes in: the readers of feeds, pages, dates, addresses and files must not break.

``python -m bench.fuzz [--cases 100000] [--seed N] [--only NAME] [--json]`` draws cases, each from a
seed of its own (``NAME:SEED:NUMBER``), and checks what the readers promise. A case that breaks a
promise is printed, and its input saved, so that ``--replay NAME:SEED:NUMBER`` meets it again.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path
from typing import Any, Final

from bench.fuzz_cases import TARGETS, BrokenPromiseError, draw
from bench.rows import Row

SHARES = {name: target.share for name, target in TARGETS.items()}
SMOKE: Final = {"cases": 60}
ROWS: Final = (
    Row("cases", "cases", ""),
    Row("cases that broke a promise", "failed", "", at_most=0),
)


def check(case: str, folder: Path) -> tuple[bytes, str | None]:
    """The input of a case, and what went wrong with it; None = its promises were kept."""
    name = case.partition(":")[0]
    target = TARGETS[name]
    rng = random.Random(case)
    raw = draw(rng, target.samples)
    try:
        target.check(raw, rng, folder)
    except BrokenPromiseError as error:
        return raw, str(error)
    except Exception:  # noqa: BLE001 - any other error is what this looks for
        return raw, traceback.format_exc(limit=-4)
    return raw, None


def names(cases: int, only: str | None) -> list[str]:
    """The targets of all cases, in proportion to their shares."""
    if only:
        return [only] * cases
    total = sum(SHARES.values())
    return [name for name, share in SHARES.items() for _ in range(round(cases * share / total))]


def fuzz(cases: int, seed: int, saved: Path, only: str | None = None) -> dict[str, Any]:
    """Run the cases; failures are printed as they come, and their inputs put into ``saved``."""
    started = time.perf_counter()
    done: Counter[str] = Counter()
    failures: list[dict[str, str]] = []
    with tempfile.TemporaryDirectory() as folder:
        for number, name in enumerate(names(cases, only)):
            case = f"{name}:{seed}:{number}"
            raw, wrong = check(case, Path(folder))
            done[name] += 1
            if wrong:
                failures.append({"case": case, "reason": wrong.strip().splitlines()[-1]})
                saved.mkdir(parents=True, exist_ok=True)
                (saved / case.replace(":", "-")).write_bytes(raw)
                print(f"{case}\n{wrong}", file=sys.stderr, flush=True)
            if sys.stderr.isatty() and number % 500 == 0:
                print(f"\r{number:,} of {cases:,} ({name})", end="", file=sys.stderr)
    seconds = time.perf_counter() - started
    return {"cases": sum(done.values()), "seed": seed, "by_target": dict(done)} | {
        "seconds": round(seconds, 1),
        "failed": len(failures),
        "failures": failures[:20],
    }


def run(folder: Path, cases: int = 100_000) -> dict[str, Any]:
    """The whole of it, as one benchmark among others."""
    return fuzz(cases, 1, folder / "failures")


def main(words: list[str]) -> int:
    """The command line; 1 where a case failed."""
    parser = argparse.ArgumentParser("bench.fuzz", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=sorted(TARGETS))
    parser.add_argument("--replay", metavar="NAME:SEED:NUMBER")
    parser.add_argument("--saved", type=Path, default=Path("build/fuzz"))
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args(words)
    if args.replay:
        with tempfile.TemporaryDirectory() as folder:
            raw, wrong = check(args.replay, Path(folder))
        print(f"{raw!r}\n{wrong or 'kept its promises'}")
        return int(wrong is not None)
    found = fuzz(args.cases, args.seed, args.saved, args.only)
    if args.json:
        print(json.dumps(found, ensure_ascii=False))
    else:
        told = ", ".join(f"{n:,} {name}" for name, n in found["by_target"].items())
        print(
            f"{found['cases']:,} cases in {found['seconds']} s ({told}): {found['failed']} failed"
        )
    return int(found["failed"] > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

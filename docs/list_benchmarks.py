"""Puts `bench/results.json` into `docs/performance.md`; `make docs` calls it.

Only what lies between the page's marks is written; the words around them are by hand, and hold no
figure that the file has.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from bench.catalogue import TITLES
from bench.growth import FLAGGED, LABELS
from bench.table import HEAD, cells, growth, markdown

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "performance.md"
RESULTS = ROOT / "bench" / "results.json"
MARK = re.compile(r"(<!-- measured: (\w+) -->\n).*?(<!-- end -->)", flags=re.S)
MACHINES = "machines"
CIRCUMSTANCES = {
    "seconds": "{:,.0f} s in all",
    "load_average": "load average {:g} at the start",
    "busy_cores": "{:g} cores busy with other work",
}


def filled(page: str, results: dict[str, Any]) -> str:
    """The page with every block as the results have it."""
    return MARK.sub(lambda m: f"{m[1]}{block(m[2], results)}\n{m[3]}", page)


def block(name: str, results: dict[str, Any]) -> str:
    """What stands between the marks of a benchmark, or of the machines."""
    if name == MACHINES:
        return machines(results)
    if name not in TITLES:
        raise SystemExit(f"{PAGE.name}: there is no benchmark {name!r}")
    if name not in results:
        return f"\nNot measured yet: `python -m bench {name}`.\n"
    found = results[name]
    head, rows = HEAD, [cells(row) for row in found["rows"]]
    if name == "growth":
        head, rows = growth(found["figures"], LABELS, FLAGGED)
    told = markdown(head, rows) if rows else found["figures"].get("skipped", "")
    return f"\n{told}\n\n{circumstances(found)}\n"


def circumstances(found: dict[str, Any]) -> str:
    """When, at which commit and beside how much other work it was measured."""
    commit = f" ({found['commit']})" if found["commit"] else ""
    told = [f"{found['measured'][:10]}, version {found['version']}{commit}"]
    for name, words in CIRCUMSTANCES.items():
        if found[name] is not None:
            told.append(words.format(found[name]))
    return f"{', '.join(told)}."


def machines(results: dict[str, Any]) -> str:
    """A line for each machine, with the benchmarks that ran on it where there are several."""
    by_machine: dict[str, list[str]] = {}
    for name in TITLES:
        if name in results:
            by_machine.setdefault(machine(results[name]["machine"]), []).append(name)
    if len(by_machine) < 2:
        return "".join(f"\n{line}.\n" for line in by_machine) or "\nNothing is measured yet.\n"
    return "\n" + "".join(f"- {line}: {', '.join(on)}.\n" for line, on in by_machine.items())


def machine(told: dict[str, Any]) -> str:
    """Processor, memory, system and versions in a line."""
    libraries = {k: v for k, v in told.items() if k not in ("processor", "cores", "memory_gib")}
    system = libraries.pop("system")
    versions = ", ".join(f"{name} {version}" for name, version in libraries.items() if version)
    head = f"{told['cores']} cores of {told['processor']}, {told['memory_gib']} GiB"
    return f"{head}; {system}; {versions}"


def main() -> None:
    """Write the page."""
    page = PAGE.read_text(encoding="utf-8")
    results = json.loads(RESULTS.read_text(encoding="utf-8"))
    PAGE.write_text(filled(page, results), encoding="utf-8")


if __name__ == "__main__":
    main()

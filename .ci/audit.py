"""The pins against published advisories: `make audit`.

pip-audit ends in 0 also where it could look nothing up ("not found on PyPI and could not be
audited"), and with a page of traceback where the service cannot be reached. Here each outcome has
its line and its code: 0 all were looked up and have none, 1 some have, 3 some or all were not
looked up.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

PINS = Path(__file__).resolve().parent.parent / "constraints.txt"
SECONDS = 300
UNREACHED = (3, "audit: the advisory service cannot be reached from here, nothing was looked up")


def verdict(report: dict[str, Any]) -> tuple[int, str]:
    """Exit code and what to say of pip-audit's JSON report."""
    every = report["dependencies"]
    skipped = [one["name"] for one in every if "skip_reason" in one]
    found = [
        f"{one['name']} {one['version']}: {told['id']}"
        + (f", mended in {', '.join(told['fix_versions'])}" if told.get("fix_versions") else "")
        for one in every
        for told in one.get("vulns", ())
    ]
    if len(skipped) == len(every):
        return UNREACHED
    if found:
        return 1, "\n".join([f"audit: {len(found)} advisories for our pins", *found])
    if skipped:
        return 3, f"audit: {len(skipped)} of {len(every)} not looked up: {', '.join(skipped)}"
    return 0, f"audit: {len(every)} pins, no advisory"


def main() -> int:
    """Ask the service about every pin."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(PINS), "--format", "json"]
    command += ["--no-deps", "--disable-pip", "--progress-spinner", "off"]
    try:
        done = subprocess.run(  # noqa: S603 - this Python
            command, capture_output=True, text=True, timeout=SECONDS, check=False
        )
        code, said = verdict(json.loads(done.stdout))
    except (subprocess.TimeoutExpired, ValueError):
        code, said = UNREACHED
    sys.stderr.write(f"{said}\n")
    return code


if __name__ == "__main__":
    sys.exit(main())

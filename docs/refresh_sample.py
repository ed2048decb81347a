"""Runs the sample and puts what it prints and draws into the README.

`python docs/refresh_sample.py` replaces the text between the README's `sample:start` and
`sample:end` marks and `docs/img/sample-index.svg`. It uses a database and a report folder of its
own, which it removes again.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from bubblefear import config
from bubblefear.report.plots import index_chart, save
from bubblefear.store import database, report_queries

ROOT = Path(__file__).resolve().parent.parent
MARKS = re.compile(r"(<!-- sample:start -->\n).*?(<!-- sample:end -->)", re.S)
WIDTH = 110


def run_sample(folder: Path, scorer: str) -> str:
    """What `bubblefear daily --sample` prints, with the paths that `make run` would show.

    Raises:
        subprocess.CalledProcessError: the job failed.
    """
    command = [sys.executable, "-m", "bubblefear", "daily", "--sample", "--scorer", scorer]
    done = subprocess.run(
        [*command, "--db", str(folder / "sample.db")],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.replace(f"{folder}/", "data/").replace(f"{ROOT}/", "")


def wrapped(text: str) -> str:
    """The text with its long lines folded, for a page that does not scroll."""
    lines = []
    for line in text.rstrip().splitlines():
        rest = line
        while len(rest) > WIDTH and " " in rest[:WIDTH].strip():
            cut = rest.rindex(" ", 0, WIDTH)
            lines.append(rest[:cut])
            rest = "      " + rest[cut + 1 :]
        lines.append(rest)
    return "\n".join(line.rstrip() for line in lines)


def draw(path: Path, target: Path) -> None:
    """Draw the index of the sample's database at `path`."""
    with database(path, create=False) as conn:
        shown = report_queries.latest_vintage(conn)
        if shown is None:
            sys.exit(f"{path} holds no index")
        found = report_queries.total(conn, shown)
    target.parent.mkdir(parents=True, exist_ok=True)
    title = "The sample's index: invented news of 44 sessions"
    subtitle = "day (solid), 30-day mean (dashed), 90 % band over stories; base mean = 100"
    save(index_chart(found, title=title, subtitle=subtitle, height=240), target)


def main() -> None:
    """Run, draw, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--scorer", default=config.DEFAULT_SCORER)
    scorer = parser.parse_args().scorer
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        output = run_sample(folder, scorer)
        draw(folder / "sample.db", ROOT / "docs" / "img" / "sample-index.svg")
    readme = ROOT / "README.md"
    block = f"```\n{wrapped(output)}\n```\n"
    text = readme.read_text(encoding="utf-8")
    changed, times = MARKS.subn(lambda found: found[1] + block + found[2], text)
    if times != 1:
        sys.exit("README.md has no single pair of sample:start and sample:end marks")
    readme.write_text(changed, encoding="utf-8")


if __name__ == "__main__":
    main()

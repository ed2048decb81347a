"""The commands of the documents: read out of a page, and run from top to bottom.

A `console` block holds commands after `$ ` and, if it likes, what they print. A block that cannot
be run here says why in a comment before it: `<!-- not run: REASON -->`.
"""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

FENCE: Final = re.compile(
    r"^(?:<!-- not run: (?P<reason>[^\n]+?) -->\n)?```(?P<language>[a-z]*)\n(?P<text>.*?)^```$",
    flags=re.M | re.S,
)
HEREDOC: Final = re.compile(r"<<'(\w+)'$")
# What serves until it is stopped goes to the background and is asked for its first page.
SERVING: Final = re.compile(r"bubblefear review|-m http\.server")
MARK: Final = "@@@"
TOLERANCE: Final = 0.02
# What may end with another code, and why.
CODES: Final = (
    (re.compile(r"bubblefear daily(?! --sample)"), {0, 3}),  # no prices without a network
    (re.compile(r"bubblefear doctor"), {0, 3}),  # "look": the sample has no feeds
)


@dataclass(frozen=True)
class Block:
    """One fenced block of a page; `reason` is why it is not run, if it is not."""

    language: str
    text: str
    reason: str | None


@dataclass(frozen=True)
class Step:
    """One command, and what the page says that it prints (nothing said: nothing compared)."""

    command: str
    shown: tuple[str, ...]

    @property
    def serves(self) -> bool:
        """Whether it runs until it is stopped."""
        return SERVING.search(self.command) is not None

    @property
    def codes(self) -> set[int]:
        """Exit codes that are right."""
        return next((codes for call, codes in CODES if call.search(self.command)), {0})


def blocks(page: Path) -> list[Block]:
    """Every fenced block of a page, in order."""
    found = FENCE.finditer(page.read_text(encoding="utf-8"))
    return [Block(m["language"], m["text"], m["reason"]) for m in found]


def steps(block: Block) -> Iterator[Step]:
    """The commands of a `console` block."""
    command: list[str] = []
    shown: list[str] = []
    until = ""
    for line in block.text.splitlines():
        if until:
            command.append(line)
            until = "" if line == until else until
        elif line.startswith("$ "):
            if command:
                yield Step("\n".join(command), tuple(shown))
            command, shown = [line[2:]], []
            opened = HEREDOC.search(line)
            until = opened.group(1) if opened else ""
        else:
            shown.append(line)
    if command:
        yield Step("\n".join(command), tuple(shown))


def page_steps(page: Path) -> list[Step]:
    """The commands of a page that are run, from top to bottom."""
    return [
        step
        for block in blocks(page)
        if block.language == "console" and block.reason is None
        for step in steps(block)
    ]


def script(page: list[Step]) -> str:
    """One shell script of them all, so that what a step exports is there for the next."""
    lines = ["pids=", "trap 'kill $pids 2>/dev/null' EXIT"]
    for number, step in enumerate(page):
        lines += [f"echo; echo '{MARK} begin {number}'", *_ran(step)]
        lines += ["code=$?", f'echo; echo "{MARK} end {number} $code"']
    return "\n".join(lines) + "\n"


def _ran(step: Step) -> list[str]:
    if not step.serves:
        return [step.command]
    call, _, comment = step.command.partition("  #")
    port = re.search(r"--port (\d+)|(\d{4,5})$", call.strip())
    assert port, f"{call}: which port?"
    there = f"127.0.0.1:{port.group(1) or port.group(2)}"
    return [
        f"{call} > served.log 2>&1 &  #{comment}",
        'pids="$pids $!"',
        f"until (exec 3<>/dev/tcp/{there.replace(':', '/')}) 2>/dev/null",
        "do kill -0 $! || break; sleep 0.2; done",
        f"curl --silent --fail --output /dev/null http://{there}/",
        "code=$?; cat served.log; (exit $code)",
    ]


def run(
    page: list[Step], folder: Path, environment: Mapping[str, str]
) -> dict[int, tuple[int, str]]:
    """Run a page's commands in a folder.

    Returns:
        Exit code and output (both streams) of each step that was reached.
    """
    done = subprocess.run(
        ["bash", "-c", script(page)],
        cwd=folder,
        env=dict(environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=300,
    )
    pattern = rf"^{MARK} begin (\d+)\n(.*?)\n?^{MARK} end \1 (\d+)$"
    found = re.finditer(pattern, done.stdout, flags=re.M | re.S)
    return {int(m[1]): (int(m[3]), m[2]) for m in found}


def differs(shown: tuple[str, ...], printed: str) -> str | None:
    """The first line of the page that was not printed, or None.

    A line `...` stands for any lines, `...` in a line for any words, and numbers may differ by two
    percent: processors round the embedded model's eight-bit sums differently.
    """
    lines = [line.strip() for line in printed.splitlines() if line.strip()]
    wanted = [line.strip() for line in shown if line.strip()]
    place, skipping = 0, False
    for line in wanted:
        if line == "...":
            skipping = True
            continue
        while skipping and place < len(lines) and not alike(line, lines[place]):
            place += 1
        if place >= len(lines) or not alike(line, lines[place]):
            return line
        place, skipping = place + 1, False
    return None if skipping or not wanted or place == len(lines) else "(nothing more)"


def alike(shown: str, printed: str) -> bool:
    """Whether a printed line is what the page shows."""
    pieces = re.split(r"(\.\.\.|\d[\d,]*(?:\.\d+)?|\s+)", shown)
    pattern = "".join(_pattern(piece) for piece in pieces)
    found = re.fullmatch(pattern, printed)
    if not found:
        return False
    numbers = [float(p.replace(",", "")) for p in pieces if re.match(r"\d", p)]
    given = [float(g.replace(",", "")) for g in found.groups()]
    return all(abs(a - b) <= TOLERANCE * abs(a) for a, b in zip(numbers, given, strict=True))


def _pattern(piece: str) -> str:
    if piece == "...":
        return ".*"
    if re.match(r"\d", piece):
        return r"(\d[\d,]*(?:\.\d+)?)"
    return r"\s+" if piece.isspace() else re.escape(piece)

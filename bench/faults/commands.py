"""The commands that write, as the harness calls them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bubblefear import cli
from bubblefear.cli import COMMANDS as KNOWN


@dataclass(frozen=True)
class Command:
    """A command line and where it can be run.

    Attributes:
        words: The command line; ``{folder}`` is the world's folder. ``--db`` is added.
        worlds: States of the database that it may meet (``worlds.STEPS``).
        polls: It asks the feeds.
        reports: It writes files beside the database's folder.
        clocked: ``clocked`` can run it with a clock of the harness.
    """

    words: tuple[str, ...]
    worlds: tuple[str, ...]
    polls: bool = False
    reports: bool = False
    clocked: bool = False


_ALL: Final[dict[str, Command]] = {
    "init": Command(("init",), ("new", "fed")),
    "feeds add": Command(("feeds", "add", "http://127.0.0.1:9/extra"), ("new", "fed", "scored")),
    "feeds import": Command(("feeds", "import", "{folder}/more.opml"), ("new", "fed")),
    "ingest": Command(("ingest",), ("fed", "polled"), polls=True, clocked=True),
    "import": Command(("import", "{folder}/many.csv"), ("new", "fed", "scored"), clocked=True),
    "score": Command(("score",), ("polled",)),
    "score model": Command(("score", "--scorer", "finbert-multi.v1"), ("polled",)),
    "prices import": Command(("prices", "import", "{folder}/market"), ("new", "polled")),
    "index": Command(("index",), ("scored",), clocked=True),
    "test": Command(("test", "--quick"), ("indexed", "scored")),
    "claims audit": Command(("claims", "audit", "{folder}/claims.toml"), ("indexed",)),
    "report": Command(("report",), ("indexed",), reports=True),
    "report site": Command(("report", "--site", "{folder}/out/site"), ("indexed",), reports=True),
    "daily": Command(
        ("daily",), ("fed", "scored", "indexed"), polls=True, reports=True, clocked=True
    ),
    "daily sample": Command(
        ("daily", "--sample", "--config", "bubblefear.toml"), ("new",), reports=True
    ),
    "score local": Command(("score", "--engine", "local", "--workers", "2"), ("polled",)),
    "archive move": Command(("archive", "move", "--before", "2025-02"), ("indexed",)),
    "backup": Command(("backup",), ("indexed",)),
    "restore": Command(("restore", "{folder}/copy.db"), ("indexed",)),
    "publish": Command(("publish", "{folder}/out/published.db", "--force"), ("indexed",)),
    "doctor --repair": Command(("doctor", "--repair"), ("indexed",)),
}


def _known(made: Command) -> bool:
    """Whether the checkout has the command with these options."""
    if made.words[0] not in KNOWN:
        return False
    source = Path(cli.__file__).with_name(f"{KNOWN[made.words[0]]}.py").read_text("utf-8")
    options = [word for word in made.words if word.startswith("--")]
    return all(word in source or word[2:] in source for word in options)


COMMANDS: Final = {name: made for name, made in _ALL.items() if _known(made)}

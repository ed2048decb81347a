"""Cases: which command meets which fault in which world, drawn from a seed."""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import count, islice
from typing import TYPE_CHECKING, Final

from bench.faults.commands import COMMANDS

if TYPE_CHECKING:
    from collections.abc import Iterator

# Fault -> its variants. What comes twice is drawn twice as often.
FAULTS: Final[dict[str, tuple[str, ...]]] = {
    "kill": ("time", "write", "write"),
    "signal": ("int", "term", "int at a write"),
    "disk": ("full", "full"),
    "busy": ("short", "short", "long"),
    "wal": ("cut", "zero", "flip"),
    "rights": ("file", "folder", "report"),
    "clock": ("back", "back a little", "forth", "back during", "forth during"),
    "network": (
        *("drop", "reset", "long length", "short length", "gzip", "loop", "endless body"),
        *("slow loris", "endless headers"),
    ),
}
_TIMES: Final = {"network": 4, "clock": 2}
# These take a minute of waiting each: drawn for one command in one world alone.
PATIENT: Final = frozenset(("slow loris", "endless headers", "long"))
_PATIENT_COMMANDS: Final = frozenset(("ingest", "import", "daily"))


@dataclass(frozen=True)
class Case:
    """One run.

    Attributes:
        number: Its place in the sequence, from 0.
        command: A name of ``commands.COMMANDS``.
        world: One of the command's worlds.
        fault: A name of ``FAULTS``.
        variant: One of the fault's variants.
        moment: 0-1: when, or how much, on the scale of the undisturbed run.
        dice: Seed of what else is drawn.
    """

    number: int
    command: str
    world: str
    fault: str
    variant: str
    moment: float
    dice: int

    def __str__(self) -> str:
        """As the line of a run begins."""
        where = f"{self.command} in {self.world}"
        return f"{self.number:4d}  {where:28s} {self.fault}: {self.variant}, at {self.moment:.2f}"


def cases(seed: int) -> Iterator[Case]:
    """An endless sequence of rounds; in a round every command meets every fault that fits it.

    The same seed gives the same sequence, of whatever length.
    """
    dice = random.Random(seed)
    numbers = count()
    bags: dict[str, list[str]] = {fault: [] for fault in FAULTS}
    while True:
        pairs = a_round()
        dice.shuffle(pairs)
        for name, fault in pairs:
            yield _case(next(numbers), name, fault, dice, bags[fault])


def a_round() -> list[tuple[str, str]]:
    """Every pair of command and fault; the faults of few commands come several times."""
    return [
        (name, fault)
        for name in COMMANDS
        for fault in FAULTS
        for _ in range(_TIMES.get(fault, 1))
        if fits(name, fault)
    ]


def some(seed: int, number: int) -> list[Case]:
    """The first so many."""
    return list(islice(cases(seed), number))


def fits(command: str, fault: str) -> bool:
    """Whether the fault can befall the command at all."""
    if fault == "network":
        return COMMANDS[command].polls
    if fault == "clock":
        return COMMANDS[command].clocked
    return True


def variants(command: str, fault: str) -> list[str]:
    """The fault's variants that the command can meet."""
    found = [v for v in FAULTS[fault] if v not in PATIENT or command in _PATIENT_COMMANDS]
    if fault == "rights" and not COMMANDS[command].reports:
        found.remove("report")
    return found


def _case(number: int, name: str, fault: str, dice: random.Random, bag: list[str]) -> Case:
    """Draw a case; every variant in the bag is drawn before it is filled again."""
    worlds = [w for w in COMMANDS[name].worlds if not (w == "new" and fault in ("busy", "rights"))]
    world = dice.choice(worlds or ["fed"])
    fitting = variants(name, fault)
    if not set(bag) & set(fitting):
        bag.extend(dice.sample(FAULTS[fault], len(FAULTS[fault])))
    variant = next(one for one in bag if one in fitting)
    bag.remove(variant)
    return Case(number, name, world, fault, variant, round(dice.random(), 3), dice.randrange(2**32))

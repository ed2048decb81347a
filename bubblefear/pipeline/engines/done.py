"""What an engine says of every part that is scored."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Done:
    """A part whose scores are on the disk.

    Attributes:
        texts: How many.
        seconds: What its worker took for them.
    """

    texts: int
    seconds: float

"""How well coders agree, from every article that two of them have coded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bubblefear.store import audit

if TYPE_CHECKING:
    import sqlite3

FIELDS: Final = {
    "topic": "topic",
    "fear": "fear, quadratic weights",
    "fear_linear": "fear, linear weights",
    "stance": "stance",
    "kind": "kind",
    "channel": "channel",
}


@dataclass(frozen=True)
class Agreement:
    """One field of two coders.

    Attributes:
        one: A coder.
        other: Another.
        field: One of ``FIELDS``.
        kappa: Cohen's kappa; None = the codes do not vary or are fewer than two.
        lo: Lower end of its asymptotic 95 % interval.
        hi: Upper end.
        n: Articles that both coded.
        same: Of which they coded the same.
        enough: Articles from which the interval can be believed.
    """

    one: str
    other: str
    field: str
    kappa: float | None
    lo: float | None
    hi: float | None
    n: int
    same: int
    enough: int

    @property
    def title(self) -> str:
        """The field in words."""
        return FIELDS[self.field]

    @property
    def few(self) -> bool:
        """Whether there are too few articles to go by."""
        return self.n < self.enough


def agreements(conn: sqlite3.Connection, coder: str | None = None) -> list[Agreement]:
    """The agreement of every two coders, or of one with each other, field by field.

    Reviews that were undone and those that a later one replaced take no part.
    """
    codes = audit.all_codes(conn)
    if len({code[1] for code in codes}) < 2:
        return []
    import pandas as pd

    from models.audit import agreement

    frame = pd.DataFrame(codes, columns=list(audit.CODE_COLUMNS))
    return [
        Agreement(
            one=pair["coders"][0],
            other=pair["coders"][1],
            field=field,
            enough=agreement.enough(_coded(field)),
            **pair[field],
        )
        for pair in agreement.agreements(frame)
        if coder is None or coder in pair["coders"]
        for field in FIELDS
    ]


def _coded(field: str) -> str:
    """The field of the codes: the grade of fear has a kappa with either weights."""
    return "fear" if field == "fear_linear" else field

"""The answers of an audit: immutable, and able to show themselves."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from models.transmission import display

if TYPE_CHECKING:
    import pandas as pd

    from models.claims.claim import Claim
    from models.claims.measure import Interval, Plot

VERDICTS = ("reproduced", "not reproduced", "contradicted", "unavailable", "not testable")


@dataclass(frozen=True)
class Audited:
    """The answer to one claim.

    Attributes:
        claim: what was asked.
        verdict: one of `VERDICTS`.
        value: named numbers; None where nothing could be measured.
        interval: of those values that are estimates.
        n: observations.
        data: what was read, with its hash.
        missing: data that the claim asks for and that is not there.
        note: plain words.
        plots: JSON-able payloads.
    """

    claim: Claim
    verdict: str
    value: dict[str, float] | None = None
    interval: dict[str, Interval] | None = None
    n: int = 0
    data: dict[str, Any] | None = None
    missing: tuple[str, ...] = ()
    note: str = ""
    plots: tuple[Plot, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Everything but the plots, as plain JSON-able values."""
        return {
            "id": self.claim.id,
            "claim": self.claim.text,
            "verdict": self.verdict,
            "stated": self.claim.stated or None,
            "value": self.value,
            "interval": None
            if not self.interval
            else {name: list(ends) for name, ends in self.interval.items()},
            "n": self.n,
            "data": self.data,
            "missing": list(self.missing),
            "note": self.note,
        }


@dataclass(frozen=True)
class Audit:
    """The answers to a file of claims, in its order."""

    answers: tuple[Audited, ...]
    title: str = "Claim audit"
    level: float = field(default=0.95)

    def __len__(self) -> int:
        return len(self.answers)

    def __getitem__(self, claim: str) -> Audited:
        """The answer to the claim of that identity."""
        for answer in self.answers:
            if answer.claim.id == claim:
                return answer
        raise KeyError(claim)

    def counts(self) -> dict[str, int]:
        """How often each verdict was given."""
        given = [answer.verdict for answer in self.answers]
        return {verdict: given.count(verdict) for verdict in VERDICTS}

    def to_frame(self) -> pd.DataFrame:
        """One row per claim, and per check of it: name, relation, stated number, value, interval.

        Columns claim, verdict, name, relation, stated, value, lo, hi, n; indexed by id.
        """
        import pandas as pd

        rows = [row for answer in self.answers for row in _rows(answer)]
        columns = ["id", "claim", "verdict", "name", "relation", "stated", "value", "lo", "hi", "n"]
        return pd.DataFrame(rows, columns=columns).set_index("id")

    def summary(self) -> str:
        """Plain text."""
        return display.text(self.title, self.to_frame().drop(columns="claim"), self._notes())

    def _repr_html_(self) -> str:
        return display.html(self.title, self.to_frame(), self._notes())

    def _notes(self) -> list[str]:
        counted = ", ".join(f"{n} {verdict}" for verdict, n in self.counts().items() if n)
        return [counted, *(f"{a.claim.id}: {a.note}" for a in self.answers if a.note)]


def _rows(answer: Audited) -> list[tuple[Any, ...]]:
    head = (answer.claim.id, answer.claim.text, answer.verdict)
    value, interval = answer.value or {}, answer.interval or {}
    rows = [
        (
            *head,
            check.name,
            check.relation,
            check.number,
            value.get(check.name),
            *interval.get(check.name, (None, None)),
            answer.n,
        )
        for check in answer.claim.checks
    ]
    return rows or [(*head, "", "", None, None, None, None, answer.n)]

"""What every kind of measurement is: a frozen specification that a look at the data fits."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

if TYPE_CHECKING:
    from models.claims.data import Look

Interval = tuple[float, float]
Plot = dict[str, Any]


@dataclass(frozen=True)
class Measured:
    """Named numbers.

    Attributes:
        values: by name; the unit is the end of the name (`_percent`, `_beta`, ...). What has no
            finite value is left out of the answer, and no check can meet it.
        intervals: of those values that are estimates.
        n: observations behind them.
        tests: values that are p-values in percent: one above a bound is no evidence against.
        variants: other defensible values of a name, as the claim leaves choices open.
        notes: what a reader must know, in whole sentences.
        plots: JSON-able payloads.
    """

    values: dict[str, float]
    n: int
    intervals: dict[str, Interval] = field(default_factory=dict)
    tests: tuple[str, ...] = ()
    variants: dict[str, tuple[float, ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    plots: tuple[Plot, ...] = ()


class Measure(Protocol):
    """A frozen dataclass whose fields are the parameters of a claims file."""

    kind: ClassVar[str]
    __dataclass_fields__: ClassVar[dict[str, Any]]

    def names(self) -> tuple[str, ...]:
        """The names of its values that a check may ask for."""
        ...

    def fit(self, look: Look) -> Measured:
        """Measure.

        Raises:
            Unavailable: data is missing.
            ModelError: the data cannot be used.
        """
        ...

"""The shape of a canned query: its title, what it answers, its parameters and its columns."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Mapping

_TERM = Markup("<dt><code>{}</code></dt><dd>{}</dd>")
_COLUMNS = Markup("<details><summary>Columns</summary><dl>{}</dl></details>")


@dataclass(frozen=True)
class Canned:
    """A question that an analyst asks, in SQL.

    Attributes:
        title: The question's name.
        answers: What it answers, in a sentence or two.
        sql: One SELECT, limited.
        columns: Each column of the answer with its description.
        parameters: Each parameter of the SQL with what to write there.
    """

    title: str
    answers: str
    sql: str
    columns: Mapping[str, str]
    parameters: Mapping[str, str] = field(default_factory=dict)

    def metadata(self) -> dict[str, Any]:
        """As Datasette's metadata has it."""
        given = Markup("<dl>{}</dl>").format(_terms(self.parameters)) if self.parameters else ""
        told = Markup("<p>{}</p>{}").format(self.answers, given)
        # write is never set: a writable canned query takes anonymous writes unless it is guarded.
        return {
            "title": self.title,
            "description": self.answers,
            "description_html": str(told + _COLUMNS.format(_terms(self.columns))),
            "sql": self.sql,
            "params": list(self.parameters),
            "hide_sql": True,
        }


def _terms(described: Mapping[str, str]) -> Markup:
    return Markup("").join(_TERM.format(name, text) for name, text in described.items())

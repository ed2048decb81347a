"""Options that several commands share, with their help, and what stands behind them."""

from pathlib import Path
from typing import Annotated

import typer

Db = Annotated[
    Path | None,
    typer.Option(
        "--db", help="Database; else BUBBLEFEAR_DB, else data/bubblefear.db.", metavar="FILE"
    ),
]
Config = Annotated[
    Path | None,
    typer.Option("--config", help="Settings; else ./bubblefear.toml.", metavar="FILE"),
]
Json = Annotated[bool, typer.Option("--json", help="JSON on standard output, and nothing else.")]
ScorerName = Annotated[
    str | None,
    typer.Option(
        "--scorer",
        help="Scorer: finbert-multi.v1, lexicon.v1, hf:ID or hf:./FOLDER.",
        metavar="NAME",
    ),
]


def now() -> str:
    """The present moment as UTC text: the one clock, passed on from here."""
    from datetime import UTC, datetime

    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

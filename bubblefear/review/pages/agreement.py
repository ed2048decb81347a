"""The page of agreement: how well every two coders agree, and where they do not."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from bubblefear.pipeline import coder_agreement
from bubblefear.review.pages import answer
from bubblefear.store import dispute_queries

if TYPE_CHECKING:
    import sqlite3

    from datasette.app import Datasette
    from datasette.utils.asgi import Request, Response

_DISPUTES: Final = 500
_SHOWN: Final = 100
_COLUMNS: Final = ("one", "other", "field", "kappa", "lo", "hi", "n", "same", "enough")
_SAID: Final = ("reviewer", "topic", "fear", "stance", "kind", "channel")


async def agreement(datasette: Datasette, request: Request) -> Response:
    """Kappa of every two coders, and the articles that they coded differently."""
    answer.served(datasette)
    found = await answer.read(datasette, agreement_data)
    return await answer.page(datasette, request, "agreement.html", {**found, "shown": _SHOWN})


async def agreement_json(datasette: Datasette, request: Request) -> Response:
    """The same as JSON."""
    answer.served(datasette)
    return answer.as_json(await answer.read(datasette, agreement_data))


async def agreement_csv(datasette: Datasette, request: Request) -> Response:
    """One row for every two coders and field."""
    answer.served(datasette)
    found = await answer.read(datasette, coder_agreement.agreements)
    rows = [[asdict(one)[name] for name in _COLUMNS] for one in found]
    return answer.as_csv(_COLUMNS, rows, "agreement.csv")


async def disputes_csv(datasette: Datasette, request: Request) -> Response:
    """One row for every article that two coders coded differently."""
    answer.served(datasette)
    found = await answer.read(datasette, _disputes)
    columns = [f"{who}_{name}" for who in ("one", "other") for name in _SAID]
    rows = [
        [one.article_id, one.title, one.language]
        + [getattr(said, name) for said in (one.one, one.other) for name in _SAID]
        for one in found
    ]
    return answer.as_csv(["article_id", "title", "language", *columns], rows, "disputes.csv")


def agreement_data(conn: sqlite3.Connection) -> dict[str, Any]:
    """Agreements by pair and field, and disputed articles, the farthest apart first."""
    return {"agreements": coder_agreement.agreements(conn), "disputes": _disputes(conn)}


def _disputes(conn: sqlite3.Connection) -> list[dispute_queries.Dispute]:
    return dispute_queries.disputes(conn, _DISPUTES)


ROUTES: list[answer.Route] = [
    (r"^/agreement$", agreement),
    (r"^/agreement\.json$", agreement_json),
    (r"^/agreement\.csv$", agreement_csv),
    (r"^/agreement/disputes\.csv$", disputes_csv),
]

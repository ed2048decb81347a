"""Samples for the audit, the codes of their items, and calibrations; rows are only added."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bubblefear.errors import NothingToDo
from bubblefear.store import reviews

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping

POPULATION_COLUMNS: Final = ("article_id", "source", "language", "relevance", "fear", "relief")
ITEM_COLUMNS: Final = (
    "number", "article_id", "language", "source_group", "stratum", "stratum_size",
    "relevance", "fear", "relief",
)  # fmt: skip
CODE_COLUMNS: Final = ("article_id", "reviewer", "topic", "fear", "stance", "kind", "channel")

_CODES: Final = f"SELECT {', '.join(CODE_COLUMNS)} FROM ({reviews.CODES})"


@dataclass(frozen=True)
class Sample:
    """A row of ``audit_samples``."""

    name: str
    created_at: str
    scorer: str
    seed: int
    size: int
    since: str | None
    until: str | None
    definition: Mapping[str, Any]


@dataclass(frozen=True)
class Sheet:
    """An item as a coder gets it: what can be read of the article, and nothing of its score."""

    number: int
    article_id: str
    language: str
    source: str
    date: str
    title: str
    summary: str | None
    url: str | None


@dataclass(frozen=True)
class Code:
    """What a coder says of an article; None = not said (topic), none (the others)."""

    fear: int
    stance: str
    kind: str | None
    channel: str | None
    topic: int | None = None
    note: str | None = None


@dataclass(frozen=True)
class Calibration:
    """A row of ``calibrations``."""

    name: str
    created_at: str
    sample: str
    scorer: str
    coded: int
    knots: Mapping[str, list[tuple[float, float]]]
    errors: Mapping[str, list[list[float]]]


def population(
    conn: sqlite3.Connection, scorer: str, since: str | None, until: str | None
) -> list[tuple[Any, ...]]:
    """``POPULATION_COLUMNS`` of every article scored by ``scorer`` and first seen in between.

    Args:
        conn: The database.
        scorer: Its stored name.
        since: UTC text, first instant; None = no limit.
        until: UTC text, last instant; None = no limit.
    """
    return [
        tuple(row)
        for row in conn.execute(
            "SELECT s.article_id, e.source, a.language, s.relevance, s.fear, s.relief "
            "FROM scores s JOIN entries e ON e.id = s.article_id JOIN articles a ON a.id = e.id "
            "WHERE s.scorer = ? AND s.abstained IS NULL "
            "AND e.first_seen_at >= coalesce(?, '') AND e.first_seen_at <= coalesce(?, '~')",
            (scorer, since, until),
        )
    ]


def add_sample(
    conn: sqlite3.Connection, sample: Sample, items: Iterable[tuple[object, ...]]
) -> None:
    """Store a draw, inside a transaction of the caller.

    Args:
        conn: The database.
        sample: The draw.
        items: In the order of coding: article, source group, stratum, its size, drawn, weight.
    """
    conn.execute(
        "INSERT INTO audit_samples VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            sample.name, sample.created_at, sample.scorer, sample.seed, sample.size,
            sample.since, sample.until, json.dumps(sample.definition, ensure_ascii=False),
        ),
    )  # fmt: skip
    conn.executemany(
        "INSERT INTO audit_items VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [(sample.name, number, *item) for number, item in enumerate(items, start=1)],
    )


def sample(conn: sqlite3.Connection, name: str | None = None) -> Sample | None:
    """A sample by its name, or the newest one."""
    row = conn.execute(
        "SELECT * FROM audit_samples WHERE name = coalesce(?, name) ORDER BY rowid DESC LIMIT 1",
        (name,),
    ).fetchone()
    return None if row is None else Sample(**dict(row) | {"definition": json.loads(row[-1])})


def sample_names(conn: sqlite3.Connection) -> list[str]:
    """Names of all samples, oldest first."""
    return [row[0] for row in conn.execute("SELECT name FROM audit_samples ORDER BY rowid")]


def sheets(conn: sqlite3.Connection, name: str) -> list[Sheet]:
    """A sample's items for a coder, in the order of coding."""
    rows = conn.execute(
        "SELECT i.number, i.article_id, a.language, e.source, "
        "coalesce(e.published_at, e.first_seen_at) AS date, e.title, e.summary, e.url "
        "FROM audit_items i JOIN entries e ON e.id = i.article_id "
        "JOIN articles a ON a.id = e.id WHERE i.sample = ? ORDER BY i.number",
        (name,),
    )
    return [Sheet(*row) for row in rows]


def items(conn: sqlite3.Connection, name: str, scorer: str) -> list[tuple[Any, ...]]:
    """``ITEM_COLUMNS`` of a sample, with the scores of ``scorer``: None where it has none."""
    return [
        tuple(row)
        for row in conn.execute(
            "SELECT i.number, i.article_id, a.language, i.source_group, i.stratum, "
            "i.stratum_size, s.relevance, s.fear, s.relief "
            "FROM audit_items i JOIN articles a ON a.id = i.article_id "
            "LEFT JOIN scores s ON s.article_id = i.article_id AND s.scorer = ? "
            "AND s.abstained IS NULL WHERE i.sample = ? ORDER BY i.number",
            (scorer, name),
        )
    ]


def codes(conn: sqlite3.Connection, name: str) -> list[tuple[Any, ...]]:
    """``CODE_COLUMNS`` for each coder of each item of a sample: the coder's last review."""
    return [
        tuple(row)
        for row in conn.execute(
            f"{_CODES} WHERE article_id IN (SELECT article_id FROM audit_items WHERE sample = ?) "
            "ORDER BY article_id, reviewer",
            (name,),
        )
    ]


def article_of(conn: sqlite3.Connection, name: str, number: int) -> str | None:
    """The article of an item."""
    row = conn.execute(
        "SELECT article_id FROM audit_items WHERE sample = ? AND number = ?", (name, number)
    ).fetchone()
    return None if row is None else str(row[0])


def has_article(conn: sqlite3.Connection, article_id: str) -> bool:
    """Whether there is such an article."""
    row = conn.execute("SELECT 1 FROM articles WHERE id = ?", (article_id,)).fetchone()
    return row is not None


def last_code(conn: sqlite3.Connection, article_id: str, reviewer: str) -> Code | None:
    """What a reviewer said of an article last and did not take back."""
    row = conn.execute(
        "SELECT x.fear, x.stance, x.kind, x.channel, t.topic, x.note FROM reviews x "
        "LEFT JOIN review_topics t ON t.review_id = x.id "
        f"WHERE x.article_id = ? AND x.reviewer = ? AND {reviews.STANDING} "
        "ORDER BY x.id DESC LIMIT 1",
        (article_id, reviewer),
    ).fetchone()
    return None if row is None else Code(*row)


def all_codes(conn: sqlite3.Connection) -> list[tuple[Any, ...]]:
    """``CODE_COLUMNS`` for each coder of each article, in a sample or not."""
    return [tuple(row) for row in conn.execute(f"{_CODES} ORDER BY article_id, reviewer")]


def add_code(
    conn: sqlite3.Connection, article_id: str, reviewer: str, code: Code, now: str
) -> bool:
    """Store a code as a review; False where it is what the reviewer said last."""
    if last_code(conn, article_id, reviewer) == code:
        return False
    add_review(conn, article_id, reviewer, code, now)
    return True


def add_review(
    conn: sqlite3.Connection, article_id: str, reviewer: str, code: Code, now: str
) -> None:
    """Store a code as a review, also where it says the same again.

    Raises:
        sqlite3.IntegrityError: no such article, or a number that the guide does not have.
    """
    review = reviews.add(
        conn, article_id=article_id, reviewer=reviewer, now=now, fear=code.fear,
        stance=code.stance, kind=code.kind, channel=code.channel, note=code.note,
    )  # fmt: skip
    if code.topic is not None:
        conn.execute("INSERT INTO review_topics VALUES (?, ?)", (review, code.topic))


def add_calibration(conn: sqlite3.Connection, found: Calibration) -> None:
    """Store a calibration.

    Raises:
        sqlite3.IntegrityError: the name is taken.
    """
    conn.execute(
        "INSERT INTO calibrations VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            found.name, found.created_at, found.sample, found.scorer, found.coded,
            json.dumps(found.knots), json.dumps(found.errors),
        ),
    )  # fmt: skip


def calibrations(conn: sqlite3.Connection) -> list[Calibration]:
    """All calibrations, oldest first."""
    rows = conn.execute("SELECT * FROM calibrations ORDER BY rowid")
    return [_calibration(row) for row in rows]


def find_calibration(conn: sqlite3.Connection, name: str) -> Calibration | None:
    """A calibration with all that is known of it."""
    row = conn.execute("SELECT * FROM calibrations WHERE name = ?", (name,)).fetchone()
    return None if row is None else _calibration(row)


def calibration(conn: sqlite3.Connection, name: str) -> Calibration:
    """A calibration that must be there.

    Raises:
        NothingToDo: there is none of that name.
    """
    found = find_calibration(conn, name)
    if found is None:
        raise NothingToDo(f"there is no calibration {name}: run `bubblefear audit calibrate`")
    return found


def _calibration(row: sqlite3.Row) -> Calibration:
    knots = {k: [(x, y) for x, y in pairs] for k, pairs in json.loads(row["knots"]).items()}
    errors = json.loads(row["errors"])
    return Calibration(**dict(row) | {"knots": knots, "errors": errors})

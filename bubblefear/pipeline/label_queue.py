"""The order in which articles come to a coder.

An order is a proposal of where a label is worth most. It chooses by the scorer's own answers, so
shares and error rates among what it brings up say nothing of the news as a whole: those can be
estimated from the random audit sample alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bubblefear.store import accounts, queue_queries, report_queries
from bubblefear.store.counters import Kept
from nlp.aggregate import FEAR_THRESHOLD
from nlp.relevance import THRESHOLD

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable, Mapping

    from bubblefear.store.queue_queries import Candidate, Known

RECENT_SESSIONS: Final = 60
# A text without stated worry is grade 0 however bad its news: bad news is half a reason to look.
_BAD_NEWS: Final = 0.5
LEAST_DOUBT: Final = 0.2


@dataclass(frozen=True)
class Order:
    """An order as shown: its title, what it brings first, and what makes it empty."""

    title: str
    what: str
    empty: str


ORDERS: Final[Mapping[str, Order]] = {
    "audit": Order(
        "Audit sample",
        "The newest random sample, in its random order. Only from these codes can the scorer's "
        "error rates be estimated.",
        "Nothing is left of the newest audit sample, or none was drawn yet: "
        "`bubblefear audit sample` draws one.",
    ),
    "uncertain": Order(
        "Uncertain",
        "Where the scorer is between two answers: two grades, fear or relief, on the topic or "
        "not, or bad news without a worry found. One article of each story.",
        "Nothing is left that the scorer doubts: `bubblefear score` reads what is new.",
    ),
    "contribution": Order(
        "Contribution",
        f"What moved the index most in its last {RECENT_SESSIONS} sessions: an error weighs most "
        "here. One article of each story.",
        "Nothing is left that moved the index lately, or there is none yet: `bubblefear index` "
        "builds it.",
    ),
    "disagreement": Order(
        "Disagreement",
        "Where two scorers, a scorer and another coder, or two other coders are a quarter of the "
        "scale or more apart, the farthest first. One article of each story.",
        "Nothing to settle: it takes a second scorer (`bubblefear score --scorer lexicon.v1`) or "
        "another coder's labels.",
    ),
}


def waiting(
    conn: sqlite3.Connection,
    order: str,
    coder: str,
    *,
    language: str | None = None,
    skipped: Collection[str] = (),
    kept: Kept | None = None,
) -> list[str]:
    """Articles that a coder has not coded, what to code first at the front.

    Args:
        conn: The database.
        order: One of ``ORDERS``.
        coder: Who asks; what this coder coded and did not undo is left out.
        language: Only articles in this one; None = in all.
        skipped: Articles that come last, in the order of their skipping.
        kept: Of a server: what the scorers say is the same for every coder, and of a million
            articles it takes seconds to read.
    """
    coded = queue_queries.coded_by(conn, coder)
    if order == "audit":
        found: Iterable[Known | Candidate] = queue_queries.newest_sample(conn)[1]
        done = {one.id for one in coded}
        left = [one for one in found if one.id not in done]
    else:
        found = _by_value(conn, order, coder, kept or Kept())
        left = _one_of_each_story(found, {one.story for one in coded})
    ids = [one.id for one in left if language in (None, one.language)]
    front = [one for one in ids if one not in skipped]
    return [*front, *(one for one in skipped if one in ids)]


def doubt(one: Candidate) -> float:
    """How near the scorer is to another answer, 0-1: the largest of four doubts.

    - Of the grade, 3 x relevance x fear: 1 half-way between two grades, 0 on one.
    - Of the stance, where fear or relief counts as present: the smaller over the larger.
    - Of the topic: 1 at the threshold of relevance, 0 half the scale away, as far as there is
      fear or relief that depends on it.
    - Of what was missed, where no fear was found: half of relevance x probability of a negative
      tone.
    """
    grade = 3 * one.relevance * one.fear
    larger, smaller = max(one.fear, one.relief), min(one.fear, one.relief)
    present = one.relevance * larger >= FEAR_THRESHOLD
    missed = one.relevance * one.fear < FEAR_THRESHOLD
    return max(
        1 - 2 * abs(grade % 1 - 0.5),
        smaller / larger if present else 0.0,
        max(0.0, 1 - 2 * abs(one.relevance - THRESHOLD)) * min(1.0, 3 * larger),
        _BAD_NEWS * one.relevance * one.negative if missed else 0.0,
    )


def _by_value(
    conn: sqlite3.Connection, order: str, coder: str, kept: Kept
) -> list[Known | Candidate]:
    """The articles of an order, the most valuable first; of equal doubt the newest first."""
    scorer = report_queries.main_scorer(conn)
    if scorer is None:
        return []
    if order == "uncertain":
        doubted = kept.of(conn, f"doubted {scorer}", lambda: _doubted(conn, scorer))
        return list(doubted)
    value = _points(conn) if order == "contribution" else _apart(conn, scorer, coder, kept)
    stored = queue_queries.known(conn, value)
    return sorted(stored.values(), key=lambda one: (-value[one.id], one.id))


def _doubted(conn: sqlite3.Connection, scorer: str) -> list[Candidate]:
    found = queue_queries.candidates(conn, scorer, LEAST_DOUBT / _BAD_NEWS)
    doubts = [(round(doubt(one), 3), one.first_seen_at, one.id, one) for one in found]
    return [one for value, *_, one in sorted(doubts, reverse=True) if value >= LEAST_DOUBT]


def _apart(conn: sqlite3.Connection, scorer: str, coder: str, kept: Kept) -> dict[str, float]:
    """Articles that readings disagree on, by the largest distance between two of them."""
    scorers = kept.of(conn, "scorers apart", lambda: queue_queries.scorers_apart(conn))
    coders = queue_queries.coders_apart(conn, scorer, coder)
    return queue_queries.farthest([*scorers.items(), *coders.items()])


def _points(conn: sqlite3.Connection) -> dict[str, float]:
    """Index points that each article carried in the last sessions of the index shown."""
    vintage = report_queries.latest_vintage(conn)
    if vintage is None:
        return {}
    dates = [point.date for point in report_queries.total(conn, vintage)[-RECENT_SESSIONS:]]
    since = min(dates, default="9999")
    found: dict[str, float] = {}
    for account in accounts.read_all(conn, vintage.version, vintage.vintage, since=since):
        for part in account.parts:
            found[part.article] = found.get(part.article, 0.0) + abs(part.points)
    return found


def _one_of_each_story(
    found: Iterable[Known | Candidate], told: Collection[str]
) -> list[Known | Candidate]:
    """The first article of each story but of those told: a near-copy's label is known."""
    seen, first = set(told), []
    for one in found:
        if one.story not in seen:
            seen.add(one.story)
            first.append(one)
    return first

"""What must not move the index: the order of the rows, copies of feeds, irrelevant news, scripts.

On a copy of the database that ``BUBBLEFEAR_BENCH_DB`` names, or else on made-up news. Each check
builds the index from the same rows changed in one way and compares the total, session by session.
The last checks score the Chinese texts anew, as they are and in the other script, for minutes: they
run where ``BUBBLEFEAR_BENCH_SCRIPTS`` is set. All relevant texts are scored, and one in
twenty of the others to see how many of them become relevant.
"""

from __future__ import annotations

import os
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from bench.made import own_database
from bench.rows import Row

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import pandas as pd

SCRIPTS: Final = "BUBBLEFEAR_BENCH_SCRIPTS"
BATCH: Final = 2000
SOURCES: Final = 10
MADE: Final = 100_000
SMOKE: Final = {"rows": 2_000, "sources": 1}
OTHERS: Final = 20
SEED: Final = 23
SWAPPED: Final = {"zh-Hans": ("s2t", "zh-Hant"), "zh-Hant": ("t2s", "zh-Hans")}


def run(folder: Path, rows: int = MADE, sources: int = SOURCES) -> dict[str, Any]:
    """Every check, for the total of ``fear.v1``.

    Args:
        folder: Where the copy lies.
        rows: Of made-up news.
        sources: Large and small sources that are filled up, one at a time.
    """
    from bubblefear.store import open_database

    conn = open_database(own_database(folder, rows))
    frame = _frame(conn)
    before = total(frame)
    found: dict[str, Any] = {
        name: compare(before, total(change(frame))) for name, change in CHECKS.items()
    }
    found["irrelevant_news"] = _doubled(frame, before, sources, since=0.0)
    found["irrelevant_news_from_the_middle_on"] = _doubled(frame, before, sources, since=0.5)
    if os.environ.get(SCRIPTS):
        anew = _scored_anew(conn, frame, _as_it_is)
        found["scored_anew"] = compare(before, total(anew)) | _scores_moved(frame, anew)
        # Against the texts as they are, scored by the same program: the database's may be older.
        other = _scored_anew(conn, frame, _converted)
        found["scripts"] = compare(total(anew), total(other)) | _scores_moved(anew, other)
    conn.close()
    return {"rows": len(frame), "sessions": len(before)} | found


def _frame(conn: sqlite3.Connection) -> pd.DataFrame:
    """The rows as a build reads them, in order of writing."""
    from bubblefear.config import Settings
    from bubblefear.pipeline.known import Wanted, known_articles

    return known_articles(conn, Wanted(Settings().scorer_id, "9999-01-01T00:00:00Z")).at_instant


def total(frame: pd.DataFrame) -> pd.Series:
    """The index by session, in points; missing where it has no value."""
    from models.index import IndexSpec, build

    points = build(frame, replace(IndexSpec(), bootstrap_draws=0)).points
    return points[points["series"] == "total"].set_index("date")["value"]


def compare(before: pd.Series, after: pd.Series) -> dict[str, Any]:
    """How far apart two indices are: points, per cent of the level, and where most."""
    both = before.notna() & after.reindex(before.index).notna()
    apart = (after.reindex(before.index) - before)[both].abs()
    worst = str(apart.idxmax())
    return {
        "max_points": round(float(apart.max()), 6),
        "mean_points": round(float(apart.mean()), 6),
        "mean_percent_of_level": round(100 * float(apart.mean() / before[both].mean()), 4),
        "worst_session": worst,
        "level_there": round(float(before[worst]), 2),
        "missing_in_one_only": int((before.notna() != after.reindex(before.index).notna()).sum()),
    }


def shuffled(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows in another order."""
    return frame.sample(frac=1.0, random_state=SEED)


def last_batch_first(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows as if the batches that are scored together had come in the reverse order."""
    starts = range(0, len(frame), BATCH)
    order = [np.arange(start, min(start + BATCH, len(frame))) for start in reversed(starts)]
    return frame.iloc[np.concatenate(order)]


def duplicated(frame: pd.DataFrame, minutes: int) -> pd.DataFrame:
    """The three largest sources polled by a second feed each, whose items have other ids.

    Args:
        frame: The rows.
        minutes: How much later the second feed shows them.
    """
    import pandas as pd

    again = frame[frame["source"].isin(_by_volume(frame)[:3])].copy()
    again["article_id"] = "again-" + again["article_id"].astype("str")
    again["first_seen_at"] += pd.Timedelta(minutes=minutes)
    return pd.concat([frame, again], ignore_index=True)


CHECKS: Final[dict[str, Callable[[pd.DataFrame], pd.DataFrame]]] = {
    "shuffled": shuffled,
    "last_batch_first": last_batch_first,
    "duplicate_feeds": lambda frame: duplicated(frame, 0),
    "duplicate_feeds_ten_minutes_later": lambda frame: duplicated(frame, 10),
}


_POINTS: Final = (
    ("rows in another order", "shuffled", 0),
    ("batches in another order", "last_batch_first", 0),
    ("three sources by a second feed", "duplicate_feeds", 0),
    ("by a second feed ten minutes later", "duplicate_feeds_ten_minutes_later", 0),
    ("a large source doubled with irrelevant news", "irrelevant_news.large", 0),
    ("a small source doubled with irrelevant news", "irrelevant_news.small", 0),
    ("a source doubled from the middle on", "irrelevant_news_from_the_middle_on.large", None),
    ("Chinese texts in the other script", "scripts", None),
)
ROWS: Final = tuple(
    Row(label, f"{name}.max_points", "index points", at_most=bar) for label, name, bar in _POINTS
)


def _by_volume(frame: pd.DataFrame) -> list[str]:
    """Sources, the largest first."""
    return [str(name) for name in frame["source"].value_counts(sort=True).index]


def filled(frame: pd.DataFrame, source: str, since: float) -> pd.DataFrame:
    """A source that brings as many entries again, all of them about something else.

    Args:
        frame: The rows.
        source: Which source.
        since: From which part of the sessions on, 0-1.
    """
    import pandas as pd

    seen = frame["first_seen_at"]
    begin = seen.min() + since * (seen.max() - seen.min())
    more = frame[(frame["source"] == source) & (seen >= begin)].copy()
    # It repeats itself as the source does, so that the volume that counts is doubled too.
    for name in ("article_id", "story_id"):
        more[name] = "more-" + more[name].astype("str")
    more = more.assign(relevance=0.0, fear=0.0, relief=0.0, abstained=False)
    more = more.assign(kind=None, channel=None, recap=False)
    both: pd.DataFrame = pd.concat([frame, more.astype(frame.dtypes.to_dict())], ignore_index=True)
    return both


def _doubled(
    frame: pd.DataFrame, before: pd.Series, count: int, since: float
) -> dict[str, dict[str, Any]]:
    """So many large and so many small sources, one at a time; the worst of each kind."""
    names = _by_volume(frame)
    small = np.random.default_rng(SEED).choice(names[count:], count, replace=False).tolist()
    found = {}
    for label, chosen in {"large": names[:count], "small": small}.items():
        each = {name: compare(before, total(filled(frame, name, since))) for name in chosen}
        worst = max(each, key=lambda name: each[name]["max_points"])
        found[label] = {"worst_source": worst, **each[worst]}
    return found


def _as_it_is(text: str, language: str) -> str:
    del language
    return text


def _converted(text: str, language: str) -> str:
    return _converter(SWAPPED[language][0])(text)


def _converter(name: str) -> Callable[[str], str]:
    if name not in _CONVERTERS:
        from opencc import OpenCC

        _CONVERTERS[name] = OpenCC(name).convert
    return _CONVERTERS[name]


_CONVERTERS: dict[str, Callable[[str], str]] = {}


def _scored_anew(
    conn: sqlite3.Connection, frame: pd.DataFrame, change: Callable[[str, str], str]
) -> pd.DataFrame:
    """The rows with the Chinese texts changed and scored, in other batches than the database's.

    A text that was converted has the other script's language.
    """
    import pandas as pd

    from bubblefear.config import Settings
    from bubblefear.scorers import from_settings
    from nlp.article import ArticleScorer

    reader = ArticleScorer(from_settings(Settings()), batch_documents=300)
    kept = ("relevance", "fear", "relief", "kind", "channel", "recap")
    rows = {
        one.document_id: {name: getattr(one, name) for name in kept}
        | {"abstained": one.abstained is not None}
        for one in reader.score(_documents(conn, change))
    }
    anew = pd.DataFrame.from_dict(rows, orient="index").reindex(frame["article_id"])
    changed = frame.copy()
    was_scored = frame["article_id"].isin(list(rows)).to_numpy()
    for name in (*kept, "abstained"):
        own = anew[name].set_axis(frame.index)
        changed.loc[was_scored, name] = own[was_scored].astype(frame[name].dtype)
    if change is _converted:
        swapped = {language: other for language, (_, other) in SWAPPED.items()}
        changed["language"] = frame["language"].replace(swapped)
    return changed


def _documents(conn: sqlite3.Connection, change: Callable[[str, str], str]) -> Iterator[Any]:
    """Chinese articles from the last to the first, with their texts changed."""
    from bubblefear.config import Settings
    from nlp.records import Document

    rows = conn.execute(
        "SELECT e.id, e.title, e.summary, a.body, a.language FROM entries e "
        "JOIN articles a ON a.id = e.id JOIN scores s ON s.article_id = e.id AND s.scorer = ? "
        "WHERE a.language IN ('zh-Hans', 'zh-Hant') AND (s.relevance > 0 OR e.number % ? = 0) "
        "ORDER BY e.number DESC",
        (Settings().scorer_id, OTHERS),
    )
    for row in rows:
        document = Document(*row)
        texts = {
            name: text and change(text, document.language)
            for name, text in asdict(document).items()
            if name in ("title", "summary", "body")
        }
        other = SWAPPED[document.language][1] if change is _converted else document.language
        yield replace(document, **texts, language=other)


def _scores_moved(before: pd.DataFrame, after: pd.DataFrame) -> dict[str, Any]:
    """How many articles got another relevance or fear, and by how much at most."""
    apart = (after["fear"] * after["relevance"] - before["fear"] * before["relevance"]).abs()
    return {
        "articles_moved": int((apart > 1e-6).sum()),
        "articles_moved_by_a_tenth": int((apart > 0.1).sum()),
        "largest_move": round(float(apart.max()), 4),
        "became_relevant": int(((before["relevance"] == 0) & (after["relevance"] > 0)).sum()),
        "no_longer_relevant": int(((before["relevance"] > 0) & (after["relevance"] == 0)).sum()),
    }

"""Which score of each article was known when: the frames that the index is built from.

A page is fetched after its headline was seen, and its score takes the headline's place. An index
as of an instant must not read the score of a page fetched later; nor may the real-time point of a
session read one fetched after that session's close, though a build of today knows it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from bubblefear.store import index_rows, snapshot

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping, Sequence

    import numpy as np
    import pandas as pd

_TEXTS = ("article_id", "story_id", "source", "language", "abstained", "kind", "channel")
_TIMES = ("first_seen_at", "text_known_at")
_KINDS = dict.fromkeys(_TEXTS, "str") | dict.fromkeys(("relevance", "fear", "relief"), "float64")


@dataclass(frozen=True)
class Known:
    """Two frames with one row for every entry, in the same order.

    Attributes:
        at_instant: the newest score whose text was known at the instant asked for.
        at_closes: the newest score whose text was known at the close of the session to which the
            entry's ``first_seen_at`` belongs.
    """

    at_instant: pd.DataFrame
    at_closes: pd.DataFrame

    @property
    def frames(self) -> tuple[pd.DataFrame, ...]:
        """The frames that differ: one where every text was known at its session's close."""
        same = self.at_closes is self.at_instant
        return (self.at_instant,) if same else (self.at_instant, self.at_closes)


@dataclass(frozen=True)
class Wanted:
    """Which articles are read, and how.

    Attributes:
        scorer: Whose scores.
        as_of: UTC text: nothing first seen later.
        entities: Names that are looked for.
        calibration: Language -> knots that a score's fear is put through; empty = none.
        ids: Only these entries; None = all.
    """

    scorer: str
    as_of: str
    entities: tuple[str, ...] = ()
    calibration: Mapping[str, Sequence[tuple[float, float]]] = field(default_factory=dict)
    ids: tuple[str, ...] | None = None


def known_articles(conn: sqlite3.Connection, wanted: Wanted) -> Known:
    """Every entry first seen by ``as_of`` with what was known of it.

    An entry whose every score is of a later text counts as one that is not scored: it stays in
    the denominator.

    Raises:
        ModelError: an entry with a later text lies outside the trading calendar.
    """
    import pandas as pd

    # One state of the file: an entry that is moved to the archive meanwhile is read once.
    with snapshot(conn):
        found = _frame(conn, wanted)
        rows = index_rows.earlier_scores(conn, wanted.scorer, wanted.as_of, wanted.ids)
    earlier = pd.DataFrame(rows, columns=list(index_rows.SCORED_COLUMNS))
    earlier["text_known_at"] = _instants(earlier["text_known_at"])
    instant = pd.Timestamp(wanted.as_of)
    now = _back_to(found, earlier, pd.Series(instant, index=found.index))
    own = _back_to(now, earlier, _own_closes(now))
    frame = _typed(now, wanted)
    return Known(frame, frame if own is now else _typed(own, wanted))


def _frame(conn: sqlite3.Connection, wanted: Wanted) -> pd.DataFrame:
    import pandas as pd

    if wanted.ids is None:
        frame = _scanned(conn, wanted)
    else:
        rows = index_rows.chosen(conn, wanted.scorer, wanted.as_of, wanted.ids)
        frame = _read(rows, index_rows.INDEX_COLUMNS)
    if wanted.entities:
        named: dict[str, list[str]] = {}
        for article, name in index_rows.entities(conn, wanted.entities, wanted.ids):
            named.setdefault(article, []).append(name)
        joined = pd.Series({one: "|".join(names) for one, names in named.items()}, dtype="str")
        frame["entities"] = frame["article_id"].map(joined)
    return frame


def _scanned(conn: sqlite3.Connection, wanted: Wanted) -> pd.DataFrame:
    """Every entry with its article and its score: one scan of each table, and the archive."""
    import pandas as pd

    frame = _read(index_rows.every_entry(conn, wanted.as_of), index_rows.ENTRY_COLUMNS)
    texts = _read(index_rows.every_text(conn), index_rows.TEXT_COLUMNS)
    has_text = _joined(frame, texts)
    frame["language"] = frame["language"].fillna("other")
    del texts
    scores = _read(index_rows.every_score(conn, wanted.scorer), index_rows.SCORED_COLUMNS)
    scored = _joined(frame, scores)
    frame.loc[~scored, "abstained"] = index_rows.NOT_SCORED
    frame.loc[~has_text, "abstained"] = index_rows.NO_TEXT
    archived = index_rows.every_archived(conn, wanted.scorer, wanted.as_of)
    parts = [_compact(table.to_pandas()) for table in archived]
    return pd.concat([frame, *parts], ignore_index=True) if parts else frame


def _joined(frame: pd.DataFrame, other: pd.DataFrame) -> np.ndarray:
    """Put the columns of another table beside the rows of the same article; which have one."""
    import pandas as pd

    place = pd.Index(other["article_id"]).get_indexer(pd.Index(frame["article_id"]))
    for name in other.columns.drop("article_id"):
        frame[name] = other[name].array.take(place, allow_fill=True)
    found: np.ndarray = place >= 0
    return found


def _read(batches: Iterable[list[tuple[object, ...]]], columns: Sequence[str]) -> pd.DataFrame:
    """Rows as columns; texts as pandas' own strings and times as numbers.

    Python's would take three times the memory.
    """
    import pandas as pd

    parts = [_compact(pd.DataFrame(rows, columns=list(columns))) for rows in batches]
    if not parts:
        return _compact(pd.DataFrame([], columns=list(columns)))
    return pd.concat(parts, ignore_index=True)


def _compact(frame: pd.DataFrame) -> pd.DataFrame:
    kinds = {name: kind for name, kind in _KINDS.items() if name in frame}
    times = {name: _instants(frame[name]) for name in _TIMES if name in frame}
    return frame.astype(kinds).assign(**times)


def _instants(texts: pd.Series) -> pd.Series:
    import pandas as pd

    # A format with %Y would be read three times as slowly.
    return pd.to_datetime(texts, format="ISO8601", utc=True).dt.as_unit("us")


def _own_closes(frame: pd.DataFrame) -> pd.Series:
    """Close of each entry's session where its text came later than itself; missing elsewhere."""
    import pandas as pd

    from models.sessions import closes, session_of

    seen = frame["first_seen_at"][frame["text_known_at"] > frame["first_seen_at"]]
    if seen.empty:
        return pd.Series(pd.NaT, index=frame.index, dtype="datetime64[ns, UTC]")
    week = timedelta(days=14)  # longer than any closure of the exchange
    known = closes(f"{seen.min() - week:%Y-%m-%d}", f"{seen.max() + week:%Y-%m-%d}")
    return session_of(seen).map(known).reindex(frame.index)


def _back_to(frame: pd.DataFrame, earlier: pd.DataFrame, limit: pd.Series) -> pd.DataFrame:
    """Put back what was known at each row's limit; the same frame where nothing is later."""
    late = frame["text_known_at"] > limit
    if not late.any():
        return frame
    columns = ["text_known_at", *index_rows.SCORE_COLUMNS]
    ids = frame.loc[late, "article_id"]
    limits = earlier["article_id"].map(limit[late].set_axis(ids))
    before = earlier[earlier["text_known_at"] <= limits]
    newest = before.drop_duplicates("article_id", keep="last").set_index("article_id")[columns]
    old = newest.reindex(ids).set_axis(ids.index)
    old.loc[~ids.isin(newest.index), "abstained"] = "not known yet"
    restored = frame.copy()
    for name in columns:
        restored[name] = frame[name].where(~late, old[name].reindex(frame.index))
    return restored


def _typed(frame: pd.DataFrame, wanted: Wanted) -> pd.DataFrame:
    """As ``models.index`` takes it: floats, booleans and UTC timestamps."""
    typed = frame.drop(columns="text_known_at")
    for name in ("relevance", "fear", "relief"):
        typed[name] = typed[name].astype("float64")
    if wanted.calibration:
        from models.audit.calibration import apply

        languages = typed["language"].to_numpy(dtype=object)
        typed["fear"] = apply(typed["fear"].to_numpy(), languages, wanted.calibration)
    typed["abstained"] = typed["abstained"].notna()
    typed["recap"] = typed["recap"].astype("Float64").eq(1).fillna(value=False)
    return typed

"""From articles to appearances: a story counted once per source, language and session.

An appearance is the first copy of a story in one unit (source and language) and one session.
Later copies there leave both the numerator and the denominator, so a source that repeats itself
changes nothing. Appearances of the same story elsewhere or later decay in novelty.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from models.errors import ModelError
from models.sessions import closes, session_of

if TYPE_CHECKING:
    from models.index.spec import IndexSpec

COLUMNS = (
    "article_id",
    "story_id",
    "source",
    "language",
    "first_seen_at",
    "abstained",
    "relevance",
    "fear",
    "relief",
    "kind",
    "channel",
    "recap",
)


@dataclass(frozen=True)
class Appearances:
    """Appearances in the order in which they were first seen.

    Attributes:
        frame: columns `article_id, story_id, source, language, session` (position in `sessions`),
            `unit` (position in `units`), `story` (integer), `fear`, `relief` (each times
            relevance and novelty; no fear where relief is the larger), `kind, channel, recap`.
        sessions: every New York session from the first to the last one with an entry.
        units: (source, language) pairs, sorted.
        counts: rows read, duplicates, abstained, copies within a source and session.
    """

    frame: pd.DataFrame
    sessions: pd.Index
    units: list[tuple[str, str]]
    counts: dict[str, int]


def find_appearances(
    articles: pd.DataFrame, spec: IndexSpec, as_of: pd.Timestamp | None
) -> Appearances:
    """Read the articles known at `as_of` (None = all) into appearances.

    Raises:
        ModelError: columns are missing, a time or a score cannot be used, or nothing is left.
    """
    known = _known(_checked(articles), as_of)
    unique = _without_duplicates(known)
    usable = unique[~_abstains(unique)]
    if usable.empty:
        raise ModelError("every article abstained: there is nothing to build an index from")
    frame, units = _coded(usable)
    first = ~frame.duplicated(["session", "unit", "story"]).to_numpy()
    counts = {
        "rows": len(known),
        "duplicates": len(known) - len(unique),
        "abstained": len(unique) - len(usable),
        "copies": int((~first).sum()),
    }
    frame = frame[first].reset_index(drop=True)
    novelty = _novelty(frame, spec)
    # A denial ("these are not the signs of a bubble") names what it denies, so the scorer leaves
    # it some fear: added up, a day of denials would read as a day of fear.
    fear = frame["fear"].mask(frame["relief"] > frame["fear"], 0.0)
    frame["fear"] = frame["relevance"] * fear * novelty
    frame["relief"] = frame["relevance"] * frame["relief"] * novelty
    sessions = closes(frame["session"].min(), frame["session"].max()).index
    frame["session"] = sessions.get_indexer(pd.Index(frame["session"]))
    return Appearances(frame, sessions, units, counts)


def _checked(articles: pd.DataFrame) -> pd.DataFrame:
    missing = [name for name in COLUMNS if name not in articles.columns]
    if missing:
        raise ModelError(f"the articles lack the columns {', '.join(missing)}")
    if not isinstance(articles["first_seen_at"].dtype, pd.DatetimeTZDtype):
        raise ModelError("first_seen_at must be timestamps with a time zone")
    frame = articles[list(COLUMNS)]
    for name in ("article_id", "source", "first_seen_at"):
        absent = int(frame[name].isna().sum())
        if absent:
            raise ModelError(f"{absent} of {len(frame)} articles have no {name}")
    for name in ("relevance", "fear", "relief"):
        values = pd.to_numeric(frame[name])
        outside = int(((values < 0) | (values > 1)).sum())
        if outside:
            raise ModelError(f"{outside} of {len(frame)} articles have a {name} outside 0-1")
    return frame


def _known(frame: pd.DataFrame, as_of: pd.Timestamp | None) -> pd.DataFrame:
    if as_of is None:
        if frame.empty:
            raise ModelError("there are no articles to build an index from")
        return frame
    if as_of.tzinfo is None:
        raise ModelError(f"as_of {as_of} has no time zone")
    known = frame[frame["first_seen_at"] <= as_of]
    if known.empty:
        raise ModelError(f"no article had been first seen by {as_of.isoformat()}")
    return known


def _without_duplicates(frame: pd.DataFrame) -> pd.DataFrame:
    """One row per article, the earliest, in the order first seen (whatever the input's order)."""
    keys = ["first_seen_at", "article_id"]
    if frame["article_id"].duplicated().any():
        # Two rows of one article and one instant that differ elsewhere: any fixed order will do,
        # so long as it is not the input's.
        keys += [name for name in COLUMNS if name not in keys]
    return frame.sort_values(keys, kind="stable").drop_duplicates("article_id")


def _abstains(frame: pd.DataFrame) -> pd.Series:
    """Rows without a score: said by the scorer, or a number of theirs is missing."""
    unscored = frame[["relevance", "fear", "relief"]].isna().any(axis=1)
    return frame["abstained"].astype("bool") | unscored


def _coded(usable: pd.DataFrame) -> tuple[pd.DataFrame, list[tuple[str, str]]]:
    """Add session, unit and story; a missing story is the article's own."""
    frame = usable.reset_index(drop=True)
    frame["language"] = frame["language"].fillna("other")
    # The prefix keeps an article without a story from joining a story that has its name.
    own = "article:" + frame["article_id"].astype("str")
    frame["story_id"] = frame["story_id"].where(frame["story_id"].notna(), own)
    frame["session"] = session_of(frame["first_seen_at"])
    source_codes, sources = pd.factorize(frame["source"], sort=True)
    language_codes, languages = pd.factorize(frame["language"], sort=True)
    pairs = source_codes * len(languages) + language_codes
    used, unit = np.unique(pairs, return_inverse=True)
    frame["unit"] = unit
    frame["story"] = pd.factorize(frame["story_id"])[0]
    units = [
        (str(sources[pair // len(languages)]), str(languages[pair % len(languages)]))
        for pair in used
    ]
    return frame, units


def _novelty(frame: pd.DataFrame, spec: IndexSpec) -> np.ndarray:
    """Weight of each appearance: `max(decay ** k, floor)`, k = appearances strictly earlier.

    After RavenPack's event novelty score, which falls 100, 75, 56, 42, ... with each repetition.
    Appearances at the same instant (one poll) share their k: none of them was first.
    """
    time = frame["first_seen_at"].to_numpy(dtype="datetime64[ns]").astype("int64")
    story = frame["story"].to_numpy()
    order = np.lexsort((time, story))
    story, time = story[order], time[order]
    place = np.arange(len(order))
    new_story = np.r_[True, story[1:] != story[:-1]]
    new_instant = new_story | np.r_[True, time[1:] != time[:-1]]
    story_start = np.maximum.accumulate(np.where(new_story, place, 0))
    instant_start = np.maximum.accumulate(np.where(new_instant, place, 0))
    weight = np.empty(len(order))
    weight[order] = np.maximum(
        spec.novelty_decay ** (instant_start - story_start), spec.novelty_floor
    )
    return weight

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
from models.sessions import positions

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
ENTITIES = "entities"
_SCORES = ("relevance", "fear", "relief")


@dataclass(frozen=True)
class Appearances:
    """Appearances in the order in which they were first seen, so by session too.

    Attributes:
        session: position in `sessions` of each, shape (appearances,), ascending.
        unit: position in `units` of each.
        story: an integer for each story.
        relevant: whether the article has any relevance: only there can fear have been missed.
        bearing: one row for each appearance with fear or relief (few have any; the rest are the
            denominator): columns `article_id, story_id, source, language, kind, channel, recap,
            entities`, `session`, `unit`, `story` as above, `weighed` (relevance x fear; 0 where
            relief is the larger), `novelty`, `fear` (their product), `relief` (x relevance and
            novelty).
        sessions: every New York session from the first to the last one with an entry.
        units: (source, language) pairs, sorted.
        counts: `rows` read, `duplicates`, `abstained`, `copies` within a source and session; of
            each session, shape (sessions,).
    """

    session: np.ndarray
    unit: np.ndarray
    story: np.ndarray
    relevant: np.ndarray
    bearing: pd.DataFrame
    sessions: pd.Index
    units: list[tuple[str, str]]
    counts: dict[str, np.ndarray]

    def placed(
        self, sessions: pd.Index, units: list[tuple[str, str]], keep: frozenset[str]
    ) -> Appearances:
        """The appearances of some sessions, counted along longer lists of sessions and units."""
        session = sessions.get_indexer(self.sessions)
        where = {unit: position for position, unit in enumerate(units)}
        unit = np.array([where.get(one, -1) for one in self.units])
        inside = self.sessions.isin(list(keep))
        rows, bears = inside[self.session], inside[self.bearing["session"].to_numpy()]
        bearing = self.bearing[bears].reset_index(drop=True)
        counts = {}
        for name, each in self.counts.items():
            counts[name] = np.zeros(len(sessions), dtype="int64")
            counts[name][session[inside]] = each[inside]
        return Appearances(
            session=session[self.session[rows]],
            unit=unit[self.unit[rows]],
            story=self.story[rows],
            relevant=self.relevant[rows],
            bearing=bearing.assign(session=session[bearing["session"]], unit=unit[bearing["unit"]]),
            sessions=sessions,
            units=units,
            counts=counts,
        )


def find_appearances(
    articles: pd.DataFrame, spec: IndexSpec, as_of: pd.Timestamp | None
) -> Appearances:
    """Read the articles known at `as_of` (None = all) into appearances.

    Raises:
        ModelError: columns are missing, a time or a score cannot be used, or there are none.
    """
    known = _known(_checked(articles), as_of).reset_index(drop=True)
    place, sessions = positions(known["first_seen_at"])
    unique = _without_duplicates(known)
    usable = unique[~_abstains(unique)]
    session = place[usable.index]
    unit, units = _units(usable)
    story = _stories(usable)
    first = _first_copies(session, unit, story)
    counts = _counts(len(sessions), place, place[unique.index], session, session[first])
    kept, session, unit, story = usable[first], session[first], unit[first], story[first]
    novelty = _novelty(kept["first_seen_at"], story, spec)
    relevant = (kept["relevance"] > 0).to_numpy()
    bears = relevant & (kept[["fear", "relief"]].max(axis=1) >= _least(spec)).to_numpy()
    bearing = _bearing(kept[bears], novelty[bears], spec).assign(
        session=session[bears], unit=unit[bears], story=story[bears]
    )
    return Appearances(session, unit, story, relevant, bearing, sessions, units, counts)


def _least(spec: IndexSpec) -> float:
    """The least fear or relief that counts: that of the version, and more than none."""
    return max(spec.min_fear, float(np.nextafter(0.0, 1.0)))


def _counts(
    sessions: int, rows: np.ndarray, unique: np.ndarray, usable: np.ndarray, first: np.ndarray
) -> dict[str, np.ndarray]:
    """What was left out at each step, from the sessions of what was there before and after."""
    left = [np.bincount(step, minlength=sessions) for step in (rows, unique, usable, first)]
    names = ("duplicates", "abstained", "copies")
    dropped = {name: left[step] - left[step + 1] for step, name in enumerate(names)}
    return {"rows": left[0]} | dropped


def _checked(articles: pd.DataFrame) -> pd.DataFrame:
    missing = [name for name in COLUMNS if name not in articles.columns]
    if missing:
        raise ModelError(f"the articles lack the columns {', '.join(missing)}")
    if not isinstance(articles["first_seen_at"].dtype, pd.DatetimeTZDtype):
        raise ModelError("first_seen_at must be timestamps with a time zone")
    for name in ("article_id", "source", "first_seen_at"):
        absent = int(articles[name].isna().sum())
        if absent:
            raise ModelError(f"{absent} of {len(articles)} articles have no {name}")
    for name in _SCORES:
        values = pd.to_numeric(articles[name])
        outside = int(((values < 0) | (values > 1)).sum())
        if outside:
            raise ModelError(f"{outside} of {len(articles)} articles have a {name} outside 0-1")
    return articles


def _known(frame: pd.DataFrame, as_of: pd.Timestamp | None) -> pd.DataFrame:
    if as_of is None:
        if frame.empty:
            raise ModelError("there are no articles to build an index from")
        return frame
    if as_of.tzinfo is None:
        raise ModelError(f"as_of {as_of} has no time zone")
    early = (frame["first_seen_at"] <= as_of).to_numpy()
    known = frame if early.all() else frame[early]
    if known.empty:
        raise ModelError(f"no article had been first seen by {as_of.isoformat()}")
    return known


def _without_duplicates(frame: pd.DataFrame) -> pd.DataFrame:
    """One row per article, the earliest, in the order first seen (whatever the input's order)."""
    keys = ["first_seen_at", "article_id"]
    repeated = frame["article_id"].duplicated().any()
    if repeated:
        # Two rows of one article and one instant that differ elsewhere: any fixed order will do,
        # so long as it is not the input's.
        keys += [name for name in COLUMNS if name not in keys]
    ordered = frame.sort_values(keys, kind="stable")
    return ordered.drop_duplicates("article_id") if repeated else ordered


def _abstains(frame: pd.DataFrame) -> np.ndarray:
    """Rows without a score: said by the scorer, or a number of theirs is missing."""
    unscored = frame[list(_SCORES)].isna().any(axis=1)
    return (frame["abstained"].astype("bool") | unscored).to_numpy()


def _units(frame: pd.DataFrame) -> tuple[np.ndarray, list[tuple[str, str]]]:
    source_codes, sources = pd.factorize(frame["source"], sort=True)
    language_codes, languages = pd.factorize(frame["language"].fillna("other"), sort=True)
    pairs = source_codes * len(languages) + language_codes
    used, unit = np.unique(pairs, return_inverse=True)
    units = [
        (str(sources[pair // len(languages)]), str(languages[pair % len(languages)]))
        for pair in used
    ]
    return unit, units


def _stories(frame: pd.DataFrame) -> np.ndarray:
    """An integer for each story; an article without one is a story of its own."""
    codes = pd.factorize(frame["story_id"])[0]
    alone = codes < 0
    codes[alone] = codes.max(initial=-1) + 1 + np.arange(alone.sum())
    return np.asarray(codes)


def _first_copies(session: np.ndarray, unit: np.ndarray, story: np.ndarray) -> np.ndarray:
    """Whether each article is the first of its story in its unit and session, shape (articles,)."""
    place = session * (int(unit.max(initial=0)) + 1) + unit
    first = np.zeros(len(story), dtype="bool")
    first[np.unique(place * (int(story.max(initial=0)) + 1) + story, return_index=True)[1]] = True
    return first


def _novelty(first_seen: pd.Series, story: np.ndarray, spec: IndexSpec) -> np.ndarray:
    """Weight of each appearance: `max(decay ** k, floor)`, k = appearances strictly earlier.

    After RavenPack's event novelty score, which falls 100, 75, 56, 42, ... with each repetition.
    Appearances at the same instant (one poll) share their k: none of them was first.
    """
    time = first_seen.to_numpy(dtype="datetime64[ns]").astype("int64")
    order = np.lexsort((time, story))
    story, time = story[order], time[order]
    place = np.arange(len(order))
    new_story = np.r_[True, story[1:] != story[:-1]][: len(order)]
    new_instant = new_story | np.r_[True, time[1:] != time[:-1]][: len(order)]
    story_start = np.maximum.accumulate(np.where(new_story, place, 0))
    instant_start = np.maximum.accumulate(np.where(new_instant, place, 0))
    weight = np.empty(len(order))
    weight[order] = np.maximum(
        spec.novelty_decay ** (instant_start - story_start), spec.novelty_floor
    )
    return weight


def _bearing(frame: pd.DataFrame, novelty: np.ndarray, spec: IndexSpec) -> pd.DataFrame:
    # A denial ("these are not the signs of a bubble") names what it denies, so the scorer leaves
    # it some fear: added up, a day of denials would read as a day of fear.
    least = spec.min_fear
    fear = frame["fear"].mask((frame["relief"] > frame["fear"]) | (frame["fear"] < least), 0.0)
    relief = frame["relief"].mask(frame["relief"] < least, 0.0)
    weighed = frame["relevance"] * fear
    entities = frame[ENTITIES] if ENTITIES in frame.columns else None
    return pd.DataFrame(
        {
            "article_id": frame["article_id"],
            "story_id": frame["story_id"].where(frame["story_id"].notna(), frame["article_id"]),
            "source": frame["source"],
            "language": frame["language"].fillna("other"),
            "kind": frame["kind"],
            "channel": frame["channel"],
            "recap": frame["recap"],
            "entities": entities,
            "weighed": weighed,
            "novelty": novelty,
            "fear": weighed * novelty,
            "relief": frame["relevance"] * relief * novelty,
        }
    ).reset_index(drop=True)

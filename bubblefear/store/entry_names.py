"""Which stored item an item of an answer is, and the names under which items are known.

Two statements tell for a whole answer; the titles are asked for only where something is left over.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field, replace
from itertools import chain, count
from typing import TYPE_CHECKING, Final

from bubblefear.instants import days_before
from bubblefear.store.archive import ledger
from bubblefear.store.archive import rows as archived
from ingest.identity.keys import digest, entry_key
from ingest.identity.names import folded, keys, names, title_names
from ingest.identity.sameness import WEAK_DAYS, Known, likeness, twins

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from ingest.identity.names import Name
    from ingest.records import Entry

# A name that so many items bear names none of them: a page of the day, a column's title.
MOST_BEARERS: Final = 8


@dataclass
class Memory:
    """What the database knows of the names of one answer."""

    bearers: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    known: dict[str, Known] = field(default_factory=dict)

    def candidates(self, aliases: Iterable[str], ids: Iterable[str]) -> list[Known]:
        """Stored items that bear one of the names or have one of the ids, in a fixed order."""
        found = {one for alias in aliases for one in self.bearers.get(alias, ())}
        found |= {one for one in ids if one in self.known}
        return [self.known[one] for one in sorted(found)]

    def shared(self) -> frozenset[str]:
        """Names that several stored items bear."""
        return frozenset(alias for alias, of in self.bearers.items() if len(of) > 1)


@dataclass(frozen=True)
class Settled:
    """An answer's items told apart.

    Attributes:
        known: items with the stored item that each of them is.
        new: items to be stored, under free keys.
        again: items that the same answer shows twice, with the key of the first.
        unkept: those of ``known`` that came with a name or title that is not kept yet.
    """

    known: list[tuple[Entry, Known]]
    new: list[Entry]
    again: list[tuple[Entry, str]]
    unkept: list[tuple[Entry, str]]


def settle(conn: sqlite3.Connection, entries: Sequence[Entry]) -> Settled:
    """Say of each item of an answer which stored item it is, or that it is new.

    A stored item is one item of the answer, or several of the same title: what a feed shows side
    by side are two things.
    """
    memory = _remember(conn, entries)
    chosen = _assign(entries, memory, {}, weak=False)
    left = [e for n, e in enumerate(entries) if n not in chosen]
    if left:
        _remember_titles(conn, left, memory)
        chosen = _assign(entries, memory, chosen, weak=True)
        left = [e for n, e in enumerate(entries) if n not in chosen]
    known = [(entries[n], memory.known[chosen[n]]) for n in sorted(chosen)]
    first = _first_twins(left)
    new = dict(zip(sorted(set(first)), _under_free_keys(conn, left, first), strict=True))
    return Settled(
        known=known,
        new=list(new.values()),
        again=[(e, new[first[n]].key) for n, e in enumerate(left) if first[n] != n],
        unkept=[(e, k.id) for e, k in known if _brings_a_name(e, k, memory)],
    )


def _first_twins(entries: Sequence[Entry]) -> list[int]:
    """For each new item of an answer the place of the first that is the same."""
    by_name: dict[str, list[int]] = defaultdict(list)
    first: list[int] = []
    for number, entry in enumerate(entries):
        aliases = [entry.key, *(name.alias for name in names(entry))]
        near = sorted({n for alias in aliases for n in by_name[alias]})
        twin = next((n for n in near if twins(entry, entries[n])), number)
        first.append(twin)
        if twin == number:
            for alias in aliases:
                by_name[alias].append(number)
    return first


def _under_free_keys(
    conn: sqlite3.Connection, entries: Sequence[Entry], first: Sequence[int]
) -> list[Entry]:
    """Each item once, with its key unless another item was stored under it.

    A page of the day gave its key to the item that linked it first; the next one goes by its GUID
    or title, and where these are taken too, by its time.
    """
    fresh = [entries[n] for n in sorted(set(first))]
    wishes = [_wishes(entry) for entry in fresh]
    asked = [key for wish in wishes for key in wish]
    rows = conn.execute(
        "SELECT id FROM entries WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(asked),),
    )
    taken = {row[0] for row in rows} | ledger.months_of(conn, asked).keys()
    result = []
    for entry, wish in zip(fresh, wishes, strict=True):
        key = next(key for key in chain(wish, _further(entry)) if key not in taken)
        taken.add(key)
        result.append(replace(entry, key=key))
    return result


def _wishes(entry: Entry) -> list[str]:
    by_title = entry_key(entry.source, None, None, entry.title)
    return [entry.key, entry_key(entry.source, None, entry.guid, entry.title), by_title]


def _further(entry: Entry) -> Iterator[str]:
    when = entry.published_at or entry.first_seen_at
    return (digest("again", entry.key, entry.title, when, str(n)) for n in count())


def _brings_a_name(entry: Entry, known: Known, memory: Memory) -> bool:
    if any(known.id not in memory.bearers.get(name.alias, ()) for name in names(entry)):
        return True
    return entry.title != known.title and folded(entry.title) not in known.titles


def add(conn: sqlite3.Connection, items: Sequence[tuple[Entry, str]]) -> None:
    """Keep the names of items that are stored under the given ids; those that are kept stay.

    Inside a transaction of the caller. Writes nothing where nothing is new.
    """
    if not items:
        return
    wanted = {
        (name.alias, entry_id): (name, entry.first_seen_at)
        for entry, entry_id in items
        for name in (*names(entry), *title_names(entry))
    }
    borne = _bearers(conn, {alias for alias, _ in wanted})
    fresh = [key for key in wanted if key[1] not in borne[key[0]]]
    rows = []
    for alias, entry_id in fresh:
        if len(borne[alias]) < MOST_BEARERS:
            borne[alias].add(entry_id)
            name, seen = wanted[alias, entry_id]
            rows.append((alias, entry_id, name.kind, name.value, seen))
    conn.executemany("INSERT INTO entry_aliases VALUES (?, ?, ?, ?, ?)", rows)


def of_entry(conn: sqlite3.Connection, entry_id: str) -> list[tuple[str, str, str]]:
    """Kind, name and first sight of the names of an item, oldest first."""
    rows = conn.execute(
        "SELECT kind, value, first_seen_at FROM entry_aliases WHERE entry_id = ? "
        "ORDER BY first_seen_at, kind, value",
        (entry_id,),
    )
    return [(row[0], row[1], row[2]) for row in rows]


def _remember(conn: sqlite3.Connection, entries: Sequence[Entry]) -> Memory:
    memory = Memory()
    asked = [name.alias for e in entries for name in names(e)]
    rows = conn.execute(
        "SELECT alias, entry_id, kind, value FROM entry_aliases "
        "WHERE alias IN (SELECT value FROM json_each(?))",
        (json.dumps(asked),),
    ).fetchall()
    _take(conn, memory, rows, [key for e in entries for key in keys(e)])
    return memory


def _remember_titles(conn: sqlite3.Connection, entries: Sequence[Entry], memory: Memory) -> None:
    """Titles of the last days: a headline of last year is another story."""
    oldest = min(days_before(e.first_seen_at, WEAK_DAYS) for e in entries)
    asked = [name.alias for e in entries for name in title_names(e)]
    rows = conn.execute(
        "SELECT alias, entry_id, kind, value FROM entry_aliases "
        "WHERE alias IN (SELECT value FROM json_each(?)) AND first_seen_at >= ?",
        (json.dumps(asked), oldest),
    ).fetchall()
    _take(conn, memory, rows, [])


def _take(
    conn: sqlite3.Connection, memory: Memory, rows: Sequence[sqlite3.Row], ids: Sequence[str]
) -> None:
    met: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for alias, entry_id, kind, value in rows:
        memory.bearers[alias].add(entry_id)
        met[entry_id]["url" if kind == "redirect" else kind].add(value)
    found = conn.execute(
        "SELECT id, source, feed_url, guid, canonical_url, title, published_at FROM entries "
        "WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps([*met, *ids]),),
    ).fetchall()
    elsewhere = {*met, *ids} - {row[0] for row in found}
    for row in (*found, *archived.identities(conn, sorted(elsewhere))):
        known, under = memory.known.get(row[0]) or Known(*row), met.get(row[0], {})
        memory.known[row[0]] = replace(
            known,
            links=known.links | under.get("url", set()),
            guids=known.guids | under.get("guid", set()),
            titles=known.titles | under.get("title", set()),
        )


def _assign(
    entries: Sequence[Entry], memory: Memory, chosen: dict[int, str], *, weak: bool
) -> dict[int, str]:
    """Give stored items to items, the surest pairs first."""
    shared = memory.shared()
    pairs = []
    for number, entry in enumerate(entries):
        if number in chosen:
            continue
        titles: Collection[Name] = title_names(entry) if weak else ()
        aliases = [name.alias for name in (*names(entry), *titles)]
        for known in memory.candidates(aliases, keys(entry)):
            sure = likeness(entry, known, shared)
            if sure:
                pairs.append((-sure, number, known.id))
    holders: dict[str, list[str]] = defaultdict(list)
    for number, entry_id in chosen.items():
        holders[entry_id].append(folded(entries[number].title))
    result = dict(chosen)
    for sure, number, entry_id in sorted(pairs):
        title = folded(entries[number].title)
        held = holders[entry_id]
        # By its title alone no item is taken for one that this answer shows already.
        if number in result or (held and (sure == -1 or title not in held)):
            continue
        result[number] = entry_id
        held.append(title)
    return result


def _bearers(conn: sqlite3.Connection, aliases: Collection[str]) -> defaultdict[str, set[str]]:
    rows = conn.execute(
        "SELECT alias, entry_id FROM entry_aliases WHERE alias IN (SELECT value FROM json_each(?))",
        (json.dumps(sorted(aliases)),),
    )
    found: defaultdict[str, set[str]] = defaultdict(set)
    for alias, entry_id in rows:
        found[alias].add(entry_id)
    return found

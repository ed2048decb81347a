"""Identity over polls: what is the same item under another name, and what is not."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bubblefear.store import entries, entry_names, entry_versions, feeds, transaction
from ingest.identity.keys import entry_key
from ingest.records import Entry, Poll
from ingest.urls import canonical_url

FEED = "https://a.example/rss"
START = "2025-11-20T12:00:00Z"


def item(title: str = "Lenders fear a chip bust", **other: Any) -> Entry:
    """An item as the parser makes it: its key is of its link, GUID or title."""
    url = other.pop("url", "https://a.example/2025/chip-bust")
    source, guid = other.get("source", "Harbour Post"), other.get("guid")
    canonical = canonical_url(url) if url else None
    fields: dict[str, Any] = {
        "key": entry_key(source, canonical, guid, title),
        "source": source,
        "feed_url": FEED,
        "guid": guid,
        "url": url,
        "canonical_url": canonical,
        "title": title,
        "summary": None,
        "body": None,
        "author": None,
        "published_at": None,
        "first_seen_at": START,
        "date_note": None,
        "language": "en",
    }
    return Entry(**(fields | other))


@dataclass
class Room:
    """Polls that follow one another, an hour apart."""

    conn: sqlite3.Connection
    hour: int = 0
    known: set[str] = field(default_factory=set)

    def poll(self, *found: Entry, days: int = 0) -> int:
        self.hour += 1
        now = f"2025-11-{20 + days}T{self.hour:02}:00:00Z"
        seen = [replace(e, first_seen_at=now) for e in found]
        address = (found[0].feed_url if found else None) or FEED
        if address not in self.known:
            feeds.add(self.conn, url=address, source="Harbour Post", now=now)
            self.known.add(address)
        row = Poll(address, now, 200, 1, None, None, None, len(found), None, None)
        with transaction(self.conn):
            return entries.write_poll(self.conn, (str(self.hour), now), row, seen, [])

    def titles(self) -> list[str]:
        rows = self.conn.execute("SELECT title FROM entries ORDER BY number")
        return [row[0] for row in rows]

    def versions(self, number: int = 1) -> list[str]:
        row = self.conn.execute("SELECT id FROM entries WHERE number = ?", (number,)).fetchone()
        return [v.title for v in entry_versions.versions(self.conn, row[0])]


@pytest.fixture
def room(conn: sqlite3.Connection) -> Room:
    return Room(conn)


LINK = "https://a.example/2025/chip-bust"
OTHER_LINK = "https://a.example/2025/harbour-dredged"

# The item as first stored, the item that comes next, whether it is the same one.
CASES = {
    # A new content system makes new GUIDs for old articles.
    "changed guid, same link": (item(guid="1"), item(guid="x-1"), True),
    "changed guid, same link, headline touched up": (
        item(guid="1"), item("Lenders fear a chip bust: update", guid="x-1"), True),
    # An editor mends the slug.
    "changed slug, same guid": (item(guid="1"), item(guid="1", url=LINK + "-fear"), True),
    "changed slug and headline, same guid": (
        item(guid="1"), item("Chip bust feared by lenders", guid="1", url=LINK + "-2"), True),
    "https": (item(url=LINK.replace("https", "http")), item(), True),
    "www": (item(), item(url=LINK.replace("a.", "www.a.")), True),
    "mobile host": (item(), item(url=LINK.replace("a.", "m.a.")), True),
    "amp": (item(), item(url=LINK + "/amp/"), True),
    # GUIDs that repeat the link change with it.
    "https in link and guid": (
        item(guid=LINK.replace("https", "http"), url=LINK.replace("https", "http")),
        item(guid=LINK), True),
    # Some systems hand a deleted article's GUID to the next one.
    "guid of another article": (
        item(guid="1"), item("Harbour dredged in spring", guid="1", url=OTHER_LINK), False),
    "guid of another article, without links": (
        item(guid="1", url=None, published_at="2025-11-19T08:00:00Z"),
        item("Harbour dredged", guid="1", url=None, published_at="2025-11-20T08:00:00Z"), False),
    "the next issue of a column under the same guid": (
        item("Markets this week: chips", guid="w", published_at="2025-11-12T08:00:00Z"),
        item("Markets this week: banks", guid="w", url=OTHER_LINK,
             published_at="2025-11-19T08:00:00Z"), False),
    "each feed counts for itself": (
        item("Markets today: chips", guid="1"),
        item("Markets today: banks", guid="1", url=OTHER_LINK,
             feed_url="https://a.example/banks/rss"), False),
    # Numbers of two sources have nothing to do with one another.
    "guid of another source": (
        item(guid="1"), item(guid="1", source="Hill Post", url="https://b.example/7"), False),
    # A page that is rewritten all day is new each time: neither GUID nor headline stays.
    "live page": (item(guid="1"), item("Harbour dredged in spring", guid="2"), False),
    "new headline, same link": (item(guid="1"), item("Harbour dredged", guid="1"), True),
    "new headline, same link, no guid": (item(), item("Harbour dredged in spring"), True),
    # All items link the front page: it names none.
    "front page": (
        item(url="https://a.example/"), item("Harbour dredged", url="https://a.example/"), False),
    "front page, same title": (
        item(url="https://a.example/"), item(url="https://a.example/"), True),
    # A number drawn for every answer stands in link and GUID.
    "drawn numbers": (
        item(guid="1", url=LINK + "?r=1", published_at="2025-11-20T08:00:00Z"),
        item(guid="2", url=LINK + "?r=2", published_at="2025-11-20T08:00:00Z"), True),
    # The column that has the same title every day.
    "column": (
        item("Morning briefing", url=LINK, published_at="2025-11-19T08:00:00Z"),
        item("Morning briefing", url=OTHER_LINK, published_at="2025-11-20T08:00:00Z"), False),
    "without a name but the title, long after": (
        item(url=None, published_at="2025-11-01T08:00:00Z"),
        item(url=None, published_at="2025-11-20T08:00:00Z"), False),
    "without a name but the title": (item(url=None), item(url=None), True),
    # The category feed of the same publisher.
    "two feeds of a source": (
        item(guid="1"), item(guid="cat-1", feed_url="https://a.example/chips/rss"), True),
    # A mirror in an aggregator's list: one article at one address, counted once.
    "the same address from two sources": (
        item(), item(source="List of Links", feed_url="https://l.example/rss"), True),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_same_item(room: Room, case: str) -> None:
    first, second, same = CASES[case]
    assert room.poll(first) == 1
    assert room.poll(second) == (0 if same else 1)
    # Whatever was decided stands: polled again, nothing is new, in either order.
    assert room.poll(second) == 0
    # Side by side under two headlines they would be two items, whatever names they share.
    if first.title == second.title or not same:
        assert room.poll(first, second) == 0
        assert room.poll(second, first) == 0


def test_two_headlines_side_by_side_are_two_items(room: Room) -> None:
    first, second = item(guid="1"), item("Harbour dredged in spring", guid="1")
    assert room.poll(first, second) == 2
    assert room.poll(second, first) == 0


def test_a_chain_of_changes_is_followed(room: Room) -> None:
    room.poll(item(guid="1"))
    assert room.poll(item(guid="1", url=OTHER_LINK)) == 0  # a new slug, known by the GUID
    assert room.poll(item(guid="2", url=OTHER_LINK)) == 0  # a new GUID, known by the new slug
    assert room.poll(item("A chip bust, lenders say", guid="2", url="https://a.example/n/3")) == 0
    row = room.conn.execute("SELECT id, guid, url FROM entries").fetchone()
    assert (row["guid"], row["url"]) == ("1", LINK)  # as first seen
    kinds = [kind for kind, _, _ in entry_names.of_entry(room.conn, row["id"])]
    assert (kinds.count("url"), kinds.count("guid")) == (3, 2)


def test_a_page_of_the_day(room: Room) -> None:
    """Items that share their link are told apart, whichever comes first."""
    words = ("Quartz prices double", "Harbour dredged", "Snow closes the pass", "Lenders retreat")
    for guids in (True, False):
        page = f"https://a.example/today/{int(guids)}"
        of_day = [item(f"{w} {page}", url=page, guid=w if guids else None) for w in words]
        assert room.poll(*of_day[:2]) == 2
        assert room.poll(*of_day[1:]) == 2
        assert room.poll(*reversed(of_day)) == 0
    assert len(set(room.titles())) == 8


def test_a_guid_that_is_always_the_same(room: Room) -> None:
    words = ("Quartz prices double", "Harbour dredged", "Snow closes the pass")
    found = [item(w, url=f"https://a.example/{n}", guid="a.example") for n, w in enumerate(words)]
    assert room.poll(*found[:2]) == 2
    assert room.poll(*found) == 1
    assert room.poll(found[2]) == 0
    assert len(room.titles()) == 3


def test_listed_twice_in_one_answer(room: Room) -> None:
    twice = item(guid="2", url=LINK + "?page=1")
    assert room.poll(item(guid="1"), item(guid="9"), replace(twice, guid="1")) == 1
    assert room.poll(replace(twice, guid="1")) == 0


def google(title: str = "Lenders fear a chip bust", **other: Any) -> Entry:
    redirect = "https://news.google.com/rss/articles/CBMi123"
    fields: dict[str, Any] = {"url": redirect, "guid": "CBMi123", "source": "Harbour Post"}
    fields |= {"feed_url": "https://news.google.com/rss/search?q=chips"}
    fields |= {"publisher_url": "https://www.a.example", "published_at": "2025-11-20T08:00:00Z"}
    return item(title, **(fields | other))


def own(**other: Any) -> Entry:
    return item(**({"guid": "1", "published_at": "2025-11-20T07:58:00Z"} | other))


@pytest.mark.parametrize("google_first", [True, False])
@pytest.mark.parametrize("named", ["Harbour Post", "The Harbour Post"])
def test_an_aggregator_and_the_publisher(room: Room, google_first: bool, named: str) -> None:
    found = [google(source=named), own()]
    first, second = found if google_first else found[::-1]
    assert room.poll(first) == 1
    assert room.poll(second) == 0
    assert room.poll(second) == 0
    row = room.conn.execute("SELECT id FROM entries").fetchone()
    assert {"url", "redirect"} <= {k for k, _, _ in entry_names.of_entry(room.conn, row["id"])}


def test_an_aggregator_s_old_headline_is_another_story(room: Room) -> None:
    room.poll(google(published_at=None))
    assert room.poll(own(published_at=None), days=4) == 1
    assert room.poll(own(published_at=None), days=5) == 0


def test_a_database_from_before_names_were_kept(room: Room) -> None:
    old = item(guid="1")
    with transaction(room.conn):
        entries.insert(room.conn, [old], origin="feed", now=START)
    assert room.poll(item("Headline rewritten since", guid="1")) == 0
    assert room.poll(item(guid="1", url=OTHER_LINK)) == 0  # its names came with the first poll


def test_an_imported_row_is_known_by_its_key_alone(room: Room) -> None:
    with transaction(room.conn):
        entries.insert(room.conn, [item()], origin="import", now=START)
    assert room.conn.execute("SELECT count(*) FROM entry_aliases").fetchone()[0] == 0
    assert room.poll(item()) == 0


def test_a_round_that_is_stopped_ends_as_one_that_is_not(conn: sqlite3.Connection) -> None:
    first, second = item(guid="1"), item("Lenders fear more", guid="1", url=OTHER_LINK)
    whole = Room(conn)
    whole.poll(first)
    conn.execute("BEGIN IMMEDIATE")
    now = "2025-11-20T02:00:00Z"
    row = Poll(FEED, now, 200, 1, None, None, None, 1, None, None)
    before = dump(conn)
    entries.write_poll(conn, ("2", now), row, [second], [])
    assert dump(conn) != before
    conn.execute("ROLLBACK")
    assert dump(conn) == before
    assert whole.poll(second) == 0


def dump(conn: sqlite3.Connection) -> list[list[tuple[Any, ...]]]:
    tables = ("entries", "entry_aliases", "entry_versions", "articles")
    return [[tuple(r) for r in conn.execute(f"SELECT * FROM {t}")] for t in tables]


def test_the_usual_poll_asks_little(room: Room) -> None:
    found = [item(f"Headline {n} of the day", url=f"{LINK}-{n}", guid=str(n)) for n in range(50)]
    room.poll(*found)
    asked: list[str] = []
    room.conn.set_trace_callback(asked.append)
    assert room.poll(*found) == 0
    room.conn.set_trace_callback(None)
    # Whether it was published, aliases, entries, archived ones, versions, the poll before, the
    # poll, the validators; begin and commit.
    assert len(asked) <= 11, asked


def test_a_name_of_many_items_is_kept_for_the_first_few(room: Room) -> None:
    for n in range(20):
        room.poll(item(f"Headline {n} alone", url="https://a.example/live", guid=str(n)))
    borne = "SELECT count(*) FROM entry_aliases WHERE kind = 'url'"
    assert room.conn.execute(borne).fetchone()[0] <= entry_names.MOST_BEARERS


def test_a_rewritten_headline_is_a_version(room: Room) -> None:
    room.poll(item(guid="1", summary="Banks hold back."))
    room.poll(item(guid="1", summary="Banks hold back from data centres."))
    room.poll(item("Lenders fear worse", guid="1", summary="Banks hold back from data centres."))
    room.poll(item(guid="1", summary="Banks hold back."))  # taken back: a text that is known
    room.poll(item("Lenders fear worse", guid="1", summary="Banks hold back from data centres."))
    first = room.conn.execute("SELECT title, summary FROM entries").fetchone()
    assert tuple(first) == ("Lenders fear a chip bust", "Banks hold back.")
    entry_id = room.conn.execute("SELECT id FROM entries").fetchone()[0]
    found = entry_versions.versions(room.conn, entry_id)
    assert [(v.title, v.summary, v.seen_at[11:13]) for v in found] == [
        ("Lenders fear a chip bust", "Banks hold back.", "01"),
        ("Lenders fear a chip bust", "Banks hold back from data centres.", "02"),
        ("Lenders fear worse", "Banks hold back from data centres.", "03"),
    ]


@pytest.mark.parametrize(
    "other",
    [
        {"title": "Lenders fear  a “chip” bust."},  # spaces and signs
        {"title": "ＬＥＮＤＥＲＳ fear a chip bust"},  # width and case
        {"summary": None},  # left out: nothing is said
        {"feed_url": "https://a.example/chips/rss", "title": "Chips: lenders fear a bust"},
        {"published_at": "2025-11-20T08:00:00Z"},
    ],
)
def test_what_is_no_version(room: Room, other: dict[str, Any]) -> None:
    room.poll(item(guid="1", summary="Banks hold back."))
    assert room.poll(item(**({"guid": "1", "summary": "Banks hold back."} | other))) == 0
    assert len(room.versions()) == 1


def test_the_page_s_text_is_no_version(room: Room) -> None:
    room.poll(item(guid="1"))
    room.conn.execute(
        "UPDATE articles SET body = 'From the page', body_at = '2025-11-20T01:30:00Z'"
    )
    room.poll(item(guid="1"))
    assert len(room.versions()) == 1
    room.poll(item(guid="1", body="The feed has it too, now"))
    assert len(room.versions()) == 2


def test_no_versions_of_what_is_not_there(room: Room) -> None:
    assert entry_versions.versions(room.conn, "0" * 16) == []


WORDS = ("Quartz prices double", "Harbour dredged in spring", "Snow closes the pass")
articles = st.tuples(st.integers(0, 2), st.sampled_from(["", "https://a.example/today"]))


@given(answers=st.lists(st.lists(articles, max_size=3, unique=True), min_size=1, max_size=5))
@settings(max_examples=40, deadline=None)
def test_no_item_is_lost_or_doubled(
    reused: sqlite3.Connection, answers: list[list[tuple[int, str]]]
) -> None:
    """Items with GUIDs of their own, whether they have own links or share the day's page."""
    reused.execute("BEGIN")
    try:
        met: set[tuple[int, str]] = set()
        for hour, answer in enumerate(answers):
            now = f"2025-11-20T{hour:02}:00:00Z"
            found = [
                item(WORDS[n] + " again" * bool(page), guid=f"{n}{page}", url=page or f"{LINK}/{n}")
                for n, page in answer
            ]
            settled = entry_names.settle(reused, [replace(e, first_seen_at=now) for e in found])
            entries.insert(reused, settled.new, origin="feed", now=now)
            own = [(e, e.key) for e in settled.new]
            entry_names.add(reused, [*own, *settled.again, *settled.unkept])
            assert len(settled.new) == len(set(answer) - met)
            met |= set(answer)
        assert entries.count(reused) == len(met)
    finally:
        reused.execute("ROLLBACK")

"""A server over the made-up newsroom, asked in-process."""

from __future__ import annotations

import asyncio
import re
import shutil
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bubblefear.review import canned, plugin
from bubblefear.review.app import build
from bubblefear.store import accounts, database, search

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import httpx

TOKEN = "right-token"
NEWSROOM = Path(__file__).resolve().parent.parent / "newsroom.sql"


@pytest.fixture(scope="session")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("newsroom") / "news.db"
    with database(path) as conn:
        conn.executescript(NEWSROOM.read_text(encoding="utf-8"))
        rows = conn.execute(
            "SELECT number, title, summary, body FROM entries LEFT JOIN articles USING (id)"
        ).fetchall()
        search.insert(conn, [tuple(row) for row in rows])
    return path


@pytest.fixture
def newsroom(printed: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(printed, tmp_path / "news.db"))


@pytest.fixture
def accounted(newsroom: Path) -> Path:
    """The newsroom with accounts of its last two sessions: the first was revised by a late copy."""

    def part(number: int, story: str, member: str, fear: float, points: float) -> accounts.Part:
        return accounts.Part(f"aaaa{number:012}", story, member, fear, 1.0, points)

    first = [part(3, "aaaa000000000003", "島嶼財經 (zh-Hant)", 0.2, 131.0)]
    late = [part(3, "aaaa000000000003", "島嶼財經 (zh-Hant)", 0.2, 100.0),
            part(4, "aaaa000000000004", "Harbour Gazette (en)", 0.1, 30.0)]  # fmt: skip
    last = [part(1, "story-1", "Harbour Gazette (en)", 0.72, 80.0),
            part(7, "story-1", "島嶼財經 (zh-Hant)", 0.63, 40.0),
            part(2, "story-2", "海港日报 (zh-Hans)", 0.6, 38.25)]  # fmt: skip
    with database(newsroom) as conn:
        accounts.write(conn, "v1", "2025-11-20T21:10:00Z", {"2025-11-20": first})
        accounts.write(conn, "v1", "2025-11-21T21:10:00Z", {"2025-11-20": late, "2025-11-21": last})
    return newsroom


class Asker:
    """Requests to one Datasette, each in its own event loop run."""

    def __init__(self, path: Path, **keywords: Any) -> None:
        self.path = path
        self.datasette = build(path, token=TOKEN, clock=lambda: "2025-11-22T08:00:00Z", **keywords)

    def get(self, path: str, **keywords: Any) -> httpx.Response:
        return asyncio.run(self.datasette.client.get(path, **keywords))

    def send(self, method: str, path: str, **keywords: Any) -> httpx.Response:
        return asyncio.run(self.datasette.client.request(method, path, **keywords))

    def reviews(self) -> list[tuple[object, ...]]:
        with database(self.path, create=False) as conn:
            return [tuple(row) for row in conn.execute("SELECT * FROM reviews ORDER BY id")]

    def close(self) -> None:
        self.datasette.executor.shutdown()
        for known in self.datasette.databases.values():
            known.close()


@pytest.fixture
def open_asker() -> Iterator[Callable[..., Asker]]:
    opened: list[Asker] = []

    def make(path: Path, **keywords: Any) -> Asker:
        opened.append(Asker(path, **keywords))
        return opened[-1]

    yield make
    for asker in opened:
        asker.close()


@pytest.fixture
def asker(newsroom: Path, open_asker: Callable[..., Asker]) -> Asker:
    return open_asker(newsroom)


# What a publisher may send. The elements and attributes named x-pwned are in no page of ours, so
# that one found in a parsed page has escaped from a text.
PAYLOAD = (
    "\"'></title></textarea></script></style>--><x-pwned x-pwned=1>"
    "<script>window.pwned=1</script><img src=x onerror=window.pwned=1 x-pwned>"
    "<svg onload=window.pwned=1><math href=javascript:window.pwned=1>"
    "<a href=javascript:window.pwned=1>&lt;script&gt;&#60;script&#62;{{7*7}}${7*7}</a>"
    " bubble \u202egpj.exe\u2066\u200b\u0000\x1b[31m\u2028"
)
# Every text that comes from outside: from publishers, their servers, reviewers, who runs a command.
_FREE = {
    "sources": "name", "entries": "source guid url canonical_url title summary author date_note",
    "articles": "body", "entry_versions": "title summary", "evidence": "sentence",
    "mentions": "name surface", "scores": "abstained", "feeds": "url source title",
    "polls": "feed_url error", "hosts": "host reason", "problems": "subject reason",
    "runs": "note", "reviews": "reviewer note", "test_results": "hypothesis verdict",
}  # fmt: skip
_MORE = """
    INSERT INTO reviews VALUES (1, 'aaaa000000000001', 'Ada', 2, 'fear', 'threat', 'credit', 'n',
      '2025-11-22T08:00:00Z'), (2, 'aaaa000000000001', 'Bo', 1, 'fear', 'act', NULL, 'n',
      '2025-11-22T08:01:00Z');
    INSERT INTO review_undos VALUES (2, '2025-11-22T08:02:00Z');
    INSERT INTO entry_versions VALUES ('aaaa000000000001', '2025-11-21T15:00:00Z', 't', 's', NULL,
      NULL, 'sha-x');
    INSERT INTO hosts VALUES ('evil.example', 3, NULL, 'r', '2025-11-21T06:00:00Z', NULL);
    INSERT INTO story_links VALUES ('aaaa000000000007', 'aaaa000000000001', 'near', 0.9, NULL);
"""


@pytest.fixture(scope="session")
def payload() -> str:
    """Text of a hostile publisher: markup, scripts, unseen characters."""
    return PAYLOAD


@pytest.fixture(scope="session")
def _hostile(printed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = Path(shutil.copy(printed, tmp_path_factory.mktemp("hostile") / "news.db"))
    with sqlite3.connect(path) as conn:
        conn.executescript(_MORE)
        for (trigger,) in conn.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
            conn.execute(f"DROP TRIGGER {trigger}")
        _poison(conn)
        rows = conn.execute(
            "SELECT number, title, summary, body FROM entries LEFT JOIN articles USING (id)"
        ).fetchall()
        conn.execute("DELETE FROM articles_fts")
        search.insert(conn, [tuple(row) for row in rows])
        conn.execute("UPDATE evidence SET phrases = json_array(?)", (PAYLOAD,))
    conn.close()
    return path


def _poison(conn: sqlite3.Connection) -> None:
    """Add the payload to every value of the free columns; each must have one."""
    for table, columns in _FREE.items():
        known = {row[1] for row in conn.execute(f"PRAGMA table_info({table})")}
        for column in known & set(columns.split()):
            changed = conn.execute(
                f"UPDATE {table} SET {column} = {column} || ? WHERE {column} IS NOT NULL",
                (PAYLOAD,),
            )
            assert changed.rowcount or column in ("guid", "canonical_url"), (table, column)


@pytest.fixture
def hostile(_hostile: Path, tmp_path: Path) -> Path:
    """The newsroom with the payload in every text that comes from outside."""
    return Path(shutil.copy(_hostile, tmp_path / "hostile.db"))


# What stands for the groups in the routes' patterns; a new page with another group adds one here.
_VALUES = {
    "date": ["2025-11-21"],
    "id": ["aaaa000000000001", "aaaa000000000005"],
    "number": ["1"],
    "position": ["0"],
    "which": ["0"],
}
_GROUP = re.compile(r"\(\?P<(\w+)>([^()]*)\)")


def _addresses(pattern: str) -> list[str]:
    """Addresses that a route's pattern matches: each choice, and each sample value."""
    bare = re.sub(r"\(\?:[^()]*\([^()]*\)\)\?", "", pattern.removeprefix("^").removesuffix("$"))
    found = [bare]
    while any(_GROUP.search(one) for one in found):
        found = [
            one[: group.start()] + value + one[group.end() :]
            for one in found
            if (group := _GROUP.search(one))
            for value in (group[2].split("|") if "|" in group[2] else _VALUES[group[1]])
        ]
    plain = [one.replace("\\.", ".") for one in found]
    assert all(re.match(pattern, one) for one in plain), pattern
    return plain


@pytest.fixture(scope="session")
def our_addresses() -> list[str]:
    """An address of every route of ours, those that write too."""
    patterns = [pattern for pattern, _ in plugin.register_routes() if "(?!" not in pattern]
    found = [address for pattern in patterns for address in _addresses(pattern)]
    return [*found, "/search?q=bubble", "/search?q=pwned", "/article/aaaa000000000001?blind=1"]


@pytest.fixture(scope="session")
def datasette_addresses(printed: Path) -> list[str]:
    """An address of every table, view, canned query and kind of page of Datasette's own."""
    with database(printed, create=False) as conn:
        rows = conn.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
        tables = [str(name) for (name,) in rows if not str(name).startswith("sqlite")]
    queries = [f"{name}?date=2025-11-21&q=bubble&name=x" for name in canned.CANNED]
    rest = ["entries/1", "entries/5", "articles/aaaa000000000005", "reviews/1", "runs/run-1",
            "entries?_facet=title&_facet=author", "entries?title__contains=<x-pwned x-pwned>",
            "entries?_search=bubble", "entries?_where=1"]  # fmt: skip
    own = ["/bubblefear?sql=select+title,url,source+from+entries", "/-/metadata", "/-/plugins",
           "/-/settings", "/-/versions"]  # fmt: skip
    return ["/bubblefear", *(f"/bubblefear/{one}" for one in [*tables, *queries, *rest]), *own]

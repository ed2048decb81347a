"""Lists of addresses: what they say at once, and what their pages say from when on."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import httpcore
import httpx
import pytest

from bubblefear.errors import UsageError
from bubblefear.pipeline.backfill import PagesRead, read_pages
from bubblefear.pipeline.import_list import check_template, import_list
from bubblefear.pipeline.known import Wanted, known_articles
from bubblefear.pipeline.recording import recorded
from bubblefear.pipeline.score import score
from bubblefear.store import backfill, open_database
from ingest.web.fetch import Fetcher, Limits

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from bubblefear.config import Settings
    from bubblefear.pipeline.recording import Run
    from nlp.protocol import Scorer

SENTENCES = [
    "The chip maker lost a fifth of its value after lenders turned away.",
    "Fund managers fear that the AI bubble bursts before the data centres earn anything.",
    "Two banks have stopped lending against graphics chips, three people in the market said.",
    "The company declined to comment on its orders for the coming year.",
]
LIMITS = Limits(page_pause=0.0, attempts=1)
LISTED_AT = "2025-11-03T10:00:00Z"


def html(title: str, sentences: list[str] = SENTENCES) -> bytes:
    body = "".join(f"<p>{s}</p>" for s in sentences)
    text = f"<html><head><title>{title}</title></head><body><article>{body}</article></body></html>"
    return text.encode()


@pytest.fixture
def web() -> dict[str, tuple[int, Any]]:
    """Answers by address: a status with a body, or with the target of a redirect."""
    return {}


@pytest.fixture
def asked() -> list[str]:
    return []


@pytest.fixture
def fetcher(web: dict[str, tuple[int, Any]], asked: list[str]) -> Iterator[Fetcher]:
    """A client whose network is `web`."""

    def answer(request: httpx.Request) -> httpx.Response:
        url = str(request.url)
        status, content = web.get(url, (404, b""))
        if not url.endswith("/robots.txt"):
            asked.append(url)
        if 300 <= status < 400:
            return httpx.Response(status, headers={"Location": content})
        stream = httpx.ByteStream(content)
        return httpx.Response(status, stream=stream, headers={"Content-Type": "text/html"})

    with Fetcher(transport=httpx.MockTransport(answer), limits=LIMITS) as client:
        yield client


@pytest.fixture
def take(
    conn: sqlite3.Connection, settings: Settings, clock: Any, tmp_path: Path, fetcher: Fetcher
) -> Callable[..., tuple[PagesRead, Run]]:
    """Imports a list and reads its pages, in a run of its own a minute later."""

    def work(
        rows: list[dict[str, Any]], via: str | None = None, limit: int | None = None
    ) -> tuple[PagesRead, Run]:
        clock.forward(minutes=1)
        with recorded(conn, "import", settings, clock) as run:
            if rows:
                path = tmp_path / "list.jsonl"
                path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
                import_list(conn, settings, run, path, via=via, now=clock)
            read = read_pages(conn, settings, run, limit=limit, now=clock, fetcher=fetcher)
        return read, run

    return work


def listed(place: int, **other: Any) -> dict[str, Any]:
    row = {"url": f"https://post.example/{place}", "seendate": "20251103T100000Z"}
    return row | {"title": f"Lenders fear a chip glut, part {place}"} | other


def article(conn: sqlite3.Connection) -> sqlite3.Row:
    (row,) = conn.execute("SELECT * FROM entries e JOIN articles a ON a.id = e.id").fetchall()
    return row


def test_a_title_counts_from_the_list_and_a_page_of_today_from_today(
    conn: sqlite3.Connection, take: Any, web: dict[str, Any], clock: Any
) -> None:
    web["https://post.example/1"] = (200, html("Another title"))
    read, run = take([listed(1)])
    row = article(conn)
    assert (read.asked, read.whole, run.outcome) == (1, 1, "done")
    assert row["title"] == "Lenders fear a chip glut, part 1"
    assert (row["first_seen_at"], row["published_at"]) == (LISTED_AT, LISTED_AT)
    assert (row["origin"], row["body_status"], row["body_at"]) == ("import", "ok", clock())
    assert "AI bubble bursts" in row["body"]
    assert backfill.states(conn) == {"done": 1}


def test_the_headline_is_scored_for_its_own_day_and_the_body_from_its_own(
    conn: sqlite3.Connection,
    settings: Settings,
    take: Any,
    web: dict[str, Any],
    clock: Any,
    scorer: Scorer,
) -> None:
    web["https://post.example/1"] = (200, html("Another title"))
    _, run = take([listed(1)])
    score(conn, settings, run, now=clock, scorer=scorer)
    known = known_articles(conn, Wanted("lexicon.v1", clock()))
    (then,), (today,) = (f.to_dict("records") for f in (known.at_closes, known.at_instant))
    assert then["abstained"] is False
    assert then["fear"] != today["fear"]
    (history,) = conn.execute("SELECT text_known_at FROM score_history").fetchall()
    assert history[0] == LISTED_AT
    before = known_articles(conn, Wanted("lexicon.v1", "2025-11-10T00:00:00Z")).at_instant
    assert before.to_dict("records")[0]["fear"] == then["fear"]


def test_a_title_read_off_a_page_of_today_says_nothing_of_the_list_s_day(
    conn: sqlite3.Connection,
    settings: Settings,
    take: Any,
    web: dict[str, Any],
    clock: Any,
    scorer: Scorer,
) -> None:
    web["https://post.example/1"] = (200, html("AI bubble fear grows"))
    _, run = take([listed(1, title=None)])
    row = article(conn)
    assert (row["title"], row["first_seen_at"]) == ("AI bubble fear grows", LISTED_AT)
    score(conn, settings, run, now=clock, scorer=scorer)
    known = known_articles(conn, Wanted("lexicon.v1", clock()))
    assert known.at_closes["abstained"].tolist() == [True]
    assert known.at_instant["abstained"].tolist() == [False]


def test_a_title_that_was_there_before_an_untitled_list_keeps_its_own_day(
    conn: sqlite3.Connection,
    settings: Settings,
    take: Any,
    web: dict[str, Any],
    clock: Any,
    scorer: Scorer,
) -> None:
    web["https://post.example/1"] = (200, html("Another title"))
    take([listed(1, title=None)], limit=0)
    take([listed(1)], limit=0)  # a second list knows the title
    read, run = take([])
    assert (read.whole, article(conn)["title"]) == (1, "Lenders fear a chip glut, part 1")
    score(conn, settings, run, now=clock, scorer=scorer)
    known = known_articles(conn, Wanted("lexicon.v1", clock()))
    assert known.at_closes["abstained"].tolist() == [False]
    assert known.at_instant["abstained"].tolist() == [False]


def test_a_page_without_text_is_done_where_the_title_is_known_from_elsewhere(
    conn: sqlite3.Connection, take: Any, web: dict[str, Any]
) -> None:
    web["https://post.example/1"] = (200, html("Another title", ["Subscribe to read on."]))
    take([listed(1, title=None)], limit=0)
    take([listed(1)], limit=0)
    read, run = take([])
    assert (read.failed, read.other, run.outcome) == (0, 1, "done")
    assert article(conn)["body_status"] == "stub"


VIA = "https://archive.example/web/{timestamp}id_/{url}"


def test_a_copy_is_known_from_the_time_in_the_address_that_it_came_from(
    conn: sqlite3.Connection, take: Any, web: dict[str, Any]
) -> None:
    first = "https://archive.example/web/20251103100000id_/https://post.example/1"
    nearest = "https://archive.example/web/20251105120000id_/https://post.example/1"
    web[first] = (302, nearest)
    web[nearest] = (200, html("Another title"))
    read, _ = take([listed(1)], via=VIA)
    assert read.whole == 1
    assert article(conn)["body_at"] == "2025-11-05T12:00:00Z"


def test_a_copy_gives_title_and_time_where_the_list_has_none(
    conn: sqlite3.Connection, take: Any, web: dict[str, Any]
) -> None:
    asked_for = "https://archive.example/web/20251103100000id_/https://post.example/1"
    nearest = "https://archive.example/web/20251105120000id_/https://post.example/1"
    web[asked_for] = (302, nearest)
    web[nearest] = (200, html("The archived title", ["Subscribe to read on."]))
    read, _ = take([listed(1, title=None)], via=VIA)
    row = article(conn)
    assert (read.whole, read.other) == (0, 1)
    assert (row["title"], row["body"]) == ("The archived title", None)
    assert row["first_seen_at"] == "2025-11-05T12:00:00Z"
    assert row["published_at"] == LISTED_AT


@pytest.mark.parametrize(
    "final",
    [
        "https://archive.example/latest/https://post.example/1",
        "https://archive.example/web/20251399100000id_/https://post.example/1",
        "https://archive.example/web/20990101000000id_/https://post.example/1",
        "https://archive.example/copy/https://post.example/20240101000000/a",
    ],
)
def test_a_copy_without_a_time_that_can_be_true_is_known_today(
    conn: sqlite3.Connection, take: Any, web: dict[str, Any], clock: Any, final: str
) -> None:
    asked_for = "https://archive.example/web/20251103100000id_/https://post.example/1"
    web[asked_for] = (302, final)
    web[final] = (200, html("Another title"))
    take([listed(1)], via=VIA)
    assert article(conn)["body_at"] == clock()


def test_a_page_of_today_without_text_or_title_is_not_put_at_an_earlier_day(
    conn: sqlite3.Connection, take: Any, web: dict[str, Any]
) -> None:
    web["https://post.example/1"] = (200, html("A title of today", ["Subscribe to read on."]))
    read, run = take([listed(1, title=None)])
    assert (read.failed, run.outcome) == (1, "partial")
    assert conn.execute("SELECT count(*) FROM entries").fetchone()[0] == 0
    (problem,) = conn.execute("SELECT code, subject FROM problems").fetchall()
    assert tuple(problem) == ("import.page", "https://post.example/1")


def test_what_failed_is_asked_for_three_times_and_what_is_done_never_again(
    conn: sqlite3.Connection, take: Any, web: dict[str, Any], asked: list[str]
) -> None:
    web["https://post.example/1"] = (200, html("One"))
    for attempt in (1, 2, 3):
        read, run = take([listed(1), listed(2)] if attempt == 1 else [])
        assert (read.failed, run.outcome) == (1, "partial")
        assert read.waiting == (attempt < 3)
    assert take([])[0].asked == 0
    assert take([listed(1), listed(2)])[0].asked == 0
    assert sorted(asked) == ["https://post.example/1", *["https://post.example/2"] * 3]
    (problem,) = conn.execute("SELECT code, times FROM problems").fetchall()
    assert tuple(problem) == ("page.http", 3)


def test_robots_txt_is_heeded_and_asked_once(
    conn: sqlite3.Connection, take: Any, web: dict[str, Any], asked: list[str]
) -> None:
    web["https://post.example/robots.txt"] = (200, b"User-agent: *\nDisallow: /1")
    web["https://post.example/2"] = (200, html("Two"))
    read, run = take([listed(1), listed(2)])
    assert (read.refused, read.whole, read.waiting, run.outcome) == (1, 1, 0, "done")
    assert asked == ["https://post.example/2"]
    assert take([])[0].asked == 0
    assert conn.execute("SELECT code FROM problems").fetchone()[0] == "page.robots"
    assert conn.execute("SELECT count(*) FROM entries").fetchone()[0] == 2


class _ToNewsroom(httpcore.SyncBackend):
    """Every public address is the newsroom; what connects elsewhere would be a hole."""

    def __init__(self, port: int) -> None:
        self._port = port

    def connect_tcp(self, host: str, port: int, *rest: Any, **named: Any) -> Any:
        assert host == "93.184.215.14"
        return super().connect_tcp("127.0.0.1", self._port, *rest, **named)


def test_a_page_that_sends_into_a_private_network_is_refused(
    conn: sqlite3.Connection,
    settings: Settings,
    run: Run,
    clock: Any,
    tmp_path: Path,
    newsroom: Any,
) -> None:
    port = int(newsroom.address.rpartition(":")[2])
    newsroom.page("/1", SENTENCES)
    names = {"post.example": ["93.184.215.14"]}
    path = tmp_path / "list.jsonl"
    rows = [listed(1, url=f"http://post.example:{port}/1"), listed(2, url="http://10.0.0.1/2")]
    rows.append(listed(3, url="http://rebound.example/3"))
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    import_list(conn, settings, run, path, now=clock)
    client = Fetcher(
        limits=LIMITS,
        resolver=lambda host, _: names.get(host, ["127.0.0.1" if "." in host[3:] else host]),
        sockets=_ToNewsroom(port),
    )
    with client:
        clock.forward(minutes=1)
        read = read_pages(conn, settings, run, now=clock, fetcher=client)
    assert (read.whole, read.refused) == (1, 2)
    assert "/2" not in newsroom.asked
    assert "/3" not in newsroom.asked


def test_of_two_copies_the_earlier_date_stays(
    conn: sqlite3.Connection, take: Any, web: dict[str, Any]
) -> None:
    rows = [
        {"original": "https://post.example/1", "timestamp": stamp, "digest": "X"}
        for stamp in ("20251104100000", "20251103100000", "20251106100000")
    ]
    take(rows, via=VIA, limit=0)
    (row,) = backfill.due(conn, "9999", 10)
    assert row.first_seen_at == LISTED_AT
    assert row.copy_url == "https://archive.example/web/20251103100000id_/https://post.example/1"


def test_an_entry_that_was_polled_gets_the_body_and_keeps_its_own_time(
    conn: sqlite3.Connection, take: Any, web: dict[str, Any], clock: Any
) -> None:
    web["https://post.example/1"] = (200, html("One"))
    take([listed(1)], limit=0)
    again, _ = take([listed(1, title="Another title of the same page", seendate="20251101")])
    row = article(conn)
    assert (again.whole, row["first_seen_at"], row["body_at"]) == (1, LISTED_AT, clock())
    assert row["title"] == "Lenders fear a chip glut, part 1"


def test_the_limit_leaves_the_rest_waiting(take: Any, web: dict[str, Any]) -> None:
    read, _ = take([listed(place) for place in range(5)], limit=2)
    assert (read.asked, read.waiting) == (2, 5)  # two failed, and may be asked for again
    assert "2 listed pages asked for" in str(read)


@pytest.mark.parametrize(
    "template",
    ["https://archive.example/", "{url}/x", "https://a.example/{url}/{day}", "{", "x{url}"],
)
def test_a_template_that_makes_no_address_is_refused(template: str) -> None:
    if template == "{url}/x":
        check_template(template)  # odd, but an address
        return
    with pytest.raises(UsageError, match="--via"):
        check_template(template)


def test_an_address_in_a_query_does_not_break_out_of_its_parameter(
    conn: sqlite3.Connection, take: Any
) -> None:
    row = listed(1, url="https://post.example/1?id=2&x=3")
    take([row], via="https://archive.example/get?at={timestamp}&u={url}", limit=0)
    (waiting,) = backfill.due(conn, "9999", 10)
    assert waiting.copy_url == (
        "https://archive.example/get?at=20251103100000"
        "&u=https%3A%2F%2Fpost.example%2F1%3Fid%3D2%26x%3D3"
    )


READER = """
import sys
from pathlib import Path
from bubblefear.cli.options import now
from bubblefear.config import Settings
from bubblefear.pipeline.backfill import read_pages
from bubblefear.pipeline.recording import recorded
from bubblefear.store import database
from ingest.web.fetch import Fetcher, Limits
settings = Settings(allow_private=True, workers=2)
fetcher = Fetcher(allow_private=True, limits=Limits(page_pause=0.0))
with database(Path(sys.argv[1])) as conn, recorded(conn, "import", settings, now) as run:
    read_pages(conn, settings, run, now=now, fetcher=fetcher)
"""


@pytest.mark.slow
def test_killed_at_any_time_it_goes_on_and_asks_for_nothing_twice_that_is_done(
    conn: sqlite3.Connection,
    db_path: Path,
    settings: Settings,
    run: Run,
    clock: Any,
    tmp_path: Path,
    newsroom: Any,
) -> None:
    pages = 40
    for place in range(pages):
        newsroom.page(f"/{place}", SENTENCES)
    path = tmp_path / "list.jsonl"
    rows = [listed(place, url=newsroom.url(f"/{place}")) for place in range(pages)]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    import_list(conn, settings, run, path, now=clock)
    newsroom.delay = 0.02
    kills = 0
    while backfill.count_due(conn, "9999"):
        process = subprocess.Popen([sys.executable, "-c", READER, str(db_path)])
        if kills < 3:
            _wait_for(conn, process, 8 * (kills + 1))
            process.send_signal(signal.SIGKILL)
            kills += 1
        assert process.wait(60) in (0, -signal.SIGKILL)
    asked = [path for path in newsroom.asked if path != "/robots.txt"]
    assert backfill.states(conn) == {"done": pages}
    assert conn.execute("SELECT count(*) FROM articles WHERE body_status = 'ok'").fetchone()[
        0
    ] == len(set(asked))
    # Only what was under way when the process died is asked for again.
    assert len(set(asked)) == pages
    assert len(asked) <= pages + kills * 2
    fresh = open_database(db_path)
    assert fresh.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    fresh.close()


def _wait_for(conn: sqlite3.Connection, process: subprocess.Popen[bytes], done: int) -> None:
    end = time.monotonic() + 30
    while backfill.states(conn).get("done", 0) < done and process.poll() is None:
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.mark.slow
@pytest.mark.usefixtures("heeding_ctrl_c")
def test_ctrl_c_ends_in_130_and_the_next_import_reads_the_rest(
    conn: sqlite3.Connection, db_path: Path, tmp_path: Path, newsroom: Any
) -> None:
    pages = 16  # so many that a busy machine is not done before it is told to stop
    for place in range(pages):
        newsroom.page(f"/{place}", SENTENCES)
    path, config = tmp_path / "list.jsonl", tmp_path / "own.toml"
    rows = [listed(place, url=newsroom.url(f"/{place}")) for place in range(pages)]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    config.write_text("[ingest]\nallow_private = true\n", encoding="utf-8")
    command = [sys.executable, "-m", "bubblefear", "import", "--pages"]
    command += ["--db", str(db_path), "--config", str(config)]
    process = subprocess.Popen([*command, str(path)], stderr=subprocess.PIPE, text=True)
    _wait_for(conn, process, 2)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "interrupted; what was done is kept" in said
    assert "Traceback" not in said
    done = backfill.states(conn)["done"]
    assert 2 <= done < pages
    (run,) = conn.execute("SELECT outcome, note FROM runs").fetchall()
    assert tuple(run) == ("failed", "interrupted")
    rest = subprocess.run([*command, "--json"], capture_output=True, timeout=60, check=True)
    assert json.loads(rest.stdout)["pages"]["whole"] == pages - done
    assert backfill.states(conn) == {"done": pages}

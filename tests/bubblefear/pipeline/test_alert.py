"""Alerts over a stored index: told once, stored first, sent again until taken."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bubblefear.config import Settings
from bubblefear.pipeline.alert import Watch, line, watch
from bubblefear.pipeline.alert_rules import parse_all
from bubblefear.pipeline.alert_webhook import Undelivered, Webhook
from bubblefear.pipeline.recording import Run, recorded

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping, Sequence
    from types import TracebackType

    from pytest_httpserver import HTTPServer

VINTAGE = "2025-11-20T22:00:00Z"
RULES = parse_all(["z>2"])
CALM = [100.0 + (i % 5) for i in range(40)]


@pytest.fixture
def store(conn: sqlite3.Connection) -> sqlite3.Connection:
    """An empty database."""
    return conn


def index(
    conn: sqlite3.Connection,
    values: Sequence[float | None],
    *,
    last: str = "2025-11-20",
    vintage: str = VINTAGE,
    constants: Mapping[str, Any] | None = None,
) -> None:
    """A vintage of ``total`` whose newest session is ``last``."""
    conn.execute(
        "INSERT INTO vintages VALUES ('fear.v1', ?, 'real-time', ?, 'inputs', ?, 1)",
        (vintage, vintage, json.dumps({"scorer": "finbert-multi.v1"} | dict(constants or {}))),
    )
    days = [str(date.fromisoformat(last) - timedelta(days=i)) for i in range(len(values))]
    conn.executemany(
        "INSERT INTO index_points VALUES ('fear.v1', ?, 'total', ?, ?, ?, ?, NULL, NULL, 9)",
        [(vintage, day, v, v, v) for day, v in zip(reversed(days), values, strict=True)],
    )


def looked(
    conn: sqlite3.Connection,
    clock: Callable[[], str],
    watched: Watch,
    send: Callable[[str], Webhook] | None = None,
) -> tuple[list[dict[str, Any]], Run]:
    with recorded(conn, "daily", Settings(), clock) as run:
        found = watch(conn, Settings(), run, watched, now=clock, send=send)
    return found, run


def rows(conn: sqlite3.Connection) -> list[tuple[Any, ...]]:
    return [
        tuple(row)
        for row in conn.execute(
            "SELECT rule, session, value, delivery FROM alerts ORDER BY session"
        )
    ]


def test_it_fires_once_for_a_session(store: sqlite3.Connection, clock: Callable[[], str]) -> None:
    index(store, [*CALM, 150.0])
    (message,), run = looked(store, clock, Watch(RULES))
    assert (message["rule"], message["session"]) == ("total.z>2", "2025-11-20")
    assert message["z"] == message["figure"] > 2
    assert not run.partial
    assert rows(store) == [("total.z>2", "2025-11-20", 150.0, "shown")]
    assert looked(store, clock, Watch(RULES))[0] == []
    assert len(rows(store)) == 1


def test_the_next_session_is_another_alert(
    store: sqlite3.Connection, clock: Callable[[], str]
) -> None:
    index(store, [*CALM, 150.0])
    looked(store, clock, Watch(RULES))
    index(store, [900.0], last="2025-11-21", vintage="2025-11-21T22:00:00Z")
    (message,), _ = looked(store, clock, Watch(RULES))
    assert message["session"] == "2025-11-21"


def test_a_calm_day_fires_nothing(store: sqlite3.Connection, clock: Callable[[], str]) -> None:
    index(store, [*CALM, 102.0])
    assert looked(store, clock, Watch(RULES))[0] == []
    assert rows(store) == []


def test_an_open_session_waits_for_its_close(
    store: sqlite3.Connection, clock: Callable[[], str]
) -> None:
    index(store, [*CALM, 150.0], constants={"provisional": "2025-11-20"})
    assert looked(store, clock, Watch(RULES))[0] == []
    index(store, [151.0], vintage="2025-11-21T00:00:00Z")
    (message,), _ = looked(store, clock, Watch(RULES))
    assert message["value"] == 151.0


def test_what_cannot_fire_says_so(store: sqlite3.Connection, clock: Callable[[], str]) -> None:
    _, run = looked(store, clock, Watch(RULES))
    assert run.notes == ["no alert can fire: there is no index yet"]
    index(store, CALM[:10])
    _, run = looked(store, clock, Watch(parse_all(["z>2", "channel:nil.value>1"])))
    assert "needs 20 sessions" in run.notes[0]
    assert "channel:nil has no final session" in run.notes[1]
    assert not run.partial


def test_the_driving_stories_are_told(edition: Any, clock: Any) -> None:
    from bubblefear.store import database

    clock.forward(days=2)  # the newsroom's last run was on the 21st
    with database(edition) as conn:
        conn.execute("UPDATE vintages SET version = 'fear.v1'")
        conn.execute("UPDATE index_points SET version = 'fear.v1'")
        rules = parse_all(["value>100", "channel:credit.value>50"])
        total, credit = looked(conn, clock, Watch(rules))[0]
    assert total["stories"][0]["title"].startswith("Bubble fears mount")
    assert len(total["stories"]) > len(credit["stories"]) == 1
    assert credit["stories"][0]["source"] == "Harbour Gazette"
    assert json.dumps(total)


def test_with_accounts_the_stories_have_their_points(
    store: sqlite3.Connection, clock: Callable[[], str]
) -> None:
    index(store, [*CALM, 150.0])
    store.execute("INSERT INTO sources VALUES ('Post', 'en', 'import', NULL, ?)", (VINTAGE,))
    for number, title in enumerate(("A small worry", "泡沫恐慌", "The same 恐慌, told again")):
        store.execute(
            "INSERT INTO entries VALUES (?, ?, 'Post', NULL, NULL, NULL, NULL, ?, NULL, NULL, "
            "NULL, ?, NULL, 'import')",
            (number, f"a{number}", title, VINTAGE),
        )
    parts = [
        {"article": f"a{i}", "story": story, "member": "Post (en)", "fear": 1, "novelty": 1,
         "points": points}
        for i, story, points in ((0, "s0", 40.0), (1, "s1", 35.5), (2, "s1", 20.0))
    ]  # fmt: skip
    store.execute(
        "INSERT INTO accounts VALUES ('fear.v1', '2025-11-20', ?, ?)", (VINTAGE, json.dumps(parts))
    )
    ((message,), _) = looked(store, clock, Watch(RULES))
    assert [(s["title"], s["points"]) for s in message["stories"]] == [
        ("泡沫恐慌", 55.5),
        ("A small worry", 40.0),
    ]


def at_home(url: str) -> Webhook:
    return Webhook(url, own_hosts=["localhost"])


def hooked(server: HTTPServer) -> int:
    """How often the hook was asked; a slow answer of another test may end up in the log as well."""
    return sum(request.path == "/hook" for request, _ in server.log)


def test_a_webhook_gets_the_message(
    store: sqlite3.Connection, clock: Callable[[], str], httpserver: HTTPServer
) -> None:
    httpserver.expect_request("/hook", method="POST").respond_with_data("ok")
    index(store, [*CALM, 150.0])
    watched = Watch(RULES, httpserver.url_for("/hook"))
    ((message,), run) = looked(store, clock, watched, at_home)
    (request,) = [r for r, _ in httpserver.log if r.path == "/hook"]
    assert json.loads(request.data) == message
    assert rows(store)[0][-1] == "sent"
    assert run.notes == ["alert total.z>2 of 2025-11-20 sent to localhost"]
    assert not run.partial


class Deaf:
    """A webhook that takes nothing."""

    def __init__(self) -> None:
        self.asked = 0

    def send(self, message: Mapping[str, Any]) -> None:
        self.asked += 1
        raise Undelivered("hooks.example: HTTP 500, tried 3 x")

    def __enter__(self) -> Deaf:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: object, trace: TracebackType | None
    ) -> None:
        return None


def test_what_is_not_taken_is_sent_by_the_next_run(
    store: sqlite3.Connection, clock: Callable[[], str], httpserver: HTTPServer
) -> None:
    httpserver.expect_request("/hook", method="POST").respond_with_data("ok")
    index(store, [*CALM, 150.0])
    watched = Watch((*RULES, *parse_all(["value>1"])), httpserver.url_for("/hook"))
    deaf: Any = Deaf()
    fired, run = looked(store, clock, watched, lambda _: deaf)
    assert (len(fired), run.partial, deaf.asked) == (2, True, 1)
    assert "2 alerts not delivered" in run.notes[0]
    code, reason = store.execute("SELECT code, reason FROM problems").fetchone()
    assert (code, "hooks.example" in reason) == ("alert.webhook", True)
    assert {row[-1] for row in rows(store)} == {"pending"}

    again, run = looked(store, clock, watched, at_home)
    assert (again, run.partial, hooked(httpserver)) == ([], False, 2)
    assert {row[-1] for row in rows(store)} == {"sent"}
    looked(store, clock, watched, at_home)
    assert hooked(httpserver) == 2


def test_alerts_shown_before_a_webhook_was_set_are_not_sent(
    store: sqlite3.Connection, clock: Callable[[], str]
) -> None:
    index(store, [*CALM, 150.0])
    looked(store, clock, Watch(RULES))
    deaf: Any = Deaf()
    looked(store, clock, Watch(RULES, "https://hooks.example/x"), lambda _: deaf)
    assert deaf.asked == 0


def test_a_line_says_rule_session_value_and_z(
    store: sqlite3.Connection, clock: Callable[[], str]
) -> None:
    index(store, [*CALM, 150.0])
    ((message,), _) = looked(store, clock, Watch(RULES))
    assert line(message).startswith("ALERT total.z>2: session 2025-11-20, total 150.0, z 3")
    assert "SAMPLE" in line(message | {"sample": True, "z": None})

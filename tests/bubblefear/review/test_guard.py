"""Who may ask, who may write, and that nothing is written by anybody else."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from bubblefear.review import plugin, security
from bubblefear.store import database

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Asker

HOME = "http://localhost"
FORM = {
    "token": "right-token", "reviewer": "Ada", "article": "aaaa000000000001", "topic": "1",
    "fear": "2", "stance": "fear", "kind": "threat", "channel": "credit", "note": "",
}  # fmt: skip
BARE = {name: value for name, value in FORM.items() if name != "token"}
OURS = frozenset({"127.0.0.1", "localhost", "::1"})


def contents(path: Path) -> dict[str, int]:
    """Rows of every table, and a digest of the reviews."""
    with database(path, create=False) as conn:
        tables = [
            row[0] for row in conn.execute("SELECT name FROM sqlite_master WHERE type='table'")
        ]
        counts = {
            name: conn.execute(f"SELECT count(*) FROM [{name}]").fetchone()[0] for name in tables
        }
        return counts | {"changes": conn.execute("PRAGMA data_version").fetchone()[0]}


def writing(addresses: list[str]) -> list[str]:
    found = [address for address in addresses if plugin._writes(address)]
    assert {address.rsplit("/", 1)[1] for address in found} >= {"review", "undo", "coder"}
    return found


REFUSED: dict[str, dict[str, Any]] = {
    "no token": {"data": BARE},
    "wrong token": {"data": FORM | {"token": "wrong-token"}},
    "part of the token": {"data": FORM | {"token": "right-toke"}},
    "token in the address": {"data": BARE, "params": {"token": "right-token"}},
    "token in a header": {"data": BARE, "headers": {"authorization": "Bearer right-token"}},
    "another site": {"data": FORM, "headers": {"origin": "https://attacker.example"}},
    "another port": {"data": FORM, "headers": {"origin": "http://localhost:9999"}},
    "no origin of a frame": {"data": FORM, "headers": {"origin": "null"}},
    "fetched by another site": {"data": FORM, "headers": {"sec-fetch-site": "cross-site"}},
    "form of another site": {
        "data": FORM,
        "headers": {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate",
                    "sec-fetch-dest": "document"},
    },
    "JSON": {"json": FORM},
    "text": {"content": "token=right-token", "headers": {"content-type": "text/plain"}},
    "multipart": {"data": FORM, "files": {"x": b"x"}},
    "no body": {},
    "another server's cookie": {"data": BARE, "cookies": {"bubblefear_reviewer": "IkFkYSI.forged"}},
    "cookie of an actor": {"data": BARE, "cookies": {"ds_actor": "eyJhIjp7ImlkIjoicm9vdCJ9fQ.x"}},
}  # fmt: skip


@pytest.mark.parametrize("how", REFUSED)
def test_who_may_not_write_writes_nothing_anywhere(
    asker: Asker, our_addresses: list[str], how: str
) -> None:
    before = contents(asker.path)
    keywords = REFUSED[how]
    for address in writing(our_addresses):
        headers = {"origin": HOME, **keywords.get("headers", {})}
        answer = asker.send("POST", address, **{**keywords, "headers": headers})
        assert answer.status_code == 403, (address, answer.text)
    assert contents(asker.path) == before


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE"])
def test_other_methods_write_nothing(asker: Asker, our_addresses: list[str], method: str) -> None:
    before = contents(asker.path)
    for address in writing(our_addresses):
        for headers in ({}, {"x-http-method-override": "POST"}):
            answer = asker.send(
                method,
                address,
                params=FORM | {"_method": "POST"},
                headers={"origin": HOME} | headers,
            )
            assert answer.status_code == 403, address
    assert contents(asker.path) == before


def test_what_does_not_write_takes_no_post(
    asker: Asker, our_addresses: list[str], datasette_addresses: list[str]
) -> None:
    reading = [address for address in our_addresses if not plugin._writes(address)]
    own = ["/-/messages", "/-/logout", "/-/permissions", "/-/allow-debug", "/-/auth-token"]
    for address in [*reading, *datasette_addresses, *own]:
        assert asker.send("POST", address, data=FORM).status_code == 403, address
    assert asker.reviews() == []


def test_the_right_token_writes(asker: Asker) -> None:
    answer = asker.send(
        "POST", "/article/aaaa000000000001/review", data=FORM, headers={"origin": HOME}
    )
    assert answer.status_code == 303
    assert len(asker.reviews()) == 1


@pytest.mark.parametrize("host", ["attacker.example", "localhost.attacker.example", "", "0.0.0.0"])
def test_another_name_reads_and_writes_nothing(
    newsroom: Path, our_addresses: list[str], open_asker: Callable[..., Asker], host: str
) -> None:
    asker = open_asker(newsroom, hosts=OURS)
    before = contents(newsroom)
    for address in our_addresses:
        for method in ("GET", "POST"):
            answer = asker.send(
                method, address, headers={"host": host, "origin": f"http://{host}"},
                **({"data": FORM} if method == "POST" else {}),
            )  # fmt: skip
            assert (answer.status_code, len(answer.content) < 100) == (403, True)
            assert answer.headers["content-security-policy"] == security.POLICY
    assert contents(newsroom) == before


def test_where_everybody_can_reach_us_an_address_is_a_host_and_a_foreign_name_is_not() -> None:
    hosts = OURS | {"desk", security.ANY_ADDRESS}
    for own in ("192.168.1.5:8321", "[fe80::1]:8321", "desk:8321", "localhost"):
        assert security.host_allowed(own, hosts), own
    for foreign in ("attacker.example", "192.168.1.5.attacker.example", "*", "", "[bad"):
        assert not security.host_allowed(foreign, hosts), foreign


def test_another_sites_page_cannot_make_a_query_run(asker: Asker) -> None:
    slow = "/bubblefear?sql=select+1"
    for mode, dest in (("no-cors", "image"), ("cors", "empty"), ("navigate", "iframe")):
        asked = {"sec-fetch-site": "cross-site", "sec-fetch-mode": mode, "sec-fetch-dest": dest}
        assert asker.get(slow, headers=asked).status_code == 403
    link = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate",
            "sec-fetch-dest": "document"}  # fmt: skip
    own = {"sec-fetch-site": "same-origin", "sec-fetch-mode": "cors", "sec-fetch-dest": "empty"}
    assert asker.get(slow, headers=link).status_code == 200
    assert asker.get(slow, headers=own).status_code == 200


def spoken(asker: Asker, scope: dict[str, Any], *said: dict[str, Any]) -> list[dict[str, Any]]:
    """What the application sends to a client that says these messages, and then goes away."""
    heard: list[dict[str, Any]] = []
    waiting = [*said, {"type": "http.disconnect"}]

    async def receive() -> dict[str, Any]:
        return waiting.pop(0)

    async def send(message: dict[str, Any]) -> None:
        heard.append(message)

    asyncio.run(asker.datasette.app()(scope, receive, send))
    return heard


def test_another_sites_page_cannot_ask_through_a_web_socket(
    newsroom: Path, open_asker: Callable[..., Asker]
) -> None:
    """A browser lets any page open one to any host, and sends no preflight."""
    asker = open_asker(newsroom, hosts=OURS)
    for host in (b"localhost", b"attacker.example"):
        scope = {"type": "websocket", "path": "/search", "raw_path": b"/search",
                 "query_string": b"q=bubble", "headers": [(b"host", host)]}  # fmt: skip
        heard = spoken(asker, scope, {"type": "websocket.connect"})
        assert [message["type"] for message in heard] == ["websocket.close"]


def test_a_form_that_breaks_off_is_not_taken_for_a_whole_one(asker: Asker) -> None:
    path = "/article/aaaa000000000001/review"
    headers = [(b"host", b"localhost"), (b"content-type", b"application/x-www-form-urlencoded")]
    scope = {"type": "http", "method": "POST", "path": path, "raw_path": path.encode(),
             "query_string": b"", "headers": headers}  # fmt: skip
    begun = urlencode(FORM | {"note": "it is no"}).encode()
    heard = spoken(asker, scope, {"type": "http.request", "body": begun, "more_body": True})
    assert heard[0]["status"] == 403
    assert asker.reviews() == []
    whole = spoken(asker, scope, {"type": "http.request", "body": begun, "more_body": False})
    assert whole[0]["status"] == 303


def test_the_token_is_nowhere(
    asker: Asker, our_addresses: list[str], datasette_addresses: list[str],
    capfd: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    for address in [*our_addresses, *datasette_addresses, "/-/metadata.json", "/-/settings.json",
                    "/-/plugins.json", "/-/databases.json"]:  # fmt: skip
        answer = asker.get(address)
        assert "right-token" not in answer.text + str(answer.headers), address
    refused = asker.send("POST", "/article/aaaa000000000001/review", data=FORM)
    assert "right-token" not in refused.text + str(refused.headers)
    assert "right-token" not in "".join(capfd.readouterr())


def test_cookies_are_for_this_browser_and_this_site_alone(asker: Asker) -> None:
    given = asker.send(
        "POST", "/article/aaaa000000000001/review", data=FORM, headers={"origin": HOME}
    ).headers["set-cookie"]
    assert {"HttpOnly", "Path=/", "SameSite=strict"} <= set(given.split("; "))
    for address in ("/", "/article/aaaa000000000001", "/bubblefear", "/bubblefear/entries"):
        assert "set-cookie" not in asker.get(address).headers


def test_pages_that_nobody_needs_are_not_there(asker: Asker) -> None:
    for name in ("messages", "patterns", "allow-debug", "permissions", "logout", "auth-token",
                 "actor.json", "threads.json", "databases.json", "search", "anything"):  # fmt: skip
        assert asker.get(f"/-/{name}").status_code == 404, name
    names = {plugin["name"] for plugin in asker.get("/-/plugins.json").json()}
    assert names <= {"bubblefear.review.plugin", "bubblefear.review.failures"}

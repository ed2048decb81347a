"""Over real HTTP to a server on this machine."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import httpx
import pytest
from werkzeug import Response

from bubblefear.errors import ConfigError
from bubblefear.pipeline.alert_webhook import VARIABLE, Undelivered, Webhook, address

if TYPE_CHECKING:
    from pytest_httpserver import HTTPServer
    from werkzeug import Request

MESSAGE = {"rule": "total.z>2", "stories": [{"title": "泡沫恐慌蔓延"}]}
SECRET = "/services/T0/very-secret"


def hook(server: HTTPServer) -> Webhook:
    return Webhook(server.url_for(SECRET), own_hosts=["LocalHost"], first_wait=0.01)


def posted(server: HTTPServer) -> list[Request]:
    """What came to the hook: a slow answer of another test may still end up in the server's log."""
    return [request for request, _ in server.log if request.path == SECRET]


def test_a_message_is_posted_as_json(httpserver: HTTPServer) -> None:
    httpserver.expect_request(SECRET, method="POST").respond_with_data("ok")
    with hook(httpserver) as webhook:
        webhook.send(MESSAGE)
    (request,) = posted(httpserver)
    assert json.loads(request.data) == MESSAGE
    assert request.headers["Content-Type"] == "application/json"
    assert request.headers["User-Agent"].startswith("bubblefear/")


def test_it_tries_three_times_where_that_can_help(httpserver: HTTPServer) -> None:
    answers = iter((503, 429, 204))

    def answer(_: Request) -> Response:
        return Response(status=next(answers))

    httpserver.expect_request(SECRET).respond_with_handler(answer)
    with hook(httpserver) as webhook:
        webhook.send(MESSAGE)
    assert len(posted(httpserver)) == 3


@pytest.mark.parametrize(("status", "tries"), [(500, 3), (404, 1), (301, 1)])
def test_what_is_not_taken_is_said_without_the_address(
    httpserver: HTTPServer, status: int, tries: int
) -> None:
    elsewhere = {"Location": httpserver.url_for("/elsewhere")}
    httpserver.expect_request(SECRET).respond_with_data("", status, elsewhere)
    with hook(httpserver) as webhook, pytest.raises(Undelivered) as caught:
        webhook.send(MESSAGE)
    assert f"HTTP {status}, tried {tries} x" in str(caught.value)
    assert "secret" not in str(caught.value)
    assert len(posted(httpserver)) == tries


def test_an_answer_without_end_is_not_read(httpserver: HTTPServer) -> None:
    def answer(_: Request) -> Response:
        return Response((b"x" * 65536 for _ in range(100_000)), status=200)

    httpserver.expect_request(SECRET).respond_with_handler(answer)
    started = time.monotonic()
    with hook(httpserver) as webhook:
        webhook.send(MESSAGE)
    assert time.monotonic() - started < 5


def test_an_address_of_this_machine_is_refused(httpserver: HTTPServer) -> None:
    httpserver.expect_request(SECRET).respond_with_data("ok")
    careful = Webhook(httpserver.url_for(SECRET), own_hosts=["desk.home.arpa"], first_wait=0.01)
    with careful, pytest.raises(Undelivered, match="not on the public internet"):
        careful.send(MESSAGE)
    assert posted(httpserver) == []


def test_silence_and_a_closed_door() -> None:
    def slow(_: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("slow")

    webhook = Webhook("https://hooks.example/x", first_wait=0, transport=httpx.MockTransport(slow))
    with webhook, pytest.raises(Undelivered, match="no answer in time, tried 3 x"):
        webhook.send(MESSAGE)
    closed = Webhook("http://127.0.0.1:9/x", own_hosts=["127.0.0.1"], first_wait=0)
    with closed, pytest.raises(Undelivered, match="no connection"):
        closed.send(MESSAGE)


def test_the_address_is_of_the_environment_alone() -> None:
    assert address({}) is None
    assert address({VARIABLE: " "}) is None
    assert address({VARIABLE: "https://hooks.example/x"}) == "https://hooks.example/x"


@pytest.mark.parametrize("text", ["hooks.example/secret", "ftp://x/secret", "http://[::1/secret"])
def test_no_address_is_wrong_usage_and_not_shown(text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        address({VARIABLE: text})
    assert "secret" not in str(caught.value)

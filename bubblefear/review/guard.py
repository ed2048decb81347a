"""What stands before every page: who may ask, how much, and the headers of every answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from bubblefear.review import security

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bubblefear.review.state import ReviewState

    Handler = Callable[..., Awaitable[None]]

_HEADERS: Final = [(k.lower().encode(), v.encode()) for k, v in security.HEADERS.items()]
_NAMES: Final = frozenset(name for name, _ in _HEADERS)
_READING: Final = ("GET", "HEAD", "OPTIONS")


def guarded(
    app: Handler, state_now: Callable[[], ReviewState | None], writes: Callable[[str], bool]
) -> Handler:
    """The application behind the guard.

    Args:
        app: What answers.
        state_now: The state of this server; ``None`` where it is none of ours.
        writes: Whether a path is one that takes more than reading.
    """

    async def guard(scope: dict[str, Any], receive: Handler, send: Handler) -> None:
        state = state_now()
        if state is not None and scope["type"] == "websocket":
            # No page of ours opens one; any site's page can, and would ask past what follows.
            await send({"type": "websocket.close", "code": 1008})
            return
        if state is None or scope["type"] != "http":
            await app(scope, receive, send)
            return
        refusal = refused(scope, state, writes)
        if refusal is None:
            await app(scope, receive, _with_headers(send))
        else:
            await _refuse(_with_headers(send), *refusal)

    return guard


def refused(
    scope: dict[str, Any], state: ReviewState, writes: Callable[[str], bool]
) -> tuple[int, str] | None:
    """Status and reason where a request is not answered by any page; ``None`` where it may be."""
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    if not security.host_allowed(headers.get("host"), state.hosts):
        return 403, "This server does not answer to that name."
    # Datasette would answer a POST to its own pages with an error page, or log somebody out.
    if scope["method"] not in _READING and not writes(str(scope["path"])):
        return 403, "Nothing can be written here."
    if not security.wanted_by_reader(headers):
        return 403, "Another site's page asked for this, not its reader."
    # A browser reads /\other.example, to which Datasette would redirect, as //other.example.
    if "\\" in str(scope["path"]) or str(scope["path"]).startswith("//"):
        return 404, "There is no such page."
    # No text here has one, and Datasette would put it into a statement.
    if "\0" in str(scope["path"]) or b"%00" in scope["query_string"]:
        return 400, "That address has a NUL in it."
    if security.asks_too_much(bytes(scope["query_string"])):
        return 400, "That address has too many parameters."
    return None


def _with_headers(send: Handler) -> Handler:
    async def sending(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            # Datasette sets some for a few of its pages: two of a name would both be sent.
            others = [pair for pair in message.get("headers", []) if pair[0].lower() not in _NAMES]
            message = {**message, "headers": [*others, *_HEADERS]}
        await send(message)

    return sending


async def _refuse(send: Handler, status: int, reason: str) -> None:
    """One line of text: whoever is refused here has no page of ours before them."""
    body = f"{reason}\n".encode()
    kind = (b"content-type", b"text/plain; charset=utf-8")
    start = [kind, (b"content-length", str(len(body)).encode()), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": start})
    await send({"type": "http.response.body", "body": body})

"""Polling many feeds at once; one bad feed is a line in the log of polls, never an exception.

Threads fetch, one host each at a time; the caller's thread reads what they brought, in the order of
the feeds. What waits for its turn are bodies, large ones on disk, and not parsed entries: a slow
feed at the front of the list keeps hundreds of others waiting.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from threading import Event
from typing import TYPE_CHECKING

from ingest.errors import FetchError, FetchTimeoutError, HttpStatusError, NoConnectionError
from ingest.feeds.breaker import asks_for_patience, host_key
from ingest.feeds.parse import parse_feed
from ingest.records import Entry, Feed, Hop, Poll, Problem, Validators

if TYPE_CHECKING:
    from ingest.web.fetch import Fetched, Fetcher

# Problems that mean that the feed as a whole could not be read, as against single items.
_NOTHING_READ = frozenset(
    ("feed.empty", "feed.entities", "feed.html", "feed.not_a_feed", "feed.too_large")
)
_IN_MEMORY = 256 * 1024
_GONE = 410
_SILENCE = (FetchTimeoutError, NoConnectionError)
_MOST_SILENT = 3  # each feed of a dead host is waited for and tried again: half a minute


@dataclass(frozen=True, slots=True)
class Request:
    """One feed to be polled.

    Attributes:
        feed: which.
        validators: of its last answer.
        address: where it is asked, if not at its own.
        seconds: how long its last answer took; the slow ones are asked first.
    """

    feed: Feed
    validators: Validators = field(default_factory=Validators)
    address: str | None = None
    seconds: float | None = None

    @property
    def asked_at(self) -> str:
        """The address that is asked."""
        return self.address or self.feed.url


@dataclass(frozen=True)
class PollOutcome:
    """What polling one feed gave.

    Attributes:
        feed: which.
        poll: the poll's row.
        entries: in the feed's order.
        problems: of the feed and of single items.
        failure: its kind, `None` = fine.
        hops: redirects on the way.
        moved_to: where permanent redirects led, if a feed with items was there.
        seconds: from the question to the whole answer, retries included.
        wait: seconds for which its host asked to be left alone.
    """

    feed: Feed
    poll: Poll
    entries: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    failure: str | None = None
    hops: tuple[Hop, ...] = ()
    moved_to: str | None = None
    seconds: float = 0.0
    wait: float | None = None


@dataclass(frozen=True)
class NotAsked:
    """A feed that was not asked: its host had just asked for patience, or not answered thrice.

    Attributes:
        feed: which.
        host: as `breaker.host_key` names it.
        code: kind of the failure after which the host was asked no more.
        reason: that failure.
    """

    feed: Feed
    host: str
    code: str
    reason: str


@dataclass
class _Waiting:
    """An answer whose feed's turn has not come: its body is kept apart, on disk if it is large."""

    fetched: Fetched | FetchError
    moment: str
    seconds: float
    body: tempfile.SpooledTemporaryFile[bytes] | None = None

    def unpacked(self) -> Fetched | FetchError:
        """The answer with its body; may be called once."""
        if isinstance(self.fetched, FetchError) or self.body is None:
            return self.fetched
        with self.body as kept:
            kept.seek(0)
            return replace(self.fetched, body=kept.read())


_Slot = Future["_Waiting | NotAsked"]


def poll_feeds(
    requests: Sequence[Request],
    *,
    fetcher: Fetcher,
    now: Callable[[], str],
    workers: int = 64,
) -> Iterator[PollOutcome | NotAsked]:
    """Poll feeds in threads.

    Args:
        requests: what to poll, and how.
        fetcher: the client; it is closed only where the caller stops early.
        now: the clock, UTC text; asked when an answer is there.
        workers: threads, which mostly wait; one host is asked one thing at a time.

    Yields:
        One outcome per feed, **in the order of `requests`** whichever answers first. A failure is
        in `poll.error`, and a `Problem` says its kind (`feed.http`, `feed.timeout`, ...).
    """
    slots: list[_Slot] = [Future() for _ in requests]
    stopped = Event()
    pool = ThreadPoolExecutor(max_workers=max(1, workers), thread_name_prefix="poll")
    try:
        for queue in _by_host(requests):
            pool.submit(_ask_host, [(requests[n], slots[n]) for n in queue], fetcher, now, stopped)
        for request, slot in zip(requests, slots, strict=True):
            answer = slot.result()
            yield answer if isinstance(answer, NotAsked) else _read(request, answer)
    finally:
        stopped.set()
        if not all(slot.done() for slot in slots):
            fetcher.close()  # else ctrl-C would wait for every server that does not answer
        pool.shutdown(wait=True, cancel_futures=True)
        _discard(slots)


def _discard(slots: Sequence[_Slot]) -> None:
    """Close what nobody read, where the caller stopped early."""
    for slot in slots:
        if slot.done() and slot.exception() is None:
            answer = slot.result()
            if isinstance(answer, _Waiting) and answer.body is not None:
                answer.body.close()


def poll_feed(request: Request, *, fetcher: Fetcher, now: Callable[[], str]) -> PollOutcome:
    """Poll one feed; never raises for what the feed or its server does."""
    return _read(request, _ask(request, fetcher, now))


def _by_host(requests: Sequence[Request]) -> list[list[int]]:
    """Places in the list, by host; the host that takes longest is begun first.

    Of a host's feeds the quick ones go first: those that never answer must not end its turn.
    """
    queues: dict[str, list[int]] = {}
    for number, request in enumerate(requests):
        queues.setdefault(host_key(request.asked_at), []).append(number)
    for queue in queues.values():
        queue.sort(key=lambda n: requests[n].seconds or 0.0)
    return sorted(queues.values(), key=lambda q: -sum(requests[n].seconds or 0.0 for n in q))


def _ask_host(
    queue: list[tuple[Request, _Slot]], fetcher: Fetcher, now: Callable[[], str], stopped: Event
) -> None:
    """Ask the feeds of one host one after another, until it says "too many" or shows to be dead."""
    left_alone: NotAsked | None = None
    silent = 0
    for number, (request, slot) in enumerate(queue, 1):
        if stopped.is_set():
            return
        if left_alone is not None:
            slot.set_result(replace(left_alone, feed=request.feed))
            continue
        try:
            answer = _ask(request, fetcher, now)
        except BaseException as error:
            slot.set_exception(error)  # the caller's thread is where it can be seen
            raise
        slot.set_result(answer)
        failure = answer.fetched
        silent += isinstance(failure, _SILENCE)
        dead = silent == number == _MOST_SILENT
        if isinstance(failure, FetchError) and (dead or _patience(failure) is not None):
            host = host_key(request.asked_at)
            left_alone = NotAsked(request.feed, host, failure.code, str(failure))


def _ask(request: Request, fetcher: Fetcher, now: Callable[[], str]) -> _Waiting:
    started = time.monotonic()
    try:
        fetched = fetcher.fetch(request.asked_at, request.validators)
    except FetchError as error:
        return _Waiting(error, now(), time.monotonic() - started)
    moment, seconds = now(), time.monotonic() - started
    if not fetched.body:
        return _Waiting(fetched, moment, seconds)
    kept = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - `unpacked` closes it
    kept.write(fetched.body)
    return _Waiting(replace(fetched, body=b""), moment, seconds, kept)


def _patience(answer: Fetched | FetchError) -> float | None:
    """Seconds for which the host wants no further request; 0 where it did not say how long."""
    if not isinstance(answer, HttpStatusError) or not asks_for_patience(
        answer.status, answer.retry_after
    ):
        return None
    return answer.retry_after or 0.0


def _read(request: Request, waiting: _Waiting) -> PollOutcome:
    answer = waiting.unpacked()
    if isinstance(answer, FetchError):
        return _failed(request, answer, waiting)
    if answer.status == 304:
        row = _poll_row(request, answer, waiting.moment, 0, None)
        return PollOutcome(request.feed, row, hops=answer.hops, seconds=waiting.seconds)
    parsed = parse_feed(
        answer.body, request.feed, waiting.moment, answer.content_type, answer.final_url
    )
    # A body that could not be read must not be called "not modified" next time.
    fatal = next((p for p in parsed.problems if _is_fatal(p, parsed.entries)), None)
    reason = f"{fatal.code}: {fatal.reason}" if fatal else None
    # A feed that moved to a consent page or to the front page did not move.
    moved = answer.moved_to if parsed.entries and not fatal else None
    return PollOutcome(
        feed=request.feed,
        poll=_poll_row(request, answer, waiting.moment, len(parsed.entries), reason),
        entries=parsed.entries,
        problems=parsed.problems,
        failure=fatal.code if fatal else None,
        hops=answer.hops,
        moved_to=moved if moved != request.asked_at else None,
        seconds=waiting.seconds,
    )


def _is_fatal(problem: Problem, entries: list[Entry]) -> bool:
    if problem.code in _NOTHING_READ:
        return True
    return not entries and problem.code in ("feed.truncated", "feed.malformed")


def _poll_row(
    request: Request, fetched: Fetched, moment: str, items: int, error: str | None
) -> Poll:
    # A 304 may leave out the validators that it confirms.
    kept = request.validators if fetched.status == 304 else Validators()
    return Poll(
        feed_url=request.feed.url,
        polled_at=moment,
        status=fetched.status,
        bytes=len(fetched.body),
        etag=None if error else fetched.etag or kept.etag,
        last_modified=None if error else fetched.last_modified or kept.last_modified,
        final_url=fetched.final_url,
        items_seen=items,
        items_new_hint=0 if fetched.status == 304 else None,
        error=error,
    )


def _failed(request: Request, error: FetchError, waiting: _Waiting) -> PollOutcome:
    status = error.status if isinstance(error, HttpStatusError) else None
    code = "feed.gone" if status == _GONE else error.code
    url = request.feed.url
    row = Poll(url, waiting.moment, status, 0, None, None, None, 0, None, f"{code}: {error}")
    return PollOutcome(
        feed=request.feed,
        poll=row,
        problems=[Problem(code, url, str(error), None)],
        failure=code,
        seconds=waiting.seconds,
        wait=_patience(error),
    )

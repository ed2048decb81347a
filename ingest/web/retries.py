"""Whether another try can help, and after how long."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from ingest.errors import FetchTimeoutError, HttpStatusError, NoConnectionError

if TYPE_CHECKING:
    from ingest.web.limits import Limits

_TRY_AGAIN = frozenset((408, 425, 429, 500, 502, 503, 504))


def pause_before_retry(error: Exception, limits: Limits) -> bool | float:
    """Whether to try again; seconds where the server named them.

    A refused address, a body over the cap and robots.txt say the same the second time. A wait
    longer than ours ends the tries, and the caller finds it in `HttpStatusError.retry_after`.
    """
    if not isinstance(error, HttpStatusError):
        return isinstance(error, NoConnectionError | FetchTimeoutError)
    if error.status not in _TRY_AGAIN:
        return False
    if error.retry_after is None:
        return True
    if error.retry_after > limits.longest_wait:
        return False
    # All clients that a server sent away at once are told the same second.
    return error.retry_after + random.uniform(0, limits.first_wait)  # noqa: S311 - no secret


def asked_pause(error: HttpStatusError, limits: Limits) -> float:
    """Seconds for which the host wants no request at all, as far as we would wait for it."""
    wait = error.retry_after or 0.0
    return wait if error.status in _TRY_AGAIN and wait <= limits.longest_wait else 0.0

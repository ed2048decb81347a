"""Telling a webhook: one POST of JSON, with time-outs and retries, to a public address.

The address is a secret (who knows it can post there): it is read from the environment alone, and
no message, row or log shows more of it than the host.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final

from bubblefear import __version__
from bubblefear.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    import httpx

VARIABLE: Final = "BUBBLEFEAR_ALERT_WEBHOOK"
ATTEMPTS: Final = 3
CONNECT_SECONDS: Final = 10.0
READ_SECONDS: Final = 20.0
FIRST_WAIT: Final = 1.0
_TRY_AGAIN: Final = frozenset((408, 425, 429, 500, 502, 503, 504))


class Undelivered(Exception):  # noqa: N818 - reads as what happened; caught where it is recorded
    """The webhook did not take a message; the text says why and names no more than the host."""


def address(environment: Mapping[str, str] | None = None) -> str | None:
    """The webhook's address from the environment, or None where none is set.

    Raises:
        ConfigError: what is set is no http(s) address.
    """
    from urllib.parse import urlsplit

    found = (os.environ if environment is None else environment).get(VARIABLE, "").strip()
    if not found:
        return None
    try:
        parts = urlsplit(found)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise ConfigError(f"{VARIABLE} is no http(s) address")  # not shown: it is a secret
    return found


def host(url: str) -> str:
    """What may be shown of an address."""
    from urllib.parse import urlsplit

    return urlsplit(url).hostname or "the webhook"


class Webhook:
    """A client for one address; use ``with``, or close it."""

    def __init__(
        self,
        url: str,
        *,
        own_hosts: Collection[str] = (),
        first_wait: float = FIRST_WAIT,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        """Open a client.

        Args:
            url: The address.
            own_hosts: Names of hosts that may also be in the own network; a setting of the feeds
                that allows private addresses opens nothing here.
            first_wait: Seconds before the second try; it doubles.
            transport: Stands in for the network.
        """
        import httpx

        from ingest.web.addresses import PublicOnlyBackend
        from ingest.web.transport import PoolTransport

        self._url = url
        self._wait = first_wait
        allowed = host(url).casefold() in {name.casefold() for name in own_hosts}
        backend = PublicOnlyBackend(allow_private=allowed)
        self._client = httpx.Client(
            transport=transport or PoolTransport(backend),
            headers={"User-Agent": f"bubblefear/{__version__}"},
            timeout=httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS),
            follow_redirects=False,  # a redirect would carry the message to another host
            trust_env=False,
        )

    def send(self, message: Mapping[str, Any]) -> None:
        """Post a message as JSON.

        Raises:
            Undelivered: the address is refused, or no try was answered with 2xx.
        """
        import time

        for attempt in range(1, ATTEMPTS + 1):
            again, reason = self._attempt(message)
            if not reason:
                return
            if not again or attempt == ATTEMPTS:
                raise Undelivered(f"{host(self._url)}: {reason}, tried {attempt} x")
            time.sleep(self._wait * 2 ** (attempt - 1))

    def _attempt(self, message: Mapping[str, Any]) -> tuple[bool, str]:
        """Whether another try can help, and why this one failed (empty = it did not)."""
        import httpx

        from ingest.errors import AddressRefusedError

        try:
            # Streamed, and the body left unread: nothing that the other side says is needed.
            with self._client.stream("POST", self._url, json=dict(message)) as answer:
                status = answer.status_code
        except AddressRefusedError:
            return False, "not on the public internet (own_hosts under [alert] allows it by name)"
        except (httpx.InvalidURL, UnicodeError):
            return False, "not an address"
        except httpx.TimeoutException:
            return True, "no answer in time"
        except httpx.TransportError as error:
            return True, f"no connection ({type(error).__name__})"
        return status in _TRY_AGAIN, "" if 200 <= status < 300 else f"HTTP {status}"

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    def __enter__(self) -> Webhook:
        """The client itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close all connections."""
        self.close()

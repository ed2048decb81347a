"""httpx's transport over a connection pool whose network backend we choose.

httpx's own transport takes no network backend, which is the one place where an address can be
checked after it was resolved and before it is connected to.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

import httpcore
import httpx

from ingest.errors import AddressRefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable


def tls_context() -> ssl.SSLContext:
    """What certificates are checked against; `SSL_CERT_FILE` of the environment adds nothing."""
    return httpx.create_ssl_context(trust_env=False)


# Reading the authorities takes longer than a request on a local network.
_shared_tls_context = cache(tls_context)


class PoolTransport(httpx.BaseTransport):
    """Requests through `httpcore.ConnectionPool`, HTTP/1.1 and HTTP/2, no proxy, no environment."""

    def __init__(self, backend: httpcore.NetworkBackend, connections: int = 64) -> None:
        """Open a pool.

        Args:
            backend: makes the connections.
            connections: most at a time; threads beyond that wait.
        """
        self._pool = httpcore.ConnectionPool(
            ssl_context=_shared_tls_context(),
            max_connections=connections,
            keepalive_expiry=10.0,
            http1=True,
            http2=True,
            network_backend=backend,
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request; the response's stream is read by the caller.

        Raises:
            httpx.TransportError: for all that goes wrong on the wire.
            AddressRefusedError: if the backend refuses the address.
        """
        url = httpcore.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        with _httpx_errors():
            answer = self._pool.handle_request(
                httpcore.Request(
                    method=request.method,
                    url=url,
                    headers=request.headers.raw,
                    content=request.read(),
                    extensions=request.extensions,
                )
            )
        return httpx.Response(
            status_code=answer.status,
            headers=answer.headers,
            stream=_Stream(answer),
            extensions=answer.extensions,
        )

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()


class _Stream(httpx.SyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        chunks: Iterable[bytes] = self._answer.iter_stream()
        with _httpx_errors():
            yield from chunks

    def close(self) -> None:
        with _httpx_errors():
            self._answer.close()


@contextmanager
def _httpx_errors() -> Iterator[None]:
    """Turn httpcore's errors into httpx's, as users of a transport expect."""
    try:
        yield
    except httpcore.TimeoutException as error:
        raise httpx.TimeoutException(str(error) or type(error).__name__) from error
    except httpcore.UnsupportedProtocol as error:
        raise AddressRefusedError(str(error)) from error
    except (httpcore.NetworkError, httpcore.ProtocolError) as error:
        raise httpx.TransportError(str(error) or type(error).__name__) from error

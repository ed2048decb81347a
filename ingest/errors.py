"""Everything that `ingest` raises, as one tree.

    IngestError
    ├── FetchError                  an address could not be read
    │   ├── FetchTimeoutError       it took longer than allowed
    │   ├── NoConnectionError       no name, no route, refused, broken off, bad TLS
    │   ├── HttpStatusError         it answered 4xx or 5xx
    │   ├── BodyTooLargeError       more bytes than the cap, before or after decompression
    │   ├── AddressRefusedError     it points into a private network, or is no http address
    │   ├── TooManyRedirectsError   it sends round in circles
    │   └── RobotsRefusedError      robots.txt asks us not to read it
    ├── FileError                   a file to import cannot be read as what it should be
    ├── OpmlError                   a feed list cannot be read
    └── PriceError                  a price history could not be had
        └── EmptyHistoryError       it came back without a single bar

Bad *content* (a feed cut short, a row without a date) is no exception but a `Problem` record.
Each message is one line that can be shown to a user as it is.
"""

from __future__ import annotations

from typing import ClassVar


class IngestError(Exception):
    """Root of this package's errors; `code` names the kind in `Problem` rows."""

    code: ClassVar[str] = "ingest"


class FetchError(IngestError):
    """An address could not be read."""

    code: ClassVar[str] = "feed.fetch"


class FetchTimeoutError(FetchError):
    """Connecting, waiting or reading took longer than allowed."""

    code: ClassVar[str] = "feed.timeout"


class NoConnectionError(FetchError):
    """No connection: unknown name, refused, broken off, or TLS that cannot be verified."""

    code: ClassVar[str] = "feed.connection"


class HttpStatusError(FetchError):
    """The server answered with an error status.

    Attributes:
        status: the HTTP status.
        retry_after: seconds that the server asked us to wait, if it did.
    """

    code: ClassVar[str] = "feed.http"

    def __init__(self, message: str, status: int, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.retry_after = retry_after


class BodyTooLargeError(FetchError):
    """The body is over the cap, counted after decompression."""

    code: ClassVar[str] = "feed.too_large"


class AddressRefusedError(FetchError):
    """The address is not http(s), or its host is not on the public internet."""

    code: ClassVar[str] = "feed.address"


class TooManyRedirectsError(FetchError):
    """More redirects than allowed."""

    code: ClassVar[str] = "feed.redirects"


class RobotsRefusedError(FetchError):
    """The site's robots.txt asks not to fetch this address."""

    code: ClassVar[str] = "page.robots"


class FileError(IngestError):
    """A file to import cannot be opened, or lacks what every row needs."""

    code: ClassVar[str] = "import.file"


class OpmlError(IngestError):
    """A feed list is not OPML as a whole; single outlines are problems of their own."""

    code: ClassVar[str] = "feeds.opml"


class PriceError(IngestError):
    """A price history could not be had."""

    code: ClassVar[str] = "prices.fetch"


class EmptyHistoryError(PriceError):
    """The provider answered without a single bar, which is a failure and not a quiet market."""

    code: ClassVar[str] = "prices.empty"

"""Reading a response body under a cap that counts what comes out of decompression.

A gzip of 50 KB can hold 50 MB; a decoder that hands back one chunk at a time would already have
made it. Here zlib itself is told how much it may still produce.
"""

from __future__ import annotations

import zlib

from ingest.errors import BodyTooLargeError, NoConnectionError

# What we ask for; brotli and zstd have no bounded decoder in every version, so they are not.
ACCEPT_ENCODING = "gzip, deflate"
_ZLIB_OR_GZIP = zlib.MAX_WBITS | 32
_RAW_DEFLATE = -zlib.MAX_WBITS


class BodyReader:
    """Collects chunks of a body, decoded, up to a cap."""

    def __init__(self, encoding: str | None, cap: int) -> None:
        """Start a body.

        Args:
            encoding: the `Content-Encoding` header.
            cap: most bytes allowed after decoding.

        Raises:
            NoConnectionError: if the encoding is one that was not asked for.
        """
        name = (encoding or "identity").strip().lower()
        if name not in ("identity", "", "gzip", "x-gzip", "deflate"):
            raise NoConnectionError(f"sent with Content-Encoding {name!r}, which was not asked for")
        self._cap = cap
        self._body = bytearray()
        self._compressed = name not in ("identity", "")
        self._decoder = zlib.decompressobj(_ZLIB_OR_GZIP)
        self._started = False

    def add(self, chunk: bytes) -> None:
        """Add a chunk as it came over the wire.

        Raises:
            BodyTooLargeError: if the body grows beyond the cap.
            NoConnectionError: if it cannot be decompressed.
        """
        if self._compressed:
            self._inflate(chunk)
        else:
            self._body += chunk
        if len(self._body) > self._cap:
            raise BodyTooLargeError(f"the body is over the limit of {self._cap:,} bytes")

    def finish(self) -> bytes:
        """The whole body so far; one that broke off is left for its parser to judge."""
        return bytes(self._body)

    def _inflate(self, chunk: bytes) -> None:
        while chunk and len(self._body) <= self._cap:
            room = self._cap + 1 - len(self._body)
            self._body += self._decompress(chunk, room)
            chunk = self._decoder.unconsumed_tail
            if self._decoder.eof:  # gzip files may be several members in a row
                chunk = self._decoder.unused_data
                self._decoder = zlib.decompressobj(_ZLIB_OR_GZIP)
                if not chunk.strip(b"\0"):
                    return

    def _decompress(self, chunk: bytes, room: int) -> bytes:
        first, self._started = not self._started, True
        try:
            return self._decoder.decompress(chunk, room)
        except zlib.error as error:
            if not first:
                raise NoConnectionError(f"cannot be decompressed: {error}") from error
        # "deflate" means zlib by the standard, and bare deflate by some servers.
        self._decoder = zlib.decompressobj(_RAW_DEFLATE)
        try:
            return self._decoder.decompress(chunk, room)
        except zlib.error as error:
            raise NoConnectionError(f"cannot be decompressed: {error}") from error

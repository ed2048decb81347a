"""Reading a response body under a cap that counts what comes out of decompression."""

from __future__ import annotations

from ingest.errors import BodyTooLargeError, NoConnectionError
from ingest.web.decoders import decoder_for


class BodyReader:
    """Collects chunks of a body, decoded, up to a cap."""

    def __init__(self, encoding: str | None, cap: int, *, truncate: bool = False) -> None:
        """Start a body.

        Args:
            encoding: the `Content-Encoding` header.
            cap: most bytes allowed after decoding.
            truncate: a longer body is cut there instead of refused.

        Raises:
            NoConnectionError: if the encoding is one that was not asked for.
        """
        self._cap = cap
        self._truncate = truncate
        self._body = bytearray()
        self._decoder = decoder_for(encoding)
        # A gigabyte of empty gzip members is a body of nothing; compression that was of any use
        # never sends more than it stands for, but for its frame.
        self._wire_left = cap + cap // 100 + 1024
        self.is_full = False

    def add(self, chunk: bytes) -> None:
        """Add a chunk as it came over the wire; nothing more once `is_full`.

        Raises:
            BodyTooLargeError: if the body grows beyond the cap.
            NoConnectionError: if it cannot be decompressed.
        """
        if self.is_full:
            return
        self._wire_left -= len(chunk)
        self._body += self._decoder.decode(chunk, self._cap + 1 - len(self._body))
        if len(self._body) <= self._cap and self._wire_left >= 0:
            return
        if not self._truncate:
            raise BodyTooLargeError(f"the body is over the limit of {self._cap:,} bytes")
        del self._body[self._cap :]
        self.is_full = True

    def finish(self) -> bytes:
        """The whole body.

        Raises:
            NoConnectionError: if its compression breaks off in the middle: half a feed would
                pass for a feed from which items are gone.
        """
        if not self.is_full and not self._decoder.is_complete():
            raise NoConnectionError("the compressed body breaks off in the middle")
        return bytes(self._body)

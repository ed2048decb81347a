"""Decompression that is told how much it may still produce: gzip, deflate and brotli.

A gzip of 50 KB can hold 50 MB and a brotli of 1 KB a gigabyte; a decoder that hands back one
chunk at a time would already have made it.
"""

from __future__ import annotations

import zlib
from typing import Protocol

import brotli

from ingest.errors import NoConnectionError

# What we ask for. zstd is not asked for: its window alone may be larger than our caps.
ACCEPT_ENCODING = "gzip, deflate, br"
_ZLIB_OR_GZIP = zlib.MAX_WBITS | 32
_RAW_DEFLATE = -zlib.MAX_WBITS
_MEMBER_START = b"\x1f"


class Decoder(Protocol):
    """Turns chunks of a body into what they stand for."""

    def decode(self, chunk: bytes, room: int) -> bytes:
        """What a chunk holds, at most about `room` bytes; what is beyond is dropped.

        Raises:
            NoConnectionError: if it cannot be decompressed.
        """

    def is_complete(self) -> bool:
        """Did the body end where its format says that it ends."""


def decoder_for(encoding: str | None) -> Decoder:
    """The decoder of a `Content-Encoding` header.

    Raises:
        NoConnectionError: if the encoding is one that was not asked for.
    """
    name = (encoding or "identity").strip().lower()
    if name in ("identity", ""):
        return _Plain()
    if name in ("gzip", "x-gzip", "deflate"):
        return _Zlib()
    if name == "br":
        return _Brotli()
    raise NoConnectionError(f"sent with Content-Encoding {name[:40]!r}, which was not asked for")


class _Plain:
    def decode(self, chunk: bytes, room: int) -> bytes:
        return chunk[:room]

    def is_complete(self) -> bool:
        return True


class _Zlib:
    def __init__(self) -> None:
        self._decoder = zlib.decompressobj(_ZLIB_OR_GZIP)
        self._started = False
        self._between_members = True
        self._over = False
        self._held_back = b""

    def decode(self, chunk: bytes, room: int) -> bytes:
        parts = bytearray()
        if not self._started:  # which of three formats it is takes two bytes to tell
            chunk = self._held_back + chunk
            self._held_back = chunk if len(chunk) < 2 else b""
            chunk = b"" if self._held_back else chunk
        while chunk and not self._over and len(parts) < room:
            if self._between_members and self._started and chunk[:1] != _MEMBER_START:
                # Padding, or a line that the server's language runtime added after the end.
                self._over = True
                break
            parts += self._inflate(chunk, room - len(parts))
            chunk = self._decoder.unconsumed_tail
            if self._decoder.eof:  # gzip files may be several members in a row
                chunk = self._decoder.unused_data
                self._decoder = zlib.decompressobj(_ZLIB_OR_GZIP)
                self._between_members = True
        return bytes(parts)

    def is_complete(self) -> bool:
        return self._between_members and not self._held_back

    def _inflate(self, chunk: bytes, room: int) -> bytes:
        first, self._started, self._between_members = not self._started, True, False
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


class _Brotli:
    def __init__(self) -> None:
        self._decoder = brotli.Decompressor()
        self._started = False

    def decode(self, chunk: bytes, room: int) -> bytes:
        parts = bytearray()
        self._started = True
        while len(parts) < room and not self._decoder.is_finished():
            try:
                parts += self._decoder.process(chunk, output_buffer_limit=room - len(parts))
            except brotli.error as error:
                raise NoConnectionError(f"cannot be decompressed: {error}") from error
            chunk = b""  # it is inside now, and comes out by asking again
            if self._decoder.can_accept_more_data():
                break
        return bytes(parts)

    def is_complete(self) -> bool:
        return not self._started or bool(self._decoder.is_finished())

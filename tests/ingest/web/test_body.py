from __future__ import annotations

import gzip
import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import BodyTooLargeError, NoConnectionError
from ingest.web.body import BodyReader


def read(raw: bytes, encoding: str | None, cap: int = 10**6, chunk: int = 7) -> bytes:
    reader = BodyReader(encoding, cap)
    for start in range(0, len(raw), chunk):
        reader.add(raw[start : start + chunk])
    return reader.finish()


@given(st.binary(max_size=500), st.integers(1, 64))
def test_all_encodings_give_the_body_back(body: bytes, chunk: int) -> None:
    bare = zlib.compressobj(wbits=-15)
    deflated = bare.compress(body) + bare.flush()
    assert read(body, None, chunk=chunk) == body
    assert read(gzip.compress(body), "gzip", chunk=chunk) == body
    assert read(gzip.compress(body) * 2, "x-gzip", chunk=chunk) == body * 2
    assert read(zlib.compress(body), "deflate", chunk=chunk) == body
    assert read(deflated, "deflate", chunk=max(chunk, 2)) == body


def test_a_gzip_bomb_is_stopped_before_it_goes_off() -> None:
    bomb = gzip.compress(bytes(50 * 1024 * 1024))
    assert len(bomb) < 60_000
    tracemalloc.start()
    with pytest.raises(BodyTooLargeError):
        read(bomb, "gzip", cap=1024 * 1024, chunk=65_536)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 * 1024 * 1024


def test_exactly_the_cap_is_allowed() -> None:
    assert len(read(b"x" * 100, None, cap=100)) == 100
    assert len(read(gzip.compress(b"x" * 100), "gzip", cap=100)) == 100
    with pytest.raises(BodyTooLargeError):
        read(b"x" * 101, None, cap=100)


def test_an_encoding_that_was_not_asked_for() -> None:
    with pytest.raises(NoConnectionError, match="'br'"):
        BodyReader("br", 10)


def test_what_cannot_be_decompressed() -> None:
    with pytest.raises(NoConnectionError, match="decompressed"):
        read(b"not gzip at all", "gzip")

from __future__ import annotations

import gzip
import subprocess
import sys
import tracemalloc
import zlib
from collections.abc import Iterator

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import BodyTooLargeError, NoConnectionError
from ingest.web.body import BodyReader

MIB = 1024 * 1024


def read(raw: bytes, encoding: str | None, cap: int = 10**6, chunk: int = 7) -> bytes:
    reader = BodyReader(encoding, cap)
    for start in range(0, len(raw), chunk):
        reader.add(raw[start : start + chunk])
    return reader.finish()


def deflated(body: bytes) -> bytes:
    bare = zlib.compressobj(wbits=-15)
    return bare.compress(body) + bare.flush()


@given(st.binary(max_size=500), st.integers(1, 64))
def test_all_encodings_give_the_body_back(body: bytes, chunk: int) -> None:
    assert read(body, None, chunk=chunk) == body
    assert read(gzip.compress(body), "gzip", chunk=chunk) == body
    assert read(gzip.compress(body) * 2, "x-gzip", chunk=chunk) == body * 2
    assert read(zlib.compress(body), "deflate", chunk=chunk) == body
    assert read(deflated(body), "deflate", chunk=chunk) == body
    assert read(brotli.compress(body), "BR", chunk=chunk) == body


@given(st.binary(max_size=300), st.integers(0, 600), st.sampled_from(["gzip", "deflate", "br"]))
def test_half_a_compressed_body_is_never_taken_for_a_whole_one(
    body: bytes, cut: int, encoding: str
) -> None:
    pack = {"gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress}[encoding]
    raw = pack(body)
    part = raw[:cut]
    if 0 < len(part) < len(raw):
        with pytest.raises(NoConnectionError, match="breaks off"):
            read(part, encoding)


@given(st.binary(max_size=200), st.sampled_from(["gzip", "deflate", "br", "identity", None]))
def test_any_bytes_are_a_body_or_one_of_our_errors(raw: bytes, encoding: str | None) -> None:
    try:
        body = read(raw, encoding, cap=1000)
    except (BodyTooLargeError, NoConnectionError) as error:
        assert "\n" not in str(error)  # noqa: PT017 - either outcome is right
    else:
        assert len(body) <= 1000


def zeros(size: int) -> Iterator[bytes]:
    for _ in range(size // MIB):
        yield bytes(MIB)


def gzip_bomb(size: int) -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    return b"".join(packer.compress(part) for part in zeros(size)) + packer.flush()


def brotli_bomb(size: int) -> bytes:
    packer = brotli.Compressor(quality=5)
    return b"".join(packer.process(part) for part in zeros(size)) + packer.finish()


@pytest.mark.parametrize("chunk", [1000, 65_536, 10 * MIB])
@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br"])
def test_a_bomb_is_stopped_before_it_goes_off(encoding: str, chunk: int) -> None:
    bomb = brotli_bomb(24 * MIB) if encoding == "br" else gzip_bomb(24 * MIB)
    assert len(bomb) < 70_000
    tracemalloc.start()
    with pytest.raises(BodyTooLargeError):
        read(bomb, encoding, cap=MIB, chunk=chunk)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 * MIB


def test_a_bomb_of_many_members_is_stopped() -> None:
    with pytest.raises(BodyTooLargeError):
        read(gzip.compress(bytes(MIB)) * 20, "gzip", cap=10 * MIB, chunk=65_536)


def test_a_bomb_inside_a_bomb_stays_packed() -> None:
    """Only one layer is taken off, and it is what the header names."""
    inner = gzip_bomb(16 * MIB)
    assert read(gzip.compress(inner), "gzip") == inner
    with pytest.raises(NoConnectionError, match="not asked for"):
        BodyReader("gzip, gzip", 10)


def test_an_endless_stream_of_empty_members_ends() -> None:
    with pytest.raises(BodyTooLargeError):
        read(gzip.compress(b"") * 1_000, "gzip", cap=10_000)


_MEASURED = """
import resource, sys
from pathlib import Path
from ingest.errors import BodyTooLargeError
from ingest.web.body import BodyReader
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
reader = BodyReader(sys.argv[2], 10 * 1024 * 1024)
try:
    with Path(sys.argv[1]).open("rb") as bomb:
        while chunk := bomb.read(65_536):
            reader.add(chunk)
    print("went off")
except BodyTooLargeError:
    print("refused", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["gzip", "br"])
def test_a_gigabyte_costs_no_more_than_the_cap(encoding: str, tmp_path: object) -> None:
    """All memory of the process is counted, also what the decoders take by themselves."""
    bomb = f"{tmp_path}/bomb"
    made = gzip_bomb(1024 * MIB) if encoding == "gzip" else brotli_bomb(1024 * MIB)
    with open(bomb, "wb") as file:  # noqa: PTH123 - the fixture's path is passed on as text
        file.write(made)
    assert len(made) < 1.1 * MIB
    command = [sys.executable, "-c", _MEASURED, bomb, encoding]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert said[0] == "refused"
    assert int(said[1]) < 64 * 1024  # KiB: the cap twice, the window, and the allocator's slack


def test_exactly_the_cap_is_allowed() -> None:
    full = b"x" * 100
    assert read(full, None, cap=100) == full
    assert read(gzip.compress(full), "gzip", cap=100) == full
    assert read(brotli.compress(full), "br", cap=100) == full
    for raw, encoding in ((full + b"x", None), (brotli.compress(full + b"x"), "br")):
        with pytest.raises(BodyTooLargeError):
            read(raw, encoding, cap=100)


@pytest.mark.parametrize("encoding", [None, "gzip", "br"])
def test_the_beginning_of_a_long_body(encoding: str | None) -> None:
    body = bytes(range(256)) * 4
    raw = {None: body, "gzip": gzip.compress(body), "br": brotli.compress(body)}[encoding]
    reader = BodyReader(encoding, 300, truncate=True)
    reader.add(raw[:200])
    reader.add(raw[200:])
    reader.add(b"more")
    assert reader.is_full
    assert reader.finish() == body[:300]


@pytest.mark.parametrize("encoding", ["zstd", "compress", "br, gzip", "x" * 500])
def test_an_encoding_that_was_not_asked_for(encoding: str) -> None:
    with pytest.raises(NoConnectionError, match="not asked for") as caught:
        BodyReader(encoding, 10)
    assert len(str(caught.value)) < 120


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br"])
def test_what_cannot_be_decompressed(encoding: str) -> None:
    with pytest.raises(NoConnectionError, match="decompressed"):
        read(b"not compressed at all", encoding)


def test_a_second_member_that_is_broken() -> None:
    with pytest.raises(NoConnectionError, match="decompressed"):
        read(gzip.compress(b"one") + b"\x1f\x8b\xff\xff\xff\xff", "gzip")


@pytest.mark.parametrize("tail", [b"\0" * 40, b"\r\n", b"<!-- cached -->"])
def test_what_a_server_adds_behind_the_end_is_left_out(tail: bytes) -> None:
    for chunk in (1, 7, 1000):
        assert read(gzip.compress(b"feed") + tail, "gzip", chunk=chunk) == b"feed"


def test_an_empty_body_under_any_encoding() -> None:
    for encoding in (None, "gzip", "deflate", "br"):
        assert read(b"", encoding) == b""

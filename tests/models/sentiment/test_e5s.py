from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import numpy as np
import pytest

from models.sentiment import e5s

if TYPE_CHECKING:
    from pathlib import Path


def q4_block(scale: float, nibbles: list[int]) -> bytes:
    packed = bytes(nibbles[i] | (nibbles[i + 16] << 4) for i in range(16))
    return np.float16(scale).tobytes() + packed


def container(tensors: list[tuple[str, int, int, bytes]]) -> bytes:
    blob, pieces = b"ab", 2
    head = b"E5S1" + struct.pack("<I7ifi", 1, 384, 12, 12, 1536, 2, 512, 2, 1e-12, 32)
    tokenizer = struct.pack("<5iQ", pieces, 0, 2, 1, 3, len(blob))
    tokenizer += struct.pack("<3I", 0, 1, 2) + struct.pack("<2f", 0.0, 0.0) + blob
    tokenizer += struct.pack("<iI", 1, 3) + b"map"
    directory = struct.pack("<i", len(tensors))
    size = sum(2 + len(n) + struct.calcsize("<BIQQ") for n, *_ in tensors)
    at = len(head) + len(tokenizer) + len(directory) + size
    data = b""
    for name, dtype, count, raw in tensors:
        directory += struct.pack("<H", len(name)) + name.encode()
        directory += struct.pack("<BIQQ", dtype, count, at + len(data), len(raw))
        data += raw
    return head + tokenizer + directory + data


def test_low_nibbles_are_the_first_sixteen_weights() -> None:
    values = e5s.dequantise_q4_0(q4_block(0.5, list(range(16)) + [8] * 16), 32)
    assert values[:16].tolist() == [(q - 8) * 0.5 for q in range(16)]
    assert values[16:].tolist() == [0.0] * 16


def test_reads_both_kinds_of_tensor(tmp_path: Path) -> None:
    plain = np.array([1.5, -2.0], dtype="<f4")
    path = tmp_path / "model.bin"
    path.write_bytes(
        container(
            [
                ("emb.ln.b", 0, 2, plain.tobytes()),
                ("l0.q.w", 1, 32, q4_block(2.0, [9] * 32)),
            ]
        )
    )
    shape, tensors = e5s.read(path)
    assert (shape.hidden, shape.layers, shape.positions) == (384, 12, 512)
    assert shape.layer_norm_eps == pytest.approx(1e-12)
    assert tensors["emb.ln.b"].tolist() == [1.5, -2.0]
    assert tensors["l0.q.w"].tolist() == [2.0] * 32


def test_another_file_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "other.bin"
    path.write_bytes(b"GGUF" + bytes(64))
    with pytest.raises(ValueError, match=r"other\.bin is not an E5S1 file"):
        e5s.read(path)

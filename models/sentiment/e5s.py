"""Reader of the ``E5S1`` container, in which the 4-bit base encoder is published.

Layout (little-endian), as its writer's C header gives it: magic, version, seven ``i32`` of
architecture, ``f32`` layer-norm epsilon, ``i32`` block length, the tokenizer, then a directory
of tensors at absolute offsets.  A Q4_0 block holds 32 weights: one half-precision scale and
16 bytes whose low nibbles are the first 16 weights and whose high nibbles are the other 16.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

MAGIC = b"E5S1"
BLOCK = 32
_F32, _Q4_0 = 0, 1


@dataclass(frozen=True)
class Architecture:
    """Sizes of the encoder; all counts, no units."""

    hidden: int
    layers: int
    heads: int
    ffn: int
    vocabulary: int
    positions: int
    types: int
    layer_norm_eps: float


def dequantise_q4_0(raw: bytes, count: int) -> npt.NDArray[np.float32]:
    """Expand ``count`` Q4_0 weights to a flat float32 array of shape ``(count,)``."""
    blocks = np.frombuffer(raw, dtype=np.dtype([("d", "<f2"), ("q", "u1", 16)]))
    low = (blocks["q"] & 0x0F).astype(np.int8) - 8
    high = (blocks["q"] >> 4).astype(np.int8) - 8
    scale = blocks["d"].astype(np.float32)[:, None]
    return (np.concatenate([low, high], axis=1) * scale).astype(np.float32).ravel()[:count]


def read(path: Path) -> tuple[Architecture, dict[str, npt.NDArray[np.float32]]]:
    """Return the architecture and every tensor, flat, by its name in the file.

    Raises ``ValueError`` when the file is not an E5S1 container of version 1.
    """
    data = path.read_bytes()
    if data[:4] != MAGIC or struct.unpack_from("<I", data, 4)[0] != 1:
        raise ValueError(f"{path.name} is not an E5S1 file of version 1")
    sizes: tuple[int, int, int, int, int, int, int] = struct.unpack_from("<7i", data, 8)
    eps, block = struct.unpack_from("<fi", data, 36)
    if block != BLOCK:
        raise ValueError(f"{path.name}: block length {block}, expected {BLOCK}")
    at = _skip_tokenizer(data, 44)
    return Architecture(*sizes, eps), _read_tensors(data, at)


def _skip_tokenizer(data: bytes, at: int) -> int:
    pieces = struct.unpack_from("<i", data, at)[0]
    blob = struct.unpack_from("<Q", data, at + 20)[0]
    at += 28 + 4 * (pieces + 1) + 4 * pieces + blob
    map_bytes = struct.unpack_from("<I", data, at + 4)[0]
    return int(at + 8 + map_bytes)


def _read_tensors(data: bytes, at: int) -> dict[str, npt.NDArray[np.float32]]:
    (count,) = struct.unpack_from("<i", data, at)
    at += 4
    tensors = {}
    for _ in range(count):
        (length,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + length].decode()
        at += 2 + length
        dtype, elements, offset, size = struct.unpack_from("<BIQQ", data, at)
        at += struct.calcsize("<BIQQ")
        raw = data[offset : offset + size]
        if dtype == _F32:
            tensors[name] = np.frombuffer(raw, dtype="<f4").astype(np.float32)
        elif dtype == _Q4_0:
            tensors[name] = dequantise_q4_0(raw, elements)
        else:
            raise ValueError(f"tensor {name}: unknown dtype {dtype}")
    return tensors

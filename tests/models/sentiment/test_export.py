from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

pytest.importorskip("torch", reason="needs the torch extra")

import onnxruntime
import torch
from transformers import BertConfig, BertModel

from models.sentiment.export import ONNX_NAME, sha256, write_folder
from models.sentiment.network import MeanPooledClassifier

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [
    pytest.mark.slow,
    pytest.mark.needs_torch,
    # The legacy exporter is chosen on purpose (see export.py) and says that it is legacy.
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::torch.jit.TracerWarning"),
    pytest.mark.filterwarnings("ignore:Exporting aten..index operator:UserWarning"),
]


def network() -> MeanPooledClassifier:
    torch.manual_seed(2)
    config = BertConfig(
        vocab_size=50,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=64,
        pad_token_id=1,
    )
    return MeanPooledClassifier(BertModel(config, add_pooling_layer=False), 3).eval()


def test_int8_model_answers_like_the_network_at_any_shape(tmp_path: Path) -> None:
    model = network()
    tokenizer = tmp_path / "tokenizer.json"
    tokenizer.write_text("{}", encoding="utf8")
    path = write_folder(model, tokenizer, tmp_path / "out", "made.v1")
    session = onnxruntime.InferenceSession(str(path))
    for rows, length in ((1, 3), (4, 17), (2, 64)):
        ids = np.random.default_rng(rows).integers(5, 50, (rows, length))
        mask = np.ones_like(ids)
        mask[0, length // 2 + 1 :] = 0
        (ours,) = session.run(None, {"input_ids": ids, "attention_mask": mask})
        with torch.inference_mode():
            theirs = model(torch.from_numpy(ids), torch.from_numpy(mask)).numpy()
        assert ours.shape == (rows, 3)
        assert np.abs(ours - theirs).max() < 0.05


def test_manifest_names_the_files_by_hash(tmp_path: Path) -> None:
    tokenizer = tmp_path / "tokenizer.json"
    tokenizer.write_text("{}", encoding="utf8")
    write_folder(network(), tokenizer, tmp_path / "out", "made.v1")
    manifest = json.loads((tmp_path / "out" / "model.json").read_text(encoding="utf8"))
    assert manifest["name"] == "made.v1"
    assert manifest["labels"] == ["negative", "neutral", "positive"]
    for name in (ONNX_NAME, "tokenizer.json"):
        assert manifest["sha256"][name] == sha256(tmp_path / "out" / name)

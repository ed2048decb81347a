"""A tiny but real classifier, built on the spot: embedding, masked mean, linear head."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from tokenizers.processors import TemplateProcessing

WORDS = ["<s>", "<pad>", "</s>", "<unk>", "up", "down", "flat", "bank", "falls", "rises", "the"]
_LEANING = {"up": 2, "rises": 2, "down": 0, "falls": 0, "flat": 1}


def tiny_tokenizer() -> Tokenizer:
    tokenizer = Tokenizer(WordLevel({word: i for i, word in enumerate(WORDS)}, unk_token="<unk>"))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.post_processor = TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    return tokenizer


def tiny_onnx() -> bytes:
    onnx = pytest.importorskip("onnx", reason="the test model is built with onnx")
    from onnx import TensorProto, helper, numpy_helper

    embedding = np.zeros((len(WORDS), 3), dtype=np.float32)
    for word, column in _LEANING.items():
        embedding[WORDS.index(word), column] = 4.0
    constants = {
        "embedding": embedding,
        "head": np.eye(3, dtype=np.float32),
        "length_axis": np.array([1], dtype=np.int64),
        "last_axis": np.array([2], dtype=np.int64),
    }
    nodes = [
        helper.make_node("Gather", ["embedding", "input_ids"], ["vectors"]),
        helper.make_node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["mask", "last_axis"], ["mask3"]),
        helper.make_node("Mul", ["vectors", "mask3"], ["kept"]),
        helper.make_node("ReduceSum", ["kept", "length_axis"], ["sum"], keepdims=0),
        helper.make_node("ReduceSum", ["mask", "length_axis"], ["count"], keepdims=1),
        helper.make_node("Div", ["sum", "count"], ["mean"]),
        helper.make_node("MatMul", ["mean", "head"], ["logits"]),
    ]
    shape = ["batch", "length"]
    graph = helper.make_graph(
        nodes,
        "tiny",
        [
            helper.make_tensor_value_info("input_ids", TensorProto.INT64, shape),
            helper.make_tensor_value_info("attention_mask", TensorProto.INT64, shape),
        ],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", 3])],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.checker.check_model(model)
    return model.SerializeToString()


def write_description(folder: Path, **changes: object) -> None:
    files = ("model.int8.onnx", "tokenizer.json")
    hashes = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in files}
    content = {
        "name": "tiny.v1",
        "labels": ["negative", "neutral", "positive"],
        "pad_id": 1,
        "temperature": {"en": 1.0, "zh-Hans": 2.0, "zh-Hant": 1.0},
        "sha256": hashes,
    } | changes
    (folder / "model.json").write_text(json.dumps(content), encoding="utf-8")


@pytest.fixture
def describe() -> Callable[..., None]:
    """Writes ``model.json`` for the files of a folder."""
    return write_description


@pytest.fixture
def model_folder(tmp_path: Path) -> Path:
    """A complete model folder."""
    folder = tmp_path / "tiny.v1"
    folder.mkdir()
    (folder / "model.int8.onnx").write_bytes(tiny_onnx())
    tiny_tokenizer().save(str(folder / "tokenizer.json"))
    write_description(folder)
    return folder

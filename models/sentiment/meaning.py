"""A second output of the shipped model: what a headline means, for telling stories apart.

Fine-tuning for sentiment turned the last layers towards "good or bad news", so that every fall
of a share resembles every other. The ninth of twelve layers still knows what the text is about.
``python -m models.sentiment.meaning --news FILE.csv.gz --without PAIRS.csv`` adds the output
``meaning`` (mean over tokens, float32 [batch, 384]) to the ONNX file, without new weights, and
fits ``meaning.npz``: the mean vector of each language and the directions that all headlines share
("all-but-the-top", Mu and Viswanath 2018), which hide the rest.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from models.sentiment import FOLDER
from models.sentiment.export import ONNX_NAME, sha256

if TYPE_CHECKING:
    from collections.abc import Iterable

OUTPUT = "meaning"
SPACE_NAME = "meaning.npz"
LAYER = 8
DIRECTIONS = 10
SUMMARY = 100
SAMPLE = 2_000

Vectors = npt.NDArray[np.float32]


def add_output(path: Path) -> None:
    """Add the output to an exported ONNX file, in place; nothing is done if it is there.

    Raises:
        ValueError: The graph is not the one that ``export`` writes.
    """
    import onnx
    from onnx import TensorProto, helper

    model = onnx.load(str(path))
    graph = model.graph
    if any(output.name == OUTPUT for output in graph.output):
        return
    hidden = f"/encoder/encoder/layer.{LAYER}/output/LayerNorm/LayerNormalization_output_0"
    by_name = {node.name: node for node in graph.node}
    made = {name for node in graph.node for name in node.output}
    if hidden not in made or not {"/Mul", "/ReduceSum", "/Div"} <= by_name.keys():
        raise ValueError(f"{path} has no mean pooling over layer {LAYER}")
    mask, axes = by_name["/Mul"].input[1], by_name["/ReduceSum"].input[1]
    count = by_name["/Div"].input[1]
    graph.node.extend(
        [
            helper.make_node("Mul", [hidden, mask], ["meaning_masked"], name="/meaning/Mul"),
            helper.make_node(
                "ReduceSum", ["meaning_masked", axes], ["meaning_sum"], "/meaning/Sum", keepdims=0
            ),
            helper.make_node("Div", ["meaning_sum", count], [OUTPUT], name="/meaning/Div"),
        ]
    )
    graph.output.append(
        helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, ["batch", "width"])
    )
    onnx.save(model, str(path))


def embed(folder: Path, texts: Iterable[str]) -> Vectors:
    """Raw vectors of shape (texts, 384), one text at a time."""
    import onnxruntime
    from tokenizers import Tokenizer

    session = onnxruntime.InferenceSession(str(folder / ONNX_NAME))
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(96)
    rows = []
    for text in texts:
        ids = np.array([tokenizer.encode(text).ids], dtype=np.int64)
        feed = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
        rows.append(session.run([OUTPUT], feed)[0][0])
    return np.array(rows, dtype=np.float32)


def space(english: Vectors, chinese: Vectors) -> dict[str, Vectors]:
    """Both means and the main directions around them, [10, 384]."""
    centred = np.concatenate([english - english.mean(0), chinese - chinese.mean(0)])
    _, _, directions = np.linalg.svd(centred, full_matrices=False)
    return {
        "en": english.mean(0),
        "zh": chinese.mean(0),
        "directions": directions[:DIRECTIONS].astype(np.float32),
    }


def sample(news: Path, without: set[str], language: str) -> list[str]:
    """Every so many-th headline with the start of its summary, ``SAMPLE`` of them."""
    with gzip.open(news, "rt", encoding="utf8", newline="") as handle:
        texts = [
            f"{row['title']} {row['summary'][:SUMMARY]}".strip()
            for row in csv.DictReader(handle)
            if row["lang"] == language and row["id"] not in without
        ]
    return texts[:: max(1, len(texts) // SAMPLE)][:SAMPLE]


def write_space(folder: Path, found: dict[str, Vectors]) -> None:
    """Write ``meaning.npz`` and put its hash and the ONNX file's into ``model.json``."""
    arrays: dict[str, Any] = dict(found)
    np.savez(folder / SPACE_NAME, **arrays)
    path = folder / "model.json"
    manifest = json.loads(path.read_text("utf8"))
    for name in (ONNX_NAME, SPACE_NAME):
        manifest["sha256"][name] = sha256(folder / name)
    path.write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf8")


def main() -> None:
    """Add the output and fit the space."""
    parser = argparse.ArgumentParser(prog="python -m models.sentiment.meaning")
    parser.add_argument("--news", type=Path, required=True, help="a *.csv.gz news file")
    parser.add_argument("--without", type=Path, required=True, help="CSV of pairs to leave out")
    parser.add_argument("--folder", type=Path, default=FOLDER)
    args = parser.parse_args()
    with args.without.open(encoding="utf8", newline="") as handle:
        without = {row[side] for row in csv.DictReader(handle) for side in ("a", "b")}
    add_output(args.folder / ONNX_NAME)
    vectors = [
        embed(args.folder, sample(args.news, without, language)) for language in ("en", "zh-Hans")
    ]
    write_space(args.folder, space(*vectors))


if __name__ == "__main__":
    main()

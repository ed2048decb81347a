"""Run the exported int8 model on labelled rows: temperatures and figures for the card."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from models.sentiment.export import ONNX_NAME, write_manifest

if TYPE_CHECKING:
    from models.sentiment.dataset import Example

Logits = npt.NDArray[np.float64]
LANGUAGES = ("en", "zh-Hans", "zh-Hant")


def logits(folder: Path, rows: Sequence[Example], limit: int = 256, batch: int = 32) -> Logits:
    """Return float logits of shape ``(len(rows), 3)``, texts cut at ``limit`` tokens."""
    import onnxruntime
    from tokenizers import Tokenizer

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(folder / ONNX_NAME), options)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    ids = [e.ids[:limit] for e in tokenizer.encode_batch([r.text for r in rows])]
    order = sorted(range(len(rows)), key=lambda i: len(ids[i]))
    out = np.empty((len(rows), 3))
    for start in range(0, len(order), batch):
        chunk = order[start : start + batch]
        padded = np.full((len(chunk), max(len(ids[i]) for i in chunk)), 1, dtype=np.int64)
        for line, i in enumerate(chunk):
            padded[line, : len(ids[i])] = ids[i]
        mask = (padded != 1).astype(np.int64)
        out[chunk] = session.run(None, {"input_ids": padded, "attention_mask": mask})[0]
    return out


def negative_log_likelihood(scores: Logits, labels: npt.NDArray[np.int64], t: float) -> float:
    """Mean negative log likelihood of ``labels`` under ``softmax(scores / t)``."""
    z = scores / t
    z = z - z.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return float(-log_p[np.arange(len(labels)), labels].mean())


def fit_temperature(scores: Logits, labels: npt.NDArray[np.int64]) -> float:
    """Temperature scaling (Guo et al. 2017): the T that minimises the likelihood loss."""
    from scipy.optimize import minimize_scalar

    found = minimize_scalar(
        lambda t: negative_log_likelihood(scores, labels, t), bounds=(0.3, 5.0), method="bounded"
    )
    return round(float(found.x), 3)


def expected_calibration_error(
    scores: Logits, labels: npt.NDArray[np.int64], t: float, bins: int = 10
) -> float:
    """Weighted gap between confidence and accuracy over ``bins`` equal-width bins."""
    z = np.exp((scores - scores.max(axis=1, keepdims=True)) / t)
    p = z / z.sum(axis=1, keepdims=True)
    confidence, hit = p.max(axis=1), p.argmax(axis=1) == labels
    which = np.minimum((confidence * bins).astype(int), bins - 1)
    return float(
        sum(
            abs(hit[which == b].mean() - confidence[which == b].mean()) * (which == b).mean()
            for b in range(bins)
            if (which == b).any()
        )
    )


def calibrate(folder: Path, dev: Sequence[Example]) -> dict[str, dict[str, float]]:
    """Fit one temperature a language on development rows and store them in ``model.json``.

    Rows of two-class sets are left out: their labels say nothing of neutral probability.
    """
    name = json.loads((folder / "model.json").read_text(encoding="utf8"))["name"]
    report: dict[str, dict[str, float]] = {}
    for language in LANGUAGES:
        rows = [r for r in dev if r.lang == language and not r.binary]
        scores, labels = logits(folder, rows), np.array([r.label for r in rows])
        t = fit_temperature(scores, labels)
        report[language] = {
            "temperature": t,
            "n": len(rows),
            "ece_before": round(expected_calibration_error(scores, labels, 1.0), 4),
            "ece_after": round(expected_calibration_error(scores, labels, t), 4),
        }
    write_manifest(folder, name, {lang: r["temperature"] for lang, r in report.items()})
    return report

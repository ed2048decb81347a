"""Sentiment from an ONNX classifier in a folder, on the CPU, without torch.

The folder holds ``model.int8.onnx`` (``input_ids`` and ``attention_mask``, int64 [batch, length]
-> ``logits`` [batch, 3]), ``tokenizer.json`` and ``model.json``.
"""

from __future__ import annotations

import hashlib
import json
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import onnxruntime as ort
from tokenizers import Tokenizer

from nlp.errors import NlpError
from nlp.folding import fold
from nlp.records import Abstention, Sentiment

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    Logits = NDArray[np.float64]

MODEL_FILE = "model.int8.onnx"
TOKENIZER_FILE = "tokenizer.json"
DESCRIPTION_FILE = "model.json"
LABELS = ["negative", "neutral", "positive"]
SIMPLIFIED, TRADITIONAL = "zh-Hans", "zh-Hant"
_SPECIAL_TOKENS = 2


@dataclass(frozen=True, slots=True)
class Description:
    """What ``model.json`` says.

    Attributes:
        name: The scorer's name and version.
        pad_id: Token that fills up the shorter texts of a batch.
        temperature: Per language, what logits are divided by before the softmax.
        hashes: SHA-256 of each file of the folder, in hex.
    """

    name: str
    pad_id: int
    temperature: dict[str, float]
    hashes: dict[str, str]


@dataclass(frozen=True, slots=True)
class _Window:
    """A piece of a text that fits the model. ``text`` counts the distinct texts of a call."""

    text: int
    ids: list[int]
    weight: int


class OnnxScorer:
    """Scores texts with a small ONNX model; the same texts always give the same numbers."""

    def __init__(
        self,
        folder: Path,
        *,
        batch_size: int = 1,
        threads: int | None = None,
        max_tokens: int = 256,
        description_sha256: str | None = None,
    ) -> None:
        """Check the model's files, then load them.

        Args:
            folder: The model's folder.
            batch_size: Windows per run of the model. A dynamically quantised model takes one
                scale for a whole batch, padding included, so a text's score depends on its
                company (by up to .14 in a headline's probabilities at 32). One by one it does
                not, at two thirds of the speed.
            threads: Runs at the same time, each on one core; ``None`` for as many as there are.
            max_tokens: Longest window. Longer texts are read in windows that overlap by a
                quarter and averaged by their tokens; nothing is cut off.
            description_sha256: What ``model.json`` itself must hash to; ``None`` for any.

        Raises:
            NlpError: A file is missing or not the one that ``model.json`` was written for.
        """
        self._description = load_description(folder, description_sha256)
        self._batch_size = batch_size
        self._threads = threads or os.cpu_count() or 1
        self._session = open_session(folder / MODEL_FILE)
        self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER_FILE))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(max_tokens, stride=max_tokens // 4)

    @property
    def name(self) -> str:
        """The name in ``model.json``, such as ``finbert-multi.v1``."""
        return self._description.name

    def score(self, texts: Sequence[str], languages: Sequence[str]) -> list[Sentiment | Abstention]:
        """Probabilities for each text, in order.

        Args:
            texts: Texts of any length.
            languages: Their languages; one without a temperature in ``model.json`` is abstained
                from (``language:other``), as is a text of white space (``empty``).
        """
        refused = [
            self._refusal(text, language) for text, language in zip(texts, languages, strict=True)
        ]
        # The same news in either script must read the same, in sentiment and in the index.
        texts = [
            fold(text) if language == TRADITIONAL else text
            for text, language in zip(texts, languages, strict=True)
        ]
        wanted = [t for t, reason in zip(texts, refused, strict=True) if not reason]
        distinct = {text: number for number, text in enumerate(dict.fromkeys(wanted))}
        logits = self._logits(list(distinct))
        return [
            Abstention(reason) if reason else self._sentiment(logits[distinct[text]], language)
            for text, language, reason in zip(texts, languages, refused, strict=True)
        ]

    def _refusal(self, text: str, language: str) -> str | None:
        if language not in self._description.temperature:
            return f"language:{language}"
        return None if text.strip() else "empty"

    def _sentiment(self, logits: Logits, language: str) -> Sentiment:
        read_as = SIMPLIFIED if language == TRADITIONAL else language
        scaled = logits / self._description.temperature[read_as]
        weights = np.exp(scaled - scaled.max())
        return Sentiment(*(float(p) for p in weights / weights.sum()))

    def _logits(self, texts: list[str]) -> Logits:
        """Mean logits of each text's windows, weighted by their tokens: [texts, 3]."""
        windows = self._windows(texts)
        total = np.zeros((len(texts), len(LABELS)))
        weight = np.zeros((len(texts), 1))
        size = self._batch_size
        batches = [windows[first : first + size] for first in range(0, len(windows), size)]
        with ThreadPoolExecutor(self._threads) as pool:
            for batch, rows in zip(batches, pool.map(self._run, batches), strict=True):
                for window, row in zip(batch, rows, strict=True):
                    total[window.text] += window.weight * row
                    weight[window.text] += window.weight
        return total / np.maximum(weight, 1)

    def _windows(self, texts: list[str]) -> list[_Window]:
        """Windows by length, so that a batch has little padding; ties by their tokens.

        Sorting by content as well makes the batches independent of the texts' order.
        """
        encodings = self._tokenizer.encode_batch(texts)
        windows = [
            _Window(number, part.ids, max(len(part.ids) - _SPECIAL_TOKENS, 1))
            for number, encoding in enumerate(encodings)
            for part in (encoding, *encoding.overflowing)
        ]
        return sorted(windows, key=lambda window: (len(window.ids), window.ids))

    def _run(self, batch: list[_Window]) -> Logits:
        length = max(len(window.ids) for window in batch)
        ids = np.full((len(batch), length), self._description.pad_id, dtype=np.int64)
        mask = np.zeros((len(batch), length), dtype=np.int64)
        for row, window in enumerate(batch):
            ids[row, : len(window.ids)] = window.ids
            mask[row, : len(window.ids)] = 1
        (logits,) = self._session.run(["logits"], {"input_ids": ids, "attention_mask": mask})
        return np.asarray(logits, dtype=np.float64)


def load_description(folder: Path, sha256: str | None = None) -> Description:
    """Read ``model.json`` and check the other files against its hashes.

    Args:
        folder: The model's folder.
        sha256: What ``model.json`` itself must hash to; ``None`` for any.

    Raises:
        NlpError: A file is missing, ``model.json`` is malformed or another one, labels are in
            another order than negative, neutral, positive, or a hash differs.
    """
    try:
        raw = (folder / DESCRIPTION_FILE).read_bytes()
        if sha256 not in (None, hashlib.sha256(raw).hexdigest()):
            raise NlpError(f"{folder / DESCRIPTION_FILE} is not the one that this release ships")
        content: dict[str, Any] = json.loads(raw.decode("utf-8"))
        description = Description(
            name=str(content["name"]),
            pad_id=int(content["pad_id"]),
            temperature={k: float(v) for k, v in content["temperature"].items()},
            hashes={k: str(v) for k, v in content["sha256"].items()},
        )
        labels = content["labels"]
    except OSError as error:
        raise NlpError(f"no model in {folder}: cannot read {DESCRIPTION_FILE}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise NlpError(f"{folder / DESCRIPTION_FILE} is malformed: {error}") from error
    if labels != LABELS:
        raise NlpError(f"{folder / DESCRIPTION_FILE}: labels must be {LABELS}, not {labels}")
    if any(value <= 0 for value in description.temperature.values()):
        raise NlpError(f"{folder / DESCRIPTION_FILE}: a temperature is not above 0")
    for name in (MODEL_FILE, TOKENIZER_FILE):
        check_file(folder / name, description)
    return description


def check_file(path: Path, description: Description) -> None:
    """Check a file of the folder against its description; 50 MB take under a tenth of a second.

    Raises:
        NlpError: It is missing or another one.
    """
    try:
        with path.open("rb") as file:
            actual = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise NlpError(f"model file {path} cannot be read") from error
    if actual != description.hashes.get(path.name):
        raise NlpError(f"model file {path} is not the one that {DESCRIPTION_FILE} describes")


def open_session(path: Path) -> ort.InferenceSession:
    """A session whose results do not depend on threads: one core to a run."""
    options = ort.SessionOptions()
    # Short texts side by side keep cores busier than one text spread over them.
    options.inter_op_num_threads = 1
    options.intra_op_num_threads = 1
    options.use_deterministic_compute = True
    return ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])

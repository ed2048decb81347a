"""What a headline means, as a vector: near for the same event in other words or another script.

The vectors come from the embedded sentiment model: the mean of an inner layer over the tokens
(output ``meaning``, see ``models.sentiment.meaning``), less the mean of its language and the
directions that all headlines share, scaled to length 1 (to the precision of float16).
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
from tokenizers import Tokenizer

from nlp.errors import NlpError
from nlp.fingerprint import normal
from nlp.onnx_scorer import (
    MODEL_FILE,
    TOKENIZER_FILE,
    check_file,
    load_description,
    open_session,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

OUTPUT = "meaning"
SPACE_FILE = "meaning.npz"
_SUMMARY = 100
_MOST_TOKENS = 96


def text_of(title: str, summary: str | None) -> str:
    """What is embedded: the title and the start of the summary."""
    return f"{title} {(summary or '')[:_SUMMARY]}".strip()


class Embedder:
    """Vectors of headlines; a text always has the same one, whatever its company."""

    def __init__(
        self, folder: Path, *, threads: int | None = None, description_sha256: str | None = None
    ) -> None:
        """Check the model's files, then load them.

        Args:
            folder: The model's folder, with ``meaning.npz``.
            threads: Texts at the same time, each on one core; ``None`` for as many as there are.
            description_sha256: What ``model.json`` itself must hash to; ``None`` for any.

        Raises:
            NlpError: A file is missing, damaged or not the one that ``model.json`` describes.
        """
        self._description = load_description(folder, description_sha256)
        check_file(folder / SPACE_FILE, self._description)
        self._space: dict[str, Vectors] = dict(np.load(folder / SPACE_FILE, allow_pickle=False))
        self._session = open_session(folder / MODEL_FILE)
        self._threads = threads or os.cpu_count() or 1
        if OUTPUT not in {output.name for output in self._session.get_outputs()}:
            raise NlpError(f"model file {folder / MODEL_FILE} has no output {OUTPUT!r}")
        self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER_FILE))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(_MOST_TOKENS)

    @property
    def name(self) -> str:
        """What vectors can be compared with: the model's name."""
        return self._description.name

    def embed(self, texts: Sequence[str], languages: Sequence[str]) -> Vectors:
        """Vectors of shape (texts, 384), each of length 1.

        Args:
            texts: Headlines; what is beyond 96 tokens takes no part.
            languages: Theirs; Traditional Chinese is read as Simplified.
        """
        if not texts:
            return np.zeros((0, self._space["en"].size), dtype=np.float32)
        # One text to a run: see OnnxScorer on what a batch does to a quantised model.
        with ThreadPoolExecutor(self._threads) as pool:
            return np.stack(list(pool.map(self._vector, texts, languages)))

    def _vector(self, text: str, language: str) -> Vectors:
        ids = np.array([self._tokenizer.encode(normal(text, language)).ids], dtype=np.int64)
        feed = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
        raw = np.asarray(self._session.run([OUTPUT], feed)[0][0], dtype=np.float32)
        centred = raw - self._space["zh" if language.startswith("zh") else "en"]
        directions = self._space["directions"]
        own = centred - (directions @ centred) @ directions
        # Stored as float16: fresh or stored, a vector must be the same.
        stored = (own / np.linalg.norm(own)).astype(np.float16)
        vector: Vectors = stored.astype(np.float32)
        return vector

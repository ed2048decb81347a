"""Sentiment from any Hugging Face sequence classifier, by id or local folder.

Needs the ``torch`` extra. Code from the checkpoint is never run and weights are read from
safetensors only.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from nlp.errors import NlpError
from nlp.records import Abstention, Sentiment
from nlp.routing import RoutedScorer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["HuggingFaceScorer", "RoutedScorer", "polarity_columns"]

_SYNONYMS = {
    "negative": ("negative", "neg", "bearish", "bear", "消极", "负面", "利空"),
    "neutral": ("neutral", "neu", "none", "中性"),
    "positive": ("positive", "pos", "bullish", "bull", "积极", "正面", "利好"),
}
_POLARITY = {word: polarity for polarity, words in _SYNONYMS.items() for word in words}


def polarity_columns(id2label: Mapping[int, str], checkpoint: str) -> dict[str, int]:
    """Which output column is which polarity.

    Args:
        id2label: The checkpoint's labels, in any order and case, with or without neutral.
        checkpoint: Its name, for the message.

    Raises:
        NlpError: Labels that do not name polarities (``LABEL_0``), or name one twice.
    """
    columns: dict[str, int] = {}
    for column, label in id2label.items():
        polarity = _POLARITY.get(str(label).strip().lower())
        if polarity is None or polarity in columns:
            raise NlpError(
                f"{checkpoint}: labels {list(id2label.values())} do not name each polarity once; "
                "set id2label in its config.json to negative, neutral, positive"
            )
        columns[polarity] = int(column)
    if "negative" not in columns or "positive" not in columns:
        raise NlpError(f"{checkpoint}: labels lack negative or positive: {[*id2label.values()]}")
    return columns


class HuggingFaceScorer:
    """Scores texts with a transformers checkpoint, the same way as the embedded model.

    On the first visible CUDA device where there is one, else on the processor.
    """

    def __init__(
        self,
        checkpoint: str,
        *,
        batch_size: int = 32,
        max_tokens: int = 512,
        languages: Sequence[str] = ("en", "zh-Hans", "zh-Hant"),
    ) -> None:
        """Load the checkpoint.

        Args:
            checkpoint: Id on the hub or local folder.
            batch_size: Windows per forward pass.
            max_tokens: Longest window, lowered to what the checkpoint allows.
            languages: Languages that it is asked for; others are abstained from.

        Raises:
            NlpError: The extra is not installed, the checkpoint cannot be loaded, or its labels
                cannot be understood.
        """
        self._torch, self._tokenizer, self._model = _load(checkpoint)
        # Of several, CUDA_VISIBLE_DEVICES says which; Ray sets it for each of its workers.
        self._device = "cuda" if self._torch.cuda.is_available() else "cpu"
        self._model.to(self._device)
        self._columns = polarity_columns(self._model.config.id2label, checkpoint)
        self._name = _versioned_name(checkpoint, self._model.config)
        self._batch_size = batch_size
        self._languages = frozenset(languages)
        limits = (self._tokenizer.model_max_length, _positions(self._model.config))
        self._max_tokens = min(max_tokens, *limits)

    @property
    def name(self) -> str:
        """``hf:`` with the id or the folder's name, and ``@`` with the revision or weights hash."""
        return self._name

    def score(self, texts: Sequence[str], languages: Sequence[str]) -> list[Sentiment | Abstention]:
        """Probabilities for each text, in order; long texts in windows averaged by tokens."""
        refused = [
            self._refusal(text, language) for text, language in zip(texts, languages, strict=True)
        ]
        wanted = [t for t, reason in zip(texts, refused, strict=True) if not reason]
        distinct = {text: number for number, text in enumerate(dict.fromkeys(wanted))}
        rows = self._rows(list(distinct)) if distinct else []
        return [
            Abstention(reason) if reason else rows[distinct[text]]
            for text, reason in zip(texts, refused, strict=True)
        ]

    def _refusal(self, text: str, language: str) -> str | None:
        if language not in self._languages:
            return f"language:{language}"
        return None if text.strip() else "empty"

    def _rows(self, texts: list[str]) -> list[Sentiment]:
        encoded = self._tokenizer(
            texts,
            truncation=True,
            max_length=self._max_tokens,
            stride=self._max_tokens // 4,
            return_overflowing_tokens=True,
        )
        owners = encoded.pop("overflow_to_sample_mapping")
        order = sorted(range(len(owners)), key=lambda i: len(encoded["input_ids"][i]))
        sums = [[0.0] * self._model.config.num_labels for _ in texts]
        for first in range(0, len(order), self._batch_size):
            batch = order[first : first + self._batch_size]
            part = {key: [values[i] for i in batch] for key, values in encoded.items()}
            for i, logits in zip(batch, self._forward(part), strict=True):
                weight = len(encoded["input_ids"][i])
                sums[owners[i]] = [
                    s + weight * x for s, x in zip(sums[owners[i]], logits, strict=True)
                ]
        weights = [0] * len(texts)
        for i, owner in enumerate(owners):
            weights[owner] += len(encoded["input_ids"][i])
        return [self._sentiment([x / w for x in s]) for s, w in zip(sums, weights, strict=True)]

    def _forward(self, part: dict[str, list[list[int]]]) -> list[list[float]]:
        batch = self._tokenizer.pad(part, return_tensors="pt").to(self._device)
        with self._torch.inference_mode():
            logits: list[list[float]] = self._model(**batch).logits.double().tolist()
        return logits

    def _sentiment(self, logits: list[float]) -> Sentiment:
        tensor = self._torch.tensor(logits, dtype=self._torch.float64)
        probabilities = self._torch.softmax(tensor, -1).tolist()
        values = {name: probabilities[column] for name, column in self._columns.items()}
        return Sentiment(values["negative"], values.get("neutral", 0.0), values["positive"])


def _load(checkpoint: str) -> tuple[Any, Any, Any]:
    try:
        import torch
        from transformers import AutoModelForSequenceClassification, AutoTokenizer
    except ImportError as error:
        raise NlpError(
            "hf: scorers need torch and transformers: pip install 'bubblefear[torch]'"
        ) from error
    options: dict[str, Any] = {"trust_remote_code": False}
    if Path(checkpoint).is_dir():
        options["local_files_only"] = True
        _refuse_pickles(Path(checkpoint))
    try:
        tokenizer = AutoTokenizer.from_pretrained(checkpoint, use_fast=True, **options)
        model = AutoModelForSequenceClassification.from_pretrained(
            checkpoint, use_safetensors=True, **options
        )
    except (OSError, ValueError, KeyError) as error:
        first_line = str(error).strip().partition("\n")[0]
        raise NlpError(f"cannot load checkpoint {checkpoint!r}: {first_line}") from error
    model.eval()
    return torch, tokenizer, model


def _refuse_pickles(folder: Path) -> None:
    """Say in words what transformers would only call a file that it did not find."""
    pickles = sorted(p.name for s in ("*.bin", "*.pt", "*.pth", "*.pkl") for p in folder.glob(s))
    if pickles and not any(folder.glob("*.safetensors")):
        raise NlpError(
            f"checkpoint {str(folder)!r} has its weights in {pickles[0]} alone, which can run code "
            "when it is read: give one with model.safetensors"
        )


def _positions(config: Any) -> int:  # noqa: ANN401 - every architecture has its own config class
    positions = int(getattr(config, "max_position_embeddings", 0) or 512)
    # RoBERTa-like models number positions from padding_idx + 1, so two of them are not usable.
    return positions - 2 if "roberta" in str(config.model_type) else positions


def _versioned_name(checkpoint: str, config: Any) -> str:  # noqa: ANN401 - as above
    folder = Path(checkpoint)
    if not folder.is_dir():
        revision = getattr(config, "_commit_hash", None)
        return f"hf:{checkpoint}" + (f"@{revision[:8]}" if revision else "")
    import hashlib

    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.safetensors")):
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return f"hf:{folder.resolve().name}@{digest.hexdigest()[:8]}"

"""Headlines a second: the embedded int8 model against a BERT-base in transformers, fp32.

The peer has the shape of ProsusAI/finbert (12 layers, width 768, 30,522 word pieces), is used as
its users use it (``pipeline``, batch 32) and has random weights: speed does not depend on them.
Both get the same headlines and the same two threads, in turn, median of the rounds.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from bench.texts import headlines

if TYPE_CHECKING:
    from pathlib import Path

THREADS = 2
ROUNDS = 5
MANY, FEW = 2000, 160


def _rate(work: Callable[[], object], texts: int) -> float:
    started = time.perf_counter()
    work()
    return texts / (time.perf_counter() - started)


def peer(folder: Path) -> Callable[[list[str]], object]:
    """Build the peer's pipeline in ``folder``: random BERT-base, word pieces from real text."""
    import torch
    from tokenizers import BertWordPieceTokenizer
    from transformers import (
        BertConfig,
        BertForSequenceClassification,
        PreTrainedTokenizerFast,
        TextClassificationPipeline,
    )

    torch.set_num_threads(THREADS)
    corpus, _ = headlines(20_000, seed=3)
    wordpiece = BertWordPieceTokenizer()
    wordpiece.train_from_iterator((t for t, _ in corpus), vocab_size=30_522, show_progress=False)
    wordpiece.save(str(folder / "tokenizer.json"))
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_file=str(folder / "tokenizer.json"), pad_token="[PAD]"
    )
    config = BertConfig(vocab_size=30_522)
    config.num_labels = 3
    model = BertForSequenceClassification(config).eval()
    pipe = TextClassificationPipeline(model=model, tokenizer=tokenizer, batch_size=32)

    def run(texts: list[str]) -> object:
        with torch.inference_mode():
            return pipe(texts, truncation=True, max_length=512)

    return run


def run(folder: Path) -> dict[str, Any]:
    """Measure both sides in turn and return rates, ratio and settings."""
    from nlp.registry import load_scorer

    pairs, source = headlines(MANY)
    texts, languages = [t for t, _ in pairs], [lang for _, lang in pairs]
    scorer = load_scorer("finbert-multi.v1", threads=THREADS)
    other = peer(folder)
    scorer.score(texts[:64], languages[:64])
    other(texts[:32])
    ours: list[float] = []
    theirs: list[float] = []
    for _ in range(ROUNDS):
        ours.append(_rate(lambda: scorer.score(texts, languages), MANY))
        theirs.append(_rate(lambda: other(texts[:FEW]), FEW))
    mine, base = statistics.median(ours), statistics.median(theirs)
    return {
        "texts": source,
        "threads": THREADS,
        "embedded_texts_per_s": round(mine, 1),
        "bert_base_fp32_texts_per_s": round(base, 1),
        "ratio": round(mine / base, 2),
        "embedded_rounds": [round(r, 1) for r in ours],
        "peer_rounds": [round(r, 1) for r in theirs],
    }

"""Headlines a second: the embedded int8 model against a BERT-base in transformers, fp32.

The peer has the shape of ProsusAI/finbert (12 layers, width 768, 30,522 word pieces), is used as
its users use it (``pipeline``, batch 32) and has random weights: speed does not depend on them.
Both get the same headlines and the same two threads, in turn, median of the rounds.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

from bench.measuring import figure, in_turn, seconds
from bench.rows import Row
from bench.texts import headlines

if TYPE_CHECKING:
    from pathlib import Path

THREADS: Final = 2
LAYERS: Final = 12
CORPUS: Final = 20_000
SMOKE: Final = {"many": 20, "few": 2, "rounds": 1, "layers": 1, "corpus": 200}
ROWS: Final = (
    Row(
        "headlines by the embedded model, two threads",
        "embedded_texts_per_s",
        "texts/s",
        peer="bert_base_fp32_texts_per_s",
        peer_label="BERT-base in a transformers pipeline, fp32",
    ),
)


def run(
    folder: Path,
    many: int = 2_000,
    few: int = 160,
    rounds: int = 3,
    layers: int = LAYERS,
    corpus: int = CORPUS,
) -> dict[str, Any]:
    """Measure both sides in turn and return rates and settings.

    Without the extra `torch` the peer is missing, and the result says so.

    Args:
        folder: Where the peer's tokenizer is written.
        many: Headlines of a round of ours.
        few: Headlines of a round of the peer.
        rounds: How often.
        layers: Of the peer; a BERT-base has twelve.
        corpus: Headlines that the peer's word pieces are learnt from.
    """
    from nlp.registry import load_scorer

    pairs, source = headlines(many)
    texts, languages = [t for t, _ in pairs], [lang for _, lang in pairs]
    scorer = load_scorer("finbert-multi.v1", threads=THREADS)
    scorer.score(texts[:64], languages[:64])
    works: dict[str, Callable[[], float]] = {
        "embedded_texts_per_s": lambda: _rate(lambda: scorer.score(texts, languages), many)
    }
    found: dict[str, Any] = {"texts": source, "threads": THREADS}
    if find_spec("torch") and find_spec("transformers"):
        other = peer(folder, layers, corpus)
        other(texts[:32])
        works["bert_base_fp32_texts_per_s"] = lambda: _rate(lambda: other(texts[:few]), few)
    else:
        found["peer"] = "not measured: the extra `torch` is not installed"
    return found | in_turn(rounds, works)


def _rate(work: Callable[[], object], texts: int) -> float:
    return figure(texts / seconds(work))


def peer(folder: Path, layers: int, corpus: int) -> Callable[[list[str]], object]:
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
    pairs, _ = headlines(corpus, seed=3)
    wordpiece = BertWordPieceTokenizer()
    wordpiece.train_from_iterator((t for t, _ in pairs), vocab_size=30_522, show_progress=False)
    wordpiece.save(str(folder / "tokenizer.json"))
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_file=str(folder / "tokenizer.json"), pad_token="[PAD]"
    )
    config = BertConfig(vocab_size=30_522, num_hidden_layers=layers)
    config.num_labels = 3
    model = BertForSequenceClassification(config).eval()
    pipe = TextClassificationPipeline(model=model, tokenizer=tokenizer, batch_size=32)

    def run(texts: list[str]) -> object:
        with torch.inference_mode():
            return pipe(texts, truncation=True, max_length=512)

    return run

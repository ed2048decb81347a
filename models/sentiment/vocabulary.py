"""Choose the tokens that the shipped model keeps, and rewrite the tokenizer to match.

The full XLM-R vocabulary has 250,002 pieces for a hundred languages.  Kept are: every piece that
any text at hand is cut into (in both Chinese scripts), every piece made only of Han characters,
every number, symbol and common Latin piece.  A first pruning by frequency lost ``USD``: hence
:data:`MUST_KEEP`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

_HAN = re.compile(r"^▁?[㐀-䶿一-鿿豈-﫿、-〿＀-￯]+$")
_SYMBOL = re.compile(r"^▁?[ -~ -ɏ -⯿€-₿]?$")
_SHORT_ASCII = re.compile(r"^▁?[A-Za-z0-9$%&.,'’\-]{1,3}$")
_NUMBER = re.compile(r"^▁?[(\[]?[0-9.,:%/+\-]+[)\]]?$")
_ASCII = re.compile(r"^▁?[ -~]+$")
# Unigram log-probability above which a Latin piece is kept although no text at hand has it:
# below lie mostly words of other languages ("▁koulutus", "▁geen").
COMMON_LOGPROB = -12.5

# Written both with and without the leading space marker of the tokenizer.
MUST_KEEP = (
    "USD EUR GBP JPY CNY HKD TWD KRW BTC ETH SOL XRP DOGE USDT USDC ETF IPO GDP CPI PPI PMI CDS "
    "NVDA ORCL MSFT AMD AVGO GOOGL META AMZN AAPL TSLA TSM TSMC INTC ARM MU SMCI PLTR CRWV QQQ SPY "
    "VIX DXY Fed FOMC AI GPU LLM GPT OpenAI Nvidia NVIDIA Oracle CoreWeave Anthropic DeepSeek "
    "Bitcoin bitcoin Ethereum crypto bubble Bubble capex Capex hyperscaler datacenter "
    "bn mn tn bps YoY QoQ EPS EBITDA Q1 Q2 Q3 Q4 H1 H2 FY"
).split()


def pieces_in(tokenizer: Tokenizer, texts: Iterable[str], batch: int = 10_000) -> set[int]:
    """Return the ids of all pieces that ``texts`` are cut into."""
    used: set[int] = set()
    pending: list[str] = []
    for text in texts:
        pending.append(text)
        if len(pending) == batch:
            used.update(i for e in tokenizer.encode_batch(pending) for i in e.ids)
            pending.clear()
    used.update(i for e in tokenizer.encode_batch(pending) for i in e.ids)
    return used


def choose(tokenizer_json: Path, texts: Iterable[str]) -> npt.NDArray[np.int64]:
    """Return the sorted old ids that are kept; the first four are the special tokens."""
    tokenizer = Tokenizer.from_file(str(tokenizer_json))
    vocab: list[tuple[str, float]] = json.loads(tokenizer_json.read_bytes())["model"]["vocab"]
    words = {form for word in MUST_KEEP for form in (word, "▁" + word)}
    always = {
        i
        for i, (piece, logprob) in enumerate(vocab)
        if i < 4
        or piece in words
        or any(rule.match(piece) for rule in (_HAN, _SYMBOL, _SHORT_ASCII, _NUMBER))
        or (logprob > COMMON_LOGPROB and _ASCII.match(piece))
    }
    mask = len(vocab) - 1
    kept = (always | pieces_in(tokenizer, texts)) - {mask}
    return np.array(sorted(kept), dtype=np.int64)


def prune(tokenizer_json: Path, kept: npt.NDArray[np.int64], out: Path) -> None:
    """Write the tokenizer restricted to ``kept``; piece ``kept[i]`` gets the new id ``i``."""
    spec: dict[str, Any] = json.loads(tokenizer_json.read_bytes())
    vocab = spec["model"]["vocab"]
    spec["model"]["vocab"] = [vocab[i] for i in kept]
    spec["added_tokens"] = [t for t in spec["added_tokens"] if t["id"] < 4]
    out.write_text(json.dumps(spec, ensure_ascii=False, separators=(",", ":")), encoding="utf8")

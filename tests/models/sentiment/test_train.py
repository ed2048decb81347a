from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

pytest.importorskip("torch", reason="needs the torch extra")

import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer
from tokenizers import models as tokenizer_models
from tokenizers.pre_tokenizers import Whitespace
from transformers import BertConfig, BertModel

from models.sentiment.dataset import Example
from models.sentiment.network import MeanPooledClassifier, masked_cross_entropy
from models.sentiment.train import (
    Encoded,
    Settings,
    batches,
    epoch_rows,
    fit,
    learning_rate_factor,
    macro_f1,
    predict,
)

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.slow, pytest.mark.needs_torch]

WORDS = ["<s>", "<pad>", "</s>", "<unk>", "rise", "fall", "flat", "firm", "board"]


def tokenizer() -> Tokenizer:
    made = Tokenizer(
        tokenizer_models.WordLevel({w: i for i, w in enumerate(WORDS)}, unk_token="<unk>")
    )
    made.pre_tokenizer = Whitespace()
    return made


def network() -> MeanPooledClassifier:
    torch.manual_seed(5)
    config = BertConfig(
        vocab_size=len(WORDS),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        pad_token_id=1,
    )
    return MeanPooledClassifier(BertModel(config, add_pooling_layer=False), 3)


def examples(n: int) -> list[Example]:
    verbs = ["fall", "flat", "rise"]
    return [Example(f"{i}", f"firm {verbs[i % 3]} board", i % 3, "en", "made") for i in range(n)]


TINY = Settings(epochs=4, batch=8, learning_rate=5e-3, checkpoint_steps=5, bfloat16=False)


def test_learns_a_rule_that_one_word_decides(tmp_path: Path) -> None:
    model = network()
    record = fit(
        model, tokenizer(), examples(240), {}, examples(30), TINY, tmp_path, lambda _: None
    )
    assert record["dev_macro_f1"] == {"made": 1.0}


def test_a_killed_run_goes_on_from_its_checkpoint(tmp_path: Path) -> None:
    class KilledError(Exception):
        pass

    def kill_late(line: str) -> None:
        if line.startswith("epoch 2"):
            raise KilledError

    whole, resumed = network(), network()
    fit(whole, tokenizer(), examples(96), {}, examples(9), TINY, tmp_path / "a", lambda _: None)
    with pytest.raises(KilledError):
        fit(resumed, tokenizer(), examples(96), {}, examples(9), TINY, tmp_path / "b", kill_late)
    again = network()
    steps: list[str] = []
    fit(again, tokenizer(), examples(96), {}, examples(9), TINY, tmp_path / "b", steps.append)
    assert not any(s.startswith("epoch 1") for s in steps)
    ours, undisturbed = (predict(m, tokenizer(), examples(3)) for m in (again, whole))
    np.testing.assert_allclose(ours, undisturbed, atol=1e-5)


def test_two_class_rows_say_nothing_of_neutral() -> None:
    logits = torch.tensor([[1.0, 5.0, 2.0]], requires_grad=True)
    loss = masked_cross_entropy(
        logits, torch.tensor([2]), torch.tensor([True]), torch.tensor([1.0])
    )
    loss.backward()
    assert logits.grad is not None
    assert float(logits.grad[0, 1]) == 0.0
    assert float(logits.grad[0, 2]) < 0.0


def test_smoothed_labels_pull_towards_the_other_classes_that_take_part() -> None:
    logits = torch.tensor([[0.0, 0.0, 4.0]], requires_grad=True)
    binary = torch.tensor([True])
    masked_cross_entropy(
        logits, torch.tensor([2]), binary, torch.tensor([1.0]), smoothing=0.2
    ).backward()
    assert logits.grad is not None
    # Sure beyond what a smoothed target allows (.9 and .1): the gradient now holds it back.
    assert float(logits.grad[0, 2]) > 0.0
    assert float(logits.grad[0, 1]) == 0.0


def test_shares_show_a_source_more_or_less_often() -> None:
    rows = [replace(e, source=s) for s in ("much", "little", "once") for e in examples(300)]
    shown = epoch_rows(rows, {}, Settings(shares=(("much", 2.5), ("little", 0.4))), epoch=0)
    counts = Counter(e.source for e in shown)
    assert counts["once"] == 300
    assert counts["much"] == pytest.approx(750, abs=60)
    assert counts["little"] == pytest.approx(120, abs=40)


def test_averaged_weights_end_between_where_the_run_began_and_where_it_went(
    tmp_path: Path,
) -> None:
    start = network().head.weight.detach().clone()
    plain, averaged = network(), network()
    slow = replace(TINY, ema=0.98)
    for model, choice, folder in ((plain, TINY, "a"), (averaged, slow, "b")):
        fit(model, tokenizer(), examples(96), {}, examples(9), choice, tmp_path / folder, str)
    gone = float((plain.head.weight.detach() - start).norm())
    assert 0 < float((averaged.head.weight.detach() - start).norm()) < gone


@settings(max_examples=50)
@given(st.lists(st.integers(1, 60), min_size=1, max_size=400), st.integers(1, 32))
def test_batches_hold_every_row_once(lengths: list[int], size: int) -> None:
    rows = [Encoded([i] * n, 0, False, 1.0) for i, n in enumerate(lengths)]
    cut = batches(rows, size, seed=1)
    assert sorted(r.ids[0] for batch in cut for r in batch) == list(range(len(rows)))
    assert all(1 <= len(batch) <= size for batch in cut)


def test_learning_rate_rises_then_falls_to_zero() -> None:
    factors = [learning_rate_factor(s, 100, 0.1) for s in range(101)]
    assert factors[0] == 0.0
    assert max(factors) == factors[10] == 1.0
    assert factors[100] == pytest.approx(0.0, abs=1e-9)


def test_macro_f1_of_a_hand_made_case() -> None:
    labels, predicted = np.array([0, 0, 1, 2]), np.array([0, 1, 1, 1])
    assert macro_f1(labels, predicted) == pytest.approx((2 / 3 + 0.5 + 0.0) / 3)

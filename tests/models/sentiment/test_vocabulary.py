from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest
from tokenizers import Tokenizer, models, pre_tokenizers, processors

from models.sentiment import vocabulary

if TYPE_CHECKING:
    from pathlib import Path

PIECES = [
    ("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁", -3.0), ("▁USD", -14.0),
    ("▁bubble", -13.0), ("▁Fehler", -13.0), ("▁the", -4.0), ("泡沫", -13.5), ("▁1967", -14.0),
    ("ный", -6.0), ("s", -5.0), ("<mask>", 0.0),
]  # fmt: skip


@pytest.fixture
def tokenizer_json(tmp_path: Path) -> Path:
    tokenizer = Tokenizer(models.Unigram(PIECES, unk_id=3))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    tokenizer.add_special_tokens(["<s>", "<pad>", "</s>", "<unk>", "<mask>"])
    path = tmp_path / "tokenizer.json"
    tokenizer.save(str(path))
    return path


def test_currency_codes_han_numbers_and_used_pieces_stay(tokenizer_json: Path) -> None:
    kept = vocabulary.choose(tokenizer_json, ["the bubbles"])
    names = {PIECES[i][0] for i in kept}
    assert {"▁USD", "泡沫", "▁1967", "▁the", "▁bubble", "s"} <= names
    assert names.isdisjoint({"▁Fehler", "ный", "<mask>"})
    assert kept[:4].tolist() == [0, 1, 2, 3]


def test_pruned_tokenizer_cuts_texts_the_same_way(tokenizer_json: Path, tmp_path: Path) -> None:
    kept = vocabulary.choose(tokenizer_json, ["the bubbles"])
    out = tmp_path / "pruned.json"
    vocabulary.prune(tokenizer_json, kept, out)
    full, pruned = Tokenizer.from_file(str(tokenizer_json)), Tokenizer.from_file(str(out))
    text = "the bubbles 泡沫 USD"
    before, after = full.encode(text), pruned.encode(text)
    assert before.tokens == after.tokens
    assert np.array_equal(kept[after.ids], before.ids)
    assert len(json.loads(out.read_bytes())["model"]["vocab"]) == len(kept)

"""Checkpoints built on the spot: permuted labels, two classes, long texts, routing."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from nlp.errors import NlpError
from nlp.hf_scorer import HuggingFaceScorer, polarity_columns
from nlp.records import Abstention, Sentiment
from nlp.registry import load_scorer
from nlp.routing import RoutedScorer

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "up", "down", "flat", "the", "bank", "涨", "跌"]


def build_checkpoint(folder: Path, labels: list[str], shift: list[float]) -> Path:
    """A small BERT whose head is permuted with its labels, so that meaning stays the same."""
    torch = pytest.importorskip("torch", reason="needs the torch extra")
    transformers = pytest.importorskip("transformers", reason="needs the torch extra")
    from tokenizers import Tokenizer, models, pre_tokenizers, processors

    tokenizer = Tokenizer(
        models.WordPiece({word: i for i, word in enumerate(WORDS)}, unk_token="[UNK]")
    )
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    fast = transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        model_max_length=32,
    )
    torch.manual_seed(7)
    config = transformers.BertConfig(
        vocab_size=len(WORDS),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=32,
        num_labels=len(labels),
        initializer_range=1.0,  # a random head over tiny vectors would hardly tell texts apart
        id2label=dict(enumerate(labels)),
        label2id={label: i for i, label in enumerate(labels)},
    )
    model = transformers.BertForSequenceClassification(config)
    with torch.no_grad():
        base = {"neg": 0, "neu": 1, "pos": 2, "bea": 0, "bul": 2}
        rows = [base.get(label[:3].lower(), i) for i, label in enumerate(labels)]
        torch.manual_seed(8)
        weight = torch.randn(3, 16)
        model.classifier.weight.copy_(weight[rows])
        model.classifier.bias.copy_(torch.tensor([shift[row] for row in rows]))
    model.save_pretrained(folder)
    fast.save_pretrained(folder)
    return folder


def sentiments(scorer: Any, texts: list[str], language: str = "en") -> list[Sentiment]:
    scores = scorer.score(texts, [language] * len(texts))
    assert all(isinstance(score, Sentiment) for score in scores)
    return scores


@pytest.mark.slow
@pytest.mark.needs_torch
def test_label_order_and_case_do_not_matter(tmp_path: Path) -> None:
    shift = [0.3, 0.1, -0.2]
    plain = build_checkpoint(tmp_path / "plain", ["negative", "neutral", "positive"], shift)
    mixed = build_checkpoint(tmp_path / "mixed", ["Positive", "NEGATIVE", "Neutral"], shift)
    texts = ["up up the bank", "down", "flat bank", "down"]
    one = sentiments(load_scorer(f"hf:{plain}"), texts)
    two = sentiments(HuggingFaceScorer(str(mixed), batch_size=2), texts)
    for a, b in zip(one, two, strict=True):
        assert (a.negative, a.neutral, a.positive) == pytest.approx(
            (b.negative, b.neutral, b.positive), abs=1e-6
        )
    assert one[1] == one[3]
    assert len({s.negative for s in one}) == 3


@pytest.mark.slow
@pytest.mark.needs_torch
def test_two_classes_have_no_neutral(tmp_path: Path) -> None:
    folder = build_checkpoint(tmp_path / "two", ["Bullish", "Bearish"], [0.0, 0.0, 2.0])
    scores = sentiments(HuggingFaceScorer(str(folder)), ["up", "down bank"])
    assert all(s.neutral == 0.0 for s in scores)
    assert all(s.negative + s.positive == pytest.approx(1.0) for s in scores)


@pytest.mark.slow
@pytest.mark.needs_torch
def test_long_texts_are_read_whole_and_routes_are_named(tmp_path: Path) -> None:
    folder = build_checkpoint(tmp_path / "c", ["neutral", "positive", "negative"], [0.0, 0.0, 0.0])
    scorer = HuggingFaceScorer(str(folder), max_tokens=500)
    start = "the " * 100
    a, b = sentiments(scorer, [start, start + "down " * 60])
    assert abs(a.positive - b.positive) > 1e-3
    assert scorer.name.startswith("hf:c@")
    routed = RoutedScorer({"zh-Hans": scorer, "en": scorer})
    assert routed.name == f"routed(en={scorer.name},zh-Hans={scorer.name})"
    mixed = routed.score(["down", "跌", "跌", " "], ["en", "zh-Hans", "zh-Hant", "en"])
    assert mixed[2:] == [Abstention("language:zh-Hant"), Abstention("empty")]
    assert mixed[0] == scorer.score(["down"], ["en"])[0]


@pytest.mark.slow
@pytest.mark.needs_torch
def test_a_folder_without_a_checkpoint_is_one_line(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="needs the torch extra")
    with pytest.raises(NlpError, match="cannot load checkpoint") as caught:
        HuggingFaceScorer(str(tmp_path))
    assert "\n" not in str(caught.value)


@pytest.mark.slow
@pytest.mark.needs_torch
def test_code_of_a_checkpoint_is_never_run(tmp_path: Path) -> None:
    folder = build_checkpoint(tmp_path / "c", ["neutral", "positive", "negative"], [0.0] * 3)
    ran = tmp_path / "ran"
    (folder / "own.py").write_text(f"open({str(ran)!r}, 'w').close()\nclass Own: ...\n")
    for name, kinds in (
        ("config.json", ("AutoConfig", "AutoModelForSequenceClassification")),
        ("tokenizer_config.json", ("AutoTokenizer",)),
    ):
        content = json.loads((folder / name).read_text())
        content["auto_map"] = dict.fromkeys(kinds, "own.Own")
        (folder / name).write_text(json.dumps(content))
    # The kind is a known one: its own class stands in for the checkpoint's code.
    assert HuggingFaceScorer(str(folder)).name.startswith("hf:c@")
    (folder / "config.json").write_text(
        json.dumps(
            {"model_type": "own", "auto_map": content["auto_map"] | {"AutoConfig": "own.Own"}}
        )
    )
    with pytest.raises(NlpError, match="cannot load checkpoint"):
        HuggingFaceScorer(str(folder))
    assert not ran.exists()


@pytest.mark.slow
@pytest.mark.needs_torch
def test_pickled_weights_are_never_read(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch", reason="needs the torch extra")
    folder = build_checkpoint(tmp_path / "c", ["neutral", "positive", "negative"], [0.0] * 3)
    ran = tmp_path / "ran"
    torch.save(Runs(ran), folder / "pytorch_model.bin")
    # Beside weights in safetensors it is passed over; alone it is refused, in words.
    HuggingFaceScorer(str(folder))
    (folder / "model.safetensors").unlink()
    with pytest.raises(NlpError, match=r"pytorch_model\.bin alone, which can run code"):
        HuggingFaceScorer(str(folder))
    assert not ran.exists()


class Runs:
    """What makes a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (self.path,))


@pytest.mark.parametrize(
    "labels", [["LABEL_0", "LABEL_1"], ["positive", "positive", "neutral"], ["joy", "anger"]]
)
def test_unclear_labels_name_the_remedy(labels: list[str]) -> None:
    with pytest.raises(NlpError, match=r"set id2label in its config\.json"):
        polarity_columns(dict(enumerate(labels)), "some/checkpoint")


def test_labels_that_lack_a_pole() -> None:
    with pytest.raises(NlpError, match="lack negative or positive"):
        polarity_columns({0: "neutral", 1: "positive"}, "some/checkpoint")


def test_missing_extra_is_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    # None in sys.modules is Python's own way to say "cannot be imported".
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(NlpError, match=r"pip install 'bubblefear\[torch\]'"):
        HuggingFaceScorer("any/checkpoint")

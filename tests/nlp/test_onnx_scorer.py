"""The ONNX scorer on a tiny real graph."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nlp.errors import NlpError
from nlp.onnx_scorer import OnnxScorer
from nlp.protocol import Scorer
from nlp.records import Abstention, Sentiment

Describe = Callable[..., None]


def test_scores_in_input_order(model_folder: Path) -> None:
    scorer = OnnxScorer(model_folder, batch_size=2, threads=1)
    assert isinstance(scorer, Scorer)
    assert scorer.name == "tiny.v1"
    texts = ["bank rises up the bank", "down", "flat flat", "the bank falls", "up"]
    scores = scorer.score(texts, ["en"] * 5)
    tops = [max(("negative", "neutral", "positive"), key=lambda k: getattr(s, k)) for s in scores]
    assert tops == ["positive", "negative", "neutral", "negative", "positive"]


def test_matches_the_arithmetic_by_hand(model_folder: Path) -> None:
    (score,) = OnnxScorer(model_folder, threads=1).score(["up the bank"], ["en"])
    # Five tokens with the two special ones; "up" alone leans, by 4, to positive.
    logits = np.array([0.0, 0.0, 4.0 / 5])
    expected = np.exp(logits) / np.exp(logits).sum()
    assert isinstance(score, Sentiment)
    assert [score.negative, score.neutral, score.positive] == pytest.approx(expected, abs=1e-6)


def test_temperature_is_the_languages(model_folder: Path) -> None:
    scorer = OnnxScorer(model_folder, threads=1)
    hot, cold = scorer.score(["up up", "up up"], ["en", "zh-Hans"])
    assert isinstance(hot, Sentiment)
    assert isinstance(cold, Sentiment)
    assert np.log(hot.positive / hot.negative) == pytest.approx(
        2 * np.log(cold.positive / cold.negative), rel=1e-5
    )


def test_abstains_with_reasons(model_folder: Path) -> None:
    scores = OnnxScorer(model_folder, threads=1).score([" \n", "up", "up"], ["en", "other", "en"])
    assert scores[:2] == [Abstention("empty"), Abstention("language:other")]
    assert isinstance(scores[2], Sentiment)
    assert OnnxScorer(model_folder, threads=1).score([], []) == []


def test_long_text_is_read_to_its_end(model_folder: Path) -> None:
    scorer = OnnxScorer(model_folder, threads=1, max_tokens=16)
    neutral, late = scorer.score(["the " * 60, "the " * 60 + "down " * 20], ["en", "en"])
    assert isinstance(neutral, Sentiment)
    assert isinstance(late, Sentiment)
    assert late.negative > neutral.negative + 0.1


def test_a_text_that_just_fits_is_one_window(model_folder: Path) -> None:
    text = "up down flat the bank"
    fits = OnnxScorer(model_folder, threads=1, max_tokens=7).score([text], ["en"])
    roomy = OnnxScorer(model_folder, threads=1, max_tokens=64).score([text], ["en"])
    assert fits == roomy


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.lists(st.sampled_from(["up", "down", "flat", "the"]), max_size=12), max_size=9))
def test_alone_or_in_company(model_folder: Path, texts: list[list[str]]) -> None:
    scorer = OnnxScorer(model_folder, threads=1, batch_size=3)
    joined = [" ".join(words) for words in texts]
    together = scorer.score(joined, ["en"] * len(joined))
    assert together == scorer.score(joined, ["en"] * len(joined))
    for text, score in zip(joined, together, strict=True):
        (alone,) = scorer.score([text], ["en"])
        if isinstance(alone, Abstention):
            assert score == alone
        else:
            assert isinstance(score, Sentiment)
            assert score.negative == pytest.approx(alone.negative, abs=1e-6)
            assert score.negative + score.neutral + score.positive == pytest.approx(1.0)


def test_refuses_a_changed_model(model_folder: Path) -> None:
    with (model_folder / "model.int8.onnx").open("ab") as file:
        file.write(b"x")
    with pytest.raises(NlpError, match=r"is not the one that model\.json describes"):
        OnnxScorer(model_folder)


@pytest.mark.parametrize("name", ["tokenizer.json", "model.int8.onnx"])
def test_a_damaged_file_is_never_parsed(model_folder: Path, name: str) -> None:
    # What a parser would choke on, or worse: the hash is looked at first.
    (model_folder / name).write_bytes(b"\x80\x04garbage")
    with pytest.raises(NlpError, match=rf"{name} is not the one") as caught:
        OnnxScorer(model_folder)
    assert "\n" not in str(caught.value)


def test_a_description_can_be_pinned(model_folder: Path, describe: Describe) -> None:
    pin = hashlib.sha256((model_folder / "model.json").read_bytes()).hexdigest()
    assert OnnxScorer(model_folder, description_sha256=pin).name == "tiny.v1"
    # A whole other model with a description that fits it.
    describe(model_folder, temperature={"en": 9.0, "zh-Hans": 9.0, "zh-Hant": 9.0})
    with pytest.raises(NlpError, match=r"model\.json is not the one that this release ships"):
        OnnxScorer(model_folder, description_sha256=pin)


def test_refuses_other_label_order(model_folder: Path, describe: Describe) -> None:
    describe(model_folder, labels=["positive", "neutral", "negative"])
    with pytest.raises(NlpError, match="labels must be"):
        OnnxScorer(model_folder)


@pytest.mark.parametrize(
    ("content", "message"),
    [("not json", "malformed"), (json.dumps({"name": "x"}), "malformed"), ("[]", "malformed")],
)
def test_refuses_a_malformed_description(model_folder: Path, content: str, message: str) -> None:
    (model_folder / "model.json").write_text(content, encoding="utf-8")
    with pytest.raises(NlpError, match=message):
        OnnxScorer(model_folder)


def test_refuses_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(NlpError, match="no model in"):
        OnnxScorer(tmp_path)


@pytest.mark.slow
def test_the_embedded_model_scores_the_same_in_any_company(repository: Path) -> None:
    folder = repository / "models" / "sentiment" / "finbert-multi.v1"
    if not (folder / "model.int8.onnx").is_file():
        pytest.skip("the embedded model is not built in this checkout")
    scorer = OnnxScorer(folder, threads=2)
    texts = ["Shares fell 5% on debt fears.", "股价大涨。", "A long day at the office. " * 20]
    languages = ["en", "zh-Hans", "en"]
    together = scorer.score(texts, languages)
    alone = [scorer.score([t], [lang])[0] for t, lang in zip(texts, languages, strict=True)]
    assert together == alone

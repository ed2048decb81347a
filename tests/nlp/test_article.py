"""Whole documents: arithmetic, order, company, abstentions, the seed article."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp import aggregate
from nlp.article import ArticleScorer
from nlp.folding import fold
from nlp.lexicon_scorer import create
from nlp.onnx_scorer import OnnxScorer
from nlp.records import ArticleScore, Document

PIECES = [
    "Nvidia shares fell 3% as AI bubble fears returned.",
    "Strong orders eased worries about AI spending.",
    "Oracle sold bonds to build a data center.",
    "Rain is expected in the north.",
    "Disclaimer: not financial advice.",
    "AI泡沫担忧重燃，芯片股大跌。",
    "輝達財報平息AI泡沫疑慮！",
    "\n",
    "相关阅读\n",
    "",
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=6).map(" ".join)
DOCUMENTS = st.lists(
    st.builds(
        Document,
        id=st.just("d"),
        title=TEXTS,
        summary=st.none() | TEXTS,
        body=st.none() | TEXTS,
        language=st.sampled_from(["en", "zh-Hans", "zh-Hant", "other"]),
    ),
    max_size=5,
)


def score(document: Document) -> ArticleScore:
    return next(ArticleScorer(create()).score([document]))


@settings(max_examples=60, deadline=None)
@given(DOCUMENTS)
def test_the_same_alone_and_in_company(documents: list[Document]) -> None:
    together = list(ArticleScorer(create(), batch_documents=2).score(documents))
    assert together == [score(document) for document in documents]


@settings(max_examples=60, deadline=None)
@given(DOCUMENTS)
def test_arithmetic_can_be_redone_from_the_evidence(documents: list[Document]) -> None:
    for result in ArticleScorer(create()).score(documents):
        if result.abstained:
            numbers = (result.sentiment, result.relevance, result.fear, result.relief, result.recap)
            assert numbers == (None,) * 5
            assert result.evidence == ()
            continue
        weights = [e.weight for e in result.evidence]
        assert sum(weights) == pytest.approx(1.0)
        for name in ("relevance", "fear", "relief"):
            values = [getattr(e, name) for e in result.evidence]
            assert all(0.0 <= value <= 1.0 for value in values)
            mean = sum(w * v**4 for w, v in zip(weights, values, strict=True)) ** 0.25
            assert getattr(result, name) == pytest.approx(mean)
        assert result.sentiment is not None
        negative = sum(w * (e.negative or 0) for w, e in zip(weights, result.evidence, strict=True))
        assert result.sentiment.negative == pytest.approx(negative)


@settings(max_examples=60, deadline=None)
@given(DOCUMENTS)
def test_offsets_point_into_the_fields(documents: list[Document]) -> None:
    for document, result in zip(documents, ArticleScorer(create()).score(documents), strict=True):
        for e in result.evidence:
            assert getattr(document, e.field)[e.start : e.end] == e.sentence
        for m in result.mentions:
            assert getattr(document, m.field)[m.start : m.end] == m.surface
            assert m.surface in result.evidence[m.sentence].sentence
        keys = [(m.kind, m.name, m.field, m.start) for m in result.mentions]
        assert len(keys) == len(set(keys))


@pytest.mark.parametrize(
    "text",
    [
        "輝達財報平息AI泡沫疑慮",
        "AI泡沫擔憂升溫，科技股重挫",
        "聯準會警告人工智慧估值過高",
        "甲骨文債務壓力引發投資人憂慮",
        "資料中心需求強勁，記憶體股大漲",
    ],
)
def test_traditional_and_simplified_score_the_same(text: str) -> None:
    hant = score(Document("a", text, None, None, "zh-Hant"))
    hans = score(Document("a", fold(text), None, None, "zh-Hans"))
    assert (hant.relevance, hant.fear, hant.relief) == (hans.relevance, hans.fear, hans.relief)
    assert (hant.kind, hant.channel, hant.sentiment) == (hans.kind, hans.channel, hans.sentiment)
    assert [m.name for m in hant.mentions] == [m.name for m in hans.mentions]


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (Document("e", " ", None, "\n", "en"), "empty"),
        (Document("e", "", None, "Disclaimer: not advice", "en"), "empty"),
        (Document("o", "La bulle de l'IA", None, None, "other"), "language:other"),
    ],
)
def test_abstains_with_a_reason(document: Document, reason: str) -> None:
    assert score(document).abstained == reason


def test_a_scorer_that_abstains_abstains_for_the_article(
    model_folder: Path, describe: Callable[..., None]
) -> None:
    describe(model_folder, temperature={"en": 1.0})
    scorer = ArticleScorer(OnnxScorer(model_folder, threads=1))
    documents = [
        Document("1", "AI泡沫", None, None, "zh-Hans"),
        Document("2", "bank falls", "the bank", None, "en"),
    ]
    first, second = scorer.score(documents)
    assert first.abstained == "language:zh-Hans"
    assert second.scorer == "tiny.v1"
    assert second.sentiment is not None
    assert second.sentiment.negative > second.sentiment.positive


def test_the_title_weighs_more_and_a_title_with_its_summary_is_read_as_both() -> None:
    title, summary = "AI bubble fears sink chip stocks", "The weather in Taipei was fine."
    apart = score(Document("a", title, summary, None, "en"))
    joined = score(Document("a", f"{title}. {summary}", None, None, "en"))
    assert [e.weight for e in apart.evidence] == [0.6, 0.4]
    assert [e.weight for e in joined.evidence] == [0.6, 0.4]
    # The joined title keeps its full stop, which the scorer reads too.
    assert apart.fear == pytest.approx(joined.fear, abs=1e-3)


def test_one_aside_in_a_long_article_is_not_its_topic() -> None:
    body = "Rain fell in the north. " * 40 + "AI stocks slid on bubble fears."
    result = score(Document("a", "Weather report", None, body, "en"))
    assert result.relevance is not None
    assert not aggregate.is_topical(result.relevance)
    assert max(e.relevance for e in result.evidence) > 0.9


@pytest.fixture(scope="module")
def seed(shared_data: Path) -> ArticleScore:
    text = (shared_data / "seed_article.txt").read_text(encoding="utf-8")
    title, _, body = text.partition("\n")
    return score(Document("seed", title, None, body, "zh-Hant"))


def test_seed_article_is_fear_with_its_entities(seed: ArticleScore) -> None:
    assert seed.abstained is None
    assert seed.relevance is not None
    assert seed.fear is not None
    assert aggregate.is_topical(seed.relevance)
    assert aggregate.grade(seed.fear) >= 1
    assert seed.kind in ("threat", "act")
    assert {e.kind for e in seed.evidence} >= {"threat", "act"}
    names = {m.name for m in seed.mentions if m.kind == "entity"}
    assert names >= {
        "Bitcoin",
        "Nvidia",
        "Oracle",
        "AMD",
        "Nasdaq",
        "Bank of England",
        "ECB",
        "IMF",
    }


def test_seed_articles_end_does_not_count(seed: ArticleScore) -> None:
    read = "".join(e.sentence for e in seed.evidence)
    for foreign in (
        "260%",
        "76,000",
        "Gavin Wood",
        "免責聲明",
        "不應以本文",
        "CryptoSlate",
        "您也可能",
    ):
        assert foreign not in read
    assert "92,000" in read

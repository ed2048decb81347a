"""The audit's report on the coded set: the figures of `evaluate fear`, the kappas of its guide."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from bubblefear.evaluation import metrics
from bubblefear.scorers import embedded
from models.audit.agreement import CATEGORIES
from models.audit.calibration import apply, fit
from models.audit.report import coded_items, measure
from nlp import aggregate
from nlp.article import ArticleScorer
from nlp.records import Document

if TYPE_CHECKING:
    from pathlib import Path

FIELDS = ("topic", "fear", "stance", "kind", "channel")


@pytest.fixture(scope="module")
def labels(shared_data: Path) -> pd.DataFrame:
    path = shared_data / "labels" / "bubble_audit" / "bubble_audit_dev.csv"
    return pd.read_csv(path, keep_default_na=False).rename(columns={"id": "article_id"})


@pytest.fixture(scope="module")
def items(labels: pd.DataFrame) -> pd.DataFrame:
    """The coded set as a sample, scored by the shipped scorer."""
    documents = [
        Document(str(row.article_id), str(row.title), str(row.summary) or None, None, str(row.lang))
        for row in labels.itertuples()
    ]
    scores = list(ArticleScorer(embedded()).score(documents))
    frame = labels[["article_id", "stratum", "stratum_size"]].assign(
        language=labels["lang"],
        source_group="all",
        relevance=[s.relevance for s in scores],
        fear=[s.fear for s in scores],
        relief=[s.relief for s in scores],
    )
    score = frame["relevance"] * frame["fear"]
    # Its strata are of each language; the file names them without.
    return frame.assign(
        stratum=frame["stratum"] + frame["language"] + frame["stratum_size"].astype(str),
        score=score,
        topical=[aggregate.is_topical(x) for x in frame["relevance"]],
        found=score >= aggregate.FEAR_THRESHOLD,
        grade_found=[aggregate.grade(x) for x in score],
    )


def coded_by(labels: pd.DataFrame, prefix: str) -> pd.DataFrame:
    own = {f"{prefix}{name}": name for name in FIELDS}
    frame = labels[["article_id", *own]].rename(columns=own)
    return frame.assign(reviewer=prefix or "a_")


@pytest.mark.slow
def test_the_report_agrees_with_evaluate(labels: pd.DataFrame, items: pd.DataFrame) -> None:
    codes = coded_by(labels, "")
    found = measure(items, codes)["overall"]
    weight = coded_items(items, codes)["weight"].to_numpy()
    assert weight == pytest.approx((labels["stratum_size"] / labels["stratum_n"]).to_numpy())
    for name, truth, seen in (
        ("topic", labels["topic"] == 1, items["topical"]),
        ("fear", labels["fear"] > 0, items["found"]),
    ):
        expected = metrics.precision_recall_f1(truth.to_numpy(), seen.to_numpy(), weight)
        for figure, value in expected.items():
            assert found[name][figure]["value"] == pytest.approx(value)
            assert found[name][figure]["lo"] <= value <= found[name][figure]["hi"]
    rank = metrics.spearman(items["score"].to_numpy(), labels["fear"].to_numpy(float), weight)
    assert found["spearman"]["value"] == pytest.approx(rank)
    assert found["fear"]["f1"]["value"] > 0.8


@pytest.mark.slow
def test_the_kappas_are_those_of_the_guide(labels: pd.DataFrame, items: pd.DataFrame) -> None:
    codes = pd.concat([coded_by(labels, ""), coded_by(labels, "b_")])
    (pair,) = measure(items, codes)["agreement"]
    stated = {"topic": 0.97, "fear": 0.98, "stance": 0.97, "kind": 0.97, "channel": 0.95}
    assert set(stated) == set(CATEGORIES)
    for name, value in stated.items():
        assert round(pair[name]["kappa"], 2) == pytest.approx(value)


@pytest.mark.slow
def test_a_calibration_on_one_half_helps_on_the_other(
    labels: pd.DataFrame, items: pd.DataFrame
) -> None:
    coded = coded_items(items, coded_by(labels, ""))
    fearful = coded[(coded["fear"] > 0) & (coded["relevance"] > 0)].sort_values("article_id")
    gains = []
    for half in (0, 1):
        train, test = fearful.iloc[half::2], fearful.iloc[1 - half :: 2]
        mended = apply(test["fear"].to_numpy(), test["language"].tolist(), fit(train))
        truth, weight = test["grade"].to_numpy() / 3, test["weight"].to_numpy()
        before = weight @ (test["fear"].to_numpy() - truth) ** 2
        gains.append(before / (weight @ (mended - truth) ** 2))
    assert min(gains) > 0.98
    assert max(gains) > 1.0

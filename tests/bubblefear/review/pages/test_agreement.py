"""The page of agreement: live, honest where there are too few, with what to talk about."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest

from bubblefear.store import audit, database, reviews

if TYPE_CHECKING:
    from conftest import Asker

ARTICLES = [f"aaaa00000000000{n}" for n in (1, 2, 3, 4, 5, 6, 7)]


@pytest.fixture
def coded(asker: Asker) -> Asker:
    """Ada and Bo have coded seven articles; of the second they think differently."""
    with database(asker.path) as conn:
        for number, article in enumerate(ARTICLES):
            for who in ("Ada", "Bo"):
                fearful = number % 2 == 0 or (number == 1 and who == "Bo")
                code = audit.Code(
                    3 if fearful else 0, "fear" if fearful else "none",
                    "act" if fearful else None, "credit" if fearful else None, int(fearful),
                )  # fmt: skip
                audit.add_review(conn, article, who, code, "2025-11-22T08:00:00Z")
    return asker


def test_one_coder_or_none_is_said(asker: Asker) -> None:
    assert "No article has been coded by two people yet" in asker.get("/agreement").text
    assert asker.get("/agreement.json").json() == {"agreements": [], "disputes": []}


def test_too_few_articles_have_no_interval_on_the_page(coded: Asker) -> None:
    page = coded.get("/agreement").text
    assert "too few: 7 of 32" in page
    assert "too few: 7 of 8" in page
    told = {one["field"]: one for one in coded.get("/agreement.json").json()["agreements"]}
    assert (told["stance"]["n"], told["stance"]["same"], told["stance"]["enough"]) == (7, 6, 18)
    # Observed 6/7; expected by the margins (4/7)(5/7) + (3/7)(2/7).
    assert told["stance"]["kappa"] == pytest.approx((6 / 7 - 26 / 49) / (1 - 26 / 49))


def test_it_changes_with_the_next_label(coded: Asker) -> None:
    with database(coded.path) as conn:
        audit.add_review(conn, ARTICLES[1], "Bo", audit.Code(0, "none", None, None, 0), "t")
    assert "Nothing: they said the same of every article" in coded.get("/agreement").text
    with database(coded.path) as conn:
        last = reviews.last_of(conn, "Bo")
        assert last is not None
        reviews.undo(conn, last.id, "t")
    assert f'href="/article/{ARTICLES[1]}"' in coded.get("/agreement").text


def test_disputes_are_linked_and_can_be_had_as_a_table(coded: Asker) -> None:
    page = coded.get("/agreement").text
    assert f'<a href="/article/{ARTICLES[1]}"><bdi lang="zh-Hans">' in page
    assert f'href="/article/{ARTICLES[0]}"' not in page
    rows = list(csv.DictReader(io.StringIO(coded.get("/agreement/disputes.csv").text)))
    assert [row["article_id"] for row in rows] == [ARTICLES[1]]
    assert (rows[0]["one_reviewer"], rows[0]["one_fear"], rows[0]["other_fear"]) == (
        "Ada",
        "0",
        "3",
    )
    kappas = list(csv.DictReader(io.StringIO(coded.get("/agreement.csv").text)))
    assert [row["field"] for row in kappas][:3] == ["topic", "fear", "fear_linear"]

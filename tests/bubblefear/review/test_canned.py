"""Canned queries on the newsroom, each with content to answer from."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from bubblefear.review.canned import CANNED, QUERIES
from bubblefear.store import database, reviews, transaction

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Asker

HANS, HANT, EN, COPY = (f"aaaa00000000000{n}" for n in (2, 3, 1, 7))
MORE = """
INSERT INTO entry_versions VALUES
  ('aaaa000000000001', '2025-11-21T16:30:00Z', 'Bubble fears ease', NULL, NULL, NULL, 'v1'),
  ('aaaa000000000001', '2025-11-21T17:00:00Z', 'Bubble fears ease', 'more', NULL, NULL, 'v2'),
  ('aaaa000000000001', '2025-11-21T18:00:00Z', 'Bubble fears return', NULL, NULL, NULL, 'v3');
INSERT INTO story_links VALUES
  ('aaaa000000000007', 'aaaa000000000001', 'meaning', 0.91, '["name:Nvidia"]'),
  ('aaaa000000000002', 'aaaa000000000003', 'near', 0.6, NULL);
INSERT INTO feed_states VALUES
  ('https://gazette.example/rss', NULL, NULL, 'gazette.example', 90, 60, '2025-11-21T19:00:00Z',
   0.25, 0, NULL),
  ('https://evil.example/rss', NULL, NULL, 'evil.example', NULL, 720, '2025-11-21T18:30:00Z',
   9.0, 3, '2025-11-20T06:00:00Z');
INSERT INTO hosts VALUES
  ('evil.example', 3, '2025-11-21T20:00:00Z', 'server error 500', '2025-11-20T06:00:00Z', 'run-2');
INSERT INTO backfill(url, link, source, published_at, first_seen_at, list, titled, state, asked_at)
VALUES
  ('u1', 'u1', 'Harbour Gazette', '2024-01-01T00:00:00Z', '2024-01-01T00:00:00Z', 'old', 1,
   'waiting', NULL),
  ('u2', 'u2', 'Harbour Gazette', '2024-01-02T00:00:00Z', '2024-01-02T00:00:00Z', 'old', 1,
   'done', '2025-11-20T00:00:00Z'),
  ('u3', 'u3', 'Harbour Gazette', '2024-01-03T00:00:00Z', '2024-01-03T00:00:00Z', 'old', 1,
   'refused', '2025-11-21T00:00:00Z');
INSERT INTO coverage VALUES
  ('v1', '2025-11-20T21:10:00Z', 'Harbour Gazette', 'en', 0.5, NULL),
  ('v1', '2025-11-21T21:10:00Z', 'Harbour Gazette', 'en', 0.25, NULL),
  ('v1', '2025-11-20T21:10:00Z', '島嶼財經', 'zh-Hant', 0.1, '2025-11-10');
INSERT INTO alerts VALUES
  ('total.z>2', 'v1', 'total', '2025-11-21', '2025-11-21T21:10:00Z', 158.254, 2.5, '{}',
   '2025-11-21T21:11:00Z', 'shown', NULL);
INSERT INTO seals VALUES ('v1', '2025-11-21T21:10:00Z', NULL, 'seal-2');
UPDATE runs SET timings = '{"poll": 12.34, "score": 100}' WHERE id = 'run-1';
"""
# Query -> answers with these parameters have content in the newsroom with MORE.
ASKED = {name: dict.fromkeys(QUERIES[name].parameters, "") for name in QUERIES}
ASKED["search"] = {"q": "bubble"}
ASKED["audit_to_do"] = {"name": "Bo"}


@pytest.fixture
def full(newsroom: Path, open_asker: Callable[..., Asker]) -> Asker:
    """The newsroom with something in the tables of later schemas."""
    with database(newsroom) as conn, transaction(conn):
        for statement in filter(str.strip, MORE.split(";\n")):
            conn.execute(statement)
        for who, key, grade in (("Ann", HANS, 0), ("Ann", EN, 3), ("Bo", HANS, 2)):
            reviews.add(
                conn, article_id=key, reviewer=who, now="2025-11-22T08:00:00Z", fear=grade,
                stance="fear" if grade else "none",
            )  # fmt: skip
        undone = reviews.add(conn, article_id=HANT, reviewer="Ann", now="t", fear=3)
        reviews.undo(conn, undone, "t")
        conn.execute(
            "INSERT INTO audit_samples VALUES ('audit-1', 't', 'finbert-multi.v1', 1, 1, NULL, "
            "NULL, '{}')"
        )
        conn.execute(
            "INSERT INTO audit_items VALUES ('audit-1', 1, ?, 'other sources', 'all', 5, 1, 5)",
            (EN,),
        )
    return open_asker(newsroom)


def rows(asker: Asker, query: str, **given: str) -> list[dict[str, Any]]:
    pairs = [f"{key}={quote(value)}" for key, value in {**ASKED[query], **given}.items()]
    answer = asker.get(f"/bubblefear/{query}.json?{'&'.join([*pairs, '_shape=array'])}")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()
    return found


@pytest.mark.parametrize("name", QUERIES)
def test_every_answer_has_rows_and_its_columns_are_described_in_order(
    full: Asker, name: str
) -> None:
    found = rows(full, name)
    assert found
    assert list(found[0]) == list(QUERIES[name].columns)


@pytest.mark.parametrize("name", QUERIES)
def test_every_page_tells_what_it_answers_its_parameters_and_columns(
    asker: Asker, name: str
) -> None:
    page = unescape(asker.get(f"/bubblefear/{name}").text)
    query = QUERIES[name]
    assert query.title in page
    assert query.answers in page
    for part, text in {**query.parameters, **query.columns}.items():
        assert f"<dt><code>{part}</code></dt><dd>{text}</dd>" in page


@pytest.mark.parametrize("name", QUERIES)
def test_every_parameter_is_described_and_asked_for(name: str) -> None:
    query = QUERIES[name]
    assert set(re.findall(r":([a-z]\w*)", query.sql)) == set(query.parameters)
    assert CANNED[name]["params"] == list(query.parameters)
    assert "write" not in CANNED[name]


def test_why_joined_names_both_articles(full: Asker) -> None:
    by_meaning, near = rows(full, "why_joined")
    assert (by_meaning["how"], by_meaning["hours_later"]) == ("meaning", 2.2)
    assert by_meaning["page"] == f"/article/{COPY}"
    assert near["earlier_source"] == "島嶼財經"
    assert rows(full, "why_joined", how="near") == [near]


def test_changed_headlines_have_the_one_before(full: Asker) -> None:
    second, first = rows(full, "changed_headlines")
    assert first["headline_before"] == "Bubble fears mount as lenders doubt data-centre debt"
    assert (first["headline"], first["hours_later"]) == ("Bubble fears ease", 2.5)
    assert (second["headline_before"], second["headline"]) == (
        "Bubble fears ease",
        "Bubble fears return",
    )


def test_feeds_by_when_they_are_due(full: Asker) -> None:
    assert [(r["source"], r["rhythm_minutes"]) for r in rows(full, "feed_rhythm")] == [
        ("<b>Evil & Sons</b>", None),
        ("Harbour Gazette", 90),
    ]
    (host,) = rows(full, "hosts_left_alone")
    assert (host["feeds"], host["reason"]) == (1, "server error 500")


def test_backfill_counts_what_is_settled(full: Asker) -> None:
    (row,) = rows(full, "backfill_progress")
    assert (row["addresses"], row["waiting"], row["percent_settled"]) == (3, 1, 66.7)
    assert row["oldest_waiting"] == "2024-01-01T00:00:00Z"


def test_a_series_has_each_session_once_as_last_built(full: Asker) -> None:
    found = rows(full, "index_series")
    assert [(r["date"], r["value"]) for r in found[:2]] == [
        ("2025-11-21", 158.25),
        ("2025-11-20", 130.0),
    ]
    assert len({r["date"] for r in found}) == len(found) == 15
    assert rows(full, "index_series", series="channel:credit")[0]["value"] == 96.0
    told = {r["series"]: (r["sessions"], r["missing"]) for r in rows(full, "series_of_the_index")}
    assert told["total"] == (15, 1)


def test_revisions_of_a_day(full: Asker) -> None:
    found = rows(full, "revisions", date="2025-11-20")
    assert [(r["value"], r["change"]) for r in found] == [(131.0, None), (130.0, -1.0)]
    # No date: the newest session, which was never revised.
    assert [(r["date"], r["value"]) for r in rows(full, "revisions")] == [("2025-11-21", 158.25)]


def test_verdicts_are_of_the_newest_run(full: Asker) -> None:
    assert [r["family"] for r in rows(full, "verdicts")] == [
        "predictive",
        "contemporaneous",
        "beta",
    ]
    assert len(rows(full, "verdicts", family="beta")) == 1


def test_labels_without_what_was_undone(full: Asker) -> None:
    assert {(r["reviewer"], r["grade"]) for r in rows(full, "labels_by_coder")} == {
        ("Ann", 0),
        ("Ann", 3),
        ("Bo", 2),
    }
    (row,) = rows(full, "labels_by_coder", name=" Bo ")
    assert (row["contribution"], row["page"]) == (0.6, f"/article/{HANS}")


def test_channels_and_mentions_are_counted_once_for_each_article(full: Asker) -> None:
    told = {
        r["channel"]: (r["articles"], r["contribution"]) for r in rows(full, "channels_by_month")
    }
    assert told == {"credit": (2, 1.35), "valuation": (2, 0.6)}
    (week,) = rows(full, "mentions_by_week", name="nvidia")
    assert (week["week"], week["articles"], week["sources"]) == ("2025-11-17", 3, 3)


def test_sources_have_their_newest_usual_share(full: Asker) -> None:
    told = {r["source"]: r for r in rows(full, "sources_by_coverage")}
    gazette = told["Harbour Gazette"]
    assert (gazette["articles"], gazette["relevant"], gazette["percent_relevant"]) == (4, 1, 25.0)
    assert (gazette["usual_percent"], gazette["entered"]) == ("en 25.0", None)
    assert told["島嶼財經"]["entered"] == "2025-11-10"
    assert told["海港日报"]["usual_percent"] is None


def test_runs_have_a_row_for_each_stage(full: Asker) -> None:
    other, score, poll = rows(full, "runs_by_stage")
    assert (other["run_id"], other["stage"], other["whole_run"]) == ("run-2", None, 660)
    assert (score["stage"], score["seconds"]) == ("score", 100.0)
    assert (poll["stage"], poll["seconds"]) == ("poll", 12.3)


def test_abstentions_are_counted_by_reason(full: Asker) -> None:
    (row,) = rows(full, "abstentions_by_reason")
    assert (row["reason"], row["articles"]) == ("language:other", 1)
    assert len(rows(full, "abstentions", reason="language:other")) == 1
    assert rows(full, "abstentions", reason="nothing") == []


def test_builds_have_their_seal(full: Asker) -> None:
    assert [r["seal"] for r in rows(full, "builds")] == ["seal-2", None]

"""The shipped sample: own writing, well-formed, coded after one guide, and varied enough."""

from __future__ import annotations

import csv
import gzip
import json
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import exchange_calendars
import pandas as pd
import pytest

from bubblefear import config
from models.index.spec import IndexSpec
from models.sessions import closes, session_of

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

COLUMNS = ["id", "published_at", "corpus", "source", "lang", "title", "summary", "url", "extra"]
CHANNELS = {"valuation", "capex", "credit", "liquidity", "contagion", "policy"}


@pytest.fixture(scope="module")
def rows(sample: Path) -> list[dict[str, Any]]:
    with (sample / "news.csv").open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines)
        assert reader.fieldnames == COLUMNS
        return [{**row, "code": json.loads(row["extra"])} for row in reader]


def test_rows_are_well_formed(rows: list[dict[str, Any]]) -> None:
    assert 60 <= len(rows) <= 75
    assert len({row["id"] for row in rows}) == len({row["url"] for row in rows}) == len(rows)
    times = [row["published_at"] for row in rows]
    assert times == sorted(times)
    for row in rows:
        assert re.fullmatch(r"2025-0[123]-\d\dT\d\d:\d\d:00Z", row["published_at"])
        assert re.match(r"https://example\.(com|org)/", row["url"])
        assert row["corpus"] == "sample"
        assert row["title"].strip() == row["title"] != ""


def test_three_scripts_in_four_sources(rows: list[dict[str, Any]]) -> None:
    languages = Counter(row["lang"] for row in rows)
    assert set(languages) == {"en", "zh-Hans", "zh-Hant"}
    assert min(languages.values()) >= 15
    assert len({row["source"] for row in rows}) == 4
    assert len({(row["source"], row["lang"]) for row in rows}) == 4


def test_chinese_is_in_the_script_that_it_declares(rows: list[dict[str, Any]]) -> None:
    import opencc

    simplify = opencc.OpenCC("t2s").convert
    for row in rows:
        text = row["title"] + row["summary"]
        if row["lang"] == "zh-Hans":
            assert simplify(text) == text
        elif row["lang"] == "zh-Hant":
            assert simplify(text) != text


def test_codes_keep_the_guides_rules(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        code = row["code"]
        assert code["grade"] in {0, 1, 2, 3}
        assert code["stance"] in {"fear", "relief", "none"}
        if code["grade"]:
            assert code["topic"] == 1
            assert code["kind"] in {"threat", "act"}
            assert code["channel"] in CHANNELS
        else:
            assert (code["stance"], code["kind"], code["channel"]) == ("none", "none", "none")


def test_a_third_is_fear_of_every_kind(rows: list[dict[str, Any]]) -> None:
    fearful = [row["code"] for row in rows if row["code"]["stance"] == "fear"]
    assert 0.3 <= len(fearful) / len(rows) <= 0.42
    assert {code["channel"] for code in fearful} == CHANNELS
    assert {code["kind"] for code in fearful} == {"threat", "act"}
    assert {code["grade"] for code in fearful} == {1, 2, 3}
    assert sum(row["code"]["stance"] == "relief" for row in rows) >= 4


def test_awkward_cases_are_there(rows: list[dict[str, Any]]) -> None:
    notes = {row["code"]["note"]: row for row in rows if "note" in row["code"]}
    weekend = pd.Timestamp(notes["weekend"]["published_at"])
    assert weekend.day_name() in {"Saturday", "Sunday"}
    late = notes["after the close; the next day was no session"]["published_at"]
    calendar = exchange_calendars.get_calendar("XNYS")
    assert pd.Timestamp(late) > calendar.session_close(late[:10])
    assert "Disclaimer" in notes["disclaimer"]["summary"]
    stories = [row for row in rows if row["code"].get("story") == "corvane-crash"]
    assert {row["lang"] for row in stories} == {"en", "zh-Hant"}
    rewrite = [row for row in rows if row["code"].get("story") == "margin-calls"]
    assert len({row["source"] for row in rewrite}) == 2
    assert len({row["lang"] for row in rewrite}) == 1


def test_every_session_has_one_to_three_items(
    rows: list[dict[str, Any]], generate: ModuleType
) -> None:
    seen = pd.to_datetime(pd.Series([row["published_at"] for row in rows]))
    counts = Counter(session_of(seen))
    assert set(counts) == set(generate.news_sessions().strftime("%Y-%m-%d"))
    assert max(counts.values()) <= 3


def test_generator_and_application_agree_on_sessions(
    rows: list[dict[str, Any]], generate: ModuleType, sample: Path
) -> None:
    seen = pd.to_datetime(pd.Series([row["published_at"] for row in rows]))
    codes = [row["code"] for row in rows]
    fear = [code["grade"] / 3 if code["stance"] == "fear" else 0.0 for code in codes]
    sources = [row["source"] for row in rows]
    frame = pd.DataFrame({"session": session_of(seen), "source": sources, "fear": fear})
    expected = frame.groupby(["session", "source"])["fear"].mean().groupby("session").mean()
    made = generate.coded_fear(sample / "news.csv")
    assert list(made) == pytest.approx(list(expected))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["news_dev_2025-08_2025-12", "news_long_2021_2025"])
def test_no_text_is_anyone_elses(rows: list[dict[str, Any]], shared_data: Path, name: str) -> None:
    ours = {row["title"] for row in rows} | {row["summary"] for row in rows}
    with gzip.open(shared_data / "e2e" / f"{name}.csv.gz", "rt", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            assert row["title"] not in ours
            assert not row["summary"] or row["summary"] not in ours


def test_settings_are_read_and_fit_the_sample(sample: Path) -> None:
    settings = config.load(sample / "bubblefear.toml", environment={})
    spec = IndexSpec(**dict(settings.index))
    assert settings.index_version == "sample.v1"
    assert len(closes(spec.base_start or "", spec.base_end or "")) == 20
    assert {path.stem for path in (sample / "market").glob("*.csv")} == set(settings.symbols)

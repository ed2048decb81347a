"""The audit as a whole: immutable answers, nothing lost, nothing guessed."""

from __future__ import annotations

import dataclasses
import json
import tomllib
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from models.claims import audit, read
from models.claims.answers import VERDICTS
from models.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from models.claims import Audited

    Answer = Callable[..., Audited]

BETA = {"asset": "COIN", "factors": ["TECH"], "start": "2022-01-03", "end": "2025-03-11"}
MOVE = {"symbols": ["TECH"], "date": "2023-05-05"}
FELL = {"name": "TECH_close_percent", "relation": "below", "value": 0}
DOWN = {"name": "TECH_down_beta", "relation": "above", "value": 1}


def seed(repository: Path) -> dict[str, Any]:
    return tomllib.loads((repository / "claims" / "seed.toml").read_text(encoding="utf-8"))


def test_the_seed_file_is_read_and_numbers_its_claims(repository: Path) -> None:
    claims = read(seed(repository))
    assert [claim.id for claim in claims] == [str(n) for n in range(1, 46)]


def test_without_data_every_claim_says_what_is_missing_or_why(repository: Path) -> None:
    found = audit(read(seed(repository)), None)
    for answer in found.answers:
        assert answer.verdict in ("unavailable", "not testable")
        assert answer.value is None
        assert answer.note
        assert bool(answer.missing) == (answer.verdict == "unavailable")
    assert found["7"].missing == ("the AI-bubble fear index (run `bubblefear index`)",)


def test_answers_are_json_and_cannot_be_changed(market: pd.DataFrame, answer: Answer) -> None:
    found = answer(market, "beta", BETA, DOWN)
    plain = json.loads(json.dumps(found.as_dict(), allow_nan=False))
    assert list(plain) == [
        "id", "claim", "verdict", "stated", "value", "interval", "n", "data", "missing", "note",
    ]  # fmt: skip
    assert plain["data"]["symbols"]["COIN"]["rows"] == 799
    assert len(plain["data"]["sha256"]) == 64
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.verdict = "reproduced"  # type: ignore[misc]  # what is tested


def test_missing_symbols_and_days_are_unavailable(market: pd.DataFrame, answer: Answer) -> None:
    gone = answer(market, "day-move", MOVE | {"symbols": ["TECH", "GONE"]}, FELL)
    assert gone.verdict == "unavailable"
    assert gone.missing == ("daily bars of GONE",)
    sunday = answer(market, "day-move", MOVE | {"date": "2023-05-07"}, FELL)
    assert sunday.missing == ("the bar of TECH on 2023-05-07",)
    first = answer(market, "day-move", MOVE | {"date": "2022-01-03"}, FELL)
    assert first.missing == ("a bar of TECH before 2022-01-03",)
    late = answer(market, "beta", BETA | {"end": "2030-01-01"}, DOWN)
    assert late.missing[0].startswith("bars of COIN from 2022-01-03 to 2030-01-01")


def test_a_price_that_is_missing_is_never_filled(market: pd.DataFrame, answer: Answer) -> None:
    lacking = market.copy()
    there = (lacking["symbol"] == "TECH") & (lacking["date"] == "2023-05-05")
    lacking.loc[there, "low"] = np.nan
    assert answer(lacking, "day-move", MOVE, FELL).missing == ("low of TECH on 2023-05-05",)


def test_a_sample_too_short_is_named(market: pd.DataFrame, answer: Answer) -> None:
    short = answer(market, "beta", BETA | {"end": "2022-01-10"}, DOWN)
    assert short.verdict == "unavailable"
    assert "complete sessions" in short.note


def test_a_still_market_gives_no_number(market: pd.DataFrame, answer: Answer) -> None:
    still = market.copy()
    still.loc[still["symbol"] == "TECH", ["open", "high", "low", "close", "adj_close"]] = 5.0
    halted = market.copy()
    there = (halted["symbol"] == "TECH") & (halted["date"] > "2024-06-28")
    halted.loc[there, ["open", "high", "low", "close", "adj_close"]] = 5.0
    window = {"asset": "COIN", "factors": ["TECH"], "first": "2024-10-01", "end": "2024-12-31"}
    check = {"name": "COIN_TECH_returns", "relation": "above", "value": 0}
    assert "one stands still" in answer(halted, "correlation", window, check).note
    for kind, measure, check in (
        ("beta", BETA, DOWN),
        ("lead-lag", {"first": "TECH", "second": "COIN", "start": "2022-01-03",
                      "end": "2025-03-11"}, {"name": "TECH_before_COIN_slope"}),
        ("tail-beta", {"asset": "COIN", "factor": "TECH", "start": "2022-01-03",
                       "end": "2025-03-11"}, {"name": "TECH_tail_beta"}),
        ("volatility", {"symbols": ["TECH"], "before": "2022-01-03", "start": "2023-01-03",
                        "end": "2023-03-11"}, {"name": "TECH_volatility_ratio"}),
        ("correlation", {"asset": "COIN", "factors": ["TECH"], "first": "2023-01-03",
                         "end": "2023-03-10"}, {"name": "COIN_TECH_returns"}),
    ):  # fmt: skip
        found = answer(still, kind, measure, {"relation": "above", "value": 0} | check)
        assert found.verdict == "unavailable", kind
        assert found.value is None


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda t: t.drop(columns="low"), "lack the columns low"),
        (lambda t: pd.concat([t, t.tail(1)]), "are double"),
        (lambda t: t.iloc[::-1], "are out of order"),
        (lambda t: t.assign(close=-t["close"]), "close of"),
        (lambda t: t.assign(open="x"), "no number"),
        (lambda t: t.assign(date="soon"), "cannot be read"),
    ],
)
def test_prices_that_cannot_be_used_are_one_line(
    market: pd.DataFrame, answer: Answer, spoil: Callable[[pd.DataFrame], Any], said: str
) -> None:
    with pytest.raises(ModelError) as caught:
        answer(spoil(market), "day-move", MOVE, FELL)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_draws_and_level_must_make_sense(market: pd.DataFrame) -> None:
    for bad in ({"draws": 3}, {"level": 1.5}):
        with pytest.raises(ModelError):
            audit((), market, **bad)  # type: ignore[arg-type]  # mixed keywords


def test_an_answer_is_the_same_whatever_stands_beside_it(market: pd.DataFrame) -> None:
    one = {"id": "a", "claim": "x", "kind": "beta", "measure": BETA, "expects": [DOWN]}
    two = {
        "id": "b",
        "claim": "y",
        "kind": "crashes",
        "measure": {"asset": "COIN", "factor": "TECH", "start": "2022-01-03", "end": "2025-03-11"},
        "expects": [{"name": "difference_percent", "relation": "below", "value": 0}],
    }
    alone = audit(read({"claim": [two]}), market, draws=199)["b"]
    beside = audit(read({"claim": [one, two]}), market, draws=199)
    assert beside["b"].as_dict() == alone.as_dict()
    with pytest.raises(KeyError):
        beside["c"]


def test_later_prices_change_no_answer_but_the_data_asked_for(
    market: pd.DataFrame, answer: Answer
) -> None:
    early = BETA | {"end": "2024-06-28"}
    cut = market.copy()
    cut.loc[cut["date"] > "2024-06-28", ["open", "high", "low", "close", "adj_close"]] *= 3
    assert answer(cut, "beta", early, DOWN) == answer(market, "beta", early, DOWN)


def test_tables_show_every_check_and_count_the_verdicts(
    market: pd.DataFrame, repository: Path
) -> None:
    found = audit(read(seed(repository)), market, draws=199)
    frame = found.to_frame()
    assert set(frame.index) == {str(n) for n in range(1, 46)}
    assert set(frame["verdict"]) <= set(VERDICTS)
    assert sum(found.counts().values()) == len(found) == 45
    assert "unavailable" in found.summary()
    assert "<table" in found._repr_html_()


def test_progress_is_told(market: pd.DataFrame) -> None:
    seen: list[tuple[int, int]] = []
    document = {"claim": [{"id": "a", "claim": "x", "kind": "beta", "measure": BETA,
                           "expects": [DOWN]}]}  # fmt: skip
    audit(read(document), market, draws=99, progress=lambda *at: seen.append(at))
    assert seen == [(1, 1)]


def test_links_lead_to_hypotheses_that_name_the_claim(repository: Path) -> None:
    text = (repository / "models" / "transmission" / "hypotheses.toml").read_text(encoding="utf-8")
    held = {one["id"]: one["claims"] for one in tomllib.loads(text)["hypothesis"]}
    for claim in read(seed(repository)):
        if claim.link is not None:
            assert int(claim.id) in held[claim.link]

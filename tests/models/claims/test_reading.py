"""A claims file says what is wrong with it; nothing is guessed."""

from __future__ import annotations

import copy
import re
import tomllib
from typing import TYPE_CHECKING, Any

import pytest

from models.claims import ClaimError, faults, read
from models.claims.measures import KINDS

if TYPE_CHECKING:
    from pathlib import Path

GOOD: dict[str, Any] = {
    "article": {"title": "Made up"},
    "claim": [
        {
            "id": "a",
            "claim": "ACME fell by 16 percent.",
            "kind": "day-move",
            "measure": {"symbols": ["ACME"], "date": "2025-03-03"},
            "stated": [{"name": "ACME_fall_to_low_percent", "value": "16"}],
        },
        {"id": "b", "claim": "It will.", "kind": "not-testable", "why": "It is the future."},
        {"id": "c", "claim": "Sales rose.", "kind": "unavailable", "missing": ["the books"]},
    ],
}


def changed(place: int, **keys: Any) -> dict[str, Any]:
    document = copy.deepcopy(GOOD)
    table = document["claim"][place]
    for key, value in keys.items():
        table.pop(key, None)
        if value is not ...:
            table[key] = value
    return document


def check(**keys: Any) -> dict[str, Any]:
    return changed(0, stated=[{"name": "ACME_fall_to_low_percent", "value": "16"} | keys])


def test_a_good_document_is_read() -> None:
    first, second, third = read(GOOD)
    assert first.stated == {"ACME_fall_to_low_percent": 16.0}
    assert first.checks[0].tolerance == 0.5
    assert second.measure is None
    assert third.missing == ("the books",)
    assert faults(GOOD) == []


@pytest.mark.parametrize(
    ("printed", "relation", "tolerance"),
    [
        ("16", "equal", 0.5),
        ("0.53", "equal", 0.005),
        ("0.50", "equal", 0.005),
        ("90,000", "equal", 0.5),
        (-20, "about", 2.0),
        (3, "above", 0.0),
    ],
)
def test_tolerance_is_half_the_last_digit_or_a_tenth(
    printed: Any, relation: str, tolerance: float
) -> None:
    found = read(check(value=printed, relation=relation))[0].checks[0].tolerance
    assert found == pytest.approx(tolerance)


HOSTILE = [
    ({}, "claim: there must be"),
    ({"claim": []}, "claim: there must be"),
    ({"claim": "x"}, "claim: there must be"),
    ({"claim": [3]}, "number 1: is no table"),
    (changed(0, id=...), "number 1: id: must be a text"),
    (changed(1, id="a"), "claim a: id: two claims have it"),
    (changed(0, id=7), "number 1: id"),
    (changed(0, claim="  "), "claim a: claim: must be a text"),
    (changed(0, kind="guess"), "claim a: kind: 'guess' is none of day-move"),
    (changed(0, colour="red"), "claim a: colour: unknown key"),
    (changed(0, measure=3), "claim a: measure: is no table"),
    (changed(0, measure={"symbols": ["ACME"]}), "claim a: measure.date: a day-move needs it"),
    (changed(0, measure={"symbols": [], "date": "2025-03-03"}), "measure.symbols: must not be"),
    (changed(0, measure={"symbols": "ACME", "date": "2025-03-03"}), "must be a list of texts"),
    (changed(0, measure={"symbols": ["A", "A"], "date": "2025-03-03"}), "holds a text twice"),
    (changed(0, measure={"symbols": ["ACME"], "date": "2025-02-30"}), "measure: date must be"),
    (changed(0, measure={"symbols": ["ACME"], "date": 3}), "measure.date: must be a text, not 3"),
    (changed(0, stated=...), "claim a: stated: a claim that is measured needs"),
    (changed(0, stated={"name": "x"}), "stated: must be a list of tables"),
    (changed(0, stated=["x"]), "stated[0]: is no table"),
    (check(name="ACME_weather"), "stated[0].name: 'ACME_weather' is none of"),
    (check(value="many"), "stated[0].value: 'many' is no finite number"),
    (check(value="nan"), "is no finite number"),
    (check(value=True), "stated[0].value: must be a number"),
    (check(relation="near"), "stated[0].relation: 'near' is none of"),
    (check(tolerance=-1, because="x"), "stated[0].tolerance: -1 is no number"),
    (check(tolerance=1), "stated[0].because: a tolerance of one's own needs its reason"),
    (changed(1, why=...), "claim b: why: a claim of kind not-testable must say it"),
    (changed(1, measure={}), "claim b: measure: a claim of kind not-testable is not measured"),
    (changed(2, missing=[]), "claim c: missing: a claim of kind unavailable must say it"),
    (changed(2, missing="x"), "claim c: missing: must be a list of texts"),
    (GOOD | {"claims": []}, "claims: unknown key"),
]


@pytest.mark.parametrize(("document", "said"), HOSTILE)
def test_every_fault_names_claim_and_key(document: dict[str, Any], said: str) -> None:
    with pytest.raises(ClaimError) as caught:
        read(document)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_example_of_the_page_is_one(repository: Path) -> None:
    page = (repository / "docs" / "claims.md").read_text(encoding="utf-8")
    example = page.split("```toml\n")[1].split("```")[0]
    claims = read(tomllib.loads(example))
    assert [claim.kind for claim in claims] == [
        "day-move", "level-crossing", "beta", "unavailable", "not-testable",
    ]  # fmt: skip
    kinds = page.split("## Kinds")[1]
    assert set(re.findall(r"^\| `([a-z-]+)` \| `", kinds, flags=re.M)) == set(KINDS)


def test_all_faulty_claims_are_listed() -> None:
    document = changed(0, kind="guess")
    document["claim"][2]["missing"] = []
    assert [fault.claim for fault in faults(document)] == ["a", "c"]


BAD_MEASURES = [
    ("level-crossing", {"symbol": "A", "level": 0, "date": "2025-03-03"}, "above 0"),
    ("period-return", {"symbols": ["A"], "start": "2025-03-03", "end": "2025-03-03"}, "after"),
    ("market-value", {"symbol": "A", "date": "2025-03-03", "shares": -1}, "negative"),
    ("correlation", {"asset": "A", "factors": ["A"], "first": "2025-01-02", "end": "2025-03-03"},
     "itself"),
    ("correlation", {"asset": "A", "factors": ["B"], "first": "2025-03-03", "end": "2025-01-02"},
     "before end"),
    ("beta", {"asset": "A", "factors": ["B"], "start": "2025-01-02", "end": "2025-03-03",
              "splits": ["2026-01-02"]}, "ascend"),
    ("beta", {"asset": "A", "factors": ["A"], "start": "2025-01-02", "end": "2025-03-03"},
     "itself"),
    ("tail-beta", {"asset": "A", "factor": "B", "start": "2025-01-02", "end": "2025-03-03",
                   "quantile": 0.9}, "tail"),
    ("crashes", {"asset": "A", "factor": "B", "start": "2025-01-02", "end": "2025-03-03",
                 "share": 2}, "share"),
    ("event", {"assets": ["A"], "controls": ["A"], "date": "2025-03-03"}, "own control"),
    ("event", {"assets": ["A"], "controls": ["B"], "date": "2025-03-03", "window": 0}, "window"),
    ("lead-lag", {"first": "A", "second": "A", "start": "2025-01-02", "end": "2025-03-03"},
     "different"),
    ("volatility", {"symbols": ["A"], "before": "2025-03-03", "start": "2025-01-02",
                    "end": "2025-03-04"}, "ascend"),
    ("chain", {"chain": ["A"], "start": "2025-01-02", "end": "2025-03-03"}, "two symbols"),
    ("money", {"asset": "A", "money": "M", "start": "2025-01-02", "end": "2025-03-31"},
     "whole months"),
    ("after-state", {"asset": "A", "falling": ["B"], "start": "2025-01-02", "end": "2025-03-03",
                     "past": 0}, "sessions"),
    ("index-day", {"date": "tomorrow"}, "date must be a day"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "measure", "said"), BAD_MEASURES)
def test_impossible_parameters_are_refused(kind: str, measure: dict[str, Any], said: str) -> None:
    with pytest.raises(ClaimError, match=said):
        read({"claim": [{"id": "1", "claim": "x", "kind": kind, "measure": measure}]})


def test_every_kind_is_tried_above() -> None:
    assert {kind for kind, _, _ in BAD_MEASURES} | {"day-move"} == set(KINDS)

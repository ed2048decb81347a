"""Declared hypotheses: read strictly, answered by their own test, and honest about when."""

from __future__ import annotations

import dataclasses
import tomllib
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest

from models.errors import ModelError
from models.transmission import Declared, Lab, Market, TransmissionSpec
from models.transmission.hypotheses import PREDICTING, read
from models.transmission.results import DECLARED, EXPLORATORY
from models.transmission.spec import FAMILIES

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from models.transmission import TestResult


def row(**changes: object) -> dict[str, Any]:
    return {
        "id": "H1",
        "says": "Fear lowers QQQ.",
        "test": "contemporaneous:QQQ",
        "family": "contemporaneous",
        "sign": -1,
        "lag": 0,
        "horizon": 1,
        "alpha": 0.05,
    } | changes


def document(*rows: dict[str, Any]) -> dict[str, Any]:
    return {"format": 1, "hypothesis": list(rows)}


def test_the_shipped_file_is_read() -> None:
    text = files("models.transmission").joinpath("hypotheses.toml").read_text(encoding="utf-8")
    found = read(tomllib.loads(text))
    assert [one.id for one in found] == [f"H{place}" for place in range(1, len(found) + 1)]
    assert all(one.claims and one.start for one in found)


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"format": 2, "hypothesis": [row()]}, "format should be 1"),
        ({"format": 1}, "no \\[\\[hypothesis\\]\\]"),
        ({"format": 1, "hypothesis": [row()], "extra": 1}, "unknown key 'extra'"),
        (document(row(), row()), "two hypotheses are called H1"),
        (document(row(colour="red")), "H1: unknown key 'colour'"),
        (document({k: v for k, v in row().items() if k != "sign"}), "H1: sign is missing"),
        (document(row(sign=2)), "H1: sign should be"),
        (document(row(sign=True)), "H1: sign should be int"),
        (document(row(alpha="x")), "H1: alpha should be float"),
        (document(row(alpha=1)), "H1: alpha should lie"),
        (document(row(horizon=-1)), "H1: horizon"),
        (document(row(family="astrology")), "H1: no family 'astrology'"),
        (document(row(lag=1)), "H1: tests of the family contemporaneous have lag 0"),
        (document(row(start="last year")), "H1: start must be a day"),
        (document(row(claims=["nine"])), "H1: claims should be whole numbers"),
        (document(["not", "a", "table"]), "hypothesis 1 is no table"),  # type: ignore[arg-type] # the test
    ],
)
def test_a_file_that_cannot_be_used(bad: dict[str, Any], message: str) -> None:
    with pytest.raises(ModelError, match=message) as caught:
        read(bad)
    assert "\n" not in str(caught.value)


def test_predicting_families_exist() -> None:
    assert set(FAMILIES) >= PREDICTING


@pytest.mark.parametrize(
    ("declared", "start", "status"),
    [
        (Declared(), None, EXPLORATORY),
        (Declared(at="2025-01-02T00:00:00Z", before_returns=True), None, DECLARED),
        (Declared(at="2025-01-02T00:00:00Z"), None, EXPLORATORY),
        (Declared(at="2025-01-02T00:00:00Z"), "2025-01-02", EXPLORATORY),
        (Declared(at="2025-01-02T00:00:00Z"), "2025-01-03", DECLARED),
    ],
)
def test_declared_is_what_came_before_the_look_or_before_the_returns(
    declared: Declared, start: str | None, status: str
) -> None:
    (one,) = read(document(row() if start is None else row(start=start)))
    assert declared.status(one) == status


def answers(
    world: Any, spec: TransmissionSpec, *rows: dict[str, Any], **declared: Any
) -> dict[str, TestResult]:
    chosen = Declared(read(document(*rows)), **declared)
    results = Lab(world.index, Market(world.prices)).run(spec, chosen)
    return {one.hypothesis: one for one in results[: len(rows)]}


def test_a_hypothesis_is_answered_by_the_test_that_it_names(
    world_of: Callable[..., Any], spec: TransmissionSpec
) -> None:
    world = world_of(n=300, same_day=-0.5)
    found = answers(
        world,
        spec,
        row(),
        row(id="H2", sign=1),
        row(id="H3", start="2022-06-01", end="2022-12-30", alpha=0.1),
        at="2030-01-01T00:00:00Z",
        before_returns=True,
    )
    assert found["H1"].verdict.startswith("supported")
    assert found["H2"].verdict.startswith("contradicted")
    assert found["H1"].status == DECLARED
    assert found["H1"].detail["test"] == "contemporaneous:QQQ"
    assert "already lay in the past" in found["H1"].detail["before"]
    assert found["H3"].detail["first"] >= "2022-06-01"
    assert found["H3"].detail["last"] <= "2022-12-30"
    assert found["H3"].detail["level"] == pytest.approx(0.9)


def test_declared_hypotheses_are_corrected_among_themselves(
    world_of: Callable[..., Any], spec: TransmissionSpec
) -> None:
    world = world_of(n=300, same_day=-0.3)
    alone = answers(world, spec, row())["H1"]
    among = Lab(world.index, Market(world.prices)).run(spec)
    same = next(one for one in among if one.hypothesis == "contemporaneous:QQQ")
    assert alone.detail["family_size"] == 1
    assert same.detail["family_size"] > 1
    assert alone.estimate == same.estimate
    assert (alone.q or 0.0) <= (same.q or 0.0)


def test_the_level_of_a_hypothesis_decides_its_verdict(
    world_of: Callable[..., Any], spec: TransmissionSpec
) -> None:
    world = world_of(n=250, same_day=-0.12)
    chosen = dataclasses.replace(spec, size_draws=0)
    found = answers(world, chosen, row(alpha=0.2), row(id="H2", alpha=0.0001))
    p = found["H1"].q
    assert p is not None
    assert 0.0001 < p < 0.2
    assert found["H1"].verdict.startswith("supported")
    assert found["H2"].verdict.startswith("this sample could not tell")


def test_a_test_that_there_is_not_is_abstained_from(
    world_of: Callable[..., Any], spec: TransmissionSpec
) -> None:
    found = answers(world_of(n=100), spec, row(test="contemporaneous:XYZ"))["H1"]
    assert found.abstained
    assert "no test contemporaneous:XYZ" in found.verdict

"""Test results in a terminal."""

from __future__ import annotations

from typing import Any

import pytest

from bubblefear.report.test_lines import lines, word

TOLD = "this sample could not tell: it could have found |rho| >= 0.2"
ROLLING = {
    "window": 30,
    "windows": 90,
    "last": "2025-11-20",
    "level": 0.95,
    "r": 0.714,
    "interval": [0.474, 0.855],
    "smallest": -0.11,
    "largest": None,
    "series": {},
}


def row(name: str, verdict: str = TOLD, **changes: Any) -> dict[str, Any]:
    numbers: dict[str, Any] = dict.fromkeys(("estimate", "p", "q", "size", "mde"), 0.5)
    return {
        "hypothesis": name,
        "family": name.split(":")[0],
        "status": "exploratory",
        "n": 120,
        "verdict": verdict,
        "test": None,
        "says": None,
        "rolling": None,
        **numbers,
        **changes,
    }


@pytest.mark.parametrize(
    ("verdict", "shown"),
    [
        (TOLD, "could not tell"),
        ("supported: 0.3 percent, q < 0.001", "supported"),
        ("quiet, as a placebo should be (q = 0.5)", "quiet"),
        ("abstained: no prices of QQQ", "abstained"),
    ],
)
def test_a_table_has_room_for_one_word(verdict: str, shown: str) -> None:
    assert word(verdict) == shown


def test_declared_hypotheses_come_first_and_in_full() -> None:
    asked = row("H1", status="declared", family="predictive", test="predictive:A", says="A falls.")
    shown = lines([asked, row("predictive:A")])
    assert shown[0] == "hypotheses (1 declared)"
    assert "H1 (predictive:A, declared): A falls." in shown
    assert f"  {TOLD}" in shown
    assert shown.count(f"  predictive:A: {TOLD}") == 0  # exploratory, and says little
    assert "declared: 1 tests; 1 could not tell" in shown
    assert "exploratory: 1 tests; 1 could not tell" in shown


def test_what_is_found_is_written_out_and_abstentions_are_counted() -> None:
    gone = {"verdict": "abstained: no prices of B", "estimate": None, "q": None}
    shown = lines([row("a:A", "supported: 3"), row("a:B", **gone), row("a:C", **gone)])
    assert "  a:A: supported: 3" in shown
    assert "  2 abstained: no prices of B" in shown
    assert "exploratory: 1 tests; 1 supported" in shown


def test_the_last_window_of_a_rolling_correlation_is_printed() -> None:
    shown = lines([row("correlation:A~B", rolling=ROLLING)])
    at = shown.index("rolling correlation")
    assert shown[at + 1] == (
        "  correlation:A~B: 0.71 over the 30 sessions to 2025-11-20 (95 % interval 0.47 to 0.85); "
        "-0.11 to – over all 90 windows"
    )
    assert "rolling correlation" not in lines([row("correlation:A~B")])
    # The same series twice: every window reads 1 and the test abstains.
    assert "rolling correlation" not in lines(
        [row("correlation:A~B", estimate=None, rolling=ROLLING)]
    )

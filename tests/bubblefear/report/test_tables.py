from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bubblefear.report.latex import escaped
from bubblefear.report.results import Result, amount, probability, result
from bubblefear.report.tables import COLUMNS, as_csv, as_latex, cell


def row(**change: Any) -> Result:
    fields = {
        "hypothesis": "contemporaneous:BTC-USD|SPY",
        "family": "contemporaneous",
        "status": "exploratory",
        "estimate": -0.25,
        "interval": [-0.5, 0.0],
        "p": 0.04,
        "q": 0.0004,
        "size": 0.05,
        "mde": 0.3,
        "n": 1696,
        "verdict": "supported: -0.25",
        "detail": {
            "unit": "percent per standard deviation",
            "error": "HAC, 6 lags",
            "first": "2023-02-03",
            "last": "2025-12-31",
            "series": "published",
            "index": "reconstructed",
            "level": 0.95,
            "family_size": 12,
        },
    }
    return result(fields | change)


ABSTAINED = row(
    hypothesis="H2_x", estimate=None, interval=None, p=None, q=None, size=None, mde=None, n=0,
    status="declared", verdict="abstained: no prices of A&B 100 %", detail={"says": "泡沫"},
)  # fmt: skip


def test_csv_keeps_every_digit_and_leaves_missing_empty() -> None:
    found = list(csv.DictReader(io.StringIO(as_csv([row(estimate=-0.1234567890123), ABSTAINED]))))
    assert tuple(found[0]) == COLUMNS
    assert float(found[0]["estimate"]) == -0.1234567890123
    assert (found[0]["lo"], found[0]["answer"], found[0]["family_size"]) == (
        "-0.5",
        "supported",
        "12",
    )
    assert (found[1]["estimate"], found[1]["p"], found[1]["says"]) == ("", "", "泡沫")


@pytest.mark.parametrize("text", ["=1+1", "+a", "-2+cmd|' /C calc'!A0", "@SUM(A1)"])
def test_a_formula_is_quoted(text: str) -> None:
    assert cell(text) == f"'{text}"
    found = next(csv.DictReader(io.StringIO(as_csv([row(verdict=text)]))))
    assert found["verdict"] == f"'{text.strip()}"  # a verdict is one line already


@pytest.mark.parametrize("value", ["-0.5", "+3", "-1e-5", -0.5, None, "a=b", ""])
def test_a_number_and_a_plain_text_are_not(value: object) -> None:
    assert cell(value) == value


@given(st.text())
def test_no_cell_of_any_text_is_a_formula(text: str) -> None:
    found = str(cell(text))
    if found.lstrip()[:1] in ("=", "+", "-", "@"):
        float(found)


COMMANDS = frozenset(
    """begin end centering footnotesize caption label toprule midrule bottomrule par smallskip
    linewidth textbackslash textasciicircum textasciitilde textless textgreater textbar texttt
    ldots times pm leq geq rightarrow approx""".split()
)


def check(text: str) -> None:
    """What would stop a compiler: braces, environments, cells, characters, unknown commands."""
    depth, environments, math, cells, width = 0, [], False, 0, 0
    lines = [line for line in text.splitlines() if not line.startswith("%")]
    for token in re.findall(r"\\[a-zA-Z]+|\\\\|\\.|[^\\]", "\n".join(lines)):
        if token == "\\\\":
            assert cells == width - 1
            cells = 0
        elif re.fullmatch(r"\\[a-zA-Z]+", token):
            assert token[1:] in COMMANDS
        elif token.startswith("\\"):
            assert token[1] in "{}$&#%_"
        elif token == "{":
            depth += 1
        elif token == "}":
            depth -= 1
            assert depth >= 0
        elif token == "$":
            math = not math
        elif token == "&":
            cells += 1
            width = 9
        else:
            assert token not in "#%_^~"
            assert token == "\n" or 0x20 <= ord(token) < 0x7F or 0xC0 <= ord(token) <= 0xFF
    assert (depth, math) == (0, False)
    # Either would be read as an argument of what ends the row before.
    assert not re.search(r"(\\\\|rule)\s*[\[*]", text)
    for kind, name in re.findall(r"\\(begin|end)\{(\w+)\}", text):
        if kind == "begin":
            environments.append(name)
        else:
            assert environments.pop() == name
    assert environments == []


def test_one_table_for_each_family_with_its_notes() -> None:
    text = as_latex([row(), row(hypothesis="a"), row(family="events", hypothesis="b"), ABSTAINED])
    check(text)
    assert text.count("\\begin{table}") == 2
    assert "\\label{tab:contemporaneous}" in text
    assert "contemporaneous:BTC-USD\\textbar{}SPY & $-$0.250 & $-$0.500 to 0 & 0.040" in text
    assert "\\textless{} 0.001 & 0.050 & 0.300 & 1,696 & supported \\\\" in text
    assert "H2\\_x (declared) & -- & -- & -- & -- & -- & -- & 0 & abstained \\\\" in text
    for said in (
        "Errors: HAC, 6 lags.",
        "Sample: 2023-02-03 to 2025-12-31.",
        "Tests corrected together: 12.",
        "H2\\_x abstained: no prices of A\\&B 100 \\%.",
    ):
        assert said in text


def test_a_long_family_is_continued() -> None:
    text = as_latex([row(hypothesis=f"h{i}") for i in range(50)])
    check(text)
    assert text.count("\\begin{tabular}") == 2
    assert "(continued)" in text
    assert all(f"h{i} &" in text for i in range(50))


HOSTILE = st.text(
    alphabet=st.one_of(st.sampled_from("\\{}$&#%_^~<>|\"'`[*-]=@\n\t"), st.characters())
)


@given(HOSTILE, HOSTILE)
def test_any_text_compiles(name: str, words: str) -> None:
    hostile = row(
        hypothesis=name,
        family=words,
        status=name,
        verdict=words,
        detail={"unit": name, "error": words},
    )
    check(as_latex([hostile]))


def test_a_row_that_begins_like_an_argument_is_kept_apart() -> None:
    text = as_latex([row(hypothesis="[2pt]"), row(hypothesis="*")])
    check(text)
    assert "\n{}[2pt] &" in text
    assert "\n{}* &" in text


def test_what_has_no_glyph_is_named() -> None:
    assert escaped("泡沫 café ≥ 3") == "\\texttt{U+6CE1}\\texttt{U+6CAB} café $\\geq$ 3"


def test_numbers_of_tables() -> None:
    assert [amount(v) for v in (-3.0, 28.64, 0.25, 752.0, 1e-9, None)] == [
        "-3.00", "28.6", "0.250", "752", "1.00e-09", "–",
    ]  # fmt: skip
    assert [probability(v) for v in (0.0, 0.0401, None)] == ["< 0.001", "0.040", "–"]

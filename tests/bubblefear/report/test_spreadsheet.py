"""No text of a publisher runs in a spreadsheet, and what is read back is what was written."""

from __future__ import annotations

import csv
import io
import time
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bubblefear.report import formats
from bubblefear.report.spreadsheet import SIGNS, cell, typed

texts = st.text(alphabet="=+-@＝＋－＠;'\"\t\r\n 1.5a泡", max_size=12)


@pytest.mark.parametrize(
    "text",
    [
        "=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "＝HYPERLINK(A1)", "＋1+1", "－2+3",
        "＠SUM(A1)", "=-0.3",
    ],
)  # fmt: skip
def test_what_would_run_is_text(text: str) -> None:
    assert cell(text) == f"'{text}"
    assert typed(f"'{text}") == text


def test_what_is_skipped_over_hides_nothing() -> None:
    found = [cell(text) for text in ("\t=1", "\r=1", "\r\n=1", "  =1", "\u3000=1", '"=1')]
    assert found == ["\t'=1", "\n'=1", "\n'=1", "  '=1", "\u3000'=1", "\"'=1"]


@pytest.mark.parametrize(
    "text", ["", "plain", "a = b", "-0.3", "+1e-5", "1-2", "股价 -5%", "'quoted'"]
)
def test_what_would_not_is_left_alone(text: str) -> None:
    assert cell(text) == text


def test_a_separator_of_the_spreadsheets_own_opens_no_cell() -> None:
    assert cell("Shares fell;=cmd|x") == "Shares fell;'=cmd|x"
    assert cell('Shares;"=1"') == 'Shares;"\'=1"'
    assert cell("one\n@two") == "one\n'@two"


def test_other_values() -> None:
    assert [cell(value) for value in (None, 1, -0.3, True, False)] == [
        None,
        1,
        -0.3,
        "true",
        "false",
    ]


@given(texts)
def test_read_back_it_is_the_same(text: str) -> None:
    assert typed(str(cell(text))) == text.replace("\r\n", "\n").replace("\r", "\n")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@given(text=texts, before=texts)
def test_no_cell_runs_however_the_line_is_cut(delimiter: str, text: str, before: str) -> None:
    assume(not is_number(before))  # cut at another separator, "-1," is neither number nor formula
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow([cell(before), cell(text)])
    for row in csv.reader(io.StringIO(out.getvalue(), newline=""), delimiter=delimiter):
        assert not [found for found in row if found and runs(found)]


def runs(found: str) -> bool:
    return not is_number(found) and found.lstrip().startswith(SIGNS)


def is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def test_a_text_of_spaces_takes_no_longer_than_one_of_words() -> None:
    started = time.process_time()
    cell("\n" * 2_000_000)
    cell(" ;" * 1_000_000)
    assert time.process_time() - started < 5


def test_an_index_by_a_name_of_somebodys_own() -> None:
    row: dict[str, Any] = {"date": "2025-12-11", "series": "source.=cmd()", "value": -1.5}
    rows = [row | {"series": "=cmd()"}, row]
    assert list(csv.reader(io.StringIO(formats.as_csv(rows))))[1:] == [
        ["2025-12-11", "'=cmd()", "-1.5"],
        ["2025-12-11", "source.=cmd()", "-1.5"],
    ]

from __future__ import annotations

import math
from typing import Any

import pytest

from bubblefear.errors import PlotError
from bubblefear.report.plot_payload import Payload
from bubblefear.report.plot_text import figure, wrapped
from bubblefear.report.plots import svg
from bubblefear.report.plots_curve import dashboard, read, thinned
from bubblefear.report.plots_network import read as read_network
from bubblefear.report.plots_path import read as read_path
from bubblefear.report.terminal import display_width
from bubblefear.report.transmission_plots import chart, words

Payloads = dict[str, dict[str, Any]]
KINDS = ["path", "rolling", "network", "curve", "bars"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_drawn_with_its_title_and_the_fonts_of_three_scripts(
    payloads: Payloads, kind: str
) -> None:
    drawn = svg(chart(payloads[kind], "恐慌 & <fear>"))
    assert drawn.startswith("<svg")
    assert "恐慌 &amp; &lt;fear&gt;" in drawn
    assert "Noto Sans CJK" in drawn
    assert "<script" not in drawn
    assert "NaN" not in drawn


@pytest.mark.parametrize("kind", KINDS)
def test_no_plot_paints_its_background(payloads: Payloads, kind: str) -> None:
    assert chart(payloads[kind], "t").to_dict()["config"]["background"] == "transparent"


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_told_in_a_sentence(payloads: Payloads, kind: str) -> None:
    told = words(payloads[kind], "Response")
    assert told.startswith("Response: ")
    assert told.endswith(".")
    assert "None" not in told
    assert "nan" not in told


def test_sentences_say_the_numbers(payloads: Payloads) -> None:
    assert "-0.4 at 0 to 0.1 at 3" in words(payloads["path"], "t")
    assert "leaves out 0 at 1 of them" in words(payloads["path"], "t")
    assert "3 windows of 4 sessions, from 0.2 (2025-11-03) to 0.5" in words(
        payloads["rolling"], "t"
    )
    assert "QQQ to BTC-USD 18; BTC-USD to fear 5" in words(payloads["network"], "t")
    assert "short 3, long -1, none missing" in words(payloads["bars"], "t")
    said = words(payloads["curve"], "t")
    assert "1 of 3 specifications reaches the stated 0.96; 2 have it in their interval" in said
    assert "1 could not be estimated" in said


BROKEN = [
    ("path", {"estimate": [1.0]}, "estimate has 1 values where 4 belong"),
    ("path", {"x": [0, None, 2, 3]}, "x has a step that is missing"),
    ("path", {"lo": [9, None, 9, 9]}, "lo 9 lies above hi -0.3"),
    ("path", {"estimate": ["a", 1, 1, 1]}, "estimate holds 'a', which is no number"),
    ("path", {"estimate": [True, 1, 1, 1]}, "which is no number"),
    ("path", {"x": None}, "x is missing"),
    ("path", {"x": []}, "x needs 1 or more values"),
    ("path", {"x": "abcd"}, "x is no list"),
    ("rolling", {"date": ["2025-11-03", "x", "y", "z"]}, "date holds 'x', which is no day"),
    ("rolling", {"date": ["2025-11-04"] * 4}, "date is out of order or holds a day twice"),
    ("network", {"names": ["fear"]}, "names needs 2 or more values"),
    ("network", {"names": ["a", "a", "b"]}, "names holds a name twice"),
    ("network", {"table": [[1, 2], [3, 4]]}, "table is no table of 3 by 3"),
    ("network", {"table": [[1, 2, 3], [3, 4], [1, 1, 1]]}, "table is no table of 3 by 3"),
    ("network", {"table": [[1, 2, 3], [3, -4, 1], [1, 1, 1]]}, "table holds a negative share"),
    ("curve", {"choices": ["a", "b", "c", "d"]}, "choices is no list of 4 dictionaries"),
    ("curve", {"stated": "high"}, "stated holds 'high', which is no number"),
    ("bars", {"label": ["a", "a", "b"]}, "label holds a label twice"),
]


@pytest.mark.parametrize(("kind", "change", "message"), BROKEN)
def test_a_malformed_payload_is_refused_in_one_line(
    payloads: Payloads, kind: str, change: dict[str, Any], message: str
) -> None:
    with pytest.raises(PlotError) as raised:
        chart(payloads[kind] | change, "t")
    assert message in str(raised.value)
    assert str(raised.value).startswith(f"plot of kind {kind}: ")
    assert "\n" not in str(raised.value)
    with pytest.raises(PlotError):
        words(payloads[kind] | change, "t")


@pytest.mark.parametrize("payload", [{}, {"kind": "pie"}, {"kind": ["path"]}, [], None, "path"])
def test_an_unknown_kind_is_refused(payload: Any) -> None:
    with pytest.raises(PlotError, match="there is no plot of kind"):
        chart(payload, "t")


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_but_missing_values_is_drawn_empty(payloads: Payloads, kind: str) -> None:
    empty = {
        name: [None] * len(value)
        if isinstance(value, list) and isinstance(value[0], float | int) and name != "x"
        else value
        for name, value in payloads[kind].items()
    }
    if kind == "network":
        empty["table"] = [[None] * 3] * 3
    assert svg(chart(empty, "t")).startswith("<svg")
    assert "nan" not in words(empty, "t")


def test_a_missing_step_leaves_a_gap_and_a_lone_one_is_seen(payloads: Payloads) -> None:
    """Of the steps 0 and 2, 3 around a missing 1, the band of 0 has no width: it is a line."""
    spec = chart(payloads["path"], "t").to_dict()
    rules = [layer for layer in spec["layer"] if layer["mark"]["type"] == "rule"]
    assert len(rules) == 3  # zero, and one for each of the two bands
    assert [row["x"] for row in spec["datasets"][rules[1]["data"]["name"]]] == [0.0]


def test_half_an_interval_is_no_interval(payloads: Payloads) -> None:
    path = read_path(Payload(payloads["path"] | {"lo": [None, None, -0.3, 0.0]}))
    assert path.interval == ([None, None, -0.3, 0.0], [None, None, -0.1, 0.2])
    assert read_path(Payload(payloads["path"] | {"lo": None})).interval is None


def test_an_arrow_leads_from_who_gives_to_who_takes(payloads: Payloads) -> None:
    network = read_network(Payload(payloads["network"]))
    assert network.net() == [(18.0, 2, 1), (5.0, 1, 0)]  # a pair with a missing share has none
    assert network.given(1) == 22.0
    spec = chart(payloads["network"], "t").to_dict()
    arrows = spec["datasets"][spec["layer"][0]["data"]["name"]]
    widths = [row["width"] for row in arrows]
    assert widths[0] / widths[1] == pytest.approx(18 / 5)
    nodes = next(layer for layer in spec["layer"] if layer["mark"].get("shape") == "circle")
    places = {row["name"]: row for row in spec["datasets"][nodes["data"]["name"]]}
    first = arrows[0]
    near = math.dist((first["x"], first["y"]), (places["QQQ"]["x"], places["QQQ"]["y"]))
    far = math.dist((first["x"], first["y"]), (places["BTC-USD"]["x"], places["BTC-USD"]["y"]))
    assert near < far
    assert places["QQQ"]["area"] / places["BTC-USD"]["area"] == pytest.approx(50 / 22)


def test_arrows_turn_to_their_taker() -> None:
    """From the top to the lower right of a triangle: 150 degrees clockwise from upwards."""
    table = [[90.0, 0.0, 0.0], [10.0, 90.0, 0.0], [0.0, 0.0, 100.0]]
    payload = {"kind": "network", "names": ["a", "b", "c"], "table": table, "total": None}
    spec = chart(payload, "t").to_dict()
    rows = spec["datasets"][spec["layer"][0]["data"]["name"]]
    assert [row["turn"] for row in rows] == [pytest.approx(150)]


def test_a_curve_is_sorted_and_counted(payloads: Payloads) -> None:
    curve = read(Payload(payloads["curve"]))
    assert [one.label for one in curve.specifications] == ["b", "d", "a", "c"]
    assert (curve.reaching, curve.holding) == (1, 2)
    assert curve.specifications[-1].lo is None  # no estimate, no interval


@pytest.mark.parametrize(("stated", "reaching"), [(-20.0, 2), (-5.0, 3), (4.0, 1), (9.0, 0)])
def test_a_stated_fall_is_reached_by_a_larger_fall(stated: float, reaching: int) -> None:
    payload = {
        "kind": "curve",
        "label": list("abcd"),
        "estimate": [-25.0, -20.0, -6.0, 4.0],
        "stated": stated,
        "choices": [{}] * 4,
    }
    assert read(Payload(payload)).reaching == reaching
    assert svg(chart(payload, "t")).startswith("<svg")  # without choices there is no dashboard


def test_the_dashboard_shows_choices_alone(payloads: Payloads) -> None:
    rows, order = dashboard(read(Payload(payloads["curve"])).specifications)
    assert order == ["window: 21", "window: 63", "of: levels", "of: returns"]
    assert [row["x"] for row in rows if row["choice"] == "window: 63"] == [1, 3]


def test_a_choice_of_very_many_values_is_shown_in_ranges() -> None:
    count = 40
    payload = {
        "kind": "curve",
        "label": [str(i) for i in range(count)],
        "estimate": [float(i) for i in range(count)],
        "stated": None,
        "choices": [{"window": 5 * i} for i in range(count)],
    }
    rows, order = dashboard(read(Payload(payload)).specifications)
    assert order[0] == "window: 0 – 20"
    assert order[-1] == "window: 175 – 195"
    assert len(order) == 8
    assert len(rows) == count


def test_more_specifications_than_pixels_are_thinned_and_all_are_counted() -> None:
    count = 1900
    payload = {
        "kind": "curve",
        "label": [str(i) for i in range(count)],
        "estimate": [i / count for i in range(count)],
        "stated": 0.96,
        "choices": [{"of": "levels" if i % 2 else "returns"} for i in range(count)],
    }
    found = read(Payload(payload)).specifications
    few = thinned(found, 100)
    assert (len(few), few[0], few[-1]) == (100, found[0], found[-1])
    drawn = svg(chart(payload, "t"))
    assert "76 of 1,900 specifications reach the stated 0.96" in " ".join(
        chart(payload, "t").to_dict()["title"]["subtitle"]
    )
    assert "evenly spaced" in drawn
    assert len(drawn) < 200_000


def test_a_payload_that_holds_only_some_says_of_how_many(payloads: Payloads) -> None:
    told = words(payloads["curve"] | {"of": 1897}, "t")
    assert "of 1,897 an even 4 are here: 1 of 3 specifications reaches the stated 0.96" in told


def test_without_intervals_none_is_said_to_hold_the_value(payloads: Payloads) -> None:
    told = words(payloads["curve"] | {"lo": None}, "t")
    assert "reaches the stated 0.96; 1 could not be estimated" in told


def test_titles_are_wrapped_in_both_scripts() -> None:
    lines = wrapped("Response of BTC-USD 泡沫恐慌蔓延到比特币市场的程度 ok", 12)
    assert all(display_width(line) <= 12 for line in lines)
    assert "".join(lines).replace(" ", "") == "ResponseofBTC-USD泡沫恐慌蔓延到比特币市场的程度ok"
    assert wrapped("", 12) == []


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.96, "0.96"), (0.0, "0"), (89412.3, "89,412"), (-0.00001, "-1.00e-05"), (None, "missing"),
     (float("nan"), "missing"), (123.456, "123")],
)  # fmt: skip
def test_figures_have_three_digits(value: float | None, text: str) -> None:
    assert figure(value) == text

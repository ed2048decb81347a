from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest

from bubblefear.report.claims import claim, plain
from bubblefear.report.families import FAMILIES, family
from bubblefear.report.results import result
from bubblefear.report.transmission import About, Declared, render
from models.transmission.spec import FAMILIES as TESTED

Payloads = dict[str, dict[str, Any]]
EVIL = "<script>alert(1)</script> & \u202e泡沫"


class Reader(HTMLParser):
    """Checks that elements close as they opened, and collects what a reader or a browser meets."""

    VOID = frozenset(("meta", "br", "hr", "link", "img", "input"))

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def of(self, *names: str) -> list[dict[str, str | None]]:
        return [attrs for tag, attrs in self.tags if tag in names]


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    reader.close()
    assert reader.open == []
    return reader


def row(hypothesis: str, verdict: str, **change: Any) -> dict[str, Any]:
    detail = {"unit": "percent", "first": "2023-02-03", "last": "2025-12-31", "level": 0.95}
    fields = {
        "hypothesis": hypothesis,
        "family": "contemporaneous",
        "status": "exploratory",
        "estimate": -0.25,
        "interval": [-0.5, -0.01],
        "p": 0.04,
        "q": 0.0004,
        "size": 0.051,
        "mde": 0.3,
        "n": 1696,
        "verdict": verdict,
    }
    return fields | change | {"detail": detail | change.get("detail", {})}


ABOUT = About(
    run="r-1",
    finished_at="2026-01-02T08:00:00Z",
    version="fear.v1",
    vintage="2026-01-01T22:00:00Z",
    kind="reconstructed",
    data_sha256="ab" * 32,
    settings={"test.start": "2023-01-01"},
    versions={"numpy": "2.4.6"},
    declared=Declared("hypotheses.toml", "cd" * 32, "2025-12-31T08:00:00Z", None),
)
CLAIMS = [
    {
        "id": 11, "claim": "The correlation was 0.96", "verdict": "not reproduced", "stated": 0.96,
        "value": {"levels": 0.4123, "log_returns": 0.33}, "interval": {"log_returns": [0.1, 0.52]},
        "n": 63, "data": {"BTC-USD": "91cc"}, "missing": None, "note": "Levels trend.",
    },
    {"id": 15, "claim": "Valuations", "verdict": "unavailable", "missing": ["market value", "GDP"]},
]  # fmt: skip


@pytest.fixture(scope="module")
def rows(payloads: Payloads) -> list[dict[str, Any]]:
    return [
        row(
            "H1", "supported: -0.25 percent", status="declared",
            detail={"says": "Bitcoin falls with fear", "before": "declared before the look"},
        ),
        row("H2", "abstained: no prices of XYZ", status="declared", estimate=None, interval=None),
        row("c:QQQ", "contradicted: of the opposite sign", detail={"plot": payloads["path"]}),
        row("c:ORCL", "this sample could not tell: it could have found |rho| >= 0.1"),
        row("a", "no evidence: in the words of before", family="connectedness",
            detail={"plot": [payloads["network"], payloads["rolling"]]}),
        row("b", "quiet, as a placebo should be", family="placebo"),
        row("c", "alarm: a placebo finds something", family="placebo"),
        row("d", "stationary: rejected", family="stationarity", interval=None, q=None),
    ]  # fmt: skip


@pytest.fixture(scope="module")
def page(rows: list[dict[str, Any]], payloads: Payloads) -> str:
    few = payloads["curve"]
    many = few | {name: value * 6 for name, value in few.items() if isinstance(value, list)}
    return render(ABOUT, rows, [CLAIMS[0] | {"plots": [few, many]}, CLAIMS[1]])


def test_declared_and_exploratory_are_never_added_up(page: str) -> None:
    assert "Of 1 declared hypothesis, 1 is supported and 0 contradicted; of 0 this" in page
    assert "1 more could not be tested here." in page
    assert "Of 3 exploratory hypotheses, 0 are supported and 1 contradicted; of 2 this" in page
    assert "1 result more only describe" in page
    assert "Of 2 placebos, 1 found something." in page


def test_what_it_rests_on_is_said(page: str) -> None:
    for said in (
        "version fear.v1, vintage 2026-01-01T22:00:00Z, <strong>reconstructed</strong>",
        "2023-02-03 to 2025-12-31",
        "ab" * 32,
        "cd" * 32,
        "no return had been read on this database before",
        "<code>test.start</code> 2023-01-01",
        "<code>numpy</code> 2.4.6",
        "it was reconstructed, and the model",
    ):
        assert said in page


def test_without_a_declaration_all_is_exploratory(rows: list[dict[str, Any]]) -> None:
    page = render(About(run="r"), rows[2:])
    assert "Nothing was declared: all of it is exploratory." in page
    assert "nothing: every result below is exploratory" in page
    assert "Of 1 declared" not in page
    assert "it was reconstructed, and" not in page


def test_a_declaration_after_the_look_says_so(rows: list[dict[str, Any]]) -> None:
    late = Declared("h.toml", "00", "2025-12-31T08:00:00Z", "2025-12-01T00:00:00Z")
    page = render(About(run="r", declared=late), rows)
    assert "returns had been read on this database before, first at 2025-12-01T00:00:00Z" in page


def test_a_row_has_its_numbers_and_its_verdict(page: str) -> None:
    start = page.index('id="test-h1"')
    cells = re.sub(r"<[^>]+>", "|", page[start : page.index("</tr>", start)])
    for text in ("H1", "declared", "Bitcoin falls with fear", "-0.250", "-0.500 to -0.0100",
                 "0.040", "&lt; 0.001", "0.051", "0.300", "1,696", "supported",
                 "declared before the look"):  # fmt: skip
        assert text in cells
    start = page.index('id="test-h2"')
    assert "abstained</span> no prices of XYZ" in page[start : page.index("</tr>", start)]


def test_every_family_says_what_it_asks(page: str) -> None:
    for name in ("contemporaneous", "connectedness", "placebo", "stationarity"):
        assert f'id="family-{name}"' in page
        assert FAMILIES[name].what.replace("'", "&#39;") in page


def test_the_words_know_every_family_that_is_tested() -> None:
    assert set(FAMILIES) == set(TESTED)
    assert all(words.what.endswith("?") and words.how for words in FAMILIES.values())
    assert family("of an outsider").title == "of an outsider"


def test_claims_with_figures_and_what_is_missing(page: str) -> None:
    assert "Of 2 claims audited: 1 not reproduced, 1 unavailable." in page
    assert ">levels 0.4123</span>" in page
    assert ">log returns 0.33 (0.1 to 0.52)</span>" in page
    assert "Missing: market value; GDP" in page
    assert "Data: BTC-USD 91cc" in page
    assert "1 of 3 specifications reaches the stated 0.96" in page


def test_without_an_audit_there_is_no_word_of_claims(rows: list[dict[str, Any]]) -> None:
    page = render(ABOUT, rows)
    assert "audit" not in page
    assert 'id="claims"' not in page
    assert "The claims file holds no claim." in render(ABOUT, rows, [])


def test_it_runs_and_fetches_nothing(page: str) -> None:
    reader = read(page)
    assert not reader.of("script", "iframe", "object", "embed", "img", "link", "form", "image")
    names = {name for _, attrs in reader.tags for name in attrs}
    assert not [name for name in names if name.startswith("on") or name in ("src", "srcset")]
    assert "url(" not in page
    assert "@import" not in page


def test_every_link_leads_somewhere(page: str) -> None:
    reader = read(page)
    ids = [attrs["id"] for _, attrs in reader.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    targets = [attrs["href"] or "" for attrs in reader.of("a")]
    assert targets
    assert {target.removeprefix("#") for target in targets} <= set(ids)


def test_it_can_be_read_without_eyes(page: str) -> None:
    reader = read(page)
    assert reader.of("html") == [{"lang": "en"}]
    assert len(reader.of("h1")) == 1
    assert len(reader.of("caption")) == len(reader.of("table"))
    drawings = reader.of("svg")
    assert len(drawings) == 6  # a long curve has one for a wide and one for a narrow screen
    assert all(attrs["role"] == "img" and attrs["aria-label"] for attrs in drawings)
    assert not re.search(r'aria-label="[^"]*\b(x|date|value): ', page)  # of single marks
    levels = [int(tag[1]) for tag, _ in reader.tags if tag in ("h1", "h2", "h3")]
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_hostile_text_is_text(payloads: Payloads) -> None:
    evil = row(EVIL, EVIL, family=EVIL, status=EVIL, detail={
        "unit": EVIL, "says": EVIL, "error": EVIL, "before": EVIL,
        "plot": payloads["bars"] | {"label": [EVIL, "b", "c"], "y_label": EVIL}})  # fmt: skip
    told = dict.fromkeys(("id", "claim", "verdict", "stated", "data", "missing", "note"), EVIL)
    about = About(EVIL, EVIL, EVIL, EVIL, EVIL, EVIL, {EVIL: EVIL}, {EVIL: EVIL},
                  Declared(EVIL, EVIL, EVIL, EVIL))  # fmt: skip
    page = render(about, [evil], [told | {"value": {EVIL: EVIL}, "interval": EVIL, "n": EVIL}])
    reader = read(page)
    assert not reader.of("script")
    assert "\u202e" not in page
    assert "&lt;script&gt;" in page


def test_a_plot_that_cannot_be_drawn_says_why_and_the_rest_stands(payloads: Payloads) -> None:
    broken = row("x", "supported: x", detail={"plot": [{"kind": "path"}, payloads["bars"]]})
    page = render(ABOUT, [broken])
    assert "A plot is left out. x: plot of kind path: x is missing" in page
    assert page.count("<svg") == 1


def test_an_empty_run_is_said() -> None:
    assert "No hypothesis was tested." in render(About(run="r"), [])


def test_a_sample_is_said(rows: list[dict[str, Any]], page: str) -> None:
    assert "SAMPLE" in render(About(run="r", sample=True), rows)
    assert "SAMPLE" not in page


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""), (90000, "90,000"), (0.53, "0.53"), (89412.7, "89,413"), (True, "yes"),
        ({"low": 1.5, "none": None}, "low 1.5"), ([1, "a"], "1; a"), (float("nan"), ""),
        ("about\n80 bn", "about 80 bn"), (-20.0, "-20"), ({"ORCL": {"rows": 2}}, "ORCL (rows 2)"),
    ],
)  # fmt: skip
def test_whatever_a_claim_holds_is_a_line(value: object, text: str) -> None:
    assert plain(value) == text


def test_an_interval_without_an_end_says_so() -> None:
    found = claim({"id": 1, "value": 1.5, "interval": [None, 2.0]})
    assert found.computed == ("1.5 (unknown to 2)",)


def test_the_figures_that_were_stated_come_first() -> None:
    value = {"open": 1.0, "high": 2.0, "low": 3.0, "close": 4.0, "fall": 16.4}
    asked = claim({"id": 5, "stated": {"fall": 16.0}, "value": value, "n": 1})
    assert (asked.stated, asked.computed, asked.n) == ("16", ("fall 16.4",), "1")
    assert asked.further == ("open 1", "high 2", "low 3", "close 4")
    words = claim({"id": 6, "value": value, "n": 1})
    assert words.computed == ("open 1", "high 2", "low 3")
    told = claim({"id": 6, "value": value, "note": "low is 3; its words mean below 0: met"})
    assert told.computed == ("low 3",)
    assert claim({"id": 7, "value": None, "n": 0}).n == ""


def test_what_is_missing_is_said_once() -> None:
    row = {"id": 2, "verdict": "unavailable", "missing": ["a filing", "a report"]}
    note = render(About(run="r"), [], [row | {"note": "Needs a filing; a report."}])
    assert "Missing:" not in note
    assert "Missing: a filing; a report" in render(About(run="r"), [], [row | {"note": "No."}])


def test_numbers_of_a_row_that_are_none_are_missing() -> None:
    found = result(row("x", "supported", interval=[None, 1.0], p=float("nan"), n=None))
    assert (found.interval, found.p, found.n) == (None, None, None)

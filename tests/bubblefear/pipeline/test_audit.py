"""The audit loop over a database of made-up news: draw, sheet, codes, report, calibration."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Any

import pytest

from bubblefear.errors import BubblefearError, NothingToDo, UsageError
from bubblefear.pipeline import audit, audit_sheets
from bubblefear.store import audit as store
from bubblefear.store import entries, scores, transaction
from models.errors import ModelError
from models.index.reading_errors import ReadingErrors, shipped
from nlp.records import ArticleScore, Sentiment

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable
    from pathlib import Path

    from bubblefear.config import Settings
    from bubblefear.pipeline.recording import Run
    from ingest.records import Entry

CALM = Sentiment(0.2, 0.6, 0.2)


@pytest.fixture
def scored(
    conn: sqlite3.Connection, settings: Settings, make_entry: Callable[..., Entry], clock: Any
) -> sqlite3.Connection:
    """Sixty articles: ten fearful, twenty relevant and silent, thirty irrelevant."""
    found = [
        make_entry(f"Item {k}", source="Post" if k % 2 else "Gazette", seen=_day(k))
        for k in range(60)
    ]
    with transaction(conn):
        entries.insert(conn, found, origin="import", now=clock())
        made = [(_score(e.key, k, settings), "sha", clock()) for k, e in enumerate(found)]
        scores.write(conn, made, scorer=settings.scorer_id, now=clock())
    return conn


def _day(k: int) -> str:
    return f"2025-11-{1 + k % 20:02d}T10:00:00Z"


def _score(key: str, k: int, settings: Settings) -> ArticleScore:
    relevance = 1.0 if k < 30 else 0.0
    fear = 0.1 * (k + 1) if k < 10 else 0.0
    kind, channel = ("threat", "capex") if k < 10 else (None, None)
    return ArticleScore(
        key, settings.scorer_id, CALM, relevance, fear, 0.0, kind, channel, False, None, (), ()
    )


@pytest.fixture
def draw(
    scored: sqlite3.Connection, settings: Settings, clock: Any
) -> Callable[..., audit.Sampled]:
    def make(**other: Any) -> audit.Sampled:
        chosen: dict[str, Any] = {"size": 30, "seed": 1, "since": None, "until": None} | other
        return audit.draw(scored, settings, now=clock, **chosen)

    return make


def sheet(conn: sqlite3.Connection, name: str) -> list[dict[str, str]]:
    text = audit_sheets.export_text(conn, audit.find_sample(conn, name))
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text[1:], newline="")))


def fill(conn: sqlite3.Connection, rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """Code each item as the scorer has it."""
    for row in rows:
        (fear,) = conn.execute(
            "SELECT fear FROM scores WHERE article_id = ?", (row["article"],)
        ).fetchone()
        grade = round(3 * fear)
        said = {"stance": "fear", "kind": "threat", "channel": "capex"} if grade else {}
        row |= {"fear": str(grade), "topic": "1" if grade else "0"} | said
    return rows


def written(
    path: Path, rows: list[dict[str, str]], delimiter: str = ",", encoding: str = "utf-8"
) -> Path:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes(out.getvalue().encode(encoding))
    return path


def take(conn: sqlite3.Connection, run: Run, path: Path, reviewer: str = "Ann") -> Any:
    return audit_sheets.import_sheet(conn, run, path, reviewer=reviewer, now="2025-11-21T00:00:00Z")


def test_a_sample_is_named_by_its_day_and_kept(
    draw: Callable[..., audit.Sampled], scored: sqlite3.Connection
) -> None:
    one, two = draw(), draw()
    assert [one.name, two.name] == ["audit-2025-11-20", "audit-2025-11-20-2"]
    assert one.drawn == {"irrelevant": 3, "silent": 17, "fearful": 10}
    kept = audit.find_sample(scored, None)
    assert kept.name == two.name
    assert kept.definition["population"] == 60
    a, b = ([s.article_id for s in store.sheets(scored, n)] for n in (one.name, two.name))
    assert a == b  # the same seed
    assert one.name in str(one)


def test_a_sample_keeps_to_its_days(
    draw: Callable[..., audit.Sampled], scored: sqlite3.Connection
) -> None:
    drawn = draw(since="2025-11-03", until="2025-11-04", size=100)
    dates = {s.date[:10] for s in store.sheets(scored, drawn.name)}
    assert dates == {"2025-11-03", "2025-11-04"}
    assert drawn.items == 6
    assert drawn.seed == 1
    assert draw(seed=None).seed == 20251120


def test_what_cannot_be_sampled(
    draw: Callable[..., audit.Sampled], scored: sqlite3.Connection
) -> None:
    with pytest.raises(UsageError, match="--size"):
        draw(size=0)
    with pytest.raises(UsageError, match="not a date"):
        draw(since="soon")
    with pytest.raises(NothingToDo, match="these days"):
        draw(since="2026-01-01")
    with pytest.raises(NothingToDo, match="audit sample"):
        audit.find_sample(scored, None)
    draw()
    with pytest.raises(NothingToDo, match="there are audit-2025-11-20"):
        audit.find_sample(scored, "other")


def test_a_sheet_shows_the_text_and_no_score(
    draw: Callable[..., audit.Sampled], scored: sqlite3.Connection
) -> None:
    rows = sheet(scored, draw().name)
    assert list(rows[0]) == [*audit_sheets.SHOWN, *audit_sheets.ASKED]
    assert [row["number"] for row in rows] == [str(k) for k in range(1, 31)]
    assert all(not row[name] for row in rows for name in audit_sheets.ASKED)


@pytest.mark.parametrize(
    "title", ["=1+1", "+SUM(A1)", "-2+3", "@cmd", "＝1", "\t=1", "\r=1", " =1", '=HYPERLINK("x")']
)
def test_no_title_runs_in_a_spreadsheet(
    title: str, draw: Callable[..., audit.Sampled], scored: sqlite3.Connection
) -> None:
    scored.execute("UPDATE entries SET title = ?, summary = ?, source = source", (title, title))
    for row in sheet(scored, draw().name):
        assert row["title"] == "'" + title.strip()
        assert row["summary"] == "'" + title.strip()


@pytest.mark.parametrize(
    ("delimiter", "encoding"),
    [
        (",", "utf-8-sig"),
        (";", "gb18030"),
        ("\t", "utf-16"),
        (";", "utf-8"),
    ],
)
def test_what_spreadsheets_write_is_read(
    draw: Callable[..., audit.Sampled],
    scored: sqlite3.Connection,
    run: Run,
    tmp_path: Path,
    delimiter: str,
    encoding: str,
) -> None:
    scored.execute("UPDATE entries SET title = '人工智能泡沫担忧升温，芯片股下跌'")
    rows = fill(scored, sheet(scored, draw().name))
    done, refused = take(scored, run, written(tmp_path / "c.csv", rows, delimiter, encoding))
    assert (done.coded, done.new, refused) == (30, 30, [])
    assert not run.partial


def test_the_same_file_again_adds_nothing_and_a_change_adds_a_row(
    draw: Callable[..., audit.Sampled], scored: sqlite3.Connection, run: Run, tmp_path: Path
) -> None:
    rows = fill(scored, sheet(scored, draw().name))
    path = written(tmp_path / "c.csv", rows)
    assert take(scored, run, path)[0].new == 30
    assert take(scored, run, path)[0].new == 0
    assert take(scored, run, path, "Bo")[0].new == 30
    rows[0] |= {"note": "read again"}
    assert take(scored, run, written(path, rows))[0].new == 1
    article = rows[0]["article"]
    code = store.last_code(scored, article, "Ann")
    assert code is not None
    assert code.note == "read again"
    assert len(store.codes(scored, "audit-2025-11-20")) == 60


def test_rows_left_empty_are_not_coded_yet(
    draw: Callable[..., audit.Sampled], scored: sqlite3.Connection, run: Run, tmp_path: Path
) -> None:
    rows = sheet(scored, draw().name)
    fill(scored, rows[:4])
    done, refused = take(scored, run, written(tmp_path / "c.csv", rows))
    assert (done.coded, done.blank, refused) == (4, 26, [])


BAD = [
    ({"fear": "4"}, "fear is '4'"),
    ({"fear": "1.5"}, r"fear is '1\.5'"),
    ({"fear": "２"}, "stance is empty; kind is empty; channel is empty"),
    ({"fear": "1", "stance": "panic", "kind": "none", "channel": "none"}, "stance is 'panic'"),
    ({"fear": "0", "stance": "fear"}, "grade above 0"),
    ({"fear": "0", "kind": "threat"}, "no kind"),
    ({"note": "what is this?"}, "fear is empty"),
    ({"fear": "0", "topic": "maybe"}, "topic is 'maybe'"),
    (
        {"fear": "1", "stance": "fear", "kind": "act", "channel": "none", "topic": "0"},
        "needs topic 1",
    ),
    ({"fear": "0", "article": "ffff", "number": "999"}, "no such article: ffff"),
    ({"fear": "0", "article": "", "number": ""}, "none named"),
]


@pytest.mark.parametrize(("change", "reason"), BAD)
def test_a_wrong_row_is_listed_and_the_others_are_kept(
    draw: Callable[..., audit.Sampled],
    scored: sqlite3.Connection,
    run: Run,
    tmp_path: Path,
    change: dict[str, str],
    reason: str,
) -> None:
    rows = sheet(scored, draw().name)[:3]
    fill(scored, rows[1:])
    rows[0] |= change
    done, refused = take(scored, run, written(tmp_path / "c.csv", rows))
    assert (done.coded, done.refused, run.partial) == (2, 1, True)
    assert [r.line for r in refused] == [2]
    assert re.search(reason, refused[0].reason)
    kept = scored.execute("SELECT code, subject, reason FROM problems").fetchone()
    assert tuple(kept) == ("audit.row", "c.csv:2", refused[0].reason)


def test_numbers_as_spreadsheets_and_chinese_keyboards_write_them(
    draw: Callable[..., audit.Sampled], scored: sqlite3.Connection, run: Run, tmp_path: Path
) -> None:
    rows = sheet(scored, draw().name)[:3]
    said = {"stance": "Fear", "kind": " threat ", "channel": "CAPEX"}
    rows[0] |= said | {"fear": "2.0", "topic": "1,0"}
    rows[1] |= said | {"fear": "３"}
    # The name became a number; sample and number still say which item it is.
    article = rows[2]["article"]
    rows[2] |= {"article": "1.23457E+15", "fear": "0"}
    done, refused = take(scored, run, written(tmp_path / "c.csv", rows))
    assert refused == []
    assert done.new == 3
    code = store.last_code(scored, rows[0]["article"], "Ann")
    assert code == store.Code(2, "fear", "threat", "capex", topic=1)
    assert store.last_code(scored, article, "Ann") == store.Code(0, "none", None, None)


def test_an_article_coded_twice_in_a_file_keeps_its_first_code(
    draw: Callable[..., audit.Sampled], scored: sqlite3.Connection, run: Run, tmp_path: Path
) -> None:
    row = fill(scored, sheet(scored, draw().name)[:1])[0]
    other = row | {"note": "another"}
    path = written(tmp_path / "c.csv", [row, other, row])
    done, refused = take(scored, run, path)
    assert (done.coded, done.new, [r.line for r in refused]) == (2, 1, [3])
    assert take(scored, run, path)[0].new == 0


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "article,stance\nx,fear\n", "fear\n1\n"])
def test_a_file_of_another_kind_is_refused(
    scored: sqlite3.Connection, run: Run, tmp_path: Path, text: str
) -> None:
    path = tmp_path / "c.csv"
    path.write_text(text)
    with pytest.raises(BubblefearError, match=r"c\.csv: no column"):
        take(scored, run, path)


def test_a_hint_of_the_delimiter_and_broken_rows(
    draw: Callable[..., audit.Sampled], scored: sqlite3.Connection, run: Run, tmp_path: Path
) -> None:
    rows = fill(scored, sheet(scored, draw().name)[:2])
    path = written(tmp_path / "c.csv", rows, ";")
    path.write_bytes(b"sep=;\r\n" + path.read_bytes() + b"\r\n;;;\r\nffff;1\r\n")
    done, refused = take(scored, run, path)
    assert done.coded == 2
    assert [r.line for r in refused] == []
    assert done.blank == 1


def test_a_reviewer_needs_a_name(scored: sqlite3.Connection, run: Run, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--reviewer"):
        take(scored, run, tmp_path / "c.csv", "  ")


def test_a_right_scorer_has_perfect_figures(
    draw: Callable[..., audit.Sampled], scored: sqlite3.Connection, run: Run, tmp_path: Path
) -> None:
    drawn = draw(size=60)
    empty = audit.report(scored, None, None)
    assert empty.figures["coded"] == 0
    rows = fill(scored, sheet(scored, drawn.name))
    take(scored, run, written(tmp_path / "c.csv", rows))
    found = audit.report(scored, drawn.name, None).as_dict()
    assert found["sample"] == drawn.name
    assert found["coded"] == 60
    assert found["overall"]["fear"]["f1"]["value"] == pytest.approx(1)
    assert found["overall"]["spearman"]["value"] > 0.9
    assert sum(map(sum, found["confusion"]["articles"])) == pytest.approx(60, abs=0.5)
    assert audit.report(scored, None, "lexicon.v9").figures["coded"] == 0


def test_calibrations_are_kept_under_names_of_their_own(
    draw: Callable[..., audit.Sampled],
    scored: sqlite3.Connection,
    run: Run,
    tmp_path: Path,
    clock: Any,
) -> None:
    drawn = draw(size=60)
    with pytest.raises(NothingToDo, match="coded yet"):
        audit.calibrate(scored, None, scorer=None, now=clock)
    rows = fill(scored, sheet(scored, drawn.name))
    path = written(tmp_path / "c.csv", rows)
    take(scored, run, path)
    first = audit.calibrate(scored, None, scorer=None, now=clock)
    again = audit.calibrate(scored, None, scorer=None, now=clock)
    assert (first.new, again.new) == (True, False)
    assert first.calibration == again.calibration
    assert first.calibration.name == drawn.name
    for row in rows:
        if row["fear"] != "0":
            row["fear"] = "3"
    take(scored, run, written(path, rows))
    second = audit.calibrate(scored, None, scorer=None, now=clock)
    assert second.new
    assert second.calibration.name == f"{drawn.name}-2"
    old, new = (store.calibration(scored, n).knots for n in (drawn.name, f"{drawn.name}-2"))
    assert old == first.calibration.knots
    assert new["all"][1][1] > old["all"][1][1]
    with pytest.raises(NothingToDo, match="no calibration nine"):
        store.calibration(scored, "nine")
    errors = ReadingErrors.from_counts(second.calibration.errors, prior=shipped())
    assert errors.languages == ("en",)


def test_without_fear_there_is_nothing_to_calibrate(
    draw: Callable[..., audit.Sampled],
    scored: sqlite3.Connection,
    run: Run,
    tmp_path: Path,
    clock: Any,
) -> None:
    scored.execute("UPDATE scores SET fear = 0")
    rows = fill(scored, sheet(scored, draw().name))
    take(scored, run, written(tmp_path / "c.csv", rows))
    with pytest.raises(ModelError, match="nothing to calibrate"):
        audit.calibrate(scored, None, scorer=None, now=clock)


def test_a_review_without_an_answer_on_the_topic(
    draw: Callable[..., audit.Sampled], scored: sqlite3.Connection, run: Run, tmp_path: Path
) -> None:
    """Fear says that the topic is there; its absence alone says nothing."""
    rows = fill(scored, sheet(scored, draw().name))
    for row in rows:
        row["topic"] = ""
    take(scored, run, written(tmp_path / "c.csv", rows))
    topics = {(row[3] > 0, row[2]) for row in store.codes(scored, "audit-2025-11-20")}
    assert topics == {(True, 1), (False, None)}
    figures = audit.report(scored, None, None).figures
    assert figures["overall"]["topic"]["n"] == figures["overall"]["fearful"]

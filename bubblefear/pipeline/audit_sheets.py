"""Coding sheets: a sample as a CSV file for a spreadsheet, and the coded file back as reviews.

Spreadsheets write CSV each in its own way (semicolons, tabs, a mark at the start, GB18030 or
UTF-16), turn 2 into 2.0 and an article's name such as 12345678901234567 into 1.23457E+16: all of
that is read. Whatever a publisher put into a title must not run as a formula in the coder's
spreadsheet.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bubblefear.errors import BubblefearError, UsageError
from bubblefear.pipeline import coding
from bubblefear.report.spreadsheet import cell, typed
from bubblefear.report.terminal import one_line
from bubblefear.store import audit, problems, transaction

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from bubblefear.pipeline.recording import Run

SHOWN: Final = (
    "sample", "number", "article", "language", "source", "date", "title", "summary", "url",
)  # fmt: skip
ASKED: Final = ("topic", "fear", "stance", "kind", "channel", "note")
_WHOLE: Final = re.compile(r"(\d+)[.,]0*")
_DELIMITERS: Final = (",", ";", "\t")

Row = dict[str, str]


@dataclass
class Imported:
    """What a coded file gave."""

    file: str
    reviewer: str
    coded: int = 0
    new: int = 0
    blank: int = 0
    refused: int = 0

    def __str__(self) -> str:
        """One line for the terminal; the refused rows are listed apart."""
        refused = f", {self.refused} refused" if self.refused else ""
        return (
            f"{self.file}: {self.coded} rows coded by {self.reviewer}, {self.new} new, "
            f"{self.blank} not coded yet{refused}"
        )


@dataclass(frozen=True)
class Refusal:
    """A row that was not taken, and why."""

    line: int
    reason: str


def export_text(conn: sqlite3.Connection, sample: audit.Sample) -> str:
    """The coding sheet of a sample, with the mark that makes spreadsheets read it as UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow((*SHOWN, *ASKED))
    for item in audit.sheets(conn, sample.name):
        shown = (
            sample.name, str(item.number), item.article_id, item.language, item.source,
            item.date, item.title, item.summary or "", item.url or "",
        )  # fmt: skip
        writer.writerow([*(cell(one_line(text)) for text in shown), *("" for _ in ASKED)])
    return "\ufeff" + out.getvalue()


def import_sheet(
    conn: sqlite3.Connection, run: Run, path: Path, *, reviewer: str, now: str
) -> tuple[Imported, list[Refusal]]:
    """Store the rows of a coded file as reviews; a row that is stored already adds nothing.

    Args:
        conn: The database.
        run: The run that this belongs to; it becomes partial where a row is refused.
        path: The file; columns ``article`` (or ``sample`` and ``number``) and ``fear`` are needed.
        reviewer: Who coded.
        now: UTC text.

    Returns:
        What was done, and the rows that were refused.

    Raises:
        BubblefearError: the file is no such table.
        UsageError: the name of the reviewer is empty or too long.
        OSError: the file cannot be read.
    """
    from ingest.charset import decode
    from ingest.records import Problem

    name = reviewer.strip()
    if not 0 < len(name) <= coding.MAX_NAME:
        raise UsageError(f"--reviewer must be a name of up to {coding.MAX_NAME} characters")
    done, refused = Imported(path.name, name), []
    seen: dict[str, audit.Code] = {}
    with transaction(conn):
        for line, row in _rows(decode(path.read_bytes()).text, path.name):
            outcome = row if isinstance(row, str) else _take(conn, row, name, seen, done, now)
            if outcome:
                refused.append(Refusal(line, outcome))
        found = [Problem("audit.row", f"{path.name}:{r.line}", r.reason, None) for r in refused]
        done.refused = problems.record(conn, found, now, run.started_at)
    run.partial = run.partial or bool(refused)
    run.say(str(done))
    return done, refused


def _take(
    conn: sqlite3.Connection,
    row: Row,
    reviewer: str,
    seen: dict[str, audit.Code],
    done: Imported,
    now: str,
) -> str | None:
    """Store one row; returns why not, or None."""
    if not any(row.get(field) for field in ASKED):
        done.blank += 1
        return None
    article = _article(conn, row)
    if article is None:
        return f"no such article: {row.get('article') or row.get('number') or 'none named'}"
    code = _code(row, reviewer)
    if isinstance(code, str):
        return code
    if seen.setdefault(article, code) != code:
        return "the article is in this file twice, coded differently: the first was taken"
    done.coded += 1
    done.new += audit.add_code(conn, article, reviewer, code, now)
    return None


def _article(conn: sqlite3.Connection, row: Row) -> str | None:
    """By its name, else by sample and number: a spreadsheet may have made a number of the name."""
    article = typed(row.get("article", ""))
    if audit.has_article(conn, article):
        return article
    number = _plain_number(row.get("number", ""))
    if not number.isascii() or not number.isdigit() or len(number) > 9:
        return None
    return audit.article_of(conn, typed(row.get("sample", "")), int(number))


def _code(row: Row, reviewer: str) -> audit.Code | str:
    """The row's code by the rules of the review form, or what is wrong with it."""
    # Typed with a Chinese keyboard, a 2 may be full-width.
    plain = {f: unicodedata.normalize("NFKC", row.get(f, "")).casefold() for f in ASKED}
    values = plain | {field: _plain_number(plain[field]) for field in ("topic", "fear")}
    values |= {"reviewer": reviewer, "note": row.get("note", "")}
    values = coding.filled(values)
    wrong = _wrong(values)
    if wrong:
        return "; ".join(wrong)
    form = coding.check(values)
    review = form.review
    if form.errors:
        return " ".join(form.errors)
    return audit.Code(**{field: review[field] for field in ASKED})


def _wrong(values: Mapping[str, str]) -> list[str]:
    allowed = {"topic": ("", *coding.TOPICS), **coding.CHOICES}
    return [
        f"{field} is {values[field]!r}, not one of {', '.join(filter(None, choices))}"
        if values[field]
        else f"{field} is empty"
        for field, choices in allowed.items()
        if values[field] not in choices
    ]


def _rows(text: str, file: str) -> Iterator[tuple[int, Row | str]]:
    """Line number and cells by column, or what is wrong with that line."""
    stream = io.StringIO(text, newline="")
    start = stream.tell()
    if not stream.readline().strip().lower().startswith("sep="):  # Excel's hint, no header
        stream.seek(start)
    header = stream.tell()
    first = stream.readline()
    delimiter = max(_DELIMITERS, key=first.count)
    stream.seek(header)
    skipped = text.count("\n", 0, header)
    reader = csv.reader(stream, delimiter=delimiter)
    names = [_cell(name).casefold() for name in next(reader, [])]
    if "fear" not in names or not ("article" in names or {"sample", "number"} <= set(names)):
        raise BubblefearError(
            f"{file}: no column article (or sample and number) and fear in its first line"
        )
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield skipped + reader.line_num, f"not CSV: {error}"
            continue
        if cells is None:
            return
        if any(cells):
            yield skipped + reader.line_num, dict(zip(names, map(_cell, cells), strict=False))


def _cell(text: str) -> str:
    return text.replace("\0", "").strip("\ufeff \t\r\n")


def _plain_number(text: str) -> str:
    found = _WHOLE.fullmatch(text)
    return found[1] if found else text

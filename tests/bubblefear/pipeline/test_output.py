"""Rows of the index: provisional sessions, weeks and months, weighted means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bubblefear.config import Settings
from bubblefear.errors import UsageError
from bubblefear.pipeline import output
from bubblefear.pipeline.output import Choice
from bubblefear.pipeline.output_periods import aggregated, label, last_weekday
from bubblefear.pipeline.read_index import Question, Shown
from bubblefear.store import database

if TYPE_CHECKING:
    from pathlib import Path

    from bubblefear.pipeline.output import Table


def asked(db: Path, choice: Choice | None = None, **question: Any) -> Table:
    return output.read(
        db,
        Settings(),
        Question(version="v1", **question),
        choice or Choice(),
        now=lambda: "2025-11-22T00:00:00Z",
        say=lambda _: None,
    )


def mark(db: Path, session: str) -> None:
    """As a build at noon would have it."""
    with database(db) as conn:
        conn.execute(
            "UPDATE vintages SET constants = json_set(constants, '$.provisional', ?, "
            "'$.provisional_until', ?), as_of = ? WHERE vintage >= '2025-11-21'",
            (session, f"{session}T21:00:00Z", f"{session}T17:00:00Z"),
        )


def test_rows_are_the_points_and_say_whether_they_are_final(edition: Path) -> None:
    table = asked(edition)
    assert [row["provisional"] for row in table.rows] == [False] * 15
    assert table.rows[-1]["value"] == 158.25
    mark(edition, "2025-11-21")
    table = asked(edition)
    assert [row["date"] for row in table.rows if row["provisional"]] == ["2025-11-21"]
    assert (table.provisional, table.closes) == ("2025-11-21", "2025-11-21T21:00:00Z")


def test_dates_limit_the_rows(edition: Path) -> None:
    table = asked(edition, since="2025-11-19", until="2025-11-20")
    assert [row["date"] for row in table.rows] == ["2025-11-19", "2025-11-20"]


def test_weeks_are_means_of_the_sessions_with_a_value(edition: Path) -> None:
    rows = asked(edition, Choice("week")).rows
    assert [row["date"] for row in rows] == ["2025-11-03", "2025-11-10", "2025-11-17"]
    assert rows[0]["value"] == pytest.approx((95 + 101.5 + 99 + 104 + 112) / 5)
    assert rows[1]["value"] == pytest.approx((98 + 103 + 118.5 + 121) / 4)
    assert rows[1]["n"] == 31 * 4 + 2
    assert {row[name] for row in rows for name in ("lo", "hi", "ma7", "ma30")} == {None}
    assert [row["provisional"] for row in rows] == [False] * 3


def test_a_month_goes_on_until_its_last_weekday(edition: Path) -> None:
    (row,) = asked(edition, Choice("month")).rows
    assert (row["date"], row["provisional"]) == ("2025-11", True)


def test_since_gives_whole_weeks(edition: Path) -> None:
    part = asked(edition, Choice("week"), since="2025-11-13", until="2025-11-18").rows
    assert part == asked(edition, Choice("week")).rows[1:]


def test_a_weighted_mean_looks_back_beyond_since(edition: Path) -> None:
    choice = Choice(weights="equal", lags=3)
    whole = asked(edition, choice).rows
    assert whole[-1]["smoothed"] == pytest.approx((119 + 130 + 158.25) / 3)
    assert asked(edition, choice, since="2025-11-21").rows == whole[-1:]
    missing = next(row for row in whole if row["value"] is None)
    assert missing["smoothed"] == pytest.approx((104 + 112 + 98) / 3)


def test_every_series_has_its_own_mean(edition: Path) -> None:
    rows = asked(edition, Choice(weights="linear", lags=2), series=("all",)).rows
    first = {row["series"]: row for row in reversed(rows)}
    assert all(row["smoothed"] == row["value"] for row in first.values())
    assert len(first) == 2


@pytest.mark.parametrize(
    "choice",
    [Choice("year"), Choice(weights="gauss"), Choice(weights="almon:2"), Choice(lags=0)],
)
def test_what_cannot_be_is_wrong_usage(edition: Path, choice: Choice) -> None:
    with pytest.raises(UsageError):
        asked(edition, choice)


@pytest.mark.parametrize(
    ("instant", "expected"),
    [
        ("2025-11-21T20:59:59Z", ("2025-11-21", "2025-11-21T21:00:00Z")),
        ("2025-11-21T21:00:00Z", (None, None)),
        # A weekend's news belongs to Monday, which is then open.
        ("2025-11-22T12:00:00Z", ("2025-11-24", "2025-11-24T21:00:00Z")),
        # The half day after Thanksgiving closes at 13:00 New York.
        ("2025-11-28T17:59:59Z", ("2025-11-28", "2025-11-28T18:00:00Z")),
    ],
)
def test_a_reconstruction_knows_its_open_session(
    edition: Path, instant: str, expected: tuple[str | None, str | None]
) -> None:
    shown = Shown("v1", f"reconstructed {instant}", [])
    with database(edition) as conn:
        assert output.provisional_session(conn, shown) == expected
        table = output.arrange(conn, shown, Choice())
        origin = output.origin(conn, table, Settings())
    assert (origin.kind, origin.as_of, origin.seal) == ("reconstructed", instant, None)


def test_where_a_table_comes_from(edition: Path) -> None:
    table = asked(edition)
    with database(edition) as conn:
        conn.execute("INSERT INTO seals VALUES ('v1', ?, NULL, 'seal')", (table.vintage,))
        origin = output.origin(conn, table, Settings())
    assert (origin.kind, origin.inputs_sha256, origin.seal) == ("real-time", "inputs-2", "seal")
    assert origin.scorer == "finbert-multi.v1"


@pytest.mark.parametrize(
    ("session", "frequency", "name", "last"),
    [
        ("2025-11-21", "week", "2025-11-17", "2025-11-21"),
        ("2025-11-17", "week", "2025-11-17", "2025-11-21"),
        ("2026-01-02", "week", "2025-12-29", "2026-01-02"),
        ("2025-11-21", "month", "2025-11", "2025-11-28"),
        ("2025-05-02", "month", "2025-05", "2025-05-30"),
        ("2025-10-31", "month", "2025-10", "2025-10-31"),
    ],
)
def test_names_of_periods(session: str, frequency: str, name: str, last: str) -> None:
    assert label(session, frequency) == name
    assert last_weekday(name) == last


def row(date: str, value: float | None, *, provisional: bool = False) -> dict[str, Any]:
    numbers = dict.fromkeys(("ma7", "ma30", "lo", "hi"), 1.0)
    return {"date": date, "series": "total", "value": value, "n": 5, **numbers} | {
        "provisional": provisional
    }


@pytest.mark.parametrize(
    ("rows", "as_of", "expected"),
    [
        ([row("2025-11-20", 1.0), row("2025-11-21", 1.0)], "2025-11-21T22:00:00Z", False),
        ([row("2025-11-20", 1.0)], "2025-11-20T22:00:00Z", True),
        # Good Friday: the week's last session is Thursday, and is final once Friday has passed.
        ([row("2025-04-17", 1.0)], "2025-04-17T22:00:00Z", True),
        ([row("2025-04-17", 1.0)], "2025-04-19T00:00:00Z", False),
        ([row("2025-11-21", 1.0, provisional=True)], "2025-11-21T17:00:00Z", True),
    ],
)
def test_a_week_is_provisional_until_it_is_over(
    rows: list[dict[str, Any]], as_of: str, expected: bool
) -> None:
    (week,) = aggregated(rows, "week", as_of)
    assert week["provisional"] is expected


@given(
    st.lists(
        st.tuples(st.dates(), st.none() | st.floats(-1e6, 1e6)),
        min_size=1,
        max_size=30,
        unique_by=lambda pair: pair[0],
    ),
    st.sampled_from(["week", "month"]),
)
def test_periods_keep_every_article_and_lie_between_their_sessions(
    days: list[tuple[Any, float | None]], frequency: str
) -> None:
    rows = [row(str(day), value) for day, value in sorted(days, key=lambda pair: pair[0])]
    found = aggregated(rows, frequency, "9999-12-31T00:00:00Z")
    assert sum(period["n"] for period in found) == 5 * len(rows)
    assert [p["date"] for p in found] == sorted({p["date"] for p in found})
    for period in found:
        known = [r["value"] for r in rows if label(r["date"], frequency) == period["date"]]
        known = [value for value in known if value is not None]
        assert (period["value"] is None) is (not known)
        if known:
            assert min(known) - 1e-3 <= period["value"] <= max(known) + 1e-3

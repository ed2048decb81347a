"""``bubblefear index compare`` on stored series whose lead is known."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from bubblefear.cli import main
from bubblefear.config import Settings
from bubblefear.store import counters, database, points, transaction
from models.sessions import closes

if TYPE_CHECKING:
    from pathlib import Path

DAYS = [str(day) for day in closes("2025-06-02", "2025-10-31").index]
BUILT = "2025-11-01T00:00:00Z"


def series() -> dict[str, list[float]]:
    """A series, one that follows it by two sessions, and one of its own."""
    rng = np.random.default_rng(4)
    noise = rng.standard_normal((3, len(DAYS)))
    follows = np.r_[0.0, 0.0, noise[0][:-2]] + 0.3 * noise[1]
    logs = {"lang:en": noise[0], "lang:zh-Hans": follows, "total": noise[2]}
    return {name: (300 * np.exp(0.7 * log)).round(6).tolist() for name, log in logs.items()}


@pytest.fixture
def stored(db_path: Path) -> Path:
    """An index whose last session is not over, and one of whose values is missing."""
    found = []
    for name, values in series().items():
        for place, (date, value) in enumerate(zip(DAYS, values, strict=True)):
            known = None if (name, place) == ("lang:en", 40) else value
            found.append(points.Point(name, date, known, None, None, None, None, 9))
    constants = json.dumps({"provisional": DAYS[-1]})
    build = points.Build("fear.v1", "reconstructed", BUILT, "hash", constants)
    with database(db_path) as conn, transaction(conn):
        points.write(conn, build, points.Found(found), now=BUILT)
        mark = counters.LastBuild(counters.inputs(conn), Settings().specification, BUILT)
        counters.mark_built(conn, "fear.v1", mark)
    return db_path


def run(capsys: pytest.CaptureFixture[str], db: Path, *words: str) -> tuple[int, str, str]:
    code = main(["index", "compare", *words, "--db", str(db)])
    out, err = capsys.readouterr()
    return code, out, err


def answer(capsys: pytest.CaptureFixture[str], db: Path, *words: str) -> dict[str, Any]:
    code, out, err = run(capsys, db, *words, "--json")
    assert (code, err) == (0, "")
    found: dict[str, Any] = json.loads(out)
    return found


def test_the_lead_is_found_and_the_unfinished_session_left_out(
    capsys: pytest.CaptureFixture[str], stored: Path
) -> None:
    found = answer(capsys, stored, "--lags", "5")
    assert found["series"] == ["lang:en", "lang:zh-Hans"]
    assert [one["lag"] for one in found["lags"]] == list(range(-5, 6))
    assert (found["largest"]["lag"], found["largest"]["outside"]) == (2, True)
    assert found["verdict"]["lead"] == "lang:en leads lang:zh-Hans by 2 sessions."
    assert found["left_out"] == [DAYS[-1]]
    assert (found["first"], found["last"]) == (DAYS[0], DAYS[-2])
    # One unfinished, one missing, which takes two changes with it; the first has no change.
    assert (found["levels"]["n"], found["changes"]["n"]) == (len(DAYS) - 2, len(DAYS) - 4)
    assert (found["kind"], found["version"], found["vintage"]) == (
        "reconstructed",
        "fear.v1",
        BUILT,
    )
    assert (found["level"], found["draws"]) == (0.95, 2000)


def test_turned_round_the_same_one_leads(capsys: pytest.CaptureFixture[str], stored: Path) -> None:
    found = answer(capsys, stored, "lang:zh-Hans", "lang:en", "--lags", "5")
    assert found["largest"]["lag"] == -2
    assert found["verdict"]["lead"] == "lang:en leads lang:zh-Hans by 2 sessions."


def test_two_without_connection_are_said_to_have_none(
    capsys: pytest.CaptureFixture[str], stored: Path
) -> None:
    found = answer(capsys, stored, "lang:en", "total", "--lags", "5")
    assert found["verdict"] == {
        "together": "No common change in the same session is shown.",
        "lead": "No lead is shown: no lag stands outside the joint band.",
    }
    assert found["warning"] is None


def test_the_text_says_it_in_words(capsys: pytest.CaptureFixture[str], stored: Path) -> None:
    code, out, _ = run(capsys, stored, "--lags", "3")
    told = out.splitlines()
    assert code == 0
    assert told[0] == f"lang:en and lang:zh-Hans, {DAYS[0]} to {DAYS[-2]}, by session"
    (line,) = [line for line in told if "largest" in line]
    assert line.startswith(" +2")
    assert line.endswith("largest, outside")
    assert f"Left out as not finished: {DAYS[-1]}." in told
    assert any(line.startswith("Reconstructed:") for line in told)


def test_weeks_leave_out_lags_without_pairs(
    capsys: pytest.CaptureFixture[str], stored: Path
) -> None:
    code, out, _ = run(capsys, stored, "--frequency", "week")
    assert code == 0
    assert "Lags beyond 0 have fewer than 20 pairs and are left out." in out
    assert "Left out as not finished: 2025-10-27." in out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("total", "total"), 2, "name two series"),
        (("total", "all"), 2, "name both"),
        (("total", "mood"), 2, "no series 'mood'"),
        (("--frequency", "month"), 2, "session or week"),
        (("--lags", "0"), 2, "at least 1"),
        (("--since", "2025-10-20"), 1, "too few to compare"),
        (("--since", "2026-02-01"), 1, "too few to compare"),
    ],
)
def test_what_cannot_be_is_one_line(
    capsys: pytest.CaptureFixture[str], stored: Path, words: tuple[str, ...], code: int, said: str
) -> None:
    found, out, err = run(capsys, stored, *words)
    assert (found, out, len(err.splitlines())) == (code, "", 1)
    assert said in err

"""The account of a session: read from the store, told as text and as JSON, adding up."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from bubblefear.cli import main
from bubblefear.cli.explain_said import emphasised, longest
from bubblefear.cli.explain_text import lines
from bubblefear.errors import NothingToDo
from bubblefear.pipeline.explain import explain
from bubblefear.pipeline.movers import movers
from bubblefear.store.accounts import Part

if TYPE_CHECKING:
    from pathlib import Path

    from bubblefear.config import Settings

LEVEL = 100 / 3 * 0.8 * 0.75 + 200 / 3 * 0.7 * 0.75 + 100 / 3 * 0.1


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of a command."""
    code = main(list(words))
    out, err = capsys.readouterr()
    return code, out, err


def figures(table: list[str]) -> list[list[float]]:
    """The first three columns of a table's rows, as numbers."""
    rows = [re.findall(r"[-+]?[\d,]+\.\d", line)[:3] for line in table]
    return [[float(cell.replace(",", "")) for cell in row] for row in rows if len(row) == 3]


def test_stories_are_joined_and_add_up(two_days: Any, settings: Settings) -> None:
    found = explain(two_days.conn, settings, "last")
    assert found.date == "2025-11-04"
    assert found.value == pytest.approx(LEVEL)
    assert found.before == pytest.approx(80)
    assert found.session.adds_up
    first = found.stories[0]
    assert (first.key, first.state) == ("s1", "growing")
    assert [c.language for c in first.parts] == ["zh-Hant", "en"]
    for name in ("story", "channel", "source", "language", "kind"):
        assert sum(row.points for row in found.by[name]) == pytest.approx(LEVEL)
        assert sum(row.change or 0 for row in found.by[name]) == pytest.approx(LEVEL - 80)
    assert {row.key for row in found.by["entity"]} == {"Oracle", "Nvidia", "(none)"}
    assert sum(row.points for row in found.by["entity"]) > LEVEL


def test_the_columns_add_up_as_printed(two_days: Any, settings: Settings) -> None:
    found = explain(two_days.conn, settings, "2025-11-04")
    for by in ("story", "channel", "source", "language", "kind"):
        *rows, whole = figures(lines(found, 1, by)[2:])
        assert whole == [58.3, 100.0, -21.7]
        assert [round(sum(column), 1) for column in zip(*rows, strict=True)] == whole


def test_the_text_says_level_change_stories_and_sentences(
    two_days: Any,
    db_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "120")  # a narrow terminal cuts titles
    code, out, err = run(capsys, "explain", "last", "--db", str(db_path))
    assert (code, err) == (0, "")
    first = out.splitlines()[0]
    assert first == "2025-11-04: index 58.3 (90 % band 29.2-116.7), -21.7 from 80.0 on 2025-11-03"
    assert "“貸款人逃離AI泡沫”" in out
    assert "fear 0.70 x novelty 0.75 x 66.7 points" in out
    assert "20.0 more from Harbour Post" in out
    assert "gone since 2025-11-03: Quiet harbour, loud bubble" in out
    assert "3 articles of 2 stories add up to 58.333333, the value stored" in out
    assert "\x1b" not in out


def test_json_has_everything_unrounded_and_its_check(
    two_days: Any, db_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = json.loads(run(capsys, "explain", "2025-11-04", "--json", "--db", str(db_path))[1])
    assert found["sum"]["adds_up"]
    assert found["sum"]["rounded"] == found["value"] == 58.333333
    assert abs(found["sum"]["remainder"]) <= 5e-7
    assert sum(story["points"] for story in found["stories"]) == pytest.approx(LEVEL, abs=1e-12)
    assert sum(story["share"] for story in found["stories"]) == pytest.approx(1, abs=1e-12)
    told = found["stories"][0]["told"][0]
    assert told["sentences"][0]["phrases"] == ["泡沫", "AI"]
    assert told["points"] == pytest.approx(35)
    assert [row["name"] for row in found["by"]["channel"]] == ["credit", None, "valuation"]
    only = run(capsys, "explain", "2025-11-04", "--by", "kind", "--json", "--db", str(db_path))
    assert list(json.loads(only[1])["by"]) == ["kind"]


def test_movers_between_two_sessions_add_up(
    two_days: Any, settings: Settings, db_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = explain(two_days.conn, settings, "2025-11-04", since="2025-11-03")
    moved = {group.state: group.change for group in movers(found)}
    assert sum(moved.values()) == pytest.approx(LEVEL - 80)
    assert moved["leaving"] == pytest.approx(-30)
    words = ("explain", "2025-11-04", "--since", "2025-11-03", "--db", str(db_path))
    out = run(capsys, *words)[1]
    *rows, whole = figures(out.splitlines()[3:])
    assert whole == [80.0, 58.3, -21.7]
    assert [round(sum(column), 1) for column in zip(*rows, strict=True)] == whole
    assert "went out" in out


def test_as_of_gives_what_was_known(two_days: Any, settings: Settings) -> None:
    late = two_days.article("Late bubble news", seen="2025-11-04T20:00:00Z")
    part = Part(late, late, "Harbour Post (en)", 0.5, 1.0, 25.0)
    old = explain(two_days.conn, settings, "2025-11-04")
    kept = [
        Part(c.article, c.story, c.member, c.fear, c.novelty, c.points) for c in old.session.counted
    ]
    two_days.vintage("2025-11-05T22:00:00Z", {"2025-11-04": [part, *kept]})
    assert explain(two_days.conn, settings, "2025-11-04").value == pytest.approx(LEVEL + 25)
    then = explain(two_days.conn, settings, "2025-11-04", as_of="2025-11-05T21:59:59Z")
    assert then.value == pytest.approx(LEVEL)
    assert then.session.adds_up
    with pytest.raises(NothingToDo, match="the first is of 2025-11-04T22:00:00Z"):
        explain(two_days.conn, settings, "2025-11-04", as_of="2025-11-01T00:00:00Z")


def test_a_score_of_a_later_text_does_not_reach_an_earlier_vintage(
    two_days: Any, settings: Settings
) -> None:
    title = "Chip orders pause"
    later = ("2025-11-06T10:00:00Z", "2025-11-06T10:00:00Z")
    two_days.score(two_days.ids[title], title, 0.9, "liquidity", (), later)
    then = explain(two_days.conn, settings, "2025-11-04")
    (counted,) = [c for c in then.session.counted if c.title == title]
    assert counted.channel == "(none)"
    assert counted.article not in then.sentences
    assert "liquidity" not in {row.key for row in then.by["channel"]}


def test_a_provisional_or_reconstructed_vintage_says_so(two_days: Any, settings: Settings) -> None:
    two_days.article("Evening bubble news", seen="2025-11-05T15:00:00Z")
    two_days.vintage(
        "2025-11-05T16:00:00Z",
        {"2025-11-05": [two_days.part("Evening bubble news", "Harbour Post (en)", 0.5, 1.0, 9)]},
        provisional="2025-11-05",
        kind="reconstructed",
    )
    told = "\n".join(lines(explain(two_days.conn, settings, "last"), 5))
    assert "Provisional" in told
    assert "Reconstructed" in told
    assert "Provisional" not in "\n".join(lines(explain(two_days.conn, settings, "2025-11-04"), 5))


def test_a_session_without_fear_has_an_empty_account(desk: Any, settings: Settings) -> None:
    desk.vintage("2025-11-04T22:00:00Z", {"2025-11-03": [], "2025-11-04": []})
    found = explain(desk.conn, settings, "last")
    told = lines(found, 5)
    assert told[:2] == [
        "2025-11-04: index 0.0 (90 % band 0.0-0.0), +0.0 from 0.0 on 2025-11-03",
        "No article of that session has fear.",
    ]
    assert found.session.adds_up


def test_a_value_that_has_no_account_is_said(desk: Any, settings: Settings) -> None:
    desk.vintage("2025-11-04T22:00:00Z", {}, values={"2025-11-04": 120.0})
    with pytest.raises(NothingToDo, match="no account of 2025-11-04"):
        explain(desk.conn, settings, "last")


def test_an_account_that_does_not_make_the_value_is_said(two_days: Any, settings: Settings) -> None:
    two_days.vintage("2025-11-05T22:00:00Z", {}, values={"2025-11-04": 60.0})
    found = explain(two_days.conn, settings, "2025-11-04")
    assert not found.session.adds_up
    assert "not the value 60.000000" in lines(found, 5)[-1]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("2025-11-01",), "between 2025-10-31 and 2025-11-03"),
        (("2026-01-01",), "the last is 2025-11-04"),
        (("2025-01-01",), "the first is 2025-10-31"),
        (("2025-11-03", "--since", "2025-11-04"), "must be a session before"),
        (("last", "--by", "mood"), "should be one of story"),
        (("last", "--limit", "0"), "1 or more"),
    ],
)
def test_what_cannot_be_is_wrong_usage_in_one_line(
    two_days: Any,
    db_path: Path,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    said: str,
) -> None:
    code, out, err = run(capsys, "explain", *words, "--db", str(db_path))
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert said in err


def test_a_missing_value_is_no_zero(two_days: Any, settings: Settings) -> None:
    with pytest.raises(NothingToDo, match="no value on 2025-10-31"):
        explain(two_days.conn, settings, "2025-10-31")
    assert explain(two_days.conn, settings, "2025-11-03").other is None


def test_a_publishers_escape_sequence_does_not_reach_the_terminal(
    desk: Any, settings: Settings
) -> None:
    desk.article("AI bubble\x1b[2J ends", source="Harbour\x1b[31m Post")
    part = desk.part("AI bubble\x1b[2J ends", "Harbour\x1b[31m Post (en)", 0.5, 1.0, 10)
    desk.vintage("2025-11-04T22:00:00Z", {"2025-11-03": [part]})
    told = "\n".join(lines(explain(desk.conn, settings, "last"), 5, bold=True))
    assert set(re.findall(r"\x1b\[\d*\w", told)) == {"\x1b[1m", "\x1b[22m"}
    assert "\x1b[1mbubble\x1b[22m" in told


def test_phrases_are_marked_longest_first_and_words_whole() -> None:
    def marked(text: str, *phrases: str) -> str:
        return emphasised(text, phrases, lambda phrase: f"[{phrase}]")

    assert marked("They said AI is an AI bubble", "AI", "AI bubble") == (
        "They said [AI] is an [AI bubble]"
    )
    assert marked("AI泡沫與泡沫", "泡沫", "AI泡沫") == "[AI泡沫]與[泡沫]"
    assert marked("plain") == "plain"
    assert longest(["泡沫", "AI泡沫", "未", "泡沫"]) == ["AI泡沫"]

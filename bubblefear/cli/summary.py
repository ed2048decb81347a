"""The end of ``bubblefear daily``: what the index did, why, and what the tests say and cannot."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bubblefear.config import Settings
    from bubblefear.pipeline.daily import Outcome
    from bubblefear.pipeline.explain import Explained
    from bubblefear.store.points import Point

SESSIONS = 10
SPARK = 60
STORIES = 5
_SHORT = {"this sample could not tell": "that this sample could not answer"}
COULD_NOT_TELL = "this sample could not tell"
VERDICTS = ("supported", "contradicted", "alarm", COULD_NOT_TELL, "quiet", "abstained")
SHOWN = 4
STATIONARITY = "stationarity"


@dataclass(frozen=True)
class Summary:
    """What the summary shows."""

    outcome: "Outcome"
    version: str = ""
    vintage: str = ""
    points: list["Point"] = field(default_factory=list)
    moved: "Explained | None" = None

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The last sessions, as ``index --json`` prints them."""
        from bubblefear.pipeline.read_index import Shown

        return Shown(self.version, self.vintage, self.points[-SESSIONS:]).rows()


def gather(path: Path, settings: "Settings", outcome: "Outcome") -> Summary:
    """Read the last vintage and account for its last session."""
    from bubblefear.pipeline.explain import explain
    from bubblefear.store import database, points

    with database(path, create=False) as conn:
        version = settings.index_version
        vintage = points.vintage_at(conn, version)
        if vintage is None:
            return Summary(outcome)
        found = points.read(conn, version, vintage)
        day = next((p.date for p in reversed(found) if p.value is not None), None)
        moved = explain(conn, settings, day) if day else None
        return Summary(outcome, version, vintage, found, moved)


def lines(summary: Summary, path: Path) -> list[str]:
    """The whole summary as lines of text."""
    outcome = summary.outcome
    out = ["SAMPLE: invented news and prices; none of this happened.", ""] if outcome.sample else []
    out += [f"- {note}" for note in outcome.notes]
    out += [f"- failed: {url}: {error}" for url, error in outcome.failed_feeds]
    out += ["", *_index(summary), "", *_moved(summary), "", *_tests(outcome), ""]
    if outcome.report:
        out.append(f"Report: {outcome.report}")
    flag = f" --db {path}" if str(path) != "data/bubblefear.db" else ""
    out.append(f"Next: bubblefear review{flag}      (read the articles behind the numbers)")
    if outcome.sample:
        out.append("      bubblefear init && bubblefear daily      (the same on real news)")
    return out


def _index(summary: Summary) -> list[str]:
    from bubblefear.cli.index import band
    from bubblefear.report.terminal import number, sparkline, table

    known = [p for p in summary.points if p.value is not None]
    if not known:
        return ["No index value yet: the base window needs more sessions of news."]
    rows = [
        [p.date, number(p.value), number(p.ma7), band(p), str(p.n)]
        for p in summary.points[-SESSIONS:]
    ]
    shown = summary.points[-SPARK:]
    return [
        f"Index {summary.version} (base mean = 100), vintage {summary.vintage}",
        table(["date", "index", "MA7", "90 % band", "n"], rows),
        f"{shown[0].date} {sparkline([p.value for p in shown])} {shown[-1].date}",
    ]


def _moved(summary: Summary) -> list[str]:
    from bubblefear.cli.explain_text import lines as explained

    if summary.moved is None:
        return []
    return ["What moved the index", *explained(summary.moved, STORIES, "story")]


def _tests(outcome: "Outcome") -> list[str]:
    """Declared hypotheses in full where they found something; how many of every verdict."""
    if not outcome.tests:
        return ["Tests: none could be run (see the notes above)."]
    asked = [t for t in outcome.tests if t["test"]]
    others = [t for t in outcome.tests if not t["test"] and t["family"] != STATIONARITY]
    said = {word: [t for t in asked if t["verdict"].startswith(word)] for word in VERDICTS}
    shown = [*said["supported"], *said["contradicted"]][:SHOWN] + said[COULD_NOT_TELL][:SHOWN]
    return [
        f"Hypotheses, after correction: {_counts(asked)}",
        *[f"  {t['hypothesis']} ({t['test']}): {t['verdict']}" for t in shown],
        f"All families: {_counts(others)} (bubblefear test)",
        "They cannot say that fear causes returns: both may answer to the same news, and no",
        "evidence in a sample of this size is no evidence of absence (see mde in `test --json`).",
    ]


def _counts(tests: list[dict[str, Any]]) -> str:
    """How many there are of each verdict, those that there are none of left out."""
    found = {word: sum(t["verdict"].startswith(word) for t in tests) for word in VERDICTS}
    told = [f"{count} {_SHORT.get(word, word)}" for word, count in found.items() if count]
    return ", ".join(told) or "none"

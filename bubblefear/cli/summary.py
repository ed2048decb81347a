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
VERDICTS = ("supported", "contradicted", "no evidence")
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
    """Verdicts that found something first, then how many found nothing and could have found."""
    if not outcome.tests:
        return ["Tests: none could be run (see the notes above)."]
    series = [t for t in outcome.tests if t["family"] == STATIONARITY]
    tested = [t for t in outcome.tests if t["family"] != STATIONARITY]
    said = {word: [t for t in tested if t["verdict"].startswith(word)] for word in VERDICTS}
    shown = [*said["supported"], *said["contradicted"]][:SHOWN] + said["no evidence"][:SHOWN]
    answered = sum(map(len, said.values()))
    return [
        f"Tests: {len(tested)} hypotheses on returns ({len(series)} series checked first), "
        f"after correction {len(said['supported'])} supported, "
        f"{len(said['contradicted'])} contradicted, {len(said['no evidence'])} without evidence, "
        f"{len(tested) - answered} abstained",
        *[f"  {t['hypothesis']}: {t['verdict']}" for t in shown],
        "They cannot say that fear causes returns: both may answer to the same news, and no",
        "evidence in a sample of this size is no evidence of absence (see mde in `test --json`).",
    ]

"""The report of the transmission lab: one HTML file that a referee can read.

It fetches nothing and runs no script. First what it rests on and the answers in plain words, then
every hypothesis family by family with its numbers and plots, then the claims, then what none of it
can say.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bubblefear.report import results as answers
from bubblefear.report.claims import VERDICTS, Claim, claim
from bubblefear.report.families import Family, family
from bubblefear.report.figures import Figure, figures
from bubblefear.report.glossary import TERMS, limits
from bubblefear.report.plot_text import counted
from bubblefear.report.results import ANSWERS, Result, by_family, notes, result, slug
from bubblefear.report.templating import environment
from bubblefear.report.terminal import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Declared:
    """A file of hypotheses that was declared.

    Attributes:
        name: of the file.
        sha256: of its text.
        declared_at: when, UTC.
        returns_read_at: when returns had been read here before that; None = never.
    """

    name: str
    sha256: str
    declared_at: str
    returns_read_at: str | None


@dataclass(frozen=True)
class About:
    """What the results rest on.

    Attributes:
        run: identity of the run of tests.
        finished_at: when it ended, UTC.
        version: of the index.
        vintage: instant of the build that was tested.
        kind: of that build, `real-time` or `reconstructed`.
        data_sha256: of index and prices as they were tested.
        settings: those of the run.
        versions: of everything that computes.
        declared: the file of hypotheses that the results answer, if there is one.
        sample: the database holds the shipped sample.
    """

    run: str
    finished_at: str | None = None
    version: str | None = None
    vintage: str | None = None
    kind: str | None = None
    data_sha256: str | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    versions: Mapping[str, Any] = field(default_factory=dict)
    declared: Declared | None = None
    sample: bool = False


@dataclass(frozen=True)
class Chapter:
    """One family of tests."""

    name: str
    words: Family
    results: list[Result]
    notes: list[str]
    figures: list[Figure]

    @property
    def anchor(self) -> str:
        """Where links to it lead."""
        return f"family-{slug(self.name)}"

    @property
    def count(self) -> str:
        """Its answers in short."""
        found = Counter(one.answer for one in self.results)
        return ", ".join(f"{found[answer]} {answer}" for answer in ANSWERS if found[answer])


def render(
    about: About,
    rows: Sequence[Mapping[str, Any]],
    claims: Sequence[Mapping[str, Any]] | None = None,
) -> str:
    """The page as text.

    Args:
        about: what the results rest on.
        rows: results as ``test --json`` prints them, each with its ``detail``; a plot lies in
            ``detail["plot"]`` (one payload or a list of them).
        claims: rows as ``claims audit --json`` prints them, with ``plot`` where there is one;
            None = no audit was asked for.
    """
    found = [result(row) for row in rows]
    audited = None if claims is None else [claim(row) for row in claims]
    return (
        environment()
        .get_template("transmission.html")
        .render(
            about=about,
            results=found,
            span=span(found),
            sentences=summary(found),
            counts=counts(found),
            answers=ANSWERS,
            terms=TERMS,
            limits=limits(about.kind),
            told=findings(found),
            chapters=[_chapter(name, some) for name, some in by_family(found).items()],
            claims=audited,
            verdicts=claim_counts(audited or []),
            claim_figures=[drawn for one in audited or [] for drawn in _claim_figures(one)],
            amount=answers.amount,
            between=answers.between,
            probability=answers.probability,
        )
    )


_TOLD = (answers.SUPPORTED, answers.CONTRADICTED, answers.ALARM)


def findings(results: Sequence[Result]) -> list[Result]:
    """Those that found something."""
    return [one for one in results if one.answer in _TOLD]


def span(results: Sequence[Result]) -> tuple[str, str] | None:
    """First and last session of any test."""
    firsts = [one.fact("first") for one in results if one.fact("first")]
    lasts = [one.fact("last") for one in results if one.fact("last")]
    return (min(firsts), max(lasts)) if firsts and lasts else None


def counts(results: Sequence[Result]) -> list[tuple[str, int, int]]:
    """Each answer that was given with how many declared and how many exploratory results."""
    found = Counter((one.answer, one.status == "declared") for one in results)
    return [
        (answer, found[answer, True], found[answer, False])
        for answer in ANSWERS
        if found[answer, True] or found[answer, False]
    ]


def summary(results: Sequence[Result]) -> list[str]:
    """The answers in plain words: what was declared first, then the rest, never added up.

    An exploratory finding is one of many that were looked at, so it never stands in a sum with
    one that was declared.
    """
    declared = [one for one in results if one.status == "declared"]
    others = [one for one in results if one.status != "declared"]
    both = (("declared ", declared), ("exploratory ", others))
    return [_sentence(some, which) for which, some in both if some]


def _sentence(results: Sequence[Result], which: str) -> str:
    found = Counter(one.answer for one in results)
    yes, no, unknown = (
        found[answer]
        for answer in (answers.SUPPORTED, answers.CONTRADICTED, answers.COULD_NOT_TELL)
    )
    judged = counted(yes + no + unknown, f"{which}hypothesis", f"{which}hypotheses")
    parts = [
        f"Of {judged}, {yes} {'is' if yes == 1 else 'are'} supported and {no} contradicted; "
        f"of {unknown} this sample could not tell."
    ]
    if found[answers.ABSTAINED]:
        parts.append(f"{found[answers.ABSTAINED]} more could not be tested here.")
    if found[answers.DESCRIBED]:
        parts.append(f"{counted(found[answers.DESCRIBED], 'result')} more only describe.")
    placebos = found[answers.ALARM] + found[answers.QUIET]
    if placebos:
        alarms = found[answers.ALARM] or "none"
        parts.append(f"Of {counted(placebos, 'placebo')}, {alarms} found something.")
    return " ".join(parts)


def claim_counts(claims: Sequence[Claim]) -> list[tuple[str, int, str]]:
    """Each verdict that was given, how often, and what it means."""
    found = Counter(one.verdict for one in claims)
    known = [(name, found[name], meaning) for name, meaning in VERDICTS.items() if found[name]]
    return known + [(name, n, "") for name, n in found.items() if name not in VERDICTS]


def _claim_figures(one: Claim) -> list[Figure]:
    """The plots of a claim by their own names, else under its words."""
    return [figure for plot in one.plots for figure in figures([plot], claim_title(one, plot))]


def claim_title(one: Claim, plot: object) -> str:
    """What stands above a plot of a claim: its own name, else the claim's words."""
    name = plot.get("name") if isinstance(plot, Mapping) else None
    return f"Claim {one.id}: {one_line(str(name)).replace('_', ' ') if name else one.claim}"


def _chapter(name: str, results: list[Result]) -> Chapter:
    drawn = [one for found in results for one in figures(found.plots, title(found))]
    return Chapter(name, family(name), results, notes(results), drawn)


def title(found: Result) -> str:
    """What stands above the plots of a result."""
    return f"{found.hypothesis}: {found.says}" if found.says else found.hypothesis

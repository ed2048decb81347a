"""The transmission lab: every hypothesis of a run of tests with its answer, and what changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from datasette.utils.asgi import NotFound

from bubblefear.pipeline import transmission_report
from bubblefear.report import results as told
from bubblefear.report import tables
from bubblefear.report.changes import changes
from bubblefear.report.families import family
from bubblefear.report.glossary import TERMS, limits
from bubblefear.report.results import ANSWERS, Result, by_family, notes, result, slug
from bubblefear.report.transmission import counts, findings, span, summary, title
from bubblefear.review.charts.plots import Plot, plots
from bubblefear.review.pages import answer
from bubblefear.store import test_runs

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence

    from datasette.app import Datasette
    from datasette.utils.asgi import Request, Response

    from bubblefear.report.families import Family

RUNS: Final = 30
FILTERS: Final = ("family", "answer", "status")


@dataclass(frozen=True)
class Tested:
    """One result with its place in the run and its plots."""

    position: int
    result: Result
    plots: list[Plot]


@dataclass(frozen=True)
class Chapter:
    """One family of tests, those of it that were asked for."""

    name: str
    anchor: str
    words: Family
    tests: list[Tested]
    notes: list[str]


async def transmission(datasette: Datasette, request: Request) -> Response:
    """The hypotheses of the newest run of tests, or of ``?run=ID``, by family.

    ``?family=``, ``?answer=`` and ``?status=`` leave the others out, of the JSON and the CSV too.
    """
    answer.served(datasette)
    run_id = request.args.get("run")
    found = await answer.read(datasette, lambda conn: transmission_data(conn, run_id))
    if run_id and not found["run"]:
        raise NotFound(f"no run of tests {run_id}")
    chosen = {name: request.args.get(name) or "" for name in FILTERS}
    shown = [test for test in found["tests"] if _is_chosen(test.result, chosen)]
    kind = request.url_vars["kind"]
    if kind == ".json":
        return answer.as_json(as_data(found, shown))
    if kind == ".csv":
        rows = [tables.row(test.result) for test in shown]
        return answer.as_csv(tables.COLUMNS, rows, "tests.csv")
    context = {
        **found,
        **words(),
        "chosen": chosen,
        "chapters": chapters(shown, found["tests"]),
        "shown": len(shown),
        "choices": choices(found["tests"]),
        "filters": {name: value for name, value in chosen.items() if value},
    }
    return await answer.page(datasette, request, "transmission.html", context)


def transmission_data(conn: sqlite3.Connection, run_id: str | None) -> dict[str, Any]:
    """What the page shows of a run, ``None`` for the newest; ``run`` is ``None`` where it is none.

    The run before it is the one that ended last before it.
    """
    runs = test_runs.listed(conn, RUNS)
    run = test_runs.of_run(conn, run_id) if run_id else test_runs.latest(conn)
    if run is None:
        return {"run": None, "runs": runs, "tests": []}
    found = [result(row) for row in run.rows]
    ids = [one.id for one in runs]
    place = ids.index(run.id) + 1 if run.id in ids else len(ids)
    before = runs[place] if place < len(runs) else None
    earlier = [result(row) for row in test_runs.verdicts(conn, before.id)] if before else []
    about = transmission_report.about(conn, run)
    return {
        "run": run,
        "runs": runs,
        "newest": bool(ids) and run.id == ids[0],
        "before": before,
        "changes": changes(earlier, found) if before else [],
        "tests": [Tested(n, one, plots_of(run.id, n, one)) for n, one in enumerate(found)],
        "about": about,
        "span": span(found),
        "sentences": summary(found),
        "counts": counts(found),
        "told": [(found.index(one), one) for one in findings(found)],
        "limits": limits(about.kind),
    }


def plots_of(run_id: str, position: int, one: Result) -> list[Plot]:
    """The plots of a result, with their addresses."""
    found = [(payload, title(one)) for payload in one.plots]
    return plots(f"/transmission/plot/{position}", f"run={run_id}", found)


def words() -> dict[str, Any]:
    """How numbers and terms are told, for a template."""
    return {
        "answers": ANSWERS,
        "terms": TERMS,
        "amount": told.amount,
        "between": told.between,
        "probability": told.probability,
    }


def chapters(shown: Sequence[Tested], tests: Sequence[Tested]) -> list[Chapter]:
    """The tests that are shown by family; the notes are of the whole family."""
    whole = by_family([test.result for test in tests])
    parts: dict[str, list[Tested]] = {}
    for test in shown:
        parts.setdefault(test.result.family, []).append(test)
    return [
        Chapter(name, f"family-{slug(name)}", family(name), part, notes(whole[name]))
        for name, part in parts.items()
    ]


def choices(tests: Sequence[Tested]) -> dict[str, list[tuple[str, str]]]:
    """What each filter can be set to: value and words."""
    found = [test.result for test in tests]
    given = {one.answer for one in found}
    return {
        "family": [(name, family(name).title) for name in by_family(found)],
        "answer": [(name, name) for name in ANSWERS if name in given],
        "status": [(name, name) for name in sorted({one.status for one in found})],
    }


def as_data(found: Mapping[str, Any], shown: Sequence[Tested]) -> dict[str, Any]:
    """The page as JSON: each test as ``test --json`` prints it, with its answer in a word."""
    run = found["run"]
    if run is None:
        return {"run": None, "tests": []}
    tests = [
        {"position": test.position, "answer": test.result.answer, **run.rows[test.position]}
        for test in shown
    ]
    return {"run": found["about"], "changes": found["changes"], "tests": tests}


def _is_chosen(one: Result, chosen: Mapping[str, str]) -> bool:
    return all(not value or getattr(one, name) == value for name, value in chosen.items())


ROUTES: list[answer.Route] = [(r"^/transmission(?P<kind>|\.json|\.csv)$", transmission)]

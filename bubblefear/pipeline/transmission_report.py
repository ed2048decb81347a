"""The newest test results, and a claims file audited, as a page and as tables."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bubblefear.config import Settings
from bubblefear.errors import NothingToDo
from bubblefear.store import feeds, test_runs

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    from bubblefear.pipeline.recording import Run
    from bubblefear.report.transmission import About, Declared
    from bubblefear.store.test_runs import FullTestRun

PAGE: Final = "transmission.html"
CSV: Final = "tests.csv"
LATEX: Final = "tests.tex"
# The settings that decide a number of the report; where reports are written does not.
_TOLD: Final = ("scorer", "scorer_by_language", "index", "test")


def write(
    conn: sqlite3.Connection,
    settings: Settings,
    run: Run,
    *,
    out: Path | None = None,
    claims: Path | None = None,
) -> list[Path]:
    """Write ``transmission.html``, ``tests.csv`` and ``tests.tex``.

    Args:
        conn: the open database.
        settings: in force.
        run: that is recorded.
        out: folder; None = of the settings.
        claims: a claims file to audit; None = no audit.

    Returns:
        The files, each replaced in one step.

    Raises:
        NothingToDo: no test has been run.
        UsageError: the claims file cannot be read, or holds no claims as they must be.
        ModelError: the stored prices cannot be used.
        OSError: a file cannot be written.
    """
    from bubblefear.report import files, tables, transmission
    from bubblefear.report.results import result

    tested, about = _read(conn)
    audited = None if claims is None else _audit(conn, settings, run, claims)
    results = [result(row) for row in tested.rows]
    made = {
        PAGE: transmission.render(about, tested.rows, audited),
        CSV: tables.as_csv(results),
        LATEX: tables.as_latex(results),
    }
    folder = out or settings.report
    written = [files.replace(folder / name, text.encode()) for name, text in made.items()]
    run.say(f"report of {len(results)} tests in {folder}")
    return written


def _read(conn: sqlite3.Connection) -> tuple[FullTestRun, About]:
    """Everything that is told, read in one transaction so that it agrees."""
    conn.execute("BEGIN")
    try:
        tested = test_runs.latest(conn)
        if tested is None:
            raise NothingToDo("no test has been run on this database: run `bubblefear test`")
        return tested, about(conn, tested)
    finally:
        conn.execute("ROLLBACK")


def about(conn: sqlite3.Connection, tested: FullTestRun) -> About:
    """What a run's results rest on."""
    from bubblefear.report.transmission import About

    version = index_version(tested.settings)
    built = tested.finished_at and test_runs.vintage_before(conn, version, tested.finished_at)
    vintage, kind = built or (None, None)
    return About(
        run=tested.id,
        finished_at=tested.finished_at,
        version=version if built else None,
        vintage=vintage,
        kind=kind,
        data_sha256=tested.data_sha256,
        settings=told(tested.settings),
        versions=tested.versions,
        declared=_declared(conn, tested),
        sample=feeds.is_sample(conn),
    )


def _declared(conn: sqlite3.Connection, tested: FullTestRun) -> Declared | None:
    """The declaration that the results answer."""
    from bubblefear.report.transmission import Declared

    times = {row["detail"].get("declared_at") for row in tested.rows} - {None}
    found = test_runs.declaration_at(conn, max(times)) if times else None
    if found is None:
        return None
    return Declared(found.name, found.sha256, found.declared_at, found.returns_read_at)


def index_version(settings: Mapping[str, Any]) -> str:
    """The index version of a run's stored settings."""
    return Settings(
        scorer=settings.get("scorer", Settings.scorer),
        scorer_by_language=tuple(settings.get("scorer_by_language", {}).items()),
        index=tuple(sorted(settings.get("index", {}).items())),
    ).index_version


def told(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings of a run by name, those of a section as ``section.name``."""
    found: dict[str, Any] = {}
    for name in _TOLD:
        value = settings.get(name)
        if isinstance(value, dict):
            found |= {f"{name}.{key}": inner for key, inner in value.items()}
        elif value is not None:
            found[name] = value
    return found


def _audit(
    conn: sqlite3.Connection, settings: Settings, run: Run, path: Path
) -> list[dict[str, Any]]:
    from bubblefear.pipeline.claims import audit_claims, keep, open_file, rows

    file = open_file(path)
    audit = audit_claims(conn, settings, run, file.claims)
    keep(conn, run, file, audit)
    return rows(audit)

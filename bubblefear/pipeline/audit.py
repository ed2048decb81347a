"""The audit loop: draw articles for people to code, measure the scorer on their codes, mend it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bubblefear.errors import NothingToDo, UsageError
from bubblefear.store import audit, scores, transaction
from bubblefear.store.archive import ledger
from nlp import aggregate

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping, Sequence

    import pandas as pd

    from bubblefear.config import Settings


@dataclass(frozen=True)
class Sampled:
    """A draw that was stored."""

    name: str
    scorer: str
    seed: int
    items: int
    population: int
    strata: int
    levels: Mapping[str, int]
    drawn: Mapping[str, int]

    def __str__(self) -> str:
        """Lines for the terminal: what was drawn and how to go on."""
        parts = ", ".join(f"{n} of {self.levels.get(k, 0):,} {k}" for k, n in self.drawn.items())
        return (
            f"{self.name}: {self.items} of {self.population:,} articles scored by {self.scorer}, "
            f"{self.strata} strata, seed {self.seed}\n"
            f"drawn: {parts}\n"
            f"Next: bubblefear audit export {self.name} --out {self.name}.csv\n"
            f"      bubblefear audit import {self.name}.csv --reviewer YOU    (when it is coded)\n"
            f"      bubblefear audit report {self.name}\n"
            "Or code them one by one in `bubblefear review`, at /queue."
        )


@dataclass(frozen=True)
class Reported:
    """What the codes of a sample say of a scorer, as ``models.audit.report.measure`` gives it."""

    sample: str
    scorer: str
    figures: Mapping[str, Any]

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {"sample": self.sample, "scorer": self.scorer, **self.figures}


@dataclass(frozen=True)
class Calibrated:
    """A calibration, and whether it is new."""

    calibration: audit.Calibration
    new: bool


def draw(
    conn: sqlite3.Connection,
    settings: Settings,
    *,
    size: int,
    seed: int | None,
    since: str | None,
    until: str | None,
    now: Callable[[], str],
) -> Sampled:
    """Draw a stratified sample of the scored articles and store it.

    Args:
        conn: The database.
        settings: Whose scorer's scores make the strata.
        size: Articles to draw.
        seed: None = the day as a number, 20251123.
        since: First day of first sight, UTC; None = no limit.
        until: Last day; None = no limit.
        now: The clock.

    Raises:
        NothingToDo: the scorer has read nothing, or nothing of these days.
        UsageError: a size below 1, a date that is none, or days that lie in the archive.
    """
    import pandas as pd

    from models.audit.strata import draw_sample

    if size < 1:
        raise UsageError(f"--size must be 1 or more, not {size}")
    if not scores.any_by(conn, settings.scorer_id):
        raise NothingToDo(f"{settings.scorer_id} has scored nothing yet: run `bubblefear score`")
    first, last = _instants(since, until)
    _need_whole(conn, first, last)
    rows = audit.population(conn, settings.scorer_id, first, last)
    if not rows:
        raise NothingToDo("no article of these days is scored")
    instant = now()
    number = int(instant[:10].replace("-", "")) if seed is None else seed
    drawn = draw_sample(pd.DataFrame(rows, columns=list(audit.POPULATION_COLUMNS)), size, number)
    with transaction(conn):
        name = _free(f"audit-{instant[:10]}", audit.sample_names(conn))
        audit.add_sample(
            conn,
            audit.Sample(
                name, instant, settings.scorer_id, number, size, first, last, drawn.definition
            ),
            drawn.items.astype(object).itertuples(index=False, name=None),
        )
    return Sampled(
        name=name,
        scorer=settings.scorer_id,
        seed=number,
        items=len(drawn.items),
        population=drawn.definition["population"],
        strata=drawn.definition["strata"],
        levels=drawn.definition["levels"],
        drawn=drawn.definition["drawn"],
    )


def report(conn: sqlite3.Connection, name: str | None, scorer: str | None) -> Reported:
    """Measure a scorer on the codes of a sample.

    Args:
        conn: The database.
        name: The sample; None = the newest.
        scorer: Its stored name; None = the one that the sample was drawn by.

    Raises:
        NothingToDo: there is no such sample.
    """
    from models.audit.report import measure

    sample = find_sample(conn, name)
    reader = scorer or sample.scorer
    items, codes = judged(conn, sample, reader), _codes(conn, sample)
    return Reported(sample.name, reader, measure(items, codes))


def calibrate(
    conn: sqlite3.Connection, name: str | None, *, scorer: str | None, now: Callable[[], str]
) -> Calibrated:
    """Fit a monotone calibration of a scorer's fear on the codes of a sample and store it.

    The same codes give the same calibration, which is then not stored again. The reading errors
    that remain after it are counted and stored with it.

    Raises:
        NothingToDo: there is no such sample, or none of its items is coded.
        ModelError: no coded item has fear by the scorer.
    """
    from models.audit.calibration import fit
    from models.audit.report import coded_items

    sample = find_sample(conn, name)
    reader = scorer or sample.scorer
    coded = coded_items(judged(conn, sample, reader), _codes(conn, sample))
    if coded.empty:
        raise NothingToDo(f"no item of {sample.name} is coded yet")
    knots = fit(coded)
    errors = counted_errors(coded, knots)
    with transaction(conn):
        known = audit.calibrations(conn)
        for one in known:
            if (one.sample, one.scorer, one.knots, one.errors) == (
                sample.name, reader, knots, errors
            ):  # fmt: skip
                return Calibrated(one, new=False)
        found = audit.Calibration(
            _free(sample.name, [one.name for one in known]),
            now(), sample.name, reader, len(coded), knots, errors,
        )  # fmt: skip
        audit.add_calibration(conn, found)
    return Calibrated(found, new=True)


def counted_errors(
    coded: pd.DataFrame, knots: Mapping[str, Sequence[tuple[float, float]]]
) -> dict[str, list[list[float]]]:
    """Reading errors of the calibrated scorer on coded items: language -> effective counts.

    For ``models.index.reading_errors.ReadingErrors.from_counts``. Relevant items alone, as the
    index takes them.
    """
    import numpy as np

    from models.audit.calibration import apply
    from models.audit.strata import contribution
    from models.index.reading_errors import effective_counts, grade_of

    relevant = coded[coded["relevance"] > 0]
    fear = apply(relevant["fear"].to_numpy(), relevant["language"].tolist(), knots)
    added = contribution(relevant["relevance"].to_numpy(), fear, relevant["relief"].to_numpy())
    scored = grade_of(added)
    true, weight = relevant["adds"].to_numpy(), relevant["weight"].to_numpy()
    language = relevant["language"].to_numpy()
    return {
        str(name): np.round(
            effective_counts(scored[own], true[own], weight[own]), 4
        ).tolist()
        for name in sorted(set(language.tolist()))
        if (own := language == name).any()
    }  # fmt: skip


def find_sample(conn: sqlite3.Connection, name: str | None) -> audit.Sample:
    """A sample by its name, or the newest.

    Raises:
        NothingToDo: there is none.
    """
    found = audit.sample(conn, name)
    if found is not None:
        return found
    names = audit.sample_names(conn)
    if not names:
        raise NothingToDo("no sample was drawn yet: run `bubblefear audit sample`")
    raise NothingToDo(f"there is no sample {name}; there are {', '.join(names)}")


def judged(conn: sqlite3.Connection, sample: audit.Sample, scorer: str) -> pd.DataFrame:
    """A sample's items with what the scorer says of each, for ``models.audit.report``."""
    import pandas as pd

    rows = audit.items(conn, sample.name, scorer)
    frame = pd.DataFrame(rows, columns=list(audit.ITEM_COLUMNS))
    for name in ("relevance", "fear", "relief"):
        frame[name] = frame[name].astype("float64")
    score = frame["relevance"] * frame["fear"]
    known = score.fillna(0.0)
    return frame.assign(
        score=score,
        topical=[aggregate.is_topical(x) for x in frame["relevance"].fillna(0.0)],
        found=known >= aggregate.FEAR_THRESHOLD,
        grade_found=[aggregate.grade(x) for x in known],
    )


def _codes(conn: sqlite3.Connection, sample: audit.Sample) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(audit.codes(conn, sample.name), columns=list(audit.CODE_COLUMNS))


def _need_whole(conn: sqlite3.Connection, first: str | None, last: str | None) -> None:
    """What has no relevance must be drawn too, and from the archive it cannot be: it is missing."""
    months = ledger.months(conn, first or "", last or "~")
    if months:
        raise UsageError(
            f"the articles without relevance of {', '.join(months)} lie in the archive: "
            "run `bubblefear archive restore` with these months, or draw with --since"
        )


def _instants(since: str | None, until: str | None) -> tuple[str | None, str | None]:
    from bubblefear.pipeline.read_index import end_of

    first = f"{end_of(since)[:10]}T00:00:00Z" if since else None
    last = f"{end_of(until)[:10]}T23:59:59Z" if until else None
    return first, last


def _free(name: str, taken: Sequence[str]) -> str:
    """The name, or the first of NAME-2, NAME-3, ... that is free."""
    number, found = 1, name
    while found in taken:
        number += 1
        found = f"{name}-{number}"
    return found

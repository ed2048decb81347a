"""Index and prices -> test results, stored under the run."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bubblefear.errors import ConfigError, NothingToDo
from bubblefear.pipeline.computing import REALTIME
from bubblefear.pipeline.declare import in_force
from bubblefear.pipeline.kept import Kept, plain
from bubblefear.pipeline.placebo import placebo_indices
from bubblefear.pipeline.specification import transmission_spec
from bubblefear.store import intraday, points, prices, results, transaction

if TYPE_CHECKING:
    import sqlite3

    import pandas as pd

    from bubblefear.config import Settings
    from bubblefear.pipeline.recording import Run
    from models.transmission import TestResult, TransmissionSpec


WORKERS: Final = 4  # more would wait for the slowest family
# What `test --json` says of a result beside its stored columns.
ABOUT: Final = (
    *("test", "says", "declared_at", "q_by", "unit", "level", "p_simulated", "decided_by"),
    *("mde_rho", "lags", "error", "first", "last", "series", "index", "rolling", "plot"),
)


@dataclass(frozen=True)
class Options:
    """What one run of the tests may leave out or add.

    Attributes:
        quick: Few draws.
        families: Only these families; empty = those of the settings.
        hypotheses: A file of hypotheses; None = what was declared last, else the shipped file.
    """

    quick: bool = False
    families: tuple[str, ...] = ()
    hypotheses: Path | None = None


def run_tests(
    conn: sqlite3.Connection,
    settings: Settings,
    run: Run,
    options: Options | None = None,
    *,
    now: Callable[[], str],
    progress: Callable[[int, int], None] | None = None,
) -> list[dict[str, Any]]:
    """Test the last vintage against the stored prices; results replace those of the same run.

    Families that are computed already, on the same sample with the same choices, are not computed
    again.

    Returns:
        Results as ``test --json`` prints them.

    Raises:
        NothingToDo: there is no index or no price.
        ModelError: index or prices cannot be used.
        ConfigError: hypotheses or choices that cannot be used.
    """
    from models.transmission import Lab, Market

    options = options or Options()
    spec = _chosen(transmission_spec(conn, settings), options)
    declared = in_force(conn, options.hypotheses)
    if options.families:
        named = tuple(one for one in declared.hypotheses if one.family in options.families)
        declared = replace(declared, hypotheses=named)
    index = index_frame(conn, settings)
    if "placebo" in spec.families and not options.quick:
        index = _with_placebos(conn, settings, index, now)
    market = Market(price_frame(conn, spec), intraday_frame(conn, spec))
    lab = Lab(index, market, Kept(conn, now), progress, workers=min(os.cpu_count() or 1, WORKERS))
    found = lab.run(spec, declared)
    run.data_sha256 = _hash(index, market.daily)
    with transaction(conn):
        results.write(conn, run.id, [_row(result) for result in found])
    tested = sum(1 for result in found if not result.abstained)
    run.say(f"{tested} hypotheses tested, {len(found) - tested} abstained")
    return [as_dict(result) for result in found]


def _with_placebos(
    conn: sqlite3.Connection, settings: Settings, index: pd.DataFrame, now: Callable[[], str]
) -> pd.DataFrame:
    """The index with the placebo topics' indices of the same vintage beside it."""
    vintage = points.vintage_at(conn, settings.index_version)
    assert vintage is not None  # `index_frame` has read it
    return index.join(placebo_indices(conn, settings, vintage, now), on="date")


def _chosen(spec: TransmissionSpec, options: Options) -> TransmissionSpec:
    """The run's choices.

    Raises:
        ConfigError: there is no such family.
    """
    from models.transmission.spec import FAMILIES

    unknown = next((name for name in options.families if name not in FAMILIES), None)
    if unknown is not None:
        raise ConfigError(f"no family {unknown!r}; there are {', '.join(FAMILIES)}")
    if options.families:
        spec = replace(spec, families=options.families)
    return spec.quick() if options.quick else spec


def index_frame(conn: sqlite3.Connection, settings: Settings) -> pd.DataFrame:
    """Columns date, value, realtime of the last vintage; missing = NaN.

    Raises:
        NothingToDo: there is no index.
    """
    import pandas as pd

    version = settings.index_version
    vintage = points.vintage_at(conn, version)
    if vintage is None:
        raise NothingToDo("there is no index yet: run `bubblefear index`")
    found = points.read(conn, version, vintage, ("total", REALTIME))
    table = pd.DataFrame([(p.date, p.series, p.value) for p in found], columns=list("dsv"))
    wide = table.pivot(index="d", columns="s", values="v").reindex(columns=["total", REALTIME])
    return pd.DataFrame(
        {
            "date": wide.index.to_numpy(),
            "value": wide["total"].to_numpy(dtype="float64"),
            "realtime": wide[REALTIME].to_numpy(dtype="float64"),
        }
    )


def price_frame(conn: sqlite3.Connection, spec: TransmissionSpec) -> pd.DataFrame:
    """Columns symbol, date, close, adj_close of the symbols that the tests look at.

    Raises:
        NothingToDo: there is no price of any of them.
    """
    import pandas as pd

    rows = prices.closes(conn, spec.symbols)
    if not rows:
        raise NothingToDo(
            f"there are no prices of {', '.join(spec.symbols)}: "
            "run `bubblefear prices update` or `bubblefear prices import`"
        )
    frame = pd.DataFrame(rows, columns=["symbol", "date", "close", "adj_close"])
    return frame.astype({"close": "float64", "adj_close": "float64"})


def intraday_frame(conn: sqlite3.Connection, spec: TransmissionSpec) -> pd.DataFrame | None:
    """Columns symbol, at (UTC), close of the bars within the day; None where there are none."""
    import pandas as pd

    rows = intraday.closes(conn, spec.crypto)
    if not rows:
        return None
    frame = pd.DataFrame(rows, columns=["symbol", "at", "close"])
    return frame.assign(at=pd.to_datetime(frame["at"], utc=True))


def as_dict(result: TestResult) -> dict[str, Any]:
    """A result as ``test --json`` prints it.

    After the stored columns come what the numbers rest on, ``null`` where a test has none of it:
    for a declared hypothesis ``test`` (which answers it), ``says`` and ``declared_at``; ``q_by``;
    ``level`` of the interval, ``p_simulated``, ``decided_by`` (the p-value that decides), ``lags``
    and kind of ``error``, ``first`` and ``last`` session, ``series`` and ``index`` (what the fear
    is and how its times were known), ``rolling`` (of a correlation) and ``plot``.
    """
    return {
        "hypothesis": result.hypothesis,
        "family": result.family,
        "status": result.status,
        "estimate": result.estimate,
        "interval": list(result.interval) if result.interval else None,
        "p": result.p,
        "q": result.q,
        "size": result.size,
        "mde": result.mde,
        "n": result.n,
        "verdict": result.verdict,
        **{name: result.detail.get(name) for name in ABOUT},
    }


def _row(result: TestResult) -> tuple[object, ...]:
    lo, hi = result.interval or (None, None)
    return (
        result.hypothesis,
        result.family,
        result.status,
        result.estimate,
        lo,
        hi,
        result.p,
        result.q,
        result.size,
        result.mde,
        result.n,
        result.verdict,
        json.dumps(result.detail, ensure_ascii=False, default=plain),
    )


def _hash(*frames: pd.DataFrame) -> str:
    import pandas as pd

    found = hashlib.sha256()
    for frame in frames:
        found.update(pd.util.hash_pandas_object(frame, index=False).to_numpy().tobytes())
    return found.hexdigest()

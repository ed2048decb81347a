"""Index and prices -> test results, stored under the run."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from bubblefear.errors import NothingToDo
from bubblefear.pipeline.computing import REALTIME
from bubblefear.pipeline.specification import transmission_spec
from bubblefear.store import points, prices, results, transaction

if TYPE_CHECKING:
    import sqlite3

    import pandas as pd

    from bubblefear.config import Settings
    from bubblefear.pipeline.recording import Run
    from models.transmission import TestResult, TransmissionSpec


def run_tests(conn: sqlite3.Connection, settings: Settings, run: Run) -> list[dict[str, Any]]:
    """Test the last vintage against the stored prices; results replace those of the same run.

    Returns:
        Results as ``test --json`` prints them.

    Raises:
        NothingToDo: there is no index or no price.
        ModelError: index or prices cannot be used.
    """
    from models.transmission import run as run_model

    spec = transmission_spec(conn, settings)
    index = index_frame(conn, settings)
    bars = price_frame(conn, spec)
    found = run_model(index, bars, spec)
    run.data_sha256 = _hash(index, bars)
    with transaction(conn):
        results.write(conn, run.id, [_row(result) for result in found])
    tested = sum(1 for result in found if not result.abstained)
    run.say(f"{tested} hypotheses tested, {len(found) - tested} abstained")
    return [as_dict(result) for result in found]


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


def as_dict(result: TestResult) -> dict[str, Any]:
    """A result as ``test --json`` prints it.

    After the stored columns come what the numbers rest on: ``level`` of the interval,
    ``p_simulated``, ``decided_by`` (the p-value that decides), ``lags`` and kind of ``error``, and
    ``rolling`` (of a correlation: every window, by its last session); ``null`` where a test has
    none of it.
    """
    about = ("level", "p_simulated", "decided_by", "lags", "error", "rolling")
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
        **{name: result.detail.get(name) for name in about},
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
        json.dumps(result.detail, ensure_ascii=False, default=str),
    )


def _hash(*frames: pd.DataFrame) -> str:
    import pandas as pd

    found = hashlib.sha256()
    for frame in frames:
        found.update(pd.util.hash_pandas_object(frame, index=False).to_numpy().tobytes())
    return found.hexdigest()

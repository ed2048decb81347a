"""What the codes say of the scorer: weighted figures with bootstrap intervals, and confusion."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from models.audit.agreement import agreements
from models.audit.measures import precision_recall_f1, resampled, spearman

if TYPE_CHECKING:
    from collections.abc import Mapping

DRAWS: Final = 1000
COVERAGE: Final = 0.95
GRADES: Final = 4


def consensus(codes: pd.DataFrame) -> pd.DataFrame:
    """The coders' answers as one for each article.

    Args:
        codes: one row for each article and coder: `article_id, reviewer, topic` (0, 1 or
            missing), `fear` (0-3), `stance, kind, channel`.

    Returns:
        Indexed by `article_id`: `grade` (mean of the coders' fear), `fearful` (half of them or
        more coded fear above 0), `topic` (half or more of those who coded it; NaN where none did),
        `adds` (mean grade where a coder's relief counts 0: what the index should add).
    """
    made = codes.assign(
        fearful=(codes["fear"] > 0).astype("float64"),
        adds=codes["fear"].where(codes["stance"] != "relief", 0).astype("float64"),
        topic=pd.to_numeric(codes["topic"]).astype("float64"),
    )
    mean = made.groupby("article_id")[["fear", "fearful", "topic", "adds"]].mean()
    return pd.DataFrame(
        {
            "grade": mean["fear"].astype("float64"),
            "fearful": mean["fearful"] >= 0.5,
            "topic": (mean["topic"] >= 0.5).astype("float64").where(mean["topic"].notna()),
            "adds": mean["adds"],
        }
    )


def coded_items(items: pd.DataFrame, codes: pd.DataFrame) -> pd.DataFrame:
    """The items that were coded and scored, with the coders' answers and weights as coded.

    Where only part of a stratum was coded, those stand for all of it: items come to the coders in
    random order, so the first ones are a random part.

    Args:
        items: `article_id, stratum, stratum_size` and more, one row each.
        codes: as `consensus` takes them.

    Returns:
        The items' columns, those of `consensus` and `weight` = stratum_size / coded of it.
    """
    scored = items[items["score"].notna()]
    found = scored.merge(consensus(codes), left_on="article_id", right_index=True)
    coded = found.groupby("stratum")["article_id"].transform("size")
    return found.assign(weight=found["stratum_size"] / coded).reset_index(drop=True)


def measure(items: pd.DataFrame, codes: pd.DataFrame, *, seed: int = 11) -> dict[str, Any]:
    """The whole report.

    Args:
        items: the sample: `article_id, language, source_group, stratum, stratum_size`, and of the
            scorer `score` (relevance x fear, NaN = not scored), `topical`, `found` (whether it
            sees topic and fear) and `grade_found` (0-3).
        codes: as `consensus` takes them.
        seed: of the bootstrap.

    Returns:
        JSON-able: `items`, `coded`, `covered` (share of the articles whose stratum has a code),
        `coders`, `overall`, `by_language`, `by_source_group`, `confusion`, `agreement`. Without
        any coded item the figures are None.
    """
    coded = coded_items(items, codes)
    sizes = items.drop_duplicates("stratum").set_index("stratum")["stratum_size"]
    report: dict[str, Any] = {
        "items": len(items),
        "coded": len(coded),
        "covered": float(sizes[coded["stratum"].unique()].sum() / sizes.sum()),
        "coders": {str(k): int(v) for k, v in codes["reviewer"].value_counts().items()},
        "overall": None,
        "by_language": {},
        "by_source_group": {},
        "confusion": None,
        "agreement": agreements(codes),
    }
    if coded.empty:
        return report
    rng = np.random.default_rng(seed)
    weights = resampled(coded["stratum"].to_numpy(), coded["weight"].to_numpy(), DRAWS, rng)
    report["overall"] = _figures(coded, weights)
    for column in ("language", "source_group"):
        report[f"by_{column}"] = {
            str(name): _figures(rows, weights[:, rows.index])
            for name, rows in coded.groupby(column)
        }
    report["confusion"] = _confusion(coded)
    return report


def _figures(coded: pd.DataFrame, weights: np.ndarray) -> dict[str, Any]:
    known = coded["topic"].notna().to_numpy()
    topic = precision_recall_f1(
        (coded["topic"] == 1).to_numpy()[known],
        coded["topical"].to_numpy(dtype="bool")[known],
        weights[:, known],
    )
    fear = precision_recall_f1(
        coded["fearful"].to_numpy(dtype="bool"), coded["found"].to_numpy(dtype="bool"), weights
    )
    order = spearman(coded["score"].to_numpy(), coded["grade"].to_numpy(), weights)
    return {
        "n": len(coded),
        "fearful": int(coded["fearful"].sum()),
        "topic": {"n": int(known.sum()), **_intervals(topic)},
        "fear": _intervals(fear),
        "spearman": _interval(order),
    }


def _intervals(drawn: Mapping[str, np.ndarray]) -> dict[str, Any]:
    return {name: _interval(values) for name, values in drawn.items()}


def _interval(drawn: np.ndarray) -> dict[str, float | None]:
    """The estimate (the first) with the percentile interval of the others."""
    value, others = float(drawn[0]), drawn[1:][np.isfinite(drawn[1:])]
    if not np.isfinite(value) or not others.size:
        return {"value": None, "lo": None, "hi": None}
    tail = (1 - COVERAGE) / 2
    lo, hi = np.quantile(others, [tail, 1 - tail]).tolist()
    return {"value": value, "lo": lo, "hi": hi}


def _confusion(coded: pd.DataFrame) -> dict[str, Any]:
    """Scorer's grade (rows) against the coders' (columns): items, and articles they stand for."""
    row = coded["grade_found"].to_numpy("int64")
    column = np.floor(coded["grade"].to_numpy() + 0.5).astype("int64")
    counts, weighted = np.zeros((GRADES, GRADES), "int64"), np.zeros((GRADES, GRADES))
    np.add.at(counts, (row, column), 1)
    np.add.at(weighted, (row, column), coded["weight"].to_numpy())
    return {"items": counts.tolist(), "articles": np.round(weighted, 1).tolist()}

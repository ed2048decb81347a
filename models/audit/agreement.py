"""Do two coders agree: Cohen's kappa of each field, quadratic weights for the grade."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

CATEGORIES: Final[dict[str, tuple[object, ...]]] = {
    "topic": (0, 1),
    "fear": (0, 1, 2, 3),
    "stance": ("fear", "relief", "none"),
    "kind": ("threat", "act", "none"),
    "channel": ("valuation", "capex", "credit", "liquidity", "contagion", "policy", "none"),
}
LEAST: Final = 2


def enough(field: str) -> int:
    """Articles from which the interval of a field's kappa can be believed.

    Twice the squared number of categories (Cicchetti & Fleiss, Applied Psychological Measurement
    1(2), 1977): below it the asymptotic standard error is no guide.
    """
    return 2 * len(CATEGORIES[field]) ** 2


def agreements(codes: pd.DataFrame) -> list[dict[str, Any]]:
    """Kappa of every two coders over the articles that both coded.

    Args:
        codes: one row for each article and coder: `article_id, reviewer` and the fields of
            `CATEGORIES`; a missing value takes no part.

    Returns:
        One for each pair with articles in common: `coders`, `n` and for each field `kappa` with
        its 95 % interval `lo`, `hi` (asymptotic, Fleiss, Cohen and Everitt 1969), its own `n` and
        how many of them are the `same`; None where the codes do not vary or are fewer than two.
        `fear` has quadratic weights, `fear_linear` linear ones.
    """
    found = []
    for one, other in combinations(sorted(codes["reviewer"].unique()), 2):
        a, b = (codes[codes["reviewer"] == name].set_index("article_id") for name in (one, other))
        shared = a.index.intersection(b.index)
        if len(shared):
            fields = {name: kappa(a.loc[shared, name], b.loc[shared, name]) for name in CATEGORIES}
            fields["fear_linear"] = kappa(a.loc[shared, "fear"], b.loc[shared, "fear"], "linear")
            found.append({"coders": [one, other], "n": len(shared), **fields})
    return found


def kappa(a: pd.Series, b: pd.Series, grades: str = "quadratic") -> dict[str, float | int | None]:
    """Cohen's kappa of one field, named by the series; see `agreements`.

    Args:
        a: One coder's codes.
        b: The other's, of the same articles.
        grades: Weights of the grade of fear: quadratic or linear.
    """
    from statsmodels.stats.inter_rater import cohens_kappa

    categories = CATEGORIES[str(a.name)]
    place = {value: position for position, value in enumerate(categories)}
    rows, columns = a.map(place).to_numpy("float64"), b.map(place).to_numpy("float64")
    both = np.isfinite(rows) & np.isfinite(columns)
    table = np.zeros((len(categories), len(categories)))
    np.add.at(table, (rows[both].astype("int64"), columns[both].astype("int64")), 1)
    used = (table.sum(axis=0) + table.sum(axis=1)) > 0
    n = int(both.sum())
    same = int(np.trace(table))
    if n < LEAST or used.sum() < 2:
        return {"n": n, "same": same, "kappa": None, "lo": None, "hi": None}
    weights = grades if a.name == "fear" else None
    if weights is None:
        table = table[np.ix_(used, used)]
    # It also tests kappa = 0, which divides by 0 where one of the coders never varies.
    with np.errstate(divide="ignore", invalid="ignore"):
        result = cohens_kappa(table, wt=weights)
    ends = (result.kappa, result.kappa_low, result.kappa_upp)
    value, lo, hi = (float(x) if np.isfinite(x) else None for x in ends)
    return {"n": n, "same": same, "kappa": value, "lo": lo, "hi": hi}

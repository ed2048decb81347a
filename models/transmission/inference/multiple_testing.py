"""Many tests at once: the false discovery rate within each family.

Benjamini and Hochberg, "Controlling the False Discovery Rate", Journal of the Royal Statistical
Society B 57(1), 1995: for tests that are independent or positively dependent. Benjamini and
Yekutieli, "The Control of the False Discovery Rate in Multiple Testing under Dependency", Annals
of Statistics 29(4), 2001: under any dependence, at the price of a factor 1 + 1/2 + ... + 1/m.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

from models.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Sequence

Method = Literal["bh", "by"]


def adjusted(p_values: Sequence[float], method: Method = "bh") -> list[float]:
    """Adjusted p-values, in the order given.

    Rejecting where they lie below 5 % keeps the expected share of false discoveries below 5 %.

    Args:
        p_values: between 0 and 1; NaN = no test was made: it stays NaN and does not count.
        method: `bh` Benjamini-Hochberg, `by` Benjamini-Yekutieli.

    Raises:
        ModelError: a p-value outside 0-1, or no such method.
    """
    if method not in ("bh", "by"):
        raise ModelError(f"the adjustment is bh or by, not {method}")
    made = [place for place, p in enumerate(p_values) if not math.isnan(p)]
    for place in made:
        if not 0 <= p_values[place] <= 1:
            raise ModelError(f"a p-value must lie in 0-1, not {p_values[place]}")
    answer = [float("nan")] * len(p_values)
    if not made:
        return answer
    from statsmodels.stats.multitest import multipletests

    found = multipletests([p_values[place] for place in made], method=f"fdr_{method}")[1]
    for place, q in zip(made, found, strict=True):
        answer[place] = float(q)
    return answer

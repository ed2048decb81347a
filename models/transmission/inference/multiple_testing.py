"""Many tests at once: the false discovery rate within each family."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def adjusted(p_values: Sequence[float]) -> list[float]:
    """Benjamini-Hochberg adjusted p-values, in the order given.

    Rejecting where they lie below 5 % keeps the expected share of false discoveries below 5 %.
    """
    if not p_values:
        return []
    from statsmodels.stats.multitest import multipletests

    return [float(q) for q in multipletests(list(p_values), method="fdr_bh")[1]]

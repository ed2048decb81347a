"""Up and down beta in calm and in stress, and through time.

    r = c_s + b_up,s max(m, 0) + b_down,s min(m, 0) + e,    s = calm or stress

A session is one of stress where the state (the VIX, say) at the close *before* lies above the
median of all its values up to then: nothing is fitted and nothing looks ahead.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from models.errors import ModelError
from models.transmission import display
from models.transmission.frames import together
from models.transmission.inference.hac import Fit, batch, fit, newey_west_lags, wald

if TYPE_CHECKING:
    from collections.abc import Sequence

# Sessions of the state before its median is taken for one.
LEARNING = 20
_LEAST_OF_A_KIND = 10


def stressed(state: pd.Series, learning: int = LEARNING) -> pd.Series:
    """1.0 where the state at the close before lies above the median of all up to it, else 0.0.

    Missing where there is no value before, or fewer than `learning`.
    """
    median = state.expanding(min_periods=learning).median()
    above = (state > median).astype("float64").where(state.notna() & median.notna())
    return above.shift(1).rename("stress")


@dataclass(frozen=True)
class RegimeBetas:
    """What is fitted.

    Attributes:
        asset: returns by session.
        factor: returns on the same index.
        stress: 1 or 0 on the same index, known before the session (`stressed`).
        level: coverage of the intervals.
    """

    asset: pd.Series
    factor: pd.Series
    stress: pd.Series
    level: float = 0.95

    def fit(self) -> RegimeBetasResult:
        """Fit both regimes in one regression with HAC errors.

        Raises:
            ModelError: the input cannot be used (naming the rows), or a regime has fewer than 10
                sessions of one direction.
        """
        rows = together(self.asset, self.factor, self.stress)
        strange = rows.index[~rows.iloc[:, 2].isin((0.0, 1.0))]
        if len(strange):
            raise ModelError(f"stress is 0 or 1, not so at {strange[0]}")
        y, m, s = rows.to_numpy().T
        check_kinds(m, s)
        lags = newey_west_lags(len(rows))
        apart = fit(y, _apart(m, s), lags)
        bent = fit(y, bent_design(m, s), lags)
        joint = float(wald(bent.coefficients[None], bent.covariance[None], [1, 2])[0])
        return RegimeBetasResult(
            table=self._table(apart, s),
            p_equal=_p_of(joint, 2, bent.degrees),
            p_down_equal=bent.p_value(1),
            lags=lags,
            n=len(rows),
        )

    def _table(self, apart: Fit, s: np.ndarray) -> pd.DataFrame:
        rows = []
        for place, (regime, value) in enumerate((("calm", 0.0), ("stress", 1.0))):
            down, up = 2 + 2 * place, 3 + 2 * place
            difference = apart.value(down) - apart.value(up)
            spread = apart.covariance[[down, up]][:, [down, up]]
            error = float(np.sqrt(spread[0, 0] + spread[1, 1] - 2 * spread[0, 1]))
            named = (
                ("down", apart.value(down), apart.interval(down, self.level)),
                ("up", apart.value(up), apart.interval(up, self.level)),
                ("asymmetry", difference, apart.interval_of(difference, error, self.level)),
            )
            n = int((s == value).sum())
            rows += [(regime, name, beta, *ends, n) for name, beta, ends in named]
        frame = pd.DataFrame(rows, columns=["regime", "beta", "estimate", "lo", "hi", "sessions"])
        return frame.set_index(["regime", "beta"])


@dataclass(frozen=True)
class RegimeBetasResult:
    """Betas of both regimes.

    Attributes:
        table: `estimate, lo, hi, sessions` of `down`, `up` and `asymmetry` (down - up) in `calm`
            and `stress`.
        p_equal: Wald test that both betas are the same in both regimes.
        p_down_equal: that the down beta is.
        lags: of the HAC errors.
        n: sessions.
    """

    table: pd.DataFrame
    p_equal: float
    p_down_equal: float
    lags: int
    n: int

    def to_frame(self) -> pd.DataFrame:
        """The table."""
        return self.table

    def summary(self) -> str:
        """The table and the Wald tests."""
        return display.text(*self._shown())

    def _repr_html_(self) -> str:
        return display.html(*self._shown())

    def _shown(self) -> tuple[str, pd.DataFrame, Sequence[str]]:
        notes = [
            f"{self.n} sessions; equal betas in both regimes: p {self.p_equal:.4f}, "
            f"equal down betas: p {self.p_down_equal:.4f} (HAC, {self.lags} lags)"
        ]
        return "Betas by regime", self.table, notes


def check_kinds(moves: np.ndarray, stress: np.ndarray) -> None:
    """Each regime needs sessions of both directions.

    Raises:
        ModelError: naming the regime.
    """
    for regime, value in (("calm", 0.0), ("stress", 1.0)):
        of_it = moves[stress == value]
        fewest = min(int((of_it > 0).sum()), int((of_it < 0).sum()))
        if fewest < _LEAST_OF_A_KIND:
            raise ModelError(
                f"{regime} has {fewest} sessions of one direction, {_LEAST_OF_A_KIND} needed"
            )


def bent_design(moves: np.ndarray, stress: np.ndarray) -> np.ndarray:
    """Constant, what stress adds to the down and the up beta, both betas in calm, stress."""
    down, up = np.minimum(moves, 0), np.maximum(moves, 0)
    return np.column_stack([np.ones(len(moves)), stress * down, stress * up, down, up, stress])


def _apart(m: np.ndarray, s: np.ndarray) -> np.ndarray:
    down, up, calm = np.minimum(m, 0), np.maximum(m, 0), 1 - s
    return np.column_stack([calm, s, calm * down, calm * up, s * down, s * up])


def _p_of(statistic: float, restrictions: int, degrees: int) -> float:
    from scipy.stats import f

    return float(f.sf(statistic, restrictions, degrees))


def rolling_betas(
    asset: pd.Series, factor: pd.Series, window: int, level: float = 0.95
) -> pd.DataFrame:
    """Beta of the asset on the factor over each window, with HAC intervals.

    Returns:
        Columns `beta, lo, hi`, indexed by the last session of each window.

    Raises:
        ModelError: the input cannot be used (naming the rows), or fills no window.
    """
    from scipy.stats import t

    rows = together(asset, factor)
    if not 20 <= window <= len(rows):
        raise ModelError(f"{len(rows)} sessions fill no window of {window} (20 or more)")
    y, x = (
        np.lib.stride_tricks.sliding_window_view(rows.iloc[:, place].to_numpy(), window)
        for place in (0, 1)
    )
    moving = np.ptp(x, axis=1) > 0
    designs = np.stack([np.ones_like(x[moving]), x[moving]], axis=2)
    coefficients, covariances = batch(y[moving], designs, newey_west_lags(window))
    beta = np.full((len(x), 2), np.nan)
    beta[moving, 0] = coefficients[:, 1]
    beta[moving, 1] = np.sqrt(covariances[:, 1, 1])
    reach = float(t.ppf(0.5 + level / 2, window - 2)) * beta[:, 1]
    table = {"beta": beta[:, 0], "lo": beta[:, 0] - reach, "hi": beta[:, 0] + reach}
    return pd.DataFrame(table, index=rows.index[window - 1 :])

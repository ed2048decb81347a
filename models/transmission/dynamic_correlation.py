"""Dynamic conditional correlation of returns.

Engle, "Dynamic Conditional Correlation", Journal of Business & Economic Statistics 20(3), 2002, in
two steps: GARCH(1,1) for each series, then, on the standardised errors z,

    Q_t = (1 - a - b) S + a z_{t-1} z_{t-1}' + b Q_{t-1},    R_t = diag(Q_t)^-1/2 Q_t diag(Q_t)^-1/2

with S the correlation of z. Aielli ("Dynamic Conditional Correlation: On Properties and
Estimation", the same journal 31(3), 2013) shows that S is then not what Q moves around, and puts
`diag(Q)^1/2 z` in the place of z (`corrected`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from models.errors import ModelError
from models.transmission import display
from models.transmission.frames import complete
from models.transmission.garch import LEAST, Garch, GarchResult
from models.transmission.garch_likelihood import filtered, lagged

if TYPE_CHECKING:
    from collections.abc import Sequence

_MOST_PERSISTENT = 0.9999
# With all weight on the newest pair the matrix has rank one: nothing near that is a correlation.
_MOST_NEWS = 0.5
_STARTS = ((0.03, 0.94), (0.08, 0.80), (0.02, 0.50))


@dataclass(frozen=True)
class Dcc:
    """What is fitted.

    Attributes:
        returns: one column per series, two or more; percent is a good scale.
        corrected: Aielli's form.
    """

    returns: pd.DataFrame
    corrected: bool = False

    def fit(self) -> DccResult:
        """Fit the margins, then the correlation.

        Raises:
            ModelError: the input cannot be used (naming the rows), fewer than two series, a
                margin or the correlation found no maximum.
        """
        from scipy.optimize import minimize

        returns = complete(self.returns, LEAST)
        if returns.shape[1] < 2:
            raise ModelError("a correlation needs two series")
        margins = {str(name): Garch(returns[name]).fit() for name in returns}
        z = np.column_stack([margin.standardized for margin in margins.values()])
        if np.linalg.matrix_rank(z) < z.shape[1]:
            raise ModelError("the series are collinear (two may be one and the same)")

        def loss(at: np.ndarray) -> float:
            return -float(_terms(_correlations(z, _weights(at), self.corrected), z).mean())

        bounds = [(0.0, _MOST_NEWS), (0.0, 1.0)]
        starts = [(a, b / (_MOST_PERSISTENT - a)) for a, b in _STARTS]
        runs = [minimize(loss, start, method="L-BFGS-B", bounds=bounds) for start in starts]
        usable = [run for run in runs if run.success and np.isfinite(run.fun)]
        if not usable:
            raise ModelError("the dynamic correlation did not converge from any start")
        theta = _weights(min(usable, key=lambda run: float(run.fun)).x)
        correlations = _correlations(z, theta, self.corrected)
        return DccResult(
            a=float(theta[0]),
            b=float(theta[1]),
            loglikelihood=float(_terms(correlations, z).sum()),
            constant_loglikelihood=float(_terms(_still(z), z).sum()),
            correlations=_by_pair(correlations, returns),
            margins=margins,
            corrected=self.corrected,
        )


@dataclass(frozen=True)
class DccResult:
    """A fitted dynamic correlation.

    Attributes:
        a: weight of the newest pair of errors.
        b: weight of the correlation of the session before.
        loglikelihood: of the correlation step.
        constant_loglikelihood: the same at the one correlation of the whole sample.
        correlations: one column per pair, `first~second`; what is known at the close before.
        margins: the GARCH of each series.
        corrected: whether in Aielli's form.
    """

    a: float
    b: float
    loglikelihood: float
    constant_loglikelihood: float
    correlations: pd.DataFrame
    margins: dict[str, GarchResult]
    corrected: bool

    @property
    def ratio(self) -> float:
        """Twice the gain in log-likelihood over one constant correlation; 0 where a is 0."""
        return max(0.0, 2 * (self.loglikelihood - self.constant_loglikelihood))

    def to_frame(self) -> pd.DataFrame:
        """First, last, smallest and largest correlation of each pair."""
        r = self.correlations
        return pd.DataFrame(
            {"first": r.iloc[0], "last": r.iloc[-1], "smallest": r.min(), "largest": r.max()}
        )

    def summary(self) -> str:
        """The table and the parameters."""
        return display.text(*self._shown())

    def _repr_html_(self) -> str:
        return display.html(*self._shown())

    def _shown(self) -> tuple[str, pd.DataFrame, Sequence[str]]:
        form = "corrected DCC(1,1) (Aielli)" if self.corrected else "DCC(1,1) (Engle)"
        notes = [
            f"{len(self.correlations)} sessions, a {self.a:.4f}, b {self.b:.4f}; "
            f"{self.ratio:.2f} = twice the gain in log-likelihood over a constant correlation"
        ]
        return form, self.to_frame(), notes


def _still(z: np.ndarray) -> np.ndarray:
    """The one correlation of the sample, at every session."""
    k = z.shape[1]
    return np.broadcast_to(np.corrcoef(z, rowvar=False), (len(z), k, k))


def _weights(at: np.ndarray) -> np.ndarray:
    """`a` and `b` from `a` and the share that `b` takes of what is left, so that a + b < 1.

    As two numbers with a constraint between them the optimiser tries sums above 1 on its way,
    where the matrix has no root.
    """
    a, share = float(at[0]), float(at[1])
    return np.array([a, share * (_MOST_PERSISTENT - a)])


def _correlations(z: np.ndarray, theta: np.ndarray, corrected: bool) -> np.ndarray:
    """Correlation matrices, shape (n, k, k), each from the errors before its session."""
    a, b = float(theta[0]), float(theta[1])
    used = z * np.sqrt(_own_variances(z, a, b)) if corrected else z
    target = np.corrcoef(used, rowvar=False)
    products = (used[:, :, None] * used[:, None, :]).transpose(1, 2, 0)
    drive = (1 - a - b) * target[:, :, None] + a * lagged(products, target)
    q = filtered(drive, b, target).transpose(2, 0, 1)
    scale = np.sqrt(np.einsum("nii->ni", q))
    return np.asarray(q / (scale[:, :, None] * scale[:, None, :]))


def _own_variances(z: np.ndarray, a: float, b: float) -> np.ndarray:
    """The diagonal of Aielli's Q: it moves with its own series alone."""
    own = np.ones_like(z)
    factors = a * z**2 + b
    for session in range(1, len(z)):
        own[session] = 1 - a - b + factors[session - 1] * own[session - 1]
    return own


def _terms(correlations: np.ndarray, z: np.ndarray) -> np.ndarray:
    """What the correlation adds to the normal log-likelihood of each session."""
    _, logs = np.linalg.slogdet(correlations)
    solved = np.linalg.solve(correlations, z[:, :, None])[:, :, 0]
    return np.asarray(-0.5 * (logs + (z * solved).sum(axis=1) - (z**2).sum(axis=1)))


def _by_pair(correlations: np.ndarray, returns: pd.DataFrame) -> pd.DataFrame:
    names = [str(name) for name in returns]
    pairs = [(i, j) for i in range(len(names)) for j in range(i + 1, len(names))]
    columns = {f"{names[i]}~{names[j]}": correlations[:, i, j] for i, j in pairs}
    return pd.DataFrame(columns, index=returns.index)

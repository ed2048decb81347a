"""Connectedness by frequency: is what passes between series quick or slow?

Barunik and Krehlik, "Measuring the Frequency Dynamics of Financial and Systemic Risk",
Journal of Financial Econometrics 16(2), 2018. The moving-average matrices are Fourier-transformed,
the decomposition of `connectedness` is made at each frequency and added up over bands; all bands
together are the table of the time domain (Parseval).

**Bands in sessions.** As in the paper and its R package, d sessions are the frequency pi / d: a
movement that takes d sessions from trough to peak, 2 d for a whole cycle. The quickest is d = 1.
**Points.** T moving-average terms give T frequencies (R's `n.ahead = 100` makes T = 101); as in
that package the k-th counts as pi k / floor(T / 2), so that the last is pi itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from models.errors import ModelError
from models.transmission import display
from models.transmission.connectedness import checked, library_fit
from models.transmission.variance_shares import Method, impact

SHORT_TO_LONG = (1.0, 5.0, 20.0, np.inf)
_ROUNDING = 1e-12


@dataclass(frozen=True)
class Band:
    """One band's part of the connectedness.

    Attributes:
        name: such as `1-5`, in sessions.
        table: percent of each row's variance over **all** frequencies; the bands' tables add up
            to the overall table.
        absolute: percent: the band's contribution to total connectedness ("frequency
            connectedness"); the bands add up to the total.
        within: percent: off-diagonal share of the variance that lies in this band ("within
            connectedness"); a band can be tightly knit and yet matter little.
        weight: percent of all variance that lies in this band.
    """

    name: str
    table: pd.DataFrame
    absolute: float
    within: float
    weight: float


@dataclass(frozen=True)
class FrequencyResult:
    """Connectedness by band, from quick to slow."""

    bands: tuple[Band, ...]
    lags: int
    points: int
    method: str

    @property
    def table(self) -> pd.DataFrame:
        """The overall table: the sum of the bands'."""
        return sum((band.table for band in self.bands[1:]), start=self.bands[0].table)

    @property
    def total(self) -> float:
        """Total connectedness, percent: the sum of the bands' absolute contributions."""
        return float(sum(band.absolute for band in self.bands))

    def to_frame(self) -> pd.DataFrame:
        """One row per band: absolute, within, weight, percent."""
        return pd.DataFrame(
            {
                name: [getattr(band, name) for band in self.bands]
                for name in ("absolute", "within", "weight")
            },
            index=pd.Index([band.name for band in self.bands], name="sessions"),
        )

    def summary(self) -> str:
        """The bands as text."""
        return display.text(self._title, self.to_frame(), self._notes)

    def _repr_html_(self) -> str:
        return display.html(self._title, self.to_frame(), self._notes)

    @property
    def _title(self) -> str:
        return f"Connectedness by frequency ({self.method}), total {self.total:.2f} %"

    @property
    def _notes(self) -> list[str]:
        return [f"vector autoregression of {self.lags} lags, {self.points} Fourier points"]


@dataclass(frozen=True)
class FrequencyBands:
    """What to decompose.

    Attributes:
        frame: as for `Connectedness`.
        bounds: of the bands, in sessions, ascending from 1 to infinity.
        lags: of the vector autoregression.
        points: moving-average terms, and so Fourier points; the overall table is that of
            `Connectedness(..., horizon=points)`.
        method: `generalized` or `cholesky`.
    """

    frame: pd.DataFrame
    bounds: tuple[float, ...] = SHORT_TO_LONG
    lags: int = 4
    points: int = 101
    method: Method = "generalized"

    def fit(self) -> FrequencyResult:
        """Estimate by least squares and decompose.

        Raises:
            ModelError: as `Connectedness.fit`; bounds that are not ascending from 1 to infinity,
                or a band without a Fourier point.
        """
        table = checked(self.frame, self.lags, self.points, self.method)
        members = [_members(*pair, self.points) for pair in _pairs(self.bounds, self.points)]
        fitted = library_fit(table, self.lags)
        psi = np.asarray(fitted.ma_rep(self.points - 1))
        shares = spectrum(psi, np.asarray(fitted.sigma_u), self.method)
        names = [f"{low:g}-{high:g}" for low, high in _pairs(self.bounds, self.points)]
        bands = tuple(
            _band(name, pd.DataFrame(part, index=table.columns, columns=table.columns))
            for name, part in zip(
                names, (100 * shares[chosen].sum(axis=0) for chosen in members), strict=True
            )
        )
        return FrequencyResult(bands, self.lags, self.points, self.method)


def spectrum(psi: np.ndarray, covariance: np.ndarray, method: str) -> np.ndarray:
    """Shares of variance at each frequency; over all frequencies the rows sum to 1.

    Args:
        psi: moving-average matrices, shape (points, k, k).
        covariance: of the innovations, shape (k, k).
        method: `generalized` or `cholesky`.

    Returns:
        Shape (points, k, k), in the order of the discrete Fourier transform.
    """
    squares = np.abs(np.fft.fft(psi, axis=0) @ impact(covariance[None], method)[0]) ** 2
    return np.asarray(squares / squares.sum(axis=(0, 2))[None, :, None])


def _pairs(bounds: tuple[float, ...], points: int) -> list[tuple[float, float]]:
    pairs = list(pairwise(bounds))
    ascending = all(low < high for low, high in pairs)
    if not pairs or not ascending or bounds[0] != 1 or not np.isinf(bounds[-1]):
        raise ModelError(f"bounds must ascend from 1 to infinity, not {bounds}")
    empty = [pair for pair in pairs if not _members(*pair, points).any()]
    if empty:
        low, high = empty[0]
        raise ModelError(f"no Fourier point of {points} lies between {low:g} and {high:g} sessions")
    return pairs


def _members(low: float, high: float, points: int) -> np.ndarray:
    """Which Fourier points belong to the band of `low` to `high` sessions.

    A bound belongs to the quicker band, as in the R package.
    """
    place = np.arange(points)
    # In units of pi; a bound that is a point's own frequency must not depend on its last digit.
    frequency = np.minimum(place, points - place) / max(points // 2, 1) + _ROUNDING
    quicker = np.inf if low == 1 else 1 / low
    return np.asarray((frequency >= 1 / high) & (frequency < quicker))


def _band(name: str, table: pd.DataFrame) -> Band:
    values = table.to_numpy()
    crossing, everything = values.sum() - np.trace(values), values.sum()
    return Band(
        name=name,
        table=table,
        absolute=float(crossing / len(table)),
        within=float(100 * crossing / everything),
        weight=float(everything / len(table)),
    )

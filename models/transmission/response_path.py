"""What local projections give: a path of responses with its joint covariance and bands."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from models.transmission.display import html, text
from models.transmission.inference.horizons import largest_of
from models.transmission.inference.power import normal_reach

# An error below this share of the response is rounding: the response is then known, not estimated.
_EXACT = 1e-6


@dataclass(frozen=True, eq=False)
class ResponsePath:
    """A response (or a difference of two) at horizons 0, 1, 2, ...

    Attributes:
        name: what responds to what.
        estimates: shape (horizons,).
        covariance: joint over the horizons.
        plain_errors: standard errors were there no dependence, shape (horizons,).
        used: rows of each horizon's regression.
        lags: of the HAC errors.
        level: coverage of the bands.
        band_from: first horizon of the simultaneous band and of the joint test.
    """

    name: str
    estimates: np.ndarray
    covariance: np.ndarray
    plain_errors: np.ndarray
    used: np.ndarray
    lags: int
    level: float
    band_from: int

    @property
    def errors(self) -> np.ndarray:
        """Standard errors, shape (horizons,); 0 where a series responds to itself at once."""
        found = np.sqrt(np.diag(self.covariance))
        return np.where(found <= _EXACT * np.abs(self.estimates), 0.0, found)

    @property
    def tested(self) -> np.ndarray:
        """Horizons of the joint test: those from `band_from` on that are estimated at all."""
        places = np.flatnonzero(self.errors > 0)
        return places[places >= self.band_from]

    @property
    def statistic(self) -> float:
        """The largest |t| of the tested horizons."""
        return float(np.abs(self.estimates[self.tested] / self.errors[self.tested]).max())

    @property
    def critical(self) -> float:
        """Reach of the simultaneous band in standard errors."""
        return float(np.quantile(self._largest(), self.level))

    @property
    def p_value(self) -> float:
        """P-value that every tested response is 0, by the sup-t test."""
        simulated = self._largest()
        beyond = int((simulated >= self.statistic).sum())
        return (beyond + 1) / (len(simulated) + 1)

    def _largest(self) -> np.ndarray:
        return largest_of(self.covariance[np.ix_(self.tested, self.tested)])

    def to_frame(self) -> pd.DataFrame:
        """Estimate, error, both bands and rows by horizon; no simultaneous band before it starts.

        Columns `estimate, error, lo, hi, band_lo, band_hi, n`.
        """
        point = normal_reach(self.level) * self.errors
        joint = self.critical * self.errors
        joint[: self.band_from] = np.nan
        return pd.DataFrame(
            {
                "estimate": self.estimates,
                "error": self.errors,
                "lo": self.estimates - point,
                "hi": self.estimates + point,
                "band_lo": self.estimates - joint,
                "band_hi": self.estimates + joint,
                "n": self.used,
            },
            index=pd.RangeIndex(len(self.estimates), name="horizon"),
        )

    def summary(self) -> str:
        """The path as plain text."""
        return text(self.name, self.to_frame(), self._notes())

    def _repr_html_(self) -> str:
        return html(self.name, self.to_frame(), self._notes())

    def _notes(self) -> list[str]:
        return [
            f"HAC errors with {self.lags} lags; bands of {100 * self.level:g} %, the simultaneous "
            f"one (sup-t) over horizons {self.band_from}-{len(self.estimates) - 1}; joint test "
            f"that all are 0: largest |t| {self.statistic:.2f}, p {self.p_value:.4f}"
        ]


@dataclass(frozen=True, eq=False)
class StatePaths:
    """Responses in both states and their difference.

    Attributes:
        high: response where the state variable is high (weight 1 - F).
        low: response where it is low (weight F).
        difference: high - low.
        weight_of_high: by row, missing where the lagged state is.
    """

    high: ResponsePath
    low: ResponsePath
    difference: ResponsePath
    weight_of_high: pd.Series

    def to_frame(self) -> pd.DataFrame:
        """The three paths side by side; columns have two levels."""
        parts = {"high": self.high, "low": self.low, "difference": self.difference}
        return pd.concat({name: part.to_frame() for name, part in parts.items()}, axis=1)

    def summary(self) -> str:
        """The three paths as plain text."""
        return "\n\n".join(path.summary() for path in (self.high, self.low, self.difference))

    def _repr_html_(self) -> str:
        return "".join(path._repr_html_() for path in (self.high, self.low, self.difference))

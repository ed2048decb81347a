"""What was abnormal about one day: after the market and technology, against placebo days.

Market model after MacKinlay, "Event Studies in Economics and Finance", Journal of Economic
Literature 35, 1997: the normal return is fitted on the sessions before a gap before the day. One
event is one observation, so its significance is its rank among all other sessions, each treated
in the same way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from models.claims.data import Unavailable, log_returns
from models.claims.measure import Interval, Measured, Plot
from models.claims.measures.day_move import change
from models.errors import ModelError
from models.sessions import check_day

if TYPE_CHECKING:
    import pandas as pd

    from models.claims.data import Look

_GAP = 10
_LEAST_PLACEBOS = 100
_OF_BAR = ("close_percent", "low_percent", "days_low_as_low_percent")
_KINDS = ("raw", "abnormal")
_OF_KIND = (
    "percent", "over_window_percent", "as_low_percent_of_placebos",
    "over_window_as_low_percent_of_placebos",
)  # fmt: skip


@dataclass(frozen=True)
class Event:
    """Abnormal log returns of assets on a day and over the sessions from it on.

    Of each asset: `_close_percent` and `_low_percent` of the day's bar against the close before,
    and `_days_low_as_low_percent`, the share of all days whose low was as far below it. Then
    `_raw_percent` (return less its mean before) and `_abnormal_percent` (less what the controls
    explain), each with the interval that the placebo days leave around it; the same
    `_over_window_percent`; and `_as_low_percent_of_placebos`: the share of placebo days as low or
    lower, a one-sided p-value in percent that counts the day itself.

    Attributes:
        assets: what may have reacted.
        controls: returns that explain the normal one, such as the market and technology.
        date: the session.
        window: sessions over which the abnormal return is added up, the day included.
        estimation: sessions from which the normal return is fitted; ten before the day are left
            out.
    """

    assets: tuple[str, ...]
    controls: tuple[str, ...]
    date: str
    window: int = 5
    estimation: int = 120
    kind: ClassVar[str] = "event"

    def __post_init__(self) -> None:
        """Refuse what is no day or no window."""
        check_day("date", self.date)
        if self.window < 1 or self.estimation < 30:
            raise ModelError("a window has a session and an estimation 30, at least")
        if set(self.assets) & set(self.controls):
            raise ModelError("an asset cannot be its own control")

    def names(self) -> tuple[str, ...]:
        """Eleven an asset."""
        kinds = [f"{kind}_{name}" for kind in _KINDS for name in _OF_KIND]
        return tuple(f"{asset}_{name}" for asset in self.assets for name in (*_OF_BAR, *kinds))

    def fit(self, look: Look) -> Measured:
        """Fit the day and all its placebos."""
        parts = [self._of(look, asset) for asset in self.assets]
        tests = tuple(name for name in self.names() if name.endswith("_of_placebos"))
        return Measured(
            values={name: value for part in parts for name, value in part.values.items()},
            n=parts[0].n,
            intervals={name: ends for part in parts for name, ends in part.intervals.items()},
            tests=tests,
            notes=tuple(note for part in parts for note in part.notes),
            plots=tuple(drawn for part in parts for drawn in part.plots),
        )

    def _of(self, look: Look, asset: str) -> Measured:
        before, bar = look.pair(asset, self.date)
        base = float(before["close"])
        found = [change(base, float(bar[name])) for name in ("close", "low")]
        values = dict(zip(_OF_BAR, (*found, self._lows(look, asset)), strict=True))
        intervals: dict[str, Interval] = {}
        rows = log_returns(look.sessions([asset, *self.controls], adjusted=True)).dropna()
        places = self._places(rows, asset)
        own = places.index(rows.index.to_list().index(self.date))
        plots = []
        for kind in _KINDS:
            columns = rows if kind == "abnormal" else rows[[asset]]
            paths = np.array([self._abnormal(columns.to_numpy(), at) for at in places])
            part = self._ranked(paths, own, look.level)
            values |= {f"{kind}_{name}": value for name, value in part.values.items()}
            intervals |= {f"{kind}_{name}": ends for name, ends in part.intervals.items()}
            plots.append(self._path(paths, own, look.level, f"{asset}_{kind}"))
        return Measured(
            {f"{asset}_{name}": value for name, value in values.items()},
            len(places),
            {f"{asset}_{name}": ends for name, ends in intervals.items()},
            notes=(self._told(asset, values, len(places)),),
            plots=tuple(plots),
        )

    def _places(self, rows: pd.DataFrame, asset: str) -> list[int]:
        """Rows whose estimation and window lie within the sample; the event's is one of them."""
        days = rows.index.to_list()
        if self.date not in days:
            raise Unavailable(f"returns of {asset} and {', '.join(self.controls)} on {self.date}")
        first, last = self.estimation + _GAP, len(days) - self.window
        if not first <= days.index(self.date) <= last or last - first < _LEAST_PLACEBOS:
            raise ModelError(
                f"{days.index(self.date)} sessions before {self.date} and "
                f"{len(days) - days.index(self.date)} from it on leave no estimation of "
                f"{self.estimation}, window of {self.window} and {_LEAST_PLACEBOS} placebo days"
            )
        return list(range(first, last + 1))

    def _abnormal(self, rows: np.ndarray, at: int) -> np.ndarray:
        """Abnormal returns of the window's sessions, shape (window,)."""
        past = rows[at - _GAP - self.estimation : at - _GAP]
        coefficients = np.linalg.lstsq(_design(past), past[:, 0], rcond=None)[0]
        now = rows[at : at + self.window]
        return np.asarray(now[:, 0] - _design(now) @ coefficients)

    def _ranked(self, paths: np.ndarray, own: int, level: float) -> Measured:
        """The day and the window among their placebos."""
        away = self._away(paths, own)
        half = (1 - level) / 2
        values, intervals = [], {}
        for name, kind in zip(_OF_KIND[:2], (paths[:, 0], paths.sum(axis=1)), strict=True):
            low, high = np.quantile(kind[away], [half, 1 - half])
            value = float(kind[own])
            values.append((value, _as_low(kind, own, away)))
            intervals[name] = (value - float(high), value - float(low))
        (day, day_share), (window, window_share) = values
        found = dict(zip(_OF_KIND, (day, window, day_share, window_share), strict=True))
        return Measured(found, len(paths), intervals)

    def _away(self, paths: np.ndarray, own: int) -> np.ndarray:
        """Placebos whose window does not overlap the event's: one that does holds the event."""
        return np.asarray(np.abs(np.arange(len(paths)) - own) >= self.window)

    def _lows(self, look: Look, asset: str) -> float:
        bars = look.bars(asset)
        falls = (bars["low"] / bars["close"].shift(1) - 1.0).dropna()
        return 100.0 * float((falls <= falls[self.date]).mean())

    def _told(self, asset: str, values: dict[str, float], days: int) -> str:
        explained = " and ".join(self.controls)
        return (
            f"{asset} closed {values['close_percent']:+.2f} %, at its low "
            f"{values['low_percent']:+.2f} % ({values['days_low_as_low_percent']:.1f} % of its "
            f"days had as low a low). Less its mean {values['raw_percent']:+.2f} %, as low as "
            f"{values['raw_as_low_percent_of_placebos']:.1f} % of {days} sessions; less what "
            f"{explained} explain {values['abnormal_percent']:+.2f} %, as low as "
            f"{values['abnormal_as_low_percent_of_placebos']:.1f} %."
        )

    def _path(self, paths: np.ndarray, own: int, level: float, name: str) -> Plot:
        added = paths.cumsum(axis=1)
        half = (1 - level) / 2
        low, high = np.quantile(added[self._away(paths, own)], [half, 1 - half], axis=0)
        path = added[own]
        return {
            "kind": "path",
            "name": f"{name}_over_window_percent",
            "x": list(range(self.window)),
            "x_label": f"sessions after {self.date}",
            "y_label": f"{name.replace('_', ', ')} return, percent",
            "estimate": path.tolist(),
            "lo": (path - high).tolist(),
            "hi": (path - low).tolist(),
            "band_lo": None,
            "band_hi": None,
        }


def _design(rows: np.ndarray) -> np.ndarray:
    return np.column_stack([np.ones(len(rows)), rows[:, 1:]])


def _as_low(values: np.ndarray, own: int, away: np.ndarray) -> float:
    """Percent of placebos as low, the day itself counted."""
    return 100.0 * float((1 + (values[away] <= values[own]).sum()) / (1 + away.sum()))

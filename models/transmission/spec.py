"""What is tested: assets, factors, horizons and the choices that every test shares."""

from __future__ import annotations

from dataclasses import dataclass

from models.errors import ModelError
from models.sessions import check_day

FAMILIES = (
    "stationarity",
    "contemporaneous",
    "predictive",
    "downside",
    "correlation",
    "granger",
)


@dataclass(frozen=True)
class TransmissionSpec:
    """The choices of a run.

    Attributes:
        assets: symbols whose returns may react to fear.
        crypto: symbols whose bars end at 24:00 UTC, not at the New York close.
        tail: the asset said to be the high-beta tail, tested against `factors`.
        factors: technology symbols for betas and correlations.
        market: the market control, or None for none.
        horizons: sessions ahead of the predictive tests.
        window: sessions of the rolling correlation.
        max_lags: most lags that the information criterion may choose.
        min_sessions: complete sessions below which a test abstains.
        max_missing: share of missing sessions above which a test abstains.
        alpha: level of the tests and of the false discovery rate.
        level: coverage of the intervals; by default 1 - alpha, so that an interval without 0 and a
            p-value below alpha say the same.
        power: of the smallest detectable effect.
        size_draws: simulated nulls behind each measured size; 0 = do not measure. A simulated
            p-value cannot be below 1 / (draws + 1), so a large family needs many.
        bootstrap_draws: draws behind each correlation's interval.
        seed: of all draws.
        index_kind: `real-time` or `reconstructed`: whether the first-seen times of the index
            were recorded as they happened or set afterwards from publication times.
        start: first session to use, `YYYY-MM-DD`; None = the index's first.
        end: last session to use; None = the index's last.
        families: which to run, in this order.
    """

    assets: tuple[str, ...] = ("BTC-USD", "QQQ", "NVDA", "ORCL", "AMD", "MSFT")
    crypto: tuple[str, ...] = ("BTC-USD",)
    tail: str = "BTC-USD"
    factors: tuple[str, ...] = ("QQQ", "NVDA")
    market: str | None = "SPY"
    horizons: tuple[int, ...] = (1, 5)
    window: int = 30
    max_lags: int = 5
    min_sessions: int = 40
    max_missing: float = 0.10
    alpha: float = 0.05
    level: float = 0.95
    power: float = 0.80
    size_draws: int = 999
    bootstrap_draws: int = 400
    seed: int = 17
    index_kind: str = "reconstructed"
    start: str | None = None
    end: str | None = None
    families: tuple[str, ...] = FAMILIES

    def __post_init__(self) -> None:
        """Refuse choices that no test could use.

        Raises:
            ModelError: naming the field and its value.
        """
        self._check_numbers()
        self._check_names()
        for name in ("start", "end"):
            check_day(name, getattr(self, name))
        if self.start and self.end and self.end < self.start:
            raise ModelError(f"end {self.end} lies before {self.start}")

    def _check_numbers(self) -> None:
        for name in ("alpha", "level", "power"):
            if not 0 < getattr(self, name) < 1:
                raise ModelError(f"{name} must lie between 0 and 1, not {getattr(self, name)}")
        if not 0 <= self.max_missing <= 1:
            raise ModelError(f"max_missing must lie in 0-1, not {self.max_missing}")
        if self.window < 10 or self.min_sessions < 20:
            raise ModelError("a window needs 10 sessions and a test 20, at least")
        if not self.horizons or min(self.horizons) < 1 or self.max_lags < 1:
            raise ModelError("horizons and lags are whole sessions from 1 on")
        if self.min_sessions < 4 * self.max_lags:
            # A regression on k lags of two series has 1 + 2k coefficients and loses k sessions.
            raise ModelError(f"min_sessions must be 4 times max_lags, {4 * self.max_lags}, or more")
        if self.bootstrap_draws < 20:
            raise ModelError(f"bootstrap_draws must be 20 or more, not {self.bootstrap_draws}")
        if self.size_draws != 0 and self.size_draws < 19:
            # 19 is the fewest by which a simulated p-value can reach .05.
            raise ModelError(f"size_draws must be 0 or 19 and more, not {self.size_draws}")
        if self.seed < 0:
            raise ModelError(f"seed must not be negative, not {self.seed}")

    def _check_names(self) -> None:
        if self.index_kind not in ("real-time", "reconstructed"):
            raise ModelError(f"index_kind is real-time or reconstructed, not {self.index_kind}")
        unknown = set(self.families) - set(FAMILIES)
        if unknown:
            raise ModelError(f"no such family of tests: {', '.join(sorted(unknown))}")
        for name in ("assets", "families"):
            if not getattr(self, name):
                raise ModelError(f"{name} must not be empty")
        for name in ("assets", "crypto", "factors", "horizons", "families"):
            values = getattr(self, name)
            # Two hypotheses of one name could not be told apart.
            if len(set(values)) < len(values):
                raise ModelError(f"{name} holds a value twice: {', '.join(map(str, values))}")
        if self.tail in self.factors:
            raise ModelError(f"{self.tail} cannot be its own factor")

    @property
    def symbols(self) -> tuple[str, ...]:
        """Every symbol that a test looks at, once, in order."""
        market = () if self.market is None else (self.market,)
        return tuple(dict.fromkeys((*self.assets, self.tail, *self.factors, *market)))

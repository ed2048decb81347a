"""What is tested: assets, factors, horizons and the choices that every test shares."""

from __future__ import annotations

from dataclasses import dataclass, replace

from models.errors import ModelError
from models.sessions import check_day

FAMILIES = (
    "stationarity",
    "contemporaneous",
    "predictive",
    "persistent",
    "downside",
    "quantile",
    "correlation",
    "granger",
    "weekend",
    "toda-yamamoto",
    "local-projections",
    "connectedness",
    "garch",
    "events",
    "mediation",
    "threshold",
    "breaks",
    "out-of-sample",
    "snooping",
    "placebo",
)
QUICK_DRAWS = 149


@dataclass(frozen=True)
class TransmissionSpec:
    """The choices of a run.

    Attributes:
        assets: symbols whose returns may react to fear.
        crypto: symbols whose bars end at 24:00 UTC, not at the New York close.
        tail: the asset said to be the high-beta tail, tested against `factors`.
        factors: technology symbols for betas and correlations.
        market: the market control, or None for none.
        controls: further controls, used all together beside the market where they have prices.
        differenced: symbols whose bars are rates or indices in points: changes, not log returns.
        state: symbol whose level says calm or stress in state-dependent tests, or None.
        horizons: sessions ahead of the predictive tests.
        path: sessions ahead of local projections.
        window: sessions of the rolling correlation.
        rolling: sessions of rolling connectedness and betas.
        var_lags: lags of the vector autoregression behind connectedness.
        var_horizon: sessions ahead of its variance decomposition.
        quantiles: of the return, between 0 and 1.
        events: sessions of the event study, `YYYY-MM-DD`; to them come the sessions of the
            largest fear innovations.
        event_window: first and last session around an event.
        estimation: sessions before an event's window from which its normal return is estimated.
        max_lags: most lags that the information criterion may choose.
        min_sessions: complete sessions below which a test abstains.
        max_missing: share of missing sessions above which a test abstains.
        alpha: level of the tests and of the false discovery rate.
        level: coverage of the intervals; by default 1 - alpha, so that an interval without 0 and a
            p-value below alpha say the same.
        power: of the smallest detectable effect.
        size_draws: simulated nulls behind each measured size; 0 = do not measure. A simulated
            p-value cannot be below 1 / (draws + 1), so a large family needs many.
        bootstrap_draws: draws behind each bootstrap interval or bootstrap p-value.
        seed: of all draws.
        index_kind: `real-time` or `reconstructed`: whether the first-seen times of the index
            were recorded as they happened or set afterwards from publication times.
        transform: `none`, or `asinh`: the inverse hyperbolic sine of index / 100, which is near
            the logarithm for large values and takes zeros, so that a few very high sessions do
            not decide alone.
        total_returns: returns of adjusted closes (splits and dividends) where a symbol has them
            throughout; False = of closes.
        start: first session to use, `YYYY-MM-DD`; None = the index's first.
        end: last session to use; None = the index's last.
        families: which to run, in this order.
    """

    assets: tuple[str, ...] = ("BTC-USD", "QQQ", "NVDA", "ORCL", "AMD", "MSFT")
    crypto: tuple[str, ...] = ("BTC-USD",)
    tail: str = "BTC-USD"
    factors: tuple[str, ...] = ("QQQ", "NVDA")
    market: str | None = "SPY"
    controls: tuple[str, ...] = ("VIX", "DXY", "TNX")
    differenced: tuple[str, ...] = ("VIX", "TNX")
    state: str | None = "VIX"
    horizons: tuple[int, ...] = (1, 5)
    path: int = 10
    window: int = 30
    rolling: int = 120
    var_lags: int = 4
    var_horizon: int = 10
    quantiles: tuple[float, ...] = (0.05, 0.5)
    events: tuple[str, ...] = ("2025-01-27", "2025-12-11")
    event_window: tuple[int, int] = (0, 4)
    estimation: int = 120
    max_lags: int = 5
    min_sessions: int = 40
    max_missing: float = 0.10
    alpha: float = 0.05
    level: float = 0.95
    power: float = 0.80
    size_draws: int = 999
    bootstrap_draws: int = 999
    seed: int = 17
    index_kind: str = "reconstructed"
    transform: str = "none"
    total_returns: bool = True
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
        for event in self.events:
            check_day("events", event)
        if self.start and self.end and self.end < self.start:
            raise ModelError(f"end {self.end} lies before {self.start}")

    def quick(self) -> TransmissionSpec:
        """The same with few draws: p-values to a percent or so, for a look in between."""
        return replace(
            self,
            size_draws=min(self.size_draws, QUICK_DRAWS),
            bootstrap_draws=min(self.bootstrap_draws, QUICK_DRAWS),
        )

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
        if self.path < 1 or self.rolling < 40 or self.var_lags < 1 or self.var_horizon < 1:
            raise ModelError("paths, lags and horizons start at 1, rolling windows at 40 sessions")
        if not self.quantiles or not all(0 < q < 1 for q in self.quantiles):
            raise ModelError(f"quantiles lie between 0 and 1, not {self.quantiles}")
        first, last = self.event_window
        if last < first or self.estimation < 30:
            raise ModelError("an event's window must not end before it starts; 30 sessions before")
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
        if self.transform not in ("none", "asinh"):
            raise ModelError(f"transform is none or asinh, not {self.transform}")
        unknown = set(self.families) - set(FAMILIES)
        if unknown:
            raise ModelError(f"no such family of tests: {', '.join(sorted(unknown))}")
        for name in ("assets", "families"):
            if not getattr(self, name):
                raise ModelError(f"{name} must not be empty")
        for name in ("assets", "crypto", "factors", "controls", "horizons", "events", "families"):
            values = getattr(self, name)
            # Two hypotheses of one name could not be told apart.
            if len(set(values)) < len(values):
                raise ModelError(f"{name} holds a value twice: {', '.join(map(str, values))}")
        if self.tail in self.factors:
            raise ModelError(f"{self.tail} cannot be its own factor")

    @property
    def symbols(self) -> tuple[str, ...]:
        """Every symbol that a test looks at, once, in order."""
        others = [name for name in (self.market, *self.controls, self.state) if name is not None]
        return tuple(dict.fromkeys((*self.assets, self.tail, *self.factors, *others)))

    @property
    def traded(self) -> tuple[str, ...]:
        """The symbols whose returns are tested, without the controls."""
        market = () if self.market is None else (self.market,)
        return tuple(dict.fromkeys((*self.assets, self.tail, *self.factors, *market)))

"""Generates the sample's market: prices whose reaction to the coded news fear is known.

`python data/sample/generate.py` rewrites `market/*.csv` and `planted.json` beside this file from
the grades in `news.csv`. Nothing here is a quotation: every series starts at a round number.
"""

from __future__ import annotations

import csv
import json
from dataclasses import asdict, dataclass
from pathlib import Path

import exchange_calendars
import numpy as np
import numpy.typing as npt
import pandas as pd

HERE = Path(__file__).resolve().parent
SEED = 20250102
NEWS_SPAN = ("2025-01-02", "2025-03-07")
SESSIONS_BEFORE = 60
ORTHOGONAL_LAGS = 3
COLUMNS = ("date", "open", "high", "low", "close", "adj_close", "volume")

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Planted:
    """What one series does on a session: `fear` x innovation + `beta` x QQQ's return + noise.

    Attributes:
        start: Price before the first return.
        fear: Log return per standard deviation of the session's fear innovation.
        beta: Loading on QQQ's log return of the same session.
        noise: Standard deviation of the series' own log return.
        drift: Mean log return of a session without news.
        volume: Median volume.
    """

    start: float
    fear: float
    beta: float
    noise: float
    drift: float
    volume: float


PLANTED = {
    "QQQ": Planted(100.0, fear=-0.006, beta=0.0, noise=0.005, drift=0.0005, volume=4.0e7),
    "SPY": Planted(100.0, fear=0.0, beta=0.6, noise=0.0025, drift=0.0001, volume=6.0e7),
    "NVDA": Planted(100.0, fear=0.0, beta=1.8, noise=0.010, drift=0.0003, volume=2.0e8),
    "BTC-USD": Planted(10_000.0, fear=-0.004, beta=1.5, noise=0.009, drift=0.0, volume=3.0e10),
}
BTC_NOISE_OUTSIDE_SESSIONS = 0.006


def news_sessions() -> pd.DatetimeIndex:
    """Return the New York sessions that the sample's news covers (naive dates)."""
    calendar = exchange_calendars.get_calendar("XNYS")
    return pd.DatetimeIndex(calendar.sessions_in_range(*NEWS_SPAN))


def price_sessions() -> pd.DatetimeIndex:
    """Return the sessions with prices: the news sessions and `SESSIONS_BEFORE` before them."""
    calendar = exchange_calendars.get_calendar("XNYS")
    first = calendar.sessions_window(NEWS_SPAN[0], -(SESSIONS_BEFORE + 1))[0]
    return pd.DatetimeIndex(calendar.sessions_in_range(first, NEWS_SPAN[1]))


def coded_fear(news: Path) -> pd.Series[float]:
    """Return each session's coded fear, 0 to 1, indexed by session; NaN where no item fell.

    An item counts grade / 3 where its coded stance is fear, else 0; a source's value is the mean
    over its items, a session's the mean over its sources. Items published after a session's close
    belong to the next one.
    """
    with news.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    codes = [json.loads(row["extra"]) for row in rows]
    calendar = exchange_calendars.get_calendar("XNYS")
    sessions = news_sessions()
    closes = pd.DatetimeIndex(calendar.closes.loc[sessions])
    seen = pd.to_datetime(pd.Series([row["published_at"] for row in rows]))
    frame = pd.DataFrame(
        {
            "session": sessions[closes.searchsorted(seen, side="left")],
            "source": [row["source"] for row in rows],
            "fear": [c["grade"] / 3 if c["stance"] == "fear" else 0.0 for c in codes],
        }
    )
    by_source = frame.groupby(["session", "source"])["fear"].mean()
    return by_source.groupby("session").mean().reindex(sessions)


def innovations(fear: pd.Series[float]) -> Floats:
    """Return the residuals of an AR(1) of `fear`, mean 0 and variance 1; 0 where it is NaN."""
    values = fear.to_numpy(dtype=float)
    design = np.column_stack([np.ones(len(values) - 1), values[:-1]])
    known = np.isfinite(values[1:]) & np.isfinite(values[:-1])
    coefficients, *_ = np.linalg.lstsq(design[known], values[1:][known], rcond=None)
    residual = np.full(len(values), np.nan)
    residual[0] = values[0] - np.nanmean(values)
    residual[1:] = values[1:] - design @ coefficients
    standardised: Floats = (residual - np.nanmean(residual)) / np.nanstd(residual)
    return np.nan_to_num(standardised)


def orthogonal(noise: Floats, innovation: Floats) -> Floats:
    """Return `noise` without what it shares with the innovation, its leads and its lags.

    Chance would otherwise plant a coefficient of its own beside the stated one: with 44 sessions,
    up to 0.3 of a standard deviation. Mean 0 and variance 1 afterwards.
    """
    count = len(innovation)
    padded = np.pad(innovation, ORTHOGONAL_LAGS)
    shifts = [padded[i : i + count] for i in range(2 * ORTHOGONAL_LAGS + 1)]
    design = np.column_stack([np.ones(count), *shifts])
    fitted = design @ np.linalg.lstsq(design, noise, rcond=None)[0]
    rest: Floats = noise - fitted
    scaled: Floats = rest / rest.std()
    return scaled


def session_returns(
    innovation: Floats, draws: np.random.RandomState, before: int
) -> dict[str, Floats]:
    """Return each symbol's log returns over all price sessions, the planted ones last."""
    shock = np.concatenate([np.zeros(before), innovation])
    returns: dict[str, Floats] = {}
    for symbol, plan in PLANTED.items():
        early = draws.standard_normal(before)
        late = orthogonal(draws.standard_normal(len(innovation)), innovation)
        own = plan.drift + plan.fear * shock + plan.noise * np.concatenate([early, late])
        returns[symbol] = own + plan.beta * returns["QQQ"] if plan.beta else own
    return returns


def every_day(returns: Floats, sessions: pd.DatetimeIndex, noise: Floats) -> Floats:
    """Spread session returns over calendar days, with `noise` on the days without a session."""
    days = pd.date_range(sessions[0], sessions[-1])
    spread = noise * BTC_NOISE_OUTSIDE_SESSIONS
    spread[days.isin(sessions)] = returns
    return spread


def bars(
    plan: Planted,
    days: pd.DatetimeIndex,
    returns: Floats,
    draws: np.random.RandomState,
    *,
    adjusted: bool,
) -> pd.DataFrame:
    """Return daily bars around the closes that `returns` give (columns `COLUMNS`)."""
    close = plan.start * np.exp(np.cumsum(returns))
    previous = np.concatenate([[plan.start], close[:-1]])
    opened = previous * np.exp(0.3 * plan.noise * draws.standard_normal(len(days)))
    stretch = np.exp(0.4 * plan.noise * np.abs(draws.standard_normal((2, len(days)))))
    volume = plan.volume * np.exp(0.2 * draws.standard_normal(len(days)))
    return pd.DataFrame(
        {
            "date": days.strftime("%Y-%m-%d"),
            "open": opened.round(4),
            "high": (np.maximum(opened, close) * stretch[0]).round(4),
            "low": (np.minimum(opened, close) / stretch[1]).round(4),
            "close": close.round(4),
            "adj_close": close.round(4) if adjusted else np.full(len(days), np.nan),
            "volume": volume.round(-3).astype(np.int64),
        },
        columns=list(COLUMNS),
    )


def market(news: Path) -> dict[str, pd.DataFrame]:
    """Return the generated bars of every symbol for the grades in `news`."""
    # RandomState's streams are frozen for good; default_rng's may change with a numpy release.
    draws = np.random.RandomState(SEED)
    sessions = price_sessions()
    innovation = innovations(coded_fear(news))
    returns = session_returns(innovation, draws, len(sessions) - len(innovation))
    frames = {}
    for symbol, plan in PLANTED.items():
        days, steps = sessions, returns[symbol]
        if symbol == "BTC-USD":
            days = pd.date_range(sessions[0], sessions[-1])
            steps = every_day(steps, sessions, draws.standard_normal(len(days)))
        frames[symbol] = bars(plan, days, steps, draws, adjusted=symbol != "BTC-USD")
    return frames


def statement() -> dict[str, object]:
    """Return what is planted, as written to `planted.json`."""
    qqq, bitcoin = PLANTED["QQQ"], PLANTED["BTC-USD"]
    shared = bitcoin.fear * qqq.fear / (qqq.fear**2 + qqq.noise**2)
    return {
        "sample": True,
        "seed": SEED,
        "news_sessions": list(NEWS_SPAN),
        "sessions_of_prices_before": SESSIONS_BEFORE,
        "unit": "log return per standard deviation of the coded fear's AR(1) innovation",
        "series": {symbol: asdict(plan) for symbol, plan in PLANTED.items()},
        "same_session_effect": {
            symbol: round(plan.fear + plan.beta * qqq.fear, 6) for symbol, plan in PLANTED.items()
        },
        "beta_of_bitcoin_on_QQQ": {
            "given fear": bitcoin.beta,
            "simple, over the news sessions": round(bitcoin.beta + shared, 3),
            "asymmetry": 0.0,
        },
        "predictive_effect": 0.0,
        "effect_of_returns_on_later_fear": 0.0,
    }


def write(folder: Path, news: Path) -> None:
    """Write `market/*.csv` and `planted.json` under `folder`."""
    (folder / "market").mkdir(parents=True, exist_ok=True)
    for symbol, frame in market(news).items():
        path = folder / "market" / f"{symbol}.csv"
        frame.to_csv(path, index=False, lineterminator="\n")
    text = json.dumps(statement(), indent=2, ensure_ascii=False)
    (folder / "planted.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    write(HERE, HERE / "news.csv")

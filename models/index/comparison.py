"""How two series of the index go together: correlation, and which of them leads.

Levels of two persistent series correlate without having anything to do with one another (Yule
1926; Granger and Newbold 1974), so what counts are changes: differences of `log(1 + x / 100)`,
in which a doubling weighs the same from 100 and from 1,000 and a session without fear is a
number. Taken to the base mean of 100 and not to one point, since `log(1 + x)` would make the step
from 0 to 10 points larger than the one from 100 to 1,000.

Every interval comes from redrawing blocks of sessions (`models.resampling`): a row holds the first
series and all leads and lags of the second, so that the pairs stay pairs (the blocks of blocks
of Kuensch, Annals of Statistics 17, 1989). Of many lags some stands out by chance; the joint
band is as wide as the largest standardised deviation over all of them asks for (sup-t: Montiel
Olea and Plagborg-Moeller, Journal of Applied Econometrics 34, 2019), on Fisher's scale, on which
all lags vary alike; so they share one spread, which is steadier than each one's own. Over
simulated changes of unrelated AR(1) series (.8) of 100-500 sessions the 95 % band held all lags
in 92-94 % of samples (with each lag's own spread in 89-92 %). The interval of levels that
persistent is too narrow: it held in 88 %.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.errors import ModelError
from models.resampling import mean_block, stationary_indices

MIN_PAIRS = 20
SCALE = 100.0
CLOSE_TO_ONE = 1 - 1e-12


@dataclass(frozen=True)
class Estimate:
    """A correlation with its interval."""

    value: float
    lo: float
    hi: float

    @property
    def shown(self) -> bool:
        """Whether the interval leaves out 0."""
        return self.lo > 0 or self.hi < 0


@dataclass(frozen=True)
class Association:
    """How two columns go together in the same session; `n` pairs."""

    pearson: Estimate
    spearman: Estimate
    n: int


@dataclass(frozen=True)
class Lagged:
    """Correlation of the first with the second `lag` sessions later.

    Attributes:
        lag: positive = the first leads.
        r: Pearson, with the interval of this lag alone.
        joint_lo: lower end of the band that holds all lags together.
        joint_hi: its upper end.
        n: pairs.
    """

    lag: int
    r: Estimate
    joint_lo: float
    joint_hi: float
    n: int

    @property
    def outside(self) -> bool:
        """Whether the joint band leaves out 0: no chance find of many looks."""
        return self.joint_lo > 0 or self.joint_hi < 0


@dataclass(frozen=True)
class Comparison:
    """How two series go together.

    Attributes:
        levels: of the values as they are.
        changes: of the changes of both in the same session.
        lagged: of the changes, by lag.
        persistence: correlation of each series' level with itself one session before.
        level: coverage of intervals and band, 0-1.
        draws: of the bootstrap.
    """

    levels: Association
    changes: Association
    lagged: tuple[Lagged, ...]
    persistence: tuple[float, float]
    level: float
    draws: int

    @property
    def largest(self) -> Lagged:
        """The lag whose correlation is farthest from 0; of equals the one nearest to lag 0."""
        return max(self.lagged, key=lambda one: (abs(one.r.value), -abs(one.lag)))


@dataclass(frozen=True)
class Draws:
    """How intervals are made: coverage, number of draws, and the seed that makes them again."""

    level: float = 0.95
    draws: int = 2000
    seed: int = 11


def compare(
    first: np.ndarray, second: np.ndarray, lags: int = 10, how: Draws | None = None
) -> Comparison:
    """Set two series side by side.

    Args:
        first: index points by session, NaN = missing; shape (sessions,).
        second: the same of the other.
        lags: sessions to either side; those with fewer than 20 pairs are left out.
        how: of the intervals; default: 95 %, 2,000 draws.

    Raises:
        ModelError: fewer than 20 pairs of changes, or a series that stands still.
    """
    how = how or Draws()
    x, y = changes(first), changes(second)
    pairs = int((np.isfinite(x) & np.isfinite(y)).sum())
    if pairs < MIN_PAIRS:
        raise ModelError(
            f"{pairs} pairs of changes are too few to compare two series by: {MIN_PAIRS} are needed"
        )
    return Comparison(
        levels=association(first, second, how),
        changes=association(x, y, how),
        lagged=cross_correlation(x, y, lags, how),
        persistence=(_persistence(first), _persistence(second)),
        level=how.level,
        draws=how.draws,
    )


def changes(values: np.ndarray) -> np.ndarray:
    """Change from the session before in `log(1 + x / 100)`, odd around 0; shape (sessions,).

    NaN in the first session and wherever one of the two is missing: a gap is not bridged.
    """
    scaled = np.sign(values) * np.log1p(np.abs(values) / SCALE)
    return np.diff(scaled, prepend=np.nan)


def association(x: np.ndarray, y: np.ndarray, how: Draws) -> Association:
    """Pearson and Spearman of two columns with their percentile intervals.

    Raises:
        ModelError: one of them stands still.
    """
    from scipy.stats import rankdata

    both = np.isfinite(x) & np.isfinite(y)
    x, y = x[both], y[both]
    _check_moves(x, y)
    rng, block = np.random.default_rng(how.seed), _block_of_products(x, y[None])
    places = stationary_indices(len(x), how.draws, block, rng)
    ranks = (rankdata(x), rankdata(y))
    drawn = (rankdata(x[places], axis=1), rankdata(y[places], axis=1))
    return Association(
        pearson=_percentiles(_pearson(x, y), _pearson(x[places], y[places]), how),
        spearman=_percentiles(_pearson(*ranks), _pearson(*drawn), how),
        n=len(x),
    )


def cross_correlation(x: np.ndarray, y: np.ndarray, lags: int, how: Draws) -> tuple[Lagged, ...]:
    """Pearson of `x` with `y` so many sessions later, from -lags to lags.

    Raises:
        ModelError: one of them stands still in the pairs of a lag.
    """
    columns = {lag: _later(y, lag) for lag in range(-lags, lags + 1)}
    pairs = {lag: np.isfinite(x) & np.isfinite(column) for lag, column in columns.items()}
    used = [lag for lag in columns if min(pairs[lag].sum(), pairs[-lag].sum()) >= MIN_PAIRS]
    for lag in used:
        _check_moves(x[pairs[lag]], columns[lag][pairs[lag]])
    later = np.array([columns[lag] for lag in used])
    r = _weighted(np.ones((1, len(x))), x, later)[0]
    drawn = _weighted(_counts(x, later, how), x, later)
    return _banded(used, np.array([pairs[lag].sum() for lag in used]), r, drawn, how)


def _banded(
    lags: list[int], counts: np.ndarray, r: np.ndarray, drawn: np.ndarray, how: Draws
) -> tuple[Lagged, ...]:
    """Each lag's own interval and the joint band, both symmetric on Fisher's scale."""
    from scipy.stats import norm

    centre, away = _fisher(r), _fisher(drawn) - _fisher(r)
    spread = np.sqrt(np.nanmean(np.nanvar(away, axis=0) * counts) / counts)
    largest = np.nanmax(np.abs(away) / spread, axis=1)
    own = norm.ppf(0.5 + how.level / 2)
    joint = max(own, np.nanquantile(largest, how.level))
    ends = [np.tanh(centre + sign * width * spread) for width in (own, joint) for sign in (-1, 1)]
    rows = np.column_stack([r, *ends]).tolist()
    return tuple(
        Lagged(lag, Estimate(value, lo, hi), low, high, int(n))
        for lag, n, (value, lo, hi, low, high) in zip(lags, counts, rows, strict=True)
    )


def _fisher(r: np.ndarray) -> np.ndarray:
    return np.asarray(np.arctanh(np.clip(r, -CLOSE_TO_ONE, CLOSE_TO_ONE)))


def _later(values: np.ndarray, lag: int) -> np.ndarray:
    """The value `lag` sessions later in each session, NaN where there is none."""
    moved = np.full(len(values), np.nan)
    if lag >= 0:
        moved[: len(values) - lag] = values[lag:]
    else:
        moved[-lag:] = values[:lag]
    return moved


def _counts(x: np.ndarray, later: np.ndarray, how: Draws) -> np.ndarray:
    """How often each session is in each draw, shape (draws, sessions)."""
    n, rng = len(x), np.random.default_rng(how.seed)
    places = stationary_indices(n, how.draws, _block_of_products(x, later), rng)
    offset = np.arange(how.draws)[:, None] * n
    counts = np.bincount((places + offset).ravel(), minlength=how.draws * n)
    return counts.reshape(how.draws, n).astype("float64")


def _block_of_products(x: np.ndarray, later: np.ndarray) -> float:
    """Mean over the lags of the automatic block length of the products.

    A correlation is a mean of products; they depend on one another less than either series on
    itself. The blocks of a differenced series, long for the sake of its negative autocorrelation,
    would leave so few different draws that the interval comes out half as wide as it should.
    """
    products = [(x - np.nanmean(x)) * (row - np.nanmean(row)) for row in later]
    return float(np.mean([mean_block(each[np.isfinite(each)]) for each in products]))


def _weighted(weights: np.ndarray, x: np.ndarray, later: np.ndarray) -> np.ndarray:
    """Pearson of `x` with each row of `later` over the pairs, a session counted by its weight.

    Shape (draws, rows). A draw enters by its counts alone, so that all are a few products of
    matrices.
    """
    pair = np.isfinite(x) & np.isfinite(later)
    a, b = (np.where(pair, each, 0.0) for each in (x, later))
    n, sa, sb, saa, sbb, sab = (weights @ each.T for each in (pair, a, b, a * a, b * b, a * b))
    above, below = n * sab - sa * sb, (n * saa - sa**2) * (n * sbb - sb**2)
    # A draw in which one of the two stands still says nothing of how they go together.
    moves = below > 1e-12 * (n * saa) * (n * sbb)
    root = np.sqrt(np.where(moves, below, 1.0))
    return np.where(moves, above / root, np.nan)


def _pearson(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Pearson along the last axis, NaN where one stands still."""
    a, b = (each - each.mean(axis=-1, keepdims=True) for each in (x, y))
    above, below = (a * b).sum(axis=-1), np.sqrt((a * a).sum(axis=-1) * (b * b).sum(axis=-1))
    out = np.full(np.shape(above), np.nan)
    return np.asarray(np.divide(above, below, out=out, where=below > 0))


def _percentiles(value: np.ndarray, drawn: np.ndarray, how: Draws) -> Estimate:
    lo, hi = np.nanquantile(drawn, [(1 - how.level) / 2, (1 + how.level) / 2])
    return Estimate(float(value), float(lo), float(hi))


def _check_moves(x: np.ndarray, y: np.ndarray) -> None:
    for name, values in (("first", x), ("second", y)):
        if np.ptp(values) == 0:
            raise ModelError(f"the {name} series stands still over {len(values)} pairs")


def _persistence(values: np.ndarray) -> float:
    """Correlation with the session before, over the pairs that are there; NaN of a constant."""
    pair = np.isfinite(values[1:]) & np.isfinite(values[:-1])
    return float(_pearson(values[:-1][pair], values[1:][pair]))

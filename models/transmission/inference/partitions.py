"""Least-squares partitions of a regression into regimes, for one sample or for many at once.

Dynamic programming after Bai and Perron, "Computation and Analysis of Multiple Structural Change
Models", Journal of Applied Econometrics 18(1), 2003: what a regime explains depends on its two
ends alone, so the best k breaks up to t are the best k - 1 up to some s plus the regime s..t.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.errors import ModelError


@dataclass(frozen=True)
class Partitions:
    """The best partitions of each sample into 1, 2, ... regimes.

    Attributes:
        ssr: sum of squared residuals, shape (draws, 1 + most), first without a break.
        dates: `dates[k]` = last observations of all regimes but the last (counted from 1), for k
            breaks, shape (draws, k).
    """

    ssr: np.ndarray
    dates: list[np.ndarray]

    def f_statistics(self, n: int, coefficients: int) -> np.ndarray:
        """Statistics of k = 1, 2, ... breaks against none, errors alike and free: (draws, most).

        Divided by k but not by the coefficients, as the published critical values are.
        """
        most = self.ssr.shape[1] - 1
        breaks = np.arange(1, most + 1)
        gained = self.ssr[:, :1] - self.ssr[:, 1:]
        degrees = n - (breaks + 1) * coefficients
        return np.asarray(gained / self.ssr[:, 1:] * degrees / breaks)


def partition(
    responses: np.ndarray, design: np.ndarray, least: int, most: int, step: int = 1
) -> Partitions:
    """Find the partitions with the least sums of squares.

    Args:
        responses: shape (draws, n).
        design: shape (n, q), shared by all draws, the constant included.
        least: observations in the shortest regime allowed.
        most: breaks at the most.
        step: candidate dates lie so many observations apart.

    Raises:
        ModelError: the regimes do not fit into the sample, or a regime's regressors are
            collinear.
    """
    n, q = design.shape
    if least <= q or (most + 1) * least > n:
        raise ModelError(
            f"{most} breaks need {most + 1} regimes of {max(least, q + 1)} sessions; there are {n}"
        )
    knots = np.unique(np.r_[np.arange(0, n, step), n])
    pieces = _Explained(responses, design, knots, least)
    best, origins = _search(pieces, most)
    explained = np.stack([level[:, -1] for level in best], axis=1)
    if not np.isfinite(explained).all():
        raise ModelError(f"{most} breaks do not fit into {n} sessions {step} by {step}")
    dates = [
        np.sort(_walk_back(origins[:k], knots), axis=1) if k else np.empty((len(responses), 0), int)
        for k in range(most + 1)
    ]
    return Partitions(pieces.total[:, None] - explained, dates)


class _Explained:
    """Sums of squares that regimes explain, by their two ends."""

    def __init__(
        self, responses: np.ndarray, design: np.ndarray, knots: np.ndarray, least: int
    ) -> None:
        # Whatever the whole sample's regression explains, each regime explains too: what is left
        # keeps the differences of large sums from losing digits.
        basis = np.linalg.qr(design)[0]
        left = responses - (responses @ basis) @ basis.T
        self.knots, self.least = knots, least
        self.total = (left**2).sum(axis=1)
        scale = np.sqrt((design**2).mean(axis=0))
        scaled = design / np.where(scale > 0, scale, 1.0)
        inner = np.cumsum(scaled[:, :, None] * scaled[:, None, :], axis=0)
        self._inner = np.concatenate([np.zeros((1, *inner.shape[1:])), inner])[knots]
        self._cross = np.stack(
            [
                np.pad(np.cumsum(left * column, axis=1), ((0, 0), (1, 0)))[:, knots]
                for column in scaled.T
            ]
        )

    def starts(self, end: int) -> int:
        """How many of the knots may start a regime that ends at knot `end`."""
        return int(np.searchsorted(self.knots, self.knots[end] - self.least, side="right"))

    def ending(self, end: int) -> np.ndarray:
        """What the regimes from each allowed knot to knot `end` explain, (draws, starts)."""
        stop = self.starts(end)
        inner = self._inner[end] - self._inner[:stop]
        cross = self._cross[:, :, end : end + 1] - self._cross[:, :, :stop]
        try:
            inverse = np.linalg.inv(inner)
        except np.linalg.LinAlgError as error:
            raise ModelError("the regressors are collinear within a regime") from error
        found = np.zeros(cross.shape[1:])
        for i in range(len(cross)):
            for j in range(i + 1):
                found += (1 if i == j else 2) * inverse[:, i, j] * cross[i] * cross[j]
        return found


def _search(pieces: _Explained, most: int) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """What 1, 2, ... regimes explain up to each knot, and where the last of them begins."""
    shape = (len(pieces.total), len(pieces.knots))
    best = [np.full(shape, -np.inf) for _ in range(most + 1)]
    origins = [np.zeros(shape, dtype=int) for _ in range(most)]
    for end in range(1, shape[1]):
        stop = pieces.starts(end)
        if not stop:
            continue
        regime = pieces.ending(end)
        best[0][:, end] = regime[:, 0]
        for k, origin in enumerate(origins):
            # Which knots k + 1 regimes can reach is the same in every draw.
            first = int(np.argmax(np.isfinite(best[k][0, :stop])))
            if not np.isfinite(best[k][0, first]):
                break
            together = best[k][:, first:stop] + regime[:, first:]
            chosen = together.argmax(axis=1)
            best[k + 1][:, end] = np.take_along_axis(together, chosen[:, None], axis=1)[:, 0]
            origin[:, end] = first + chosen
    return best, origins


def _walk_back(origins: list[np.ndarray], knots: np.ndarray) -> np.ndarray:
    """The dates of the best partition, from the last break to the first."""
    draws = np.arange(len(origins[-1]))
    at = np.full(len(draws), len(knots) - 1)
    dates = []
    for origin in reversed(origins):
        at = origin[draws, at]
        dates.append(knots[at])
    return np.stack(dates, axis=1)

"""The search over thresholds: what all draws of a bootstrap share is computed once.

Hansen, "Inference When a Nuisance Parameter Is Not Identified Under the Null Hypothesis",
Econometrica 64(2), 1996.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from models.errors import ModelError

if TYPE_CHECKING:
    import pandas as pd

_GRID = 100  # thresholds tried at the most: quantiles of the threshold variable


@dataclass(frozen=True)
class Search:
    """The sample, and the regressors of each candidate threshold.

    Attributes:
        index: sessions.
        names: of the design.
        switching: those whose coefficient may differ.
        response: shape (n,).
        design: shape (n, p), the constant first.
        variable: shape (n,).
        candidates: thresholds tried, ascending, (grid,).
        net: regressors above each of them net of the design, (grid, n, k).
    """

    index: pd.Index
    names: tuple[str, ...]
    switching: tuple[str, ...]
    response: np.ndarray
    design: np.ndarray
    variable: np.ndarray
    candidates: np.ndarray
    net: np.ndarray

    def without(self, responses: np.ndarray) -> np.ndarray:
        """What the regression without a threshold leaves of each response, (draws, n)."""
        return np.asarray(responses - (responses @ self._basis) @ self._basis.T)

    @cached_property
    def _basis(self) -> np.ndarray:
        """Orthonormal columns that span the design."""
        return np.linalg.qr(self.design)[0]

    @cached_property
    def null_residuals(self) -> np.ndarray:
        """Of the sample, (n,)."""
        return np.asarray(self.without(self.response[None])[0])

    @cached_property
    def ssr(self) -> np.ndarray:
        """Sum of squared residuals at each candidate, (grid,)."""
        moments = self.net.transpose(0, 2, 1) @ self.net
        cross = np.einsum("gnk,n->gk", self.net, self.null_residuals)
        gained = (cross * np.linalg.solve(moments, cross[:, :, None])[:, :, 0]).sum(axis=1)
        return np.asarray(self.null_residuals @ self.null_residuals - gained)

    def sup_lm(self, responses: np.ndarray) -> np.ndarray:
        """Largest heteroscedasticity-robust LM statistic of each response, (draws,).

        The covariance is that of the residuals without a threshold (Hansen 1996, section 3), so
        that all candidates need two products of matrices.
        """
        left = self.without(responses)
        grid, _, k = self.net.shape
        squared = left**2
        cross = np.stack([left @ self.net[:, :, i].T for i in range(k)], axis=-1)
        inner = np.empty((len(left), grid, k, k))
        for i in range(k):
            for j in range(i + 1):
                inner[:, :, i, j] = squared @ (self.net[:, :, i] * self.net[:, :, j]).T
                inner[:, :, j, i] = inner[:, :, i, j]
        if k == 1:  # a division is a hundred times faster than as many systems of one equation
            return np.asarray((cross[..., 0] ** 2 / inner[..., 0, 0]).max(axis=1))
        solved = np.linalg.solve(inner, cross[..., None])[..., 0]
        return np.asarray((cross * solved).sum(axis=2).max(axis=1))


def candidates(variable: np.ndarray, trimming: float) -> np.ndarray:
    """Values that leave the share `trimming` on either side."""
    ordered = np.sort(variable)
    n = len(ordered)
    places = np.arange(int(np.ceil(trimming * n)) - 1, int(n * (1 - trimming)))
    inside = np.unique(ordered[places])
    inside = inside[(variable[:, None] > inside).mean(axis=0) >= trimming * (1 - 1e-9)]
    if len(inside) < 2:
        raise ModelError("the threshold variable takes too few values inside the trimming")
    if len(inside) > _GRID:
        inside = inside[np.linspace(0, len(inside) - 1, _GRID).round().astype(int)]
    return np.asarray(inside)


def net_of_design(switched: np.ndarray, design: np.ndarray) -> np.ndarray:
    """Switched regressors net of the others, (grid, n, k)."""
    grid, n, k = switched.shape
    flat = switched.transpose(1, 0, 2).reshape(n, grid * k)
    left = flat - design @ np.linalg.lstsq(design, flat, rcond=None)[0]
    net = left.reshape(n, grid, k).transpose(1, 0, 2)
    for one in net.transpose(0, 2, 1) @ net:
        if np.linalg.matrix_rank(one) < k:
            raise ModelError("the regressors are collinear on one side of a threshold")
    return np.asarray(net)

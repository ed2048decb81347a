"""How a cost grows with n: ``a + b n^c``, fitted to logarithms, with the standard error of c."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypedDict

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

# Where the most is less than this times the least, the constant is all that can be seen: a straight
# line through the logarithms then tells how little grows.
SEEN: Final = 2.0


class Fitted(TypedDict):
    """Constant (seconds), exponent with its standard error, and the form that was fitted.

    ``error`` is None where there are not more points than parameters.
    """

    constant: float
    exponent: float
    error: float | None
    form: str


def fit(n: Sequence[float], seconds: Sequence[float]) -> Fitted:
    """Fit by least squares of log seconds; a and b are never below zero.

    A process starts in 0.1 s whatever it then does: in a straight line through the logarithms
    the small n would make everything look cheaper in the large than it is.

    Args:
        n: Sizes, at least three.
        seconds: What each took.
    """
    sizes, taken = np.asarray(n, dtype=float), np.asarray(seconds, dtype=float)
    if taken.max() < SEEN * taken.min() or len(sizes) < 4:
        return _line(sizes, taken)
    return _curve(sizes, taken)


def _line(sizes: np.ndarray, taken: np.ndarray) -> Fitted:
    """``log t = log b + c log n``."""
    design = np.column_stack([np.ones(len(sizes)), np.log(sizes)])
    found = np.linalg.lstsq(design, np.log(taken), rcond=None)[0]
    error = _error(design, np.log(taken) - design @ found)
    return Fitted(constant=0.0, exponent=_short(found[1]), error=error, form="b n^c")


def _curve(sizes: np.ndarray, taken: np.ndarray) -> Fitted:
    """``log t = log(a + b (n / N)^c)``, N the largest n, so that a and b are of one scale."""
    from scipy.optimize import least_squares

    share = sizes / sizes.max()

    def apart(free: np.ndarray) -> np.ndarray:
        constant, slope, exponent = free
        return np.asarray(np.log(constant + slope * share**exponent) - np.log(taken))

    best = min(
        (
            least_squares(
                apart,
                x0=(start * taken.min(), taken.max(), 1.0),
                bounds=((0.0, 1e-12, 0.0), (taken.min(), np.inf, 4.0)),
                x_scale=(taken.min(), taken.max(), 1.0),
            )
            for start in (0.05, 0.5, 0.95)
        ),
        key=lambda one: float(one.cost),
    )
    return Fitted(
        constant=_short(best.x[0]),
        exponent=_short(best.x[2]),
        error=_error(best.jac, best.fun),
        form="a + b n^c",
    )


def _error(design: np.ndarray, residuals: np.ndarray) -> float | None:
    """Standard error of the last parameter."""
    free = len(residuals) - design.shape[1]
    if free < 1:
        return None
    spread = np.linalg.pinv(design.T @ design) * float(residuals @ residuals) / free
    return _short(float(np.sqrt(spread[-1, -1])))


def _short(value: float) -> float:
    return float(f"{value:.3g}")

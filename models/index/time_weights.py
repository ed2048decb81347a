"""Weights over past sessions: equal, linear, exponential, Almon and beta.

The curves are those of Ardia, Bluteau, Borms and Boudt, "The R Package sentometrics to Compute,
Aggregate, and Predict with Textual Sentiment", Journal of Statistical Software 99(2), 2021, with
their names and parameters. For a window of n values, i = 1 is the oldest and i = n the newest:

    equal         1
    linear        i
    exponential   exp(10 alpha (i/n - 1)),              0 < alpha < 1
    almon         (1 - (1 - i/n)^r) (1 - i/n)^(R - r),  1 <= r <= R
    beta          (i/n)^(a - 1) (1 - i/n)^(b - 1),      a > 0, b >= 1

each divided by its sum. The beta curve is the one of Ghysels, Sinko and Valkanov, "MIDAS
Regressions: Further Results and New Directions", Econometric Reviews 26(1), 2007; b < 1 is
refused, since the newest weight would be infinite. The parameters of a curve that names none are
those of ``DEFAULTS``: in each the newest value counts most.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from models.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Curve = Callable[[NDArray[np.float64], tuple[float, ...]], NDArray[np.float64]]

DEFAULTS: Final[dict[str, tuple[float, ...]]] = {
    "equal": (),
    "linear": (),
    "exponential": (0.3,),
    "almon": (3.0, 3.0),
    "beta": (3.0, 1.0),
}


def parse(text: str) -> tuple[str, tuple[float, ...]]:
    """A curve and its parameters, from a text such as ``almon`` or ``exponential:0.1``.

    Raises:
        ModelError: no such curve, or parameters that it cannot have.
    """
    name, _, rest = text.partition(":")
    if name not in DEFAULTS:
        raise ModelError(f"no weights {name!r}; there are {', '.join(DEFAULTS)}")
    try:
        given = tuple(float(part) for part in rest.split(",")) if rest else DEFAULTS[name]
    except ValueError as error:
        raise ModelError(f"weights {text!r}: parameters are numbers with commas") from error
    _check(name, given)
    return name, given


def weights(name: str, n: int, parameters: Sequence[float] = ()) -> NDArray[np.float64]:
    """Weights of a window of ``n`` values, oldest first.

    Args:
        name: A key of ``DEFAULTS``.
        n: Values in the window.
        parameters: Of the curve; default: ``DEFAULTS``.

    Returns:
        n weights, not negative, with sum 1.

    Raises:
        ModelError: an empty window, no such curve, or parameters that it cannot have.
    """
    if n < 1:
        raise ModelError(f"a window has at least 1 value, not {n}")
    if name not in DEFAULTS:
        raise ModelError(f"no weights {name!r}; there are {', '.join(DEFAULTS)}")
    chosen = tuple(parameters) or DEFAULTS[name]
    _check(name, chosen)
    if n == 1:  # an Almon curve with r < R and a beta curve with b > 1 are 0 at i = n
        return np.ones(1)
    logs = _CURVES[name](np.arange(1, n + 1) / n, chosen)
    raw = np.exp(logs - logs.max())
    return np.asarray(raw / raw.sum(), dtype=np.float64)


def smoothed(
    values: Sequence[float | None], name: str, n: int, parameters: Sequence[float] = ()
) -> list[float | None]:
    """Trailing weighted mean of a series.

    The window of a session is the last ``n`` sessions that have a value, it and those before it:
    a missing one takes no part and is not counted. Where fewer than ``n`` exist yet, the newest
    weights of the curve are rescaled to sum 1.

    Args:
        values: One for each session, oldest first; None or NaN = missing.
        name: A key of ``DEFAULTS``.
        n: Values in the window.
        parameters: Of the curve; default: ``DEFAULTS``.

    Returns:
        One for each session, in the unit of the values; None before the first value, and where
        all weights of a short window are 0.

    Raises:
        ModelError: as ``weights``.
    """
    curve = weights(name, n, parameters)
    known: list[float] = []
    means: list[float | None] = []
    for value in values:
        if value is not None and math.isfinite(value):
            known.append(value)
        means.append(_mean(known[-n:], curve))
    return means


def _mean(window: list[float], curve: NDArray[np.float64]) -> float | None:
    newest = curve[len(curve) - len(window) :]
    total = float(newest.sum())
    if not window or total <= 0:
        return None
    return float(newest @ np.array(window) / total)


def _check(name: str, given: tuple[float, ...]) -> None:
    wanted = len(DEFAULTS[name])
    if len(given) != wanted:
        raise ModelError(f"weights {name} have {wanted} parameters, not {len(given)}")
    if not all(math.isfinite(value) for value in given):
        raise ModelError(f"weights {name}: parameters must be finite")
    if name == "exponential" and not 0 < given[0] < 1:
        raise ModelError(f"weights exponential: alpha must lie between 0 and 1, not {given[0]:g}")
    if name == "almon" and not 1 <= given[0] <= given[1]:
        raise ModelError("weights almon: the orders must be 1 <= r <= R")
    if name == "beta" and not (given[0] > 0 and given[1] >= 1):
        raise ModelError("weights beta: a must be above 0 and b at least 1")


def _times(factor: float, logs: NDArray[np.float64]) -> NDArray[np.float64]:
    """``factor * logs`` where 0 * -inf is 0, as x^0 = 1 also for x = 0."""
    return np.zeros_like(logs) if factor == 0 else factor * logs


def _equal(x: NDArray[np.float64], _: tuple[float, ...]) -> NDArray[np.float64]:
    return np.zeros_like(x)


def _linear(x: NDArray[np.float64], _: tuple[float, ...]) -> NDArray[np.float64]:
    return np.asarray(np.log(x))


def _exponential(x: NDArray[np.float64], given: tuple[float, ...]) -> NDArray[np.float64]:
    return 10 * given[0] * (x - 1)


def _almon(x: NDArray[np.float64], given: tuple[float, ...]) -> NDArray[np.float64]:
    r, highest = given
    with np.errstate(divide="ignore"):  # log 0 is -inf, a weight of 0
        return np.log1p(-((1 - x) ** r)) + _times(highest - r, np.log1p(-x))


def _beta(x: NDArray[np.float64], given: tuple[float, ...]) -> NDArray[np.float64]:
    a, b = given
    with np.errstate(divide="ignore"):
        return _times(a - 1, np.log(x)) + _times(b - 1, np.log1p(-x))


# Logarithms of the curves, so that no parameter makes every weight vanish.
_CURVES: Final[dict[str, Curve]] = {
    "equal": _equal,
    "linear": _linear,
    "exponential": _exponential,
    "almon": _almon,
    "beta": _beta,
}

"""How many breaks: by a sequence of tests, or by a criterion."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from models.errors import ModelError
from models.transmission.inference.partitions import partition

if TYPE_CHECKING:
    from collections.abc import Callable

    from models.transmission.inference.partitions import Partitions
    from models.transmission.inference.regimes import Errors, Sample

Criterion = Literal["sequential", "bic", "lwz"]
# Liu, Wu and Zidek, "On Segmented Multivariate Regressions", Statistica Sinica 7, 1997.
_LWZ = (0.299, 2.1)


def sequence_of(
    sample: Sample, found: Partitions, first: float, errors: Errors
) -> tuple[float | None, ...]:
    """supF(l+1|l) for l = 0, 1, ...: the best further break in any one regime; None = no room.

    Args:
        sample: the whole sample.
        found: its best partitions.
        first: supF(1|0).
        errors: how errors are computed.
    """
    answers: list[float | None] = [first]
    for k in range(1, len(found.dates) - 1):
        tests = [
            _further(part, errors)
            for part in sample.regimes(found.dates[k][0])
            if part.n >= 2 * sample.least
        ]
        answers.append(max(tests) if tests else None)
    return tuple(answers)


def _further(part: Sample, errors: Errors) -> float:
    date = partition(part.response[None], part.design, part.least, 1).dates[1][0]
    return part.wald(date, errors) * (1 - 2 * part.q / part.n)


def criteria(ssr: np.ndarray, n: int, q: int) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """BIC and LWZ for 0, 1, ... breaks; a break counts as a parameter."""
    k = np.arange(len(ssr))
    scale, power = _LWZ
    bic = np.log(ssr / n) + k * (q + 1) * np.log(n) / n
    lwz = np.log(ssr / (n - (k + 1) * q - k)) + k * (q + 1) * scale * np.log(n) ** power / n
    return tuple(map(float, bic)), tuple(map(float, lwz))


def choose(
    number: int | Criterion,
    sequence: tuple[float | None, ...],
    bic: tuple[float, ...],
    lwz: tuple[float, ...],
    critical: Callable[[int], float],
) -> int:
    """How many breaks.

    Args:
        number: breaks, or how to choose them.
        sequence: supF(l+1|l).
        bic: with 0, 1, ... breaks.
        lwz: the same.
        critical: value that supF(l+1|l) must exceed, by l + 1.

    Raises:
        ModelError: no such choice.
    """
    most = len(sequence)
    if number == "bic":
        return int(np.argmin(bic))
    if number == "lwz":
        return int(np.argmin(lwz))
    if number == "sequential":
        for k, statistic in enumerate(sequence):
            if statistic is None or statistic <= critical(k + 1):
                return k
        return most
    if not isinstance(number, int) or not 0 <= number <= most:
        raise ModelError(f"number is 0-{most}, sequential, bic or lwz, not {number}")
    return number

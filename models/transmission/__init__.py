"""The transmission lab: index and prices in, tests with their size and power out."""

from __future__ import annotations

from models.transmission.results import TestResult
from models.transmission.run import run
from models.transmission.spec import TransmissionSpec

__all__ = ["TestResult", "TransmissionSpec", "run"]

"""The transmission lab: index and prices in, tests with their size and power out.

Estimators, each a specification that is fitted to any data, lie beside one another in this
package; `families` says which hypotheses are tested with them, `inference` is what every family
shares, and `Lab` runs families on one index and one market.
"""

from __future__ import annotations

from models.transmission.hypotheses import Declared, Hypothesis
from models.transmission.results import TestResult
from models.transmission.run import Lab, Market, run
from models.transmission.spec import TransmissionSpec

__all__ = ["Declared", "Hypothesis", "Lab", "Market", "TestResult", "TransmissionSpec", "run"]

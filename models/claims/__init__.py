"""The claim audit: what an article says with numbers, held against prices and the fear index.

`read` makes claims of a document (a parsed TOML file, say), `audit` answers them: reproduced, not
reproduced, contradicted, unavailable (what is missing) or not testable (why).
"""

from __future__ import annotations

from models.claims.answers import Audit, Audited
from models.claims.audit import audit
from models.claims.claim import Check, Claim
from models.claims.data import Market
from models.claims.reading import ClaimError, Fault, faults, read

__all__ = ["Audit", "Audited", "Check", "Claim", "ClaimError", "Fault", "Market"]
__all__ += ["audit", "faults", "read"]

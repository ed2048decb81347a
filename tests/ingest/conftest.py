"""Settings of this package's property tests."""

from __future__ import annotations

from hypothesis import settings

# Time limits per example measure how busy the machine is, not the code.
settings.register_profile("no_deadline", deadline=None)
settings.load_profile("no_deadline")

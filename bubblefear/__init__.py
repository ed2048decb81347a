"""The application: configuration, store, pipeline, commands, review and report."""

from __future__ import annotations

__version__ = "0.1.0"

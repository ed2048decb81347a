"""The error tree of `models`: one root, which the application catches.

ModelError
    Input that cannot be used, or a computation that would give a number nobody should trust.
"""

from __future__ import annotations


class ModelError(Exception):
    """The one root of all errors raised by `models`; its message is one line for a reader."""

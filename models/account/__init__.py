"""The account of the index: which articles make a value, a change, a peak and a revision.

Standard library alone, so that the commands that answer such questions start at once; the frames
that the index is built from are in `models.index`.
"""

from __future__ import annotations

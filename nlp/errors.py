"""The errors of this package.

NlpError    anything that ``nlp`` refuses: an unknown scorer, a damaged model folder, labels
            that it cannot read. One line, fit to be shown to the user as it is.
"""

from __future__ import annotations


class NlpError(Exception):
    """Root of all errors raised on purpose by ``nlp``."""

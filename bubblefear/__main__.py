"""``python -m bubblefear`` and the command ``bubblefear``: Ctrl-C is one line at any time."""

from __future__ import annotations

import signal
import sys

from bubblefear.errors import INTERRUPTED


def start() -> int:
    """Run the command line; returns the exit code.

    The command line is imported here: Ctrl-C during its imports is no reason for a traceback.
    """
    try:
        from bubblefear.cli import main

        code = main()
    except KeyboardInterrupt:
        sys.stderr.write("bubblefear: interrupted; what was done is kept\n")
        code = INTERRUPTED
    # What is left is Python's own tidying, in which Ctrl-C would be a traceback and no end sooner.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    return code


if __name__ == "__main__":
    sys.exit(start())

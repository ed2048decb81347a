"""``python -m bubblefear`` is the same as the command ``bubblefear``."""

from __future__ import annotations

import sys

from bubblefear.cli import main

sys.exit(main())

"""The drawing library that the browser loads, served by us: nothing is fetched from elsewhere.

vl-convert bundles Vega, Vega-Lite and vega-embed from what it carries. That takes seconds in which
it lets no other thread run, so a process of its own does it, once in the life of a server.
"""

from __future__ import annotations

import gzip
import hashlib
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import Final

from bubblefear.errors import BubblefearError

_SECONDS: Final = 120
_MADE_BY: Final = (
    "import sys, vl_convert; sys.stdout.buffer.write(vl_convert.javascript_bundle().encode())"
)
_making = Lock()


@dataclass(frozen=True)
class Bundle:
    """The library as one JavaScript file that sets ``window.vegaEmbed``.

    Attributes:
        plain: The file.
        packed: The same, by gzip.
        etag: Of its contents, in quotes.
    """

    plain: bytes
    packed: bytes
    etag: str


def bundle() -> Bundle:
    """The library; the first call makes it and others wait for that. Not for the event loop.

    Raises:
        BubblefearError: it cannot be made.
    """
    with _making:
        return _made()


@cache
def _made() -> Bundle:
    try:
        done = subprocess.run(  # noqa: S603 - this Python, and a text of ours
            [sys.executable, "-P", "-c", _MADE_BY],
            capture_output=True,
            check=True,
            timeout=_SECONDS,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise BubblefearError(f"the drawing library cannot be made: {error}") from error
    digest = hashlib.sha256(done.stdout).hexdigest()[:32]
    return Bundle(done.stdout, gzip.compress(done.stdout, mtime=0), f'"{digest}"')

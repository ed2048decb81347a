"""TOML that somebody may have sent: settings, claims, hypotheses.

Python's reader recurses into brackets, and keeps every beginning of a dotted key, so that 200 KB
of ``a.a.a.a`` fill the memory: such a text is refused before it is read.
"""

from __future__ import annotations

from typing import Any, Final

MOST_BYTES: Final = 256 * 1024
MOST_DOTS: Final = 200


def parsed(raw: bytes) -> dict[str, Any]:
    """A document.

    Args:
        raw: As it lies in the file, UTF-8.

    Raises:
        ValueError: it is no TOML, too long, or nested too deeply.
    """
    import tomllib

    if len(raw) > MOST_BYTES:
        raise ValueError(f"{len(raw):,} bytes of TOML, over the limit of {MOST_BYTES:,}")
    text = raw.decode("utf-8")
    for number, line in enumerate(text.splitlines(), start=1):
        if line.count(".") > MOST_DOTS:
            raise ValueError(f"over {MOST_DOTS} dots in line {number}")
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None

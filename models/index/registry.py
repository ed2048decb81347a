"""The published versions of the index, by name: what each differs in from `fear.v1`."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from models.errors import ModelError
from models.index.spec import IndexSpec

_CHAINED = IndexSpec()

VERSIONS: Final[dict[str, IndexSpec]] = {
    # The index: fear over what these sources usually publish, newcomers linked in.
    "fear.v1": _CHAINED,
    # Every source weighs the same, in its own standard deviations: as the EPU is made.
    "fear.v1.sources": replace(_CHAINED, version="fear.v1.sources", weighting="sources"),
    # Only the sources of the base window: no link, but a panel that withers.
    "fear.v1.fixed": replace(_CHAINED, version="fear.v1.fixed", entrants=False),
    # English and Chinese weigh the same, however many sources write in them.
    "fear.v1.languages": replace(_CHAINED, version="fear.v1.languages", weighting="languages"),
    # Every entry weighs the same: the share of all news, whoever published it.
    "fear.v1.volume": replace(_CHAINED, version="fear.v1.volume", weighting="volume"),
}


def named(version: str) -> IndexSpec:
    """The version of that name.

    Raises:
        ModelError: there is none.
    """
    if version not in VERSIONS:
        raise ModelError(f"no version {version!r}; there are {', '.join(VERSIONS)}")
    return VERSIONS[version]

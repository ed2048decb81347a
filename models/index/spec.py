"""What a version of the index is: every choice that changes its numbers, in one frozen place."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from models.errors import ModelError
from models.sessions import check_day

CHANNELS = ("valuation", "capex", "credit", "liquidity", "contagion", "policy")
LANGUAGES = ("en", "zh-Hans", "zh-Hant")


@dataclass(frozen=True)
class IndexSpec:
    """A named version of the fear index.

    Attributes:
        version: name stored beside every point.
        base_start: first session of the base window (`YYYY-MM-DD`); None = the first session in
            which some source reaches `min_count`.
        base_end: last session of the base window; None = after `base_sessions` sessions.
        base_sessions: length of the base window in sessions where `base_end` is None.
        burn_in: sessions that the base window must hold before any value is given.
        min_count: entries a source needs in a session, else that source is missing in it.
        min_panel_sessions: share of the base sessions in which a source must reach `min_count`
            to stand alone; the others are pooled by language.
        min_present: share of the panel that must be there in a session, else it is missing.
        min_fear_sessions: base sessions with some fear that a source needs to stand alone
            (a standard deviation from one fearful day is no scale).
        pool_small: pool the small sources into `other`; False leaves them out.
        novelty_decay: weight of a story's second appearance; its powers for later ones.
        novelty_floor: least weight of a late appearance.
        bootstrap_draws: draws of the band; 0 = no band.
        min_band_stories: stories a session needs for a band: redrawing one or two of them says
            nothing of the news that might have been.
        seed: of the band's draws.
        band: coverage of the band, 0-1.
        channels: channels that get a series.
        languages: languages that get an index of their own.
    """

    version: str = "fear.v1"
    base_start: str | None = None
    base_end: str | None = None
    base_sessions: int = 40
    burn_in: int = 20
    min_count: int = 5
    min_panel_sessions: float = 0.5
    min_present: float = 0.5
    min_fear_sessions: int = 3
    pool_small: bool = True
    novelty_decay: float = 0.75
    novelty_floor: float = 0.25
    bootstrap_draws: int = 400
    min_band_stories: int = 5
    seed: int = 11
    band: float = 0.90
    channels: tuple[str, ...] = CHANNELS
    languages: tuple[str, ...] = LANGUAGES

    def __post_init__(self) -> None:
        """Refuse a version that could not be computed.

        Raises:
            ModelError: naming the field and its value.
        """
        for name in ("base_sessions", "burn_in"):
            if getattr(self, name) < 2:
                raise ModelError(f"{name} must be 2 or more, not {getattr(self, name)}")
        for name in ("min_count", "min_fear_sessions", "min_band_stories"):
            if getattr(self, name) < 1:
                raise ModelError(f"{name} must be 1 or more, not {getattr(self, name)}")
        for name in ("min_panel_sessions", "min_present", "novelty_decay", "novelty_floor"):
            if not 0 <= getattr(self, name) <= 1:
                raise ModelError(f"{name} must lie in 0-1, not {getattr(self, name)}")
        if not 0 < self.band < 1:
            raise ModelError(f"band must lie between 0 and 1, not {self.band}")
        if self.bootstrap_draws < 0:
            raise ModelError(f"bootstrap_draws must not be negative, not {self.bootstrap_draws}")
        if self.seed < 0:
            raise ModelError(f"seed must not be negative, not {self.seed}")
        _check_names("channels", self.channels, CHANNELS)
        _check_names("languages", self.languages, LANGUAGES)
        for name in ("base_start", "base_end"):
            check_day(name, getattr(self, name))
        if self.base_start and self.base_end and self.base_end < self.base_start:
            raise ModelError(f"base_end {self.base_end} lies before {self.base_start}")

    @property
    def components(self) -> tuple[str, ...]:
        """What is summed per source and session; every series is made of these."""
        channels = tuple(f"channel:{name}" for name in self.channels)
        return ("total", "relief", "threat", "act", *channels, "no_recap")

    @property
    def series(self) -> tuple[str, ...]:
        """Names of the published series, in the order of the points."""
        languages = tuple(f"lang:{name}" for name in self.languages)
        return ("total", "relief", "net", *self.components[2:], *languages)

    def as_dict(self) -> dict[str, Any]:
        """The choices as JSON-able values."""
        return asdict(self) | {"channels": list(self.channels), "languages": list(self.languages)}


def _check_names(field: str, chosen: tuple[str, ...], known: tuple[str, ...]) -> None:
    for name in chosen:
        if name not in known:
            raise ModelError(f"{field} may hold {', '.join(known)}, not {name!r}")
        if chosen.count(name) > 1:
            raise ModelError(f"{field} holds {name!r} twice")

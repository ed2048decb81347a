"""What a version of the index is: every choice that changes its numbers, in one frozen place."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from models.errors import ModelError
from models.sessions import check_day

CHANNELS = ("valuation", "capex", "credit", "liquidity", "contagion", "policy")
LANGUAGES = ("en", "zh-Hans", "zh-Hant")
WEIGHTINGS = ("coverage", "languages", "volume", "sources")
# Names as the scorer's mentions give them; the most named of the AI trade, and Bitcoin.
ENTITIES = (
    "Nvidia", "OpenAI", "Oracle", "Alphabet", "Microsoft", "Amazon", "Meta", "AMD", "Tesla",
    "Palantir", "CoreWeave", "SoftBank", "Michael Burry", "Bitcoin",
)  # fmt: skip


@dataclass(frozen=True)
class IndexSpec:
    """A named version of the fear index.

    Attributes:
        version: name stored beside every point.
        base_start: earliest session of the base window (`YYYY-MM-DD`); None = the first session
            in which some source reaches `min_count`.
        base_end: last session of the base window; None = it is the first `base_sessions` in a
            row that have fear enough to scale by.
        base_sessions: length of the base window in sessions where `base_end` is None.
        burn_in: sessions that the base window must hold before any value is given.
        min_count: entries a source needs in a session, else that source is missing in it.
        min_panel_sessions: share of the base sessions in which a source must reach `min_count`
            to stand alone; the others are pooled by language.
        weighting: `coverage` = fear over the relevant entries expected of the sources that
            published (see `coverage`); `languages` = the mean of that over the languages;
            `volume` = fear over all entries; `sources` = mean over the sources, each in its own
            standard deviations, small ones pooled (see `panel`).
        min_fear: fear below it is none: the audit's border between no fear and a hint of it.
        min_exposure: relevant entries that the sources of a session must be expected to bring:
            with one or two, a single article would be the index.
        shrinkage: sessions' worth of its language's relevant news that a source is given.
        min_present: share of the active members that must be there in a session, else it is
            missing; a member is active that was there in one of the last `active_sessions`.
        active_sessions: how long a member that is silent counts as one that is only late.
        min_fear_sessions: sessions with some fear that a member needs for its scale (a standard
            deviation from one fearful day is none).
        pool_small: pool the small sources into `other`; False leaves them out.
        entrants: take in sources that came after the base window; False = fixed panel.
        review_sessions: sessions between two reviews of the panel.
        entry_sessions: counted sessions that an entrant needs behind it (its burn-in).
        novelty_decay: weight of a story's second appearance; its powers for later ones.
        novelty_floor: least weight of a late appearance.
        bootstrap_draws: draws of the band; 0 = no band.
        reading_errors: the band knows of the scorer's errors.
        resample_sources: the band knows that other sources might have been chosen.
        min_band_stories: stories a session needs for a band: redrawing one or two of them says
            nothing of the news that might have been.
        seed: of the band's draws.
        band: coverage of the band, 0-1.
        channels: channels that get a series.
        languages: languages that get an index of their own.
        entities: names that get a series.
        calibration: name of the calibration of fear from an audit that the articles were put
            through before they came here; empty = none.
    """

    version: str = "fear.v1"
    base_start: str | None = None
    base_end: str | None = None
    base_sessions: int = 40
    burn_in: int = 20
    min_count: int = 5
    min_panel_sessions: float = 0.5
    weighting: str = "coverage"
    min_fear: float = 1 / 6
    min_exposure: float = 5.0
    shrinkage: float = 5.0
    min_present: float = 0.5
    active_sessions: int = 20
    min_fear_sessions: int = 10
    pool_small: bool = True
    entrants: bool = True
    review_sessions: int = 5
    entry_sessions: int = 5
    novelty_decay: float = 0.75
    novelty_floor: float = 0.25
    bootstrap_draws: int = 400
    reading_errors: bool = True
    resample_sources: bool = True
    min_band_stories: int = 5
    seed: int = 11
    band: float = 0.90
    channels: tuple[str, ...] = CHANNELS
    languages: tuple[str, ...] = LANGUAGES
    entities: tuple[str, ...] = ENTITIES
    calibration: str = ""

    def __post_init__(self) -> None:
        """Refuse a version that could not be computed.

        Raises:
            ModelError: naming the field and its value.
        """
        for name in ("base_sessions", "burn_in"):
            if getattr(self, name) < 2:
                raise ModelError(f"{name} must be 2 or more, not {getattr(self, name)}")
        for name in (
            "min_count",
            "min_fear_sessions",
            "min_band_stories",
            "active_sessions",
            "review_sessions",
            "entry_sessions",
        ):
            if getattr(self, name) < 1:
                raise ModelError(f"{name} must be 1 or more, not {getattr(self, name)}")
        for name in (
            "min_panel_sessions",
            "min_present",
            "min_fear",
            "novelty_decay",
            "novelty_floor",
        ):
            if not 0 <= getattr(self, name) <= 1:
                raise ModelError(f"{name} must lie in 0-1, not {getattr(self, name)}")
        for name in ("min_exposure", "shrinkage"):
            if not getattr(self, name) >= 0:
                raise ModelError(f"{name} must not be negative, not {getattr(self, name)}")
        if not 0 < self.band < 1:
            raise ModelError(f"band must lie between 0 and 1, not {self.band}")
        if self.bootstrap_draws < 0:
            raise ModelError(f"bootstrap_draws must not be negative, not {self.bootstrap_draws}")
        if self.seed < 0:
            raise ModelError(f"seed must not be negative, not {self.seed}")
        _check_names("channels", self.channels, CHANNELS)
        _check_names("languages", self.languages, LANGUAGES)
        if self.weighting not in WEIGHTINGS:
            raise ModelError(f"weighting must be {', '.join(WEIGHTINGS)}, not {self.weighting!r}")
        if len(set(self.entities)) < len(self.entities):
            raise ModelError("entities holds a name twice")
        for name in ("base_start", "base_end"):
            check_day(name, getattr(self, name))
        if self.base_start and self.base_end and self.base_end < self.base_start:
            raise ModelError(f"base_end {self.base_end} lies before {self.base_start}")

    @property
    def components(self) -> tuple[str, ...]:
        """What is summed per member and session in points; every series is made of these."""
        channels = tuple(f"channel:{name}" for name in self.channels)
        entities = tuple(f"entity:{name}" for name in self.entities)
        return ("total", "relief", "threat", "act", *channels, "no_recap", *entities)

    @property
    def series(self) -> tuple[str, ...]:
        """Names of the published series, in the order of the points."""
        languages = tuple(f"lang:{name}" for name in self.languages)
        own = ("extensive", "intensive")
        return ("total", "relief", "net", *self.components[2:], *languages, *own)

    def as_dict(self) -> dict[str, Any]:
        """The choices as JSON-able values."""
        lists = ("channels", "languages", "entities")
        return asdict(self) | {name: list(getattr(self, name)) for name in lists}


def _check_names(field: str, chosen: tuple[str, ...], known: tuple[str, ...]) -> None:
    for name in chosen:
        if name not in known:
            raise ModelError(f"{field} may hold {', '.join(known)}, not {name!r}")
        if chosen.count(name) > 1:
            raise ModelError(f"{field} holds {name!r} twice")

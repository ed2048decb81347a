"""Settings: flags, then ``bubblefear.toml``, then the environment, then the defaults below.

    scorer = "finbert-multi.v1"         # BUBBLEFEAR_SCORER

    [scorer_by_language]                # en, zh-Hans, zh-Hant; the others use `scorer`
    en = "hf:ProsusAI/finbert"          # BUBBLEFEAR_SCORER_EN

    [index]                             # any field of models.index.IndexSpec
    base_start = "2025-08-01"           # BUBBLEFEAR_INDEX_BASE_START

    [test]                              # any field of models.transmission.TransmissionSpec
    min_sessions = 40

    [prices]
    symbols = ["BTC-USD", "QQQ"]        # BUBBLEFEAR_PRICES_SYMBOLS=BTC-USD,QQQ
    start = "2020-01-01"

    [ingest]
    workers = 64                        # feeds asked at the same time; a host gets one at a time
    allow_private = false               # true lets feeds point into the local network
    pages = true                        # fetch the pages of relevant articles
    max_pages = 60                      # for each run
    import_delay = 0                    # minutes from publication to first sight, for imports

    [alert]
    rules = ["z>2"]                     # as `daily --alert`; the webhook is an environment variable
    own_hosts = ["desk.home.arpa"]      # where the webhook may be in the local network

    [report]
    out = "data/report"

The database is no setting of the file: ``--db``, else ``BUBBLEFEAR_DB``, else
``data/bubblefear.db``.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Final

from bubblefear import toml, values
from bubblefear.errors import ConfigError

FILE: Final = Path("bubblefear.toml")
DEFAULT_DB: Final = Path("data/bubblefear.db")
DEFAULT_SCORER: Final = "finbert-multi.v1"
INDEX_VERSION: Final = "fear.v1"
# As in models.index.registry, whose import would cost a query half a second; a test compares.
INDEX_VERSIONS: Final = (
    INDEX_VERSION,
    "fear.v1.sources",
    "fear.v1.fixed",
    "fear.v1.languages",
    "fear.v1.volume",
)
# Counts up when the method or a default of it changes: indices built before are then built anew.
INDEX_METHOD: Final = 2
SYMBOLS: Final = (
    *("BTC-USD", "QQQ", "IXIC", "SPY", "NVDA", "ORCL", "AMD", "MSFT", "AVGO"),
    *("VIX", "DXY", "TNX", "HYG"),  # controls of the tests, and credit
)
LANGUAGES: Final = ("en", "zh-Hans", "zh-Hant")

Pairs = tuple[tuple[str, Any], ...]
Reader = Callable[[object], object]


@dataclass(frozen=True)
class Settings:
    """Every choice that is not an argument of one command; immutable and hashable.

    Attributes:
        scorer: Name of the scorer.
        scorer_by_language: Pairs of language and scorer for the languages that have their own.
        index: Pairs of a field of ``models.index.IndexSpec`` and its value.
        test: Pairs of a field of ``models.transmission.TransmissionSpec`` and its value.
        symbols: Symbols whose prices are kept up to date.
        prices_start: First day of a symbol's history.
        workers: Feeds polled at the same time, one at each host.
        allow_private: Feeds and pages may be on the local network.
        pages: Whether pages of relevant articles are fetched.
        max_pages: How many in one run at most.
        import_delay: Minutes added to an imported item's publication time.
        alerts: Rules that fire an alert.
        alert_hosts: Hosts at which the webhook may be in the local network.
        report: Folder of the reports.
    """

    scorer: str = DEFAULT_SCORER
    scorer_by_language: tuple[tuple[str, str], ...] = ()
    index: Pairs = ()
    test: Pairs = ()
    symbols: tuple[str, ...] = SYMBOLS
    prices_start: str = "2020-01-01"
    workers: int = 64
    allow_private: bool = False
    pages: bool = True
    max_pages: int = 60
    import_delay: int = 0
    alerts: tuple[str, ...] = ()
    alert_hosts: tuple[str, ...] = ()
    report: Path = Path("data/report")

    @property
    def scorer_id(self) -> str:
        """Name that the scores are stored under: it says every part of a routing."""
        routes = [f"{language}={name}" for language, name in self.scorer_by_language]
        return ",".join([self.scorer, *routes])

    @property
    def index_version(self) -> str:
        """Name of the index: another specification or scorer is never stored under the same."""
        chosen = dict(self.index)
        named = chosen.pop("version", None)
        calibration = chosen.get("calibration")
        known = named in (None, *INDEX_VERSIONS) and set(chosen) <= {"calibration"}
        base = str(named or INDEX_VERSION)
        if self.scorer_id == DEFAULT_SCORER and (known or (named and not calibration)):
            return f"{base}+{calibration}" if calibration else base
        return f"{base}+{self.specification[:6]}"

    @property
    def specification(self) -> str:
        """Hash of the index's method and settings and of the scorer, 16 hex digits."""
        text = json.dumps([INDEX_METHOD, sorted(self.index), self.scorer_id], default=str)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def with_version(self, version: str) -> Settings:
        """The settings of another registered version, with `+NAME` of an audit's calibration.

        Raises:
            ConfigError: there is no such version.
        """
        base, _, calibration = version.partition("+")
        if base not in INDEX_VERSIONS:
            raise ConfigError(f"no version {version!r}; there are {', '.join(INDEX_VERSIONS)}")
        pairs = [("version", base)] + ([("calibration", calibration)] if calibration else [])
        return replace(self, index=tuple(sorted(pairs)))

    def as_dict(self) -> dict[str, object]:
        """For the runs table."""
        plain = {f.name: getattr(self, f.name) for f in fields(self)}
        return plain | {
            "index": dict(self.index),
            "test": dict(self.test),
            "scorer_by_language": dict(self.scorer_by_language),
            "report": str(self.report),
        }


def database_path(flag: Path | None, environment: Mapping[str, str] | None = None) -> Path:
    """``--db``, else ``BUBBLEFEAR_DB``, else ``data/bubblefear.db``."""
    found = (os.environ if environment is None else environment).get("BUBBLEFEAR_DB")
    return flag or (Path(found) if found else DEFAULT_DB)


def load(
    path: Path | None = None,
    *,
    environment: Mapping[str, str] | None = None,
    scorer: str | None = None,
) -> Settings:
    """The settings in force.

    Args:
        path: ``--config``; default: ``bubblefear.toml`` of the working folder, if there is one.
        environment: Default: the process's.
        scorer: The flag ``--scorer``, which also puts any routing aside.

    Raises:
        ConfigError: a file that is missing or no TOML, an unknown key, a value of a wrong type.
    """
    settings = _from_environment(os.environ if environment is None else environment)
    if path is not None and not path.is_file():
        raise ConfigError(f"no settings at {path}")
    file = path or FILE
    if path is not None or file.is_file():
        settings = _from_file(settings, file)
    return replace(settings, scorer=scorer, scorer_by_language=()) if scorer else settings


# Section and key of the file -> field and reader; the variable is BUBBLEFEAR_SECTION_KEY.
_KEYS: Final[dict[tuple[str, str], tuple[str, Reader]]] = {
    ("", "scorer"): ("scorer", values.text),
    ("prices", "symbols"): ("symbols", values.texts),
    ("prices", "start"): ("prices_start", values.day),
    ("ingest", "workers"): ("workers", values.positive),
    ("ingest", "allow_private"): ("allow_private", values.switch),
    ("ingest", "pages"): ("pages", values.switch),
    ("ingest", "max_pages"): ("max_pages", values.count),
    ("ingest", "import_delay"): ("import_delay", values.count),
    ("alert", "rules"): ("alerts", values.texts),
    ("alert", "own_hosts"): ("alert_hosts", values.texts),
    ("report", "out"): ("report", values.folder),
}

# Sections whose keys are passed on: their names and types are checked by whoever uses them, so
# that a new choice of the index needs no change here.
_PASSED_ON: Final = ("index", "test")


def _from_environment(environment: Mapping[str, str]) -> Settings:
    found: dict[str, Any] = {}
    for (section, key), (name, read) in _KEYS.items():
        variable = _variable(section, key)
        if environment.get(variable):
            found[name] = _read(read, environment[variable], variable)
    for group in _PASSED_ON:
        prefix = _variable(group, "")
        found[group] = _pairs(
            {
                name.removeprefix(prefix).lower(): values.literal(value)
                for name, value in environment.items()
                if name.startswith(prefix) and value
            }
        )
    found["scorer_by_language"] = _pairs(
        {
            language: environment[_variable("scorer", language)]
            for language in LANGUAGES
            if environment.get(_variable("scorer", language))
        }
    )
    return Settings(**found)


def _variable(section: str, key: str) -> str:
    section = f"{section.upper()}_" if section else ""
    return f"BUBBLEFEAR_{section}{key.upper().replace('-', '_')}"


def _from_file(settings: Settings, path: Path) -> Settings:
    try:
        document = toml.parsed(path.read_bytes())
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path}: {error}") from error
    found: dict[str, Any] = {}
    groups = {name: dict(getattr(settings, name)) for name in (*_PASSED_ON, "scorer_by_language")}
    for section, key, value in _flat(document):
        where = f"{path}: {f'[{section}] ' if section else ''}{key}"
        if section in _PASSED_ON:
            groups[section][key] = _read(values.plain, value, where)
        elif section == "scorer_by_language" and key in LANGUAGES:
            groups[section][key] = _read(values.text, value, where)
        elif (section, key) in _KEYS:
            name, read = _KEYS[section, key]
            found[name] = _read(read, value, where)
        else:
            raise ConfigError(f"{where}: unknown setting")
    found |= {name: _pairs(pairs) for name, pairs in groups.items()}
    return replace(settings, **found)


def _flat(document: Mapping[str, Any]) -> list[tuple[str, str, object]]:
    rows: list[tuple[str, str, object]] = []
    for key, value in document.items():
        if isinstance(value, dict):
            rows += [(key, inner, found) for inner, found in value.items()]
        else:
            rows.append(("", key, value))
    return rows


def _read(read: Reader, value: object, where: str) -> object:
    try:
        return read(value)
    except ValueError as error:
        raise ConfigError(f"{where}: should be {error}, not {value!r}") from error


def _pairs(found: Mapping[str, Any]) -> Pairs:
    return tuple(sorted(found.items()))

"""Settings -> the frozen specifications of ``models``, with names and types checked."""

from __future__ import annotations

from dataclasses import fields, replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from bubblefear.errors import ConfigError
from bubblefear.store import entries

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping

    from bubblefear.config import Settings
    from models.index import IndexSpec
    from models.transmission import TransmissionSpec

T = TypeVar("T")


def index_spec(settings: Settings) -> IndexSpec:
    """The index's, under the version that its points are stored by.

    A registered version (`fear.v1.volume`) gives the choices that the settings leave open; any
    other name stands for the defaults.

    Raises:
        ConfigError: an unknown field, a value of another type, or values that make no index.
    """
    from models.index import IndexSpec
    from models.index.registry import VERSIONS

    chosen = dict(settings.index)
    base = VERSIONS.get(str(chosen.pop("version", "")), IndexSpec())
    checked = _checked("index", chosen, IndexSpec)
    return _made("index", partial(replace, base), checked | {"version": settings.index_version})


def transmission_spec(conn: sqlite3.Connection, settings: Settings) -> TransmissionSpec:
    """The tests'; by default on those assets whose prices the settings ask for.

    The index counts as real-time only when every entry was polled: an imported entry's time of
    first sight was set afterwards.

    Raises:
        ConfigError: an unknown field, a value of another type, or values that make no test.
    """
    from models.transmission import TransmissionSpec

    chosen = _checked("test", dict(settings.test), TransmissionSpec)
    default = TransmissionSpec()
    assets = tuple(s for s in default.assets if s in settings.symbols) or default.assets
    kind = "real-time" if entries.all_polled(conn) else "reconstructed"
    given = {"assets": assets, "index_kind": kind} | chosen
    return _made("test", TransmissionSpec, given)


def _made(section: str, kind: Callable[..., T], chosen: dict[str, Any]) -> T:
    from models.errors import ModelError

    try:
        return kind(**chosen)
    except ModelError as error:
        raise ConfigError(f"[{section}] {error}") from error


def _checked(section: str, chosen: Mapping[str, Any], kind: type[Any]) -> dict[str, Any]:
    """The values as the fields want them: lists for tuples, whole numbers also for fractions."""
    defaults = {field.name: field.default for field in fields(kind)}
    found: dict[str, Any] = {}
    for name, value in chosen.items():
        if name not in defaults:
            raise ConfigError(f"[{section}] {name}: unknown setting")
        found[name] = _like(f"[{section}] {name}", value, defaults[name])
    return found


def _like(where: str, value: object, default: object) -> object:
    if isinstance(default, tuple):
        items = value if isinstance(value, tuple) else (value,)
        if any(type(item) is not type(default[0]) for item in items):
            raise ConfigError(f"{where}: should be a list like {list(default)!r}, not {value!r}")
        return items
    if default is None:
        return value if value is None else str(value)
    if isinstance(default, float) and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if type(value) is not type(default):
        raise ConfigError(f"{where}: should be like {default!r}, not {value!r}")
    return value

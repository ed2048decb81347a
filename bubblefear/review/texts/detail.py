"""Everything that a test reports beside its headline numbers, as tables that a person can read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bubblefear.report.claims import plain
from bubblefear.report.terminal import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

# A list up to this long is told in one cell, a longer one as a column.
SHORT: Final = 8


@dataclass(frozen=True)
class Table:
    """One table; a row's first cell is its name, ``columns`` are empty where a row is a pair."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def tables(detail: Mapping[str, Any]) -> list[Table]:
    """The facts of a detail first, then each part that is itself a table.

    Args:
        detail: JSON-able values: texts, numbers, lists and dictionaries within one another.

    Returns:
        Tables without a row are left out; nothing else is.
    """
    return [table for table in _of_mapping("", detail) if table.rows]


def _of_mapping(name: str, found: Mapping[str, Any]) -> Iterator[Table]:
    if name and _are_records(list(found.values())):
        yield _records(name, list(found.items()))
        return
    names = found.get("names")
    simple = {key: value for key, value in found.items() if _is_simple(value)}
    columns = {key: value for key, value in found.items() if _is_column(value)}
    yield Table(
        _caption(name, "Facts"), (), tuple((_named(k), _cell(k, v)) for k, v in simple.items())
    )
    for length in dict.fromkeys(len(column) for column in columns.values()):
        yield _columns(name, {k: v for k, v in columns.items() if len(v) == length})
    for key, value in found.items():
        if key not in simple and key not in columns:
            yield from _of_part(f"{name}: {_named(key)}" if name else _named(key), value, names)


def _of_part(name: str, value: Any, names: Any) -> Iterator[Table]:  # noqa: ANN401 - any JSON
    if isinstance(value, Mapping):
        yield from _of_mapping(name, value)
    elif _are_records(value):
        yield _records(name, [(str(place), one) for place, one in enumerate(value, 1)])
    elif all(isinstance(one, list) for one in value):
        yield _matrix(name, value, names)
    else:
        yield Table(
            _capital(name), (), tuple((str(n), plain(one)) for n, one in enumerate(value, 1))
        )


def _records(name: str, found: list[tuple[str, Mapping[str, Any]]]) -> Table:
    keys = list(dict.fromkeys(key for _, one in found for key in one))
    rows = tuple(
        (_named(label), *(_cell(key, one.get(key)) for key in keys)) for label, one in found
    )
    return Table(_capital(name), ("", *map(_named, keys)), rows)


def _columns(name: str, found: Mapping[str, list[Any]]) -> Table:
    rows = tuple(tuple(plain(cell) for cell in row) for row in zip(*found.values(), strict=True))
    return Table(_caption(name, "Series"), tuple(map(_named, found)), rows)


def _matrix(name: str, found: list[list[Any]], names: object) -> Table:
    """Rows of numbers; where they are a square of named series, by those names."""
    width = max(len(row) for row in found)
    known = isinstance(names, list) and len(names) == len(found) == width
    heads = [one_line(str(one)) for one in names] if known and isinstance(names, list) else []
    labels = heads or [str(place) for place in range(1, len(found) + 1)]
    columns = heads or [str(place) for place in range(1, width + 1)]
    rows = tuple(
        (label, *map(plain, row), *([""] * (width - len(row))))
        for label, row in zip(labels, found, strict=True)
    )
    return Table(_capital(name), ("", *columns), rows)


def _is_simple(value: object) -> bool:
    """A single value, or a few of them."""
    if isinstance(value, list):
        return len(value) <= SHORT and all(not isinstance(one, list | Mapping) for one in value)
    return not isinstance(value, Mapping)


def _is_column(value: object) -> bool:
    return (
        isinstance(value, list)
        and len(value) > SHORT
        and all(not isinstance(one, list | Mapping) for one in value)
    )


def _are_records(values: Any) -> bool:  # noqa: ANN401 - any JSON
    return bool(values) and all(
        isinstance(one, Mapping) and all(map(_is_simple, one.values())) for one in values
    )


def _cell(key: str, value: object) -> str:
    if key.endswith("interval") and isinstance(value, list) and len(value) == 2:
        return f"{plain(value[0]) or 'unknown'} to {plain(value[1]) or 'unknown'}"
    return plain(value)


def _named(key: object) -> str:
    return one_line(str(key)).replace("_", " ")


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]


def _caption(name: str, alone: str) -> str:
    return _capital(name) or alone

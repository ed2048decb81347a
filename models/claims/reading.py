"""From a document (a parsed TOML file) to claims; every mistake in it is named.

The format is told in docs/claims.md.
"""

from __future__ import annotations

from dataclasses import MISSING, dataclass, fields
from typing import TYPE_CHECKING, Any, Final

from models.claims.claim import NOT_TESTABLE, RELATIONS, UNAVAILABLE, Check, Claim, parsed, rounding
from models.claims.measures import KINDS
from models.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from models.claims.measure import Measure

_KEYS: Final = {
    "id", "claim", "kind", "measure", "stated", "expects", "missing", "why", "caveat", "link",
}  # fmt: skip
_CHECK_KEYS: Final = {"name", "value", "relation", "tolerance", "because", "unit"}


@dataclass(frozen=True)
class Fault:
    """What is wrong with a document: in which claim, at which key."""

    claim: str
    key: str
    reason: str

    def __str__(self) -> str:
        """One line."""
        where = f"claim {self.claim}: " if self.claim else ""
        return f"{where}{self.key}: {self.reason}" if self.key else f"{where}{self.reason}"


class ClaimError(ModelError):
    """A document that holds no claims as they must be; `fault` is the first thing wrong."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault))
        self.fault = fault


def read(document: Mapping[str, Any]) -> tuple[Claim, ...]:
    """The claims of a document.

    Args:
        document: `claim`: a list of tables, each with `id`, `claim` and `kind`; `article`: about
            it, passed over here.

    Raises:
        ClaimError: the first fault of the document.
    """
    found, wrong = _read(document)
    if wrong:
        raise ClaimError(wrong[0])
    return tuple(found)


def faults(document: Mapping[str, Any]) -> list[Fault]:
    """Everything that is wrong with a document, the first fault of each claim."""
    return _read(document)[1]


def _read(document: Mapping[str, Any]) -> tuple[list[Claim], list[Fault]]:
    wrong = [Fault("", key, "unknown key") for key in document if key not in ("article", "claim")]
    tables = document.get("claim")
    if not isinstance(tables, list) or not tables:
        return [], [*wrong, Fault("", "claim", "there must be at least one [[claim]]")]
    found: list[Claim] = []
    for place, table in enumerate(tables):
        try:
            claim = _claim(table, place)
            if claim.id in {other.id for other in found}:
                raise ClaimError(Fault(claim.id, "id", "two claims have it"))
            found.append(claim)
        except ClaimError as error:
            wrong.append(error.fault)
    return found, wrong


def _claim(table: object, place: int) -> Claim:
    if not isinstance(table, dict):
        raise ClaimError(Fault(f"number {place + 1}", "", "is no table"))
    name = table.get("id")
    if not isinstance(name, str) or not name.strip():
        raise ClaimError(Fault(f"number {place + 1}", "id", "must be a text"))
    try:
        return _made(name, table)
    except _Wrong as error:
        raise ClaimError(Fault(name, error.key, error.reason)) from error


def _made(name: str, table: Mapping[str, Any]) -> Claim:
    _only(table, _KEYS, "")
    kind = _text(table, "kind")
    claim: dict[str, Any] = {
        "id": name,
        "text": _text(table, "claim"),
        "kind": kind,
        "missing": _texts(table.get("missing", []), "missing"),
        "why": _text(table, "why", ""),
        "caveat": _text(table, "caveat", ""),
        "link": _text(table, "link", "") or None,
    }
    if kind not in KINDS:
        return _unmeasured(claim, table)
    measure = _measure(kind, table.get("measure", {}))
    names = measure.names()
    checks = [
        *(_check(one, place, "stated", names) for place, one in _listed(table, "stated")),
        *(_check(one, place, "expects", names) for place, one in _listed(table, "expects")),
    ]
    if not checks:
        raise _Wrong("stated", "a claim that is measured needs [[claim.stated]] or expects")
    if len({check.name for check in checks if check.stated}) < len(_listed(table, "stated")):
        raise _Wrong("stated", "a name stands twice")
    return Claim(**claim, measure=measure, checks=tuple(checks))


def _unmeasured(claim: dict[str, Any], table: Mapping[str, Any]) -> Claim:
    kind = claim["kind"]
    if kind not in (UNAVAILABLE, NOT_TESTABLE):
        known = ", ".join((*KINDS, UNAVAILABLE, NOT_TESTABLE))
        raise _Wrong("kind", f"{kind!r} is none of {known}")
    if "measure" in table or "expects" in table:
        raise _Wrong("measure", f"a claim of kind {kind} is not measured")
    needed = "missing" if kind == UNAVAILABLE else "why"
    if not claim[needed]:
        raise _Wrong(needed, f"a claim of kind {kind} must say it")
    stated = tuple(_check(one, place, "stated", None) for place, one in _listed(table, "stated"))
    return Claim(**claim, measure=None, checks=stated)


def _measure(kind: str, table: object) -> Measure:
    if not isinstance(table, dict):
        raise _Wrong("measure", "is no table")
    maker = KINDS[kind]
    known = {field.name: field for field in fields(maker)}
    _only(table, set(known), "measure.")
    given: dict[str, Any] = {}
    for name, field in known.items():
        if name in table:
            given[name] = _like(str(field.type), table[name], f"measure.{name}")
        elif field.default is MISSING:
            raise _Wrong(f"measure.{name}", f"a {kind} needs it")
    try:
        made: Measure = maker(**given)
    except ModelError as error:
        raise _Wrong("measure", str(error)) from error
    return made


def _check(table: object, place: int, group: str, names: tuple[str, ...] | None) -> Check:
    where = f"{group}[{place}]"
    if not isinstance(table, dict):
        raise _Wrong(where, "is no table")
    _only(table, _CHECK_KEYS, f"{where}.")
    name = _text(table, "name", where=where)
    if names is not None and name not in names:
        raise _Wrong(f"{where}.name", f"{name!r} is none of {', '.join(names)}")
    relation = _text(table, "relation", "equal" if group == "stated" else None, where)
    if relation not in RELATIONS:
        raise _Wrong(f"{where}.relation", f"{relation!r} is none of {', '.join(RELATIONS)}")
    number, tolerance = _number(table, relation, where)
    unit, because = (_text(table, key, "", where) for key in ("unit", "because"))
    return Check(name, relation, number, tolerance, unit, group == "stated", because)


def _number(table: Mapping[str, Any], relation: str, where: str) -> tuple[float, float]:
    """The number, and how far off it a value may be."""
    value = table.get("value")
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise _Wrong(f"{where}.value", "must be a number, or a text with its digits as printed")
    try:
        number, tolerance = float(parsed(str(value))), rounding(str(value), relation)
    except ValueError as error:
        raise _Wrong(f"{where}.value", f"{value!r} is no finite number") from error
    if "tolerance" not in table:
        return number, tolerance
    own = table["tolerance"]
    if isinstance(own, bool) or not isinstance(own, int | float) or not 0 <= own < float("inf"):
        raise _Wrong(f"{where}.tolerance", f"{own!r} is no number from 0 on")
    if not _text(table, "because", "", where):
        raise _Wrong(f"{where}.because", "a tolerance of one's own needs its reason")
    return number, float(own)


class _Wrong(Exception):  # noqa: N818 - never leaves this module
    def __init__(self, key: str, reason: str) -> None:
        super().__init__(f"{key}: {reason}")
        self.key, self.reason = key, reason


def _listed(table: Mapping[str, Any], key: str) -> list[tuple[int, object]]:
    found = table.get(key, [])
    if not isinstance(found, list):
        raise _Wrong(key, f"must be a list of tables, [[claim.{key}]]")
    return list(enumerate(found))


def _only(table: Mapping[str, Any], known: set[str], prefix: str) -> None:
    for key in table:
        if key not in known:
            raise _Wrong(f"{prefix}{key}", f"unknown key; there are {', '.join(sorted(known))}")


def _text(table: Mapping[str, Any], key: str, default: str | None = None, where: str = "") -> str:
    value = table.get(key, default)
    if not isinstance(value, str) or (default is None and not value.strip()):
        raise _Wrong(f"{where}.{key}" if where else key, "must be a text")
    return value


def _texts(value: object, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
        raise _Wrong(where, "must be a list of texts")
    if len(set(value)) < len(value):
        raise _Wrong(where, "holds a text twice")
    return tuple(value)


def _like(kind: str, value: object, where: str) -> object:
    """The value as the field wants it, which is told by the text of its annotation."""
    if kind == "tuple[str, ...]":
        found = _texts(value, where)
        if not found:
            raise _Wrong(where, "must not be empty")
        return found
    if kind.startswith("str") and isinstance(value, str) and value:
        return value
    if kind.startswith("int") and isinstance(value, int) and not isinstance(value, bool):
        return value
    if kind.startswith("float") and isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    wanted = {"str": "a text", "int": "a whole number", "float": "a number"}
    raise _Wrong(where, f"must be {wanted.get(kind.split()[0], 'a value')}, not {value!r}")

"""Rules for single sites (`sites.toml`), asked where the general reading of a page failed."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from ingest.errors import IngestError
from ingest.pages.body import Reading
from ingest.pages.density import block_text
from ingest.text import plain_line
from ingest.urls import host_of

_FIELDS: Final = frozenset({"host", "body", "drop", "author"})


@dataclass(frozen=True)
class SiteRule:
    """XPath expressions for the pages of a host and those beneath it."""

    host: str
    body: str
    drop: str | None = None
    author: str | None = None


def read_rules(text: str) -> tuple[SiteRule, ...]:
    """Read a file of rules.

    Raises:
        IngestError: if it is no TOML, a field is unknown or missing, or an XPath is wrong.
    """
    try:
        tables = tomllib.loads(text).get("site", [])
        rules = tuple(_rule(table) for table in tables)
    except tomllib.TOMLDecodeError as error:
        raise IngestError(f"site rules are no TOML: {error}") from error
    return rules


def read_by_rules(html: str, url: str, rules: tuple[SiteRule, ...] | None = None) -> Reading | None:
    """Body and author by the rule of the page's host; `None` without a rule or without text.

    Args:
        html: the page.
        url: its address.
        rules: by default those that come with the package.
    """
    rule = _rule_of(host_of(url), _shipped() if rules is None else rules)
    tree = _tree(html) if rule else None
    if rule is None or tree is None:
        return None
    blocks = tree.xpath(rule.body)
    for block in blocks:
        for unwanted in block.xpath(rule.drop) if rule.drop else ():
            unwanted.drop_tree()
    body = "\n".join(filter(None, map(block_text, _outermost(blocks))))
    authors = tree.xpath(rule.author) if rule.author else []
    author = plain_line(_string(authors[0])) if authors else ""
    return Reading(None, author or None, body, body) if body else None


@cache
def _shipped() -> tuple[SiteRule, ...]:
    return read_rules((files("ingest") / "pages" / "sites.toml").read_text(encoding="utf-8"))


def _rule(table: dict[str, Any]) -> SiteRule:
    from lxml.etree import XPath, XPathSyntaxError

    host = table.get("host")
    unknown = set(table) - _FIELDS
    if unknown or not isinstance(host, str) or not isinstance(table.get("body"), str):
        raise IngestError(f"site rule for {host!r}: needs host and body; unknown: {unknown or 0}")
    for name in ("body", "drop", "author"):
        try:
            XPath(str(table.get(name, ".")))
        except XPathSyntaxError as error:
            raise IngestError(f"site rule for {host}: {name}: {error}") from error
    return SiteRule(**table)


def _rule_of(host: str, rules: tuple[SiteRule, ...]) -> SiteRule | None:
    beneath = [rule for rule in rules if host == rule.host or host.endswith(f".{rule.host}")]
    return max(beneath, key=lambda rule: len(rule.host), default=None)


def _tree(html: str) -> Any:  # noqa: ANN401 - lxml publishes no types
    from lxml.etree import ParserError
    from lxml.html import HTMLParser, fromstring

    try:
        return fromstring(html.encode("utf-8", "replace"), parser=HTMLParser(encoding="utf-8"))
    except (ParserError, ValueError):
        return None


def _outermost(blocks: list[Any]) -> list[Any]:
    chosen = set(blocks)
    return [b for b in blocks if not any(above in chosen for above in b.iterancestors())]


def _string(found: Any) -> str:  # noqa: ANN401 - an element, or the string of an attribute
    return found if isinstance(found, str) else found.text_content()
